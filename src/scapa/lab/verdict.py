"""From chains to rows and checks: Monte-Carlo means with their standard errors, held against exact expectations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scapa.lab.regimes import Arm, parse
from scapa.measure.interval import student_quantile
from scapa.records import Check
from scapa.store.run import Row

Z_LIMIT = 5.0
"""A check fails beyond this many standard errors, by chance once in 1.7 million; few chains widen it (Student's t)."""

CHANCE = 0.999999426696856
"""The mass of a normal law within `Z_LIMIT` deviations."""

WIDEST = 0.5
"""With a tolerance of more than this share of what is expected a check could hardly fail, and so is not made."""

RARE_EVENTS = 14.4
"""−ln of the chance of `Z_LIMIT`: seeing none of a Poisson number of events is as rare when this many are expected."""


@lru_cache(maxsize=256)
def limit(chains: int) -> float:
    """Return how many standard errors of the mean of `chains` chains have the chance of `Z_LIMIT` (Student's t)."""
    return student_quantile(max(chains - 1, 1), CHANCE)


@dataclass(frozen=True, slots=True)
class Line:
    """The coordinates of one line of an experiment, which every row of it carries; `at` is what is swept over."""

    regime: str
    arm: Arm
    size: int
    estimator: str = ""
    at: float | None = None

    @classmethod
    def of(cls, regime: str, arm: Arm, size: int, estimator: str = "") -> Line:
        """Return the line of an arm of a regime: regimes with the same control share its line."""
        return cls(str(parse(regime).for_arm(arm)), arm, size, estimator)

    def row(
        self,
        generation: int,
        measure: str,
        values: NDArray[np.float64] | Sequence[float],
        theory: float | None = None,
        *,
        floor: float | None = None,
        ceiling: float | None = None,
    ) -> Row:
        """Return the row of one measure over the chains; `floor` and `ceiling` are proven bounds of its mean."""
        found = np.asarray(values, dtype=float)
        low, median, high = np.quantile(found, [0.05, 0.5, 0.95])
        return Row(
            regime=self.regime,
            arm=self.arm,
            size=self.size,
            estimator=self.estimator,
            chains=len(found),
            generation=generation,
            measure=measure,
            mean=float(found.mean()),
            error=_standard_error(found),
            median=float(median),
            low=float(low),
            high=float(high),
            theory=theory,
            floor=floor,
            ceiling=ceiling,
            at=self.at,
        )


def check(row: Row, step: float = 0.0) -> Check | None:
    """Return whether the mean lies within `limit` standard errors of the row's theory; None if it could not fail.

    `step` is by how much one rare event in one chain moves a measure that mostly stands still, such as the support
    when nearly all is seen: the observed error may then be 0, and up to `RARE_EVENTS` of them are no surprise.
    """
    expected = float("nan") if row.theory is None else row.theory
    tolerance = limit(row.chains) * row.error + RARE_EVENTS * step / row.chains + 1e-9 * abs(expected)
    return _told(Check(_name(row), row.mean, expected, tolerance, abs(row.mean - expected) <= tolerance))


def check_floor(row: Row, floor: float) -> Check | None:
    """Return whether the mean is not below `floor` by more than `limit` standard errors; None as in `check`."""
    tolerance = limit(row.chains) * row.error + 1e-9 * abs(floor)
    return _told(Check(f"{_name(row)} at least", row.mean, floor, tolerance, row.mean >= floor - tolerance))


def check_ceiling(row: Row, ceiling: float) -> Check | None:
    """Return whether the mean is not above `ceiling` by more than `limit` standard errors; None as in `check`."""
    tolerance = limit(row.chains) * row.error + 1e-9 * abs(ceiling)
    return _told(Check(f"{_name(row)} at most", row.mean, ceiling, tolerance, row.mean <= ceiling + tolerance))


def check_between(row: Row, low: float, high: float, source: str, *, statistic: str = "mean") -> Check:
    """Return whether the mean (or median) lies in the published range of `source`: no allowance is made for chance."""
    observed = row.median if statistic == "median" else row.mean
    name = f"{_name(row)} {statistic} as {source}"
    return Check(name, observed, (low + high) / 2, (high - low) / 2, low <= observed <= high)


def _told(found: Check) -> Check | None:
    """Return the check, but None if it passes however far off the figure is: about 0 any tolerance is none too wide."""
    wide = found.passed and found.expected != 0 and found.tolerance > WIDEST * abs(found.expected)
    return None if wide else found


def _name(row: Row) -> str:
    at = "" if row.at is None else f"at {row.at:g}"
    parts = (row.regime, row.arm, row.estimator, f"M={row.size}", at, f"n={row.generation}", row.measure)
    return " ".join(part for part in parts if part)


def _standard_error(values: NDArray[np.float64]) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")
