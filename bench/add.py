"""What one more day of mail costs: `python -m bench.add [--messages 100000] [--json]`.

A mailbox of that many messages (each about 120 words of its own, a quote and a signature) is added and curated once:
the first run. Then mailboxes of 0.1 %, 1 % and 5 % more are added and curated, each into a copy of the home as the
first run left it, and once more with nothing new; ratios are CPU-seconds (of this process and those that it starts) of
the first run over those of the later one. A line through the later runs gives the constant and the slope. Last: a
changed policy, which reads no text.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from scapa.corpus.decide import curate
from scapa.corpus.ingest import add
from scapa.store.home import Home

PARTS = (0.0, 0.001, 0.01, 0.05)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Row = dict[str, Any]


def mailbox(path: Path, first: int, count: int, vocabulary: list[str]) -> Path:
    """Write messages `first` … `first + count − 1` as an mbox file; each is a function of its number alone."""
    with path.open("w", encoding="utf-8") as stream:
        for n in range(first, first + count):
            stream.writelines(_message(n, vocabulary))
    return path


def _message(n: int, vocabulary: list[str]) -> Iterator[str]:
    rng = random.Random(n)
    said, quoted = (" ".join(rng.choices(vocabulary, k=k)) for k in (120, 40))
    day = f"{1 + n % 28} {MONTHS[n % 12]} {2005 + n % 15}"
    yield f"From user{n % 97}@example.org Thu Jan  1 00:00:00 1998\n"
    yield f"From: User <user{n % 97}@example.org>\nTo: me@example.org\nSubject: Letter {n}\n"
    yield f"Date: {day} 10:{n % 60:02d}:00 +0000\nMessage-ID: <{n}@example.org>\n"
    yield "Content-Type: text/plain; charset=utf-8\n\n"
    yield f"{said}.\n\nOn {day}, Me wrote:\n> {quoted}\n\n-- \nUser {n % 97}\n\n"


def words() -> list[str]:
    """Return 5,000 made-up words."""
    rng = random.Random(0)
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    return ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(5_000)]


def timed(action: Callable[[], Any]) -> float:
    """Return the CPU-seconds of `action`, in this process and those that it starts and waits for."""
    before = _spent()
    action()
    return _spent() - before


def _spent() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def more(home: Path, box: Path | None, policy: str | None = None) -> float:
    """Return the seconds of adding `box` and curating, in a copy of `home` that is thrown away."""
    with tempfile.TemporaryDirectory(dir=home.parent) as name:
        copy = Path(name) / "home"
        shutil.copytree(home, copy)
        return timed(lambda: run(copy, box, policy))


def run(home: Path, box: Path | None, policy: str | None = None) -> None:
    """Add and curate."""
    opened = Home.open(home)
    if box is not None:
        add(opened, [box])
    curate(opened, policy=policy)


def rows(messages: int, repeats: int, folder: Path) -> list[Row]:
    """Return every row of the bench."""
    vocabulary, home = words(), folder / "home"
    box = mailbox(folder / "all.mbox", 0, messages, vocabulary)
    run(folder / "warm", mailbox(folder / "warm.mbox", 0, 50, vocabulary))
    first = timed(lambda: run(home, box))
    found, points = [], []
    for part in PARTS:
        count = round(messages * part)
        extra = mailbox(folder / "more.mbox", messages, count, vocabulary) if count else None
        seconds = [more(home, extra) for _ in range(repeats)]
        points += [(count, s) for s in seconds]
        found.append(_row(f"{part:.1%} more ({count:,} messages), v the first run", seconds, first))
    seconds = [more(home, None, "strict-low-background") for _ in range(repeats)]
    found.append(_row("another policy, no text read, v the first run", seconds, first))
    counts, times = (np.array(column, dtype=float) for column in zip(*points[repeats:], strict=True))
    slope, constant = (float(value) for value in np.polyfit(counts, times, 1))
    found.append({"name": "constant of adding more", "ours": constant, "peer": first, "ratio": first / constant,
                  "unit": "CPU-s", "low": None, "high": None})  # fmt: skip
    found.append({"name": "slope: 1,000 messages more, v 1,000 of the first run", "ours": slope * 1_000,
                  "peer": first / messages * 1_000, "ratio": first / messages / slope, "unit": "CPU-s",
                  "low": None, "high": None})  # fmt: skip
    return found


def _row(name: str, seconds: list[float], first: float) -> Row:
    ours = float(np.median(seconds))
    return {"name": name, "ours": ours, "peer": first, "ratio": first / ours, "unit": "CPU-s",
            "low": first / max(seconds), "high": first / min(seconds)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = rows(arguments.messages, arguments.repeats, Path(name))
    if arguments.json:
        json.dump({"rows": found}, sys.stdout, indent=2)
        return
    for row in found:
        share = row["ours"] / row["peer"]
        print(f"{row['name']:<56} {row['ours']:8.2f} v {row['peer']:8.2f} CPU-s: {share:7.2%} of it")


if __name__ == "__main__":
    main()
