"""Files that are whole or absent: written aside, flushed to the disk, then renamed into place.

write_atomic(path, data)     replaces what was there, at once      replacing(path)     the same, for writers of files
write_new(path, data)        never replaces
private_folder(path)         a folder that only its owner can enter
sole(path, who)              one process at a time
is_there(path)               a file that holds something
Stamp.of(path)               what tells a changed file from the one that was read
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scapa.errors import HomeBusy, HomeError, InputError, StorageFull

PARTIAL = ".partial"
"""The ending of what was still being written; safe to delete."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it stands: whoever writes to it, or puts another in its place, changes its stamp."""

    path: Path
    size: int
    modified: int
    changed: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """Return the stamp of the file at `path`, times in nanoseconds. Raises `OSError` if there is none."""
        found = path.stat()
        return cls(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


@contextmanager
def storage_errors(where: Path) -> Iterator[None]:
    """Turn the operating system's errors into `StorageFull` (no room) and `HomeError` (not allowed, not possible)."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(
                "the disk is full", where=str(where), next="make room and run it again; what was finished is kept"
            ) from None
        raise HomeError(
            f"cannot be written: {error.strerror or type(error).__name__}",
            where=str(where),
            next="check its owner and room",
        ) from None


@contextmanager
def replacing(path: Path, *, mode: int = 0o600) -> Iterator[Path]:
    """Yield a path beside `path` to write to; on success flush it to the disk and rename it into place.

    A crash leaves the old file or the new one, never a part. Raises as `storage_errors`.
    """
    aside = path.with_name(path.name + PARTIAL)
    with storage_errors(path):
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
        try:
            os.fchmod(handle, mode)  # whatever the umask says
            yield aside
            os.fsync(handle)
            aside.replace(path)
            sync_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                aside.unlink()
            raise
        finally:
            os.close(handle)


def write_atomic(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write `data` to `path`, whole or not at all. Raises as `storage_errors`."""
    with replacing(path, mode=mode) as aside:
        _write(aside, data, os.O_TRUNC, mode)


def write_text(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write `text` as UTF-8 to `path`, whole or not at all."""
    write_atomic(path, text.encode(), mode=mode)


def write_new(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write `data` to `path`, which must not exist. Raises `InputError` when it does, else as `storage_errors`."""
    with storage_errors(path):
        try:
            _write(path, data, os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError:
            raise InputError(
                "is already there and is never overwritten", where=str(path), next="choose another"
            ) from None
        sync_folder(path.parent)


def private_folder(path: Path) -> Path:
    """Make `path` with mode 0700 and return it; a folder that was there keeps its files and gets the mode."""
    with storage_errors(path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    return path


@contextmanager
def sole(path: Path, who: str) -> Iterator[None]:
    """Hold the lock in the file `path`, which the kernel releases when the process ends, however it ends.

    Whoever holds it may remove the file, and its folder, which is made if missing. Raises `HomeBusy` naming `who`
    holds it, else as `storage_errors`.
    """
    while True:
        descriptor = _opened(path)
        try:
            if _locked(descriptor, path):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"{who} (process {os.getpid()})".encode(), 0)
                yield
                return
        finally:
            os.close(descriptor)


def _opened(path: Path) -> int:
    while True:
        with storage_errors(path), suppress(FileNotFoundError):  # its folder may go at any time
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        private_folder(path.parent)


def _locked(descriptor: int, path: Path) -> bool:
    """Lock the open file and return whether it still is the one at `path`: else no one else would see the lock."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 200).decode(errors="replace").strip() or "another process"
        raise HomeBusy(
            f"{holder} is writing here", where=str(path.parent), next="wait for it to end, then run this again"
        ) from None
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def is_there(path: Path) -> bool:
    """Whether a data file exists and holds something."""
    return path.is_file() and path.stat().st_size > 0


def sync_folder(folder: Path) -> None:
    """Make names made, changed or removed in `folder` survive a crash, where the system can."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems have no folders to flush
            os.fsync(handle)
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Remove a file or a whole folder; what is gone already is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _write(path: Path, data: bytes, flags: int, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | flags, mode)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)
        file.write(data)
        file.flush()
        os.fsync(handle)
