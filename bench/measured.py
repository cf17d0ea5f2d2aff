"""What the benches of speed share: both sides in turn, the medians, and how they are printed. No bench of its own."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import process_time


@dataclass(frozen=True, slots=True)
class Measured:
    """Both sides' medians, and how many times better ours is: as median, least and most over the repeats."""

    name: str
    ours: float
    peer: float
    ratio: float
    unit: str
    low: float
    high: float

    @classmethod
    def of(cls, name: str, ours: Sequence[float], peer: Sequence[float], unit: str, *, rate: bool = False) -> Measured:
        """Return the row of repeats taken in turn; of a `rate` more is better, of a cost less."""
        pairs = zip(ours, peer, strict=True)
        ratios = [mine / theirs if rate else theirs / mine for mine, theirs in pairs]
        return cls(name, median(ours), median(peer), median(ratios), unit, min(ratios), max(ratios))


def seconds(work: Callable[[], object]) -> float:
    """Return the processor seconds of `work`, over all threads."""
    start = process_time()
    work()
    return process_time() - start


def interleaved(sides: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Return the seconds of every side in each repeat, all sides in turn; a first round warms up and isn't counted."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for repeat in range(repeats + 1):
        for name, side in sides.items():
            spent = seconds(side)
            if repeat:
                taken[name].append(spent)
    return taken


def pairs(
    name: str, ours: Callable[[], object], peer: Callable[[], object], repeats: int, factor: float = 1.0
) -> Measured:
    """Time two sides in turn; `factor` scales the peer's part to the whole."""
    taken = interleaved({"ours": ours, "peer": peer}, repeats)
    return Measured.of(name, taken["ours"], [spent * factor for spent in taken["peer"]], "s")


def parser(about: str | None, repeats: int) -> argparse.ArgumentParser:
    """Return the options that every bench of speed has."""
    made = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--json", action="store_true", help="print {rows: [...]} alone")
    made.add_argument("--repeats", type=int, default=repeats)
    return made


def show(rows: Sequence[Measured], *, as_json: bool) -> None:
    """Print the rows."""
    if as_json:
        print(json.dumps({"rows": [asdict(row) for row in rows]}))
        return
    for row in rows:
        spread = f"({row.low:,.2f} to {row.high:,.2f})"
        print(f"{row.name:75} {row.ours:,.5g} v {row.peer:,.5g} {row.unit}: x {row.ratio:,.2f} {spread}")
