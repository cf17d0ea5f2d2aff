"""Killed at any write, flush, rename, removal or statement, the ledger keeps what it promised and nothing half-done."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from scapa import files as disk
from scapa.errors import StorageFull
from scapa.ledger import Ledger, entries

LATER = 10**17
WORDS = [f"{a}{b}{c}" for a in "bdfglmnprst" for b in "aeiou" for c in ("lin", "mor", "tak", "ves", "zon")]


class Crash(BaseException):
    """The process stops here."""


class Countdown:
    """Raises `Crash` at the n-th dangerous step, and at every one after it: a dead process does no more."""

    def __init__(self, at: int) -> None:
        self.at, self.steps = at, 0

    def __call__(self) -> None:
        self.steps += 1
        if self.steps >= self.at:
            raise Crash


def text(seed: int) -> str:
    rng = Random(seed)
    return " ".join(rng.choice(WORDS) for _ in range(60))


def break_at(step: Countdown, patch: pytest.MonkeyPatch) -> None:
    """Put `step` before every write, flush, rename and removal, and before and after every SQL statement.

    The machine itself lives on, so nothing is really flushed: that would only take time.
    """
    for module, name in ((os, "write"), (os, "replace"), (Path, "unlink")):
        patch.setattr(module, name, _before(step, getattr(module, name)))
    patch.setattr(os, "fsync", _before(step, lambda _: None))

    class Fragile(sqlite3.Connection):
        def execute(self, sql: str, *more: object) -> sqlite3.Cursor:
            if sql.startswith(("SELECT", "PRAGMA")):
                return super().execute(sql.replace("synchronous = FULL", "synchronous = OFF"), *more)
            step()
            done = super().execute(sql, *more)
            step()
            return done

    connect = sqlite3.connect
    patch.setattr(entries.sqlite3, "connect", lambda *a, **k: connect(*a, **k, factory=Fragile))


def _before(step: Countdown, real: object) -> object:
    def run(*args: object, **named: object) -> object:
        step()
        return real(*args, **named)

    return run


def work(folder: Path, promised: dict[str, str], forgotten: dict[str, str], begun: dict[str, str]) -> None:
    """Do a bit of everything; note what each call promised once it has returned."""
    ledger = Ledger.open(folder, rng=Random(1).randbytes)
    ledger.flush_at = 30
    for seed in range(3):
        promised[ledger.record(text(seed)).id] = text(seed)
    stream = ledger.begin()
    stream.extend(text(3))
    promised[stream.generation.id] = text(3)
    stream.close()
    victim = next(iter(promised))
    begun[victim] = promised.pop(victim)
    ledger.forget(victim)
    forgotten[victim] = begun.pop(victim)
    promised[ledger.record(text(4)).id] = text(4)


def check(folder: Path, promised: dict[str, str], forgotten: dict[str, str]) -> None:
    ledger = Ledger.open(folder)
    for id, was in promised.items():
        [found] = ledger.match([was], [LATER])
        assert [m.generation for m in found] == [id]
        assert found[0].share == 1.0
    for id, was in forgotten.items():
        assert id not in [m.generation for m in ledger.match([was], [LATER])[0]]
    stored = sum(len(s.prints) for s in ledger._current().segments)
    assert stored == ledger.stats()["prints"]
    files = sorted(p.name for p in folder.iterdir() if p.suffix in (".prints", ".partial"))
    assert files == sorted(ledger._current().names)
    made = ledger.record(text(99))
    assert [m.generation for m in ledger.match([text(99)], [LATER])[0]] == [made.id]


@pytest.mark.parametrize("stride", [11, pytest.param(1, marks=pytest.mark.slow)])
def test_killed_at_any_step(tmp_path: Path, stride: int) -> None:
    work(tmp_path / "warm", {}, {}, {})  # so that numba writes no cache file while steps are counted
    with pytest.MonkeyPatch.context() as patch:
        dry = Countdown(10**9)
        break_at(dry, patch)
        work(tmp_path / "dry", {}, {}, {})
    assert dry.steps > 100
    seen = set()
    for at in range(1, dry.steps + 1, stride):
        folder, promised, forgotten = tmp_path / str(at), {}, {}
        with pytest.MonkeyPatch.context() as patch:
            break_at(Countdown(at), patch)
            with pytest.raises(Crash):
                work(folder, promised, forgotten, {})
        check(folder, promised, forgotten)
        seen.add((len(promised), len(forgotten)))
    assert {(0, 0), (3, 0), (3, 1)} <= seen


def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger.open(tmp_path)
    ledger.flush_at = 1
    made = ledger.record(text(1))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(disk.os, "fsync", full)
        with pytest.raises(StorageFull):
            ledger.record(text(2))
    check(tmp_path, {made.id: text(1)}, {})


_CHILD = """
import sys
from random import Random
from pathlib import Path
from scapa.ledger import Ledger
words = {words!r}
ledger = Ledger.open(Path(sys.argv[1]))
ledger.flush_at = 60
seed = int(sys.argv[2])
while True:
    rng = Random(seed)
    made = ledger.record(" ".join(rng.choice(words) for _ in range(60)))
    print(made.id, seed, flush=True)
    seed += 1
"""


@pytest.mark.slow
def test_really_killed(tmp_path: Path) -> None:
    promised, rng = {}, Random(3)
    for attempt in range(4):
        seed = 1000 * attempt
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD.format(words=WORDS), str(tmp_path / "g"), str(seed)],
            stdout=subprocess.PIPE,
            text=True,
        )
        first = child.stdout.readline()
        time.sleep(rng.random() / 2)
        child.send_signal(signal.SIGKILL)
        rest, _ = child.communicate()
        whole = (first + rest).rsplit("\n", 1)[0]
        promised |= {line.split()[0]: text(int(line.split()[1])) for line in whole.splitlines()}
    assert len(promised) > 10
    check(tmp_path / "g", promised, {})
