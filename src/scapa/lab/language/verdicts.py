"""What can be checked of trained networks: regimes against each other, by intervals over seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from scapa.lab.regimes import parse
from scapa.measure.interval import student_quantile
from scapa.records import Check
from scapa.store.run import Row

CONFIDENCE = 0.95
FLAT, SLOW = 0.25, 0.5
"""A line is flat, or slow, if its loss rises by less than this share of the rise under `replace`. The shares are ours.

Least squares that accumulate rise by .061 as much after 10 generations, π²/6 − 1 in all (2404.01413). Ours is held to
less, because each generation makes the same number of steps: the real text is a tenth of what the tenth one reads.
"""


def verdicts(rows: Sequence[Row]) -> list[Check]:
    """Return the checks that the lines at hand allow; none with a single seed, which has no interval.

    At the last generation: the loss on human text rises under `replace`; it rises by less under every other regime,
    slowly where all text is kept (Gerstgrasser et al., arXiv 2404.01413), and refitting on real text stays flat. A
    guard's line lies between that of the same stream without a guard and that of no machine text (`control`).
    """
    rises = {(row.regime, row.arm): row for row in _last(rows) if row.chains > 1}
    worst = rises.get(("replace", "loop"))
    if worst is None or worst.generation < 2:
        return []
    found = [_above(worst, 0.0, "rises")]
    for (regime, arm), row in rises.items():
        if (regime, arm) != ("replace", "loop"):
            found.append(_less(row, worst))
        if arm == "control" or regime.startswith("accumulate"):
            found.append(_flat(row, worst, FLAT if arm == "control" else SLOW))
    return [*found, *_guards(rises)]


def _last(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the last `rise` of every line."""
    known = [row for row in rows if row.measure == "rise"]
    last = max((row.generation for row in known), default=0)
    yield from (row for row in known if row.generation == last)


def _above(row: Row, floor: float, what: str) -> Check:
    tolerance = _quantile(row) * row.error
    return Check(f"{_name(row)} {what}", row.mean, floor, tolerance, row.mean - tolerance > floor)


def _less(row: Row, other: Row) -> Check:
    """Whether the rise is less than the other's by more than chance: the interval of the difference excludes 0."""
    difference = row.mean - other.mean
    tolerance = max(_quantile(row), _quantile(other)) * float(np.hypot(row.error, other.error))
    return Check(f"{_name(row)} less than {_name(other)}", difference, 0.0, tolerance, difference + tolerance < 0)


def _flat(row: Row, worst: Row, share: float) -> Check:
    """Whether the rise is less than a share of the rise under `replace`, with its interval."""
    tolerance = _quantile(row) * float(np.hypot(row.error, share * worst.error))
    ceiling = share * worst.mean
    name = f"{_name(row)} less than {share:.0%} of {_name(worst)}"
    return Check(name, row.mean, ceiling, tolerance, row.mean + tolerance < ceiling)


def _guards(rises: dict[tuple[str, str], Row]) -> Iterator[Check]:
    """Yield for each guard whether it loses less than its stream does bare, and not less than the control."""
    control = rises.get(("replace", "control"))
    for (regime, arm), row in rises.items():
        if arm != "loop" or not parse(regime).guarded:
            continue
        bare = rises.get((str(replace(parse(regime), hit=0.0, false_alarm=0.0)), "loop"))
        if bare:
            yield _less(row, bare)
        if control:
            difference = row.mean - control.mean
            tolerance = max(_quantile(row), _quantile(control)) * float(np.hypot(row.error, control.error))
            name = f"{_name(row)} not less than {_name(control)}"
            yield Check(name, difference, 0.0, tolerance, difference + tolerance >= 0)


def _quantile(row: Row) -> float:
    return student_quantile(row.chains - 1, CONFIDENCE)


def _name(row: Row) -> str:
    return f"{row.regime} {row.arm} n={row.generation} rise"
