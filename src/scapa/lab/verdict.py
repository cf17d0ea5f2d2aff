"""From chains to rows and checks: Monte-Carlo means with their standard errors, held against exact expectations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scapa.lab.regimes import Arm, parse
from scapa.records import Check
from scapa.store.run import Row

Z_LIMIT = 5.0
"""A check fails beyond this many standard errors, by chance once in 1.7 million; few chains widen it (Student's t)."""

RARE_EVENTS = 14.4
"""−ln of the chance of `Z_LIMIT`: seeing none of a Poisson number of events is as rare when this many are expected."""


def limit(chains: int) -> float:
    """Return the quantile of Student's t with the chance of `Z_LIMIT` (Abramowitz & Stegun 26.7.5, three terms)."""
    z, free = Z_LIMIT, max(chains - 1, 1)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    return z + (z**3 + z) / (4 * free) + second


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


def check(row: Row, step: float = 0.0) -> Check:
    """Return whether the mean lies within `limit` standard errors of the row's theory.

    `step` is by how much one rare event in one chain moves a measure that mostly stands still, such as the support
    when nearly all is seen: the observed error may then be 0, and up to `RARE_EVENTS` of them are no surprise.
    """
    expected = float("nan") if row.theory is None else row.theory
    tolerance = limit(row.chains) * row.error + RARE_EVENTS * step / row.chains + 1e-9 * abs(expected)
    return Check(_name(row), row.mean, expected, tolerance, abs(row.mean - expected) <= tolerance)


def check_floor(row: Row, floor: float) -> Check:
    """Return whether the mean is not below `floor` by more than `limit` standard errors."""
    tolerance = limit(row.chains) * row.error + 1e-9 * abs(floor)
    return Check(f"{_name(row)} at least", row.mean, floor, tolerance, row.mean >= floor - tolerance)


def check_ceiling(row: Row, ceiling: float) -> Check:
    """Return whether the mean is not above `ceiling` by more than `limit` standard errors."""
    tolerance = limit(row.chains) * row.error + 1e-9 * abs(ceiling)
    return Check(f"{_name(row)} at most", row.mean, ceiling, tolerance, row.mean <= ceiling + tolerance)


def check_between(row: Row, low: float, high: float, source: str, *, statistic: str = "mean") -> Check:
    """Return whether the mean (or median) lies in the published range of `source`: no allowance is made for chance."""
    observed = row.median if statistic == "median" else row.mean
    name = f"{_name(row)} {statistic} as {source}"
    return Check(name, observed, (low + high) / 2, (high - low) / 2, low <= observed <= high)


def _name(row: Row) -> str:
    at = "" if row.at is None else f"at {row.at:g}"
    parts = (row.regime, row.arm, row.estimator, f"M={row.size}", at, f"n={row.generation}", row.measure)
    return " ".join(part for part in parts if part)


def _standard_error(values: NDArray[np.float64]) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")
