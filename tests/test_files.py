"""Files that are whole or absent, with the mode asked for, whatever the umask."""

import fcntl
import os
import stat

import pytest

from scapa import files as atomic
from scapa.errors import HomeBusy, HomeError, InputError, StorageFull


def test_write_and_replace(tmp_path):
    path = tmp_path / "f"
    atomic.write_atomic(path, b"one")
    atomic.write_atomic(path, b"two", mode=0o600)
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_the_old_file_stays_when_the_disk_is_full(tmp_path, monkeypatch):
    path = tmp_path / "f"
    atomic.write_atomic(path, b"one")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(StorageFull, match="the disk is full"):
        atomic.write_atomic(path, b"two")
    assert path.read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_new_never_replaces(tmp_path):
    path = tmp_path / "f"
    atomic.write_new(path, b"one")
    with pytest.raises(InputError, match="never overwritten"):
        atomic.write_new(path, b"two")
    assert path.read_bytes() == b"one"


def test_what_cannot_be_written(tmp_path):
    (tmp_path / "f").write_bytes(b"")
    for call in (lambda: atomic.write_atomic(tmp_path / "f" / "g", b""), lambda: atomic.private_folder(tmp_path / "f")):
        with pytest.raises(HomeError, match="cannot be written"):
            call()


def test_a_planted_link_is_not_followed(tmp_path):
    (tmp_path / "victim").write_bytes(b"keep")
    (tmp_path / "f.partial").symlink_to(tmp_path / "victim")
    with pytest.raises(HomeError):
        atomic.write_atomic(tmp_path / "f", b"x")
    assert (tmp_path / "victim").read_bytes() == b"keep"


def test_modes_do_not_depend_on_the_umask(tmp_path):
    old = os.umask(0o077)
    try:
        atomic.write_atomic(tmp_path / "shared", b"", mode=0o644)
        os.umask(0)
        atomic.write_new(tmp_path / "secret", b"", mode=0o600)
        atomic.private_folder(tmp_path / "a" / "b")
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert (modes["shared"], modes["secret"], modes["b"]) == (0o644, 0o600, 0o700)


def test_a_changed_file_has_another_stamp_even_if_size_and_time_are_the_same(tmp_path):
    path = tmp_path / "f"
    path.write_text("one")
    before, times = atomic.Stamp.of(path), path.stat()
    assert atomic.Stamp.of(path) == before
    (tmp_path / "new").write_text("two")
    (tmp_path / "new").replace(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.size, before.modified)
    assert atomic.Stamp.of(path) != before


def test_one_process_at_a_time_even_where_the_lock_is_removed_in_between(tmp_path, monkeypatch):
    path, real = tmp_path / "run" / "lock", fcntl.flock
    busy = pytest.raises(HomeBusy, match=r"first \(process \d+\) is writing here")
    with atomic.sole(path, "first"), busy, atomic.sole(path, "second"):
        pytest.fail("both have it")

    def flock(descriptor, operation):
        """The holder removes file and folder, and ends, just before we get the lock."""
        monkeypatch.setattr(fcntl, "flock", real)
        path.unlink()
        path.parent.rmdir()
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    with atomic.sole(path, "third"):
        assert path.read_text().startswith("third")
        with pytest.raises(HomeBusy, match="third"), atomic.sole(path, "fourth"):
            pytest.fail("both have it")
