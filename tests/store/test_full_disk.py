"""On a disk that really is full: one clear error, nothing damaged, and the same command succeeds once there is room."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from letters import mail, mbox, prose
from scapa.cli import run
from scapa.store.home import Home


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting needs rights that this user does not have")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    filler = place / "filler"
    with filler.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 4096)
        except OSError:
            return filler


@pytest.fixture
def box(tmp_path: Path) -> Path:
    path = tmp_path / "Sent.mbox"
    path.write_text(mbox([mail(n, prose(n, 120)) for n in range(40)]))
    return path


@pytest.mark.parametrize("command", [["add"], ["curate"], ["release"]])
def test_a_full_disk_is_one_clear_error_and_no_damage(small_disk, box, capsys, command):
    home = small_disk / "home"
    before = [["add", str(box)], ["curate"], ["release"]]
    chosen = next(n for n, step in enumerate(before) if step[0] == command[0])
    for step in before[:chosen]:
        assert run([*step, "--home", str(home)]) == 0
    if not chosen:
        Home.open(home)
    filler = fill(small_disk)
    capsys.readouterr()
    assert run([*before[chosen], "--home", str(home)]) == 2
    err = capsys.readouterr().err
    assert "disk is full" in err
    assert "Traceback" not in err
    filler.unlink()
    for step in before[chosen:]:
        assert run([*step, "--home", str(home)]) == 0
    assert Home.open(home).catalog.value("SELECT count(*) FROM document") == 40


def test_no_room_for_a_home(small_disk, box, capsys):
    fill(small_disk)
    assert run(["add", str(box), "--home", str(small_disk / "home")]) == 2
    assert "disk is full" in capsys.readouterr().err
