"""From chains to rows and checks: Monte-Carlo means with their standard errors, held against exact expectations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scapa.lab.run import Row
from scapa.records import Check

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
    """The coordinates of one line of an experiment, which every row of it carries."""

    regime: str
    arm: str
    size: int
    estimator: str = ""

    def row(self, generation: int, measure: str, values: NDArray[np.float64], theory: float | None = None) -> Row:
        """Return the row of one measure over the chains."""
        low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
        return Row(
            self.regime,
            self.arm,
            self.size,
            self.estimator,
            len(values),
            generation,
            measure,
            float(values.mean()),
            _standard_error(values),
            float(median),
            float(low),
            float(high),
            theory,
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


def _name(row: Row) -> str:
    parts = (row.regime, row.arm, row.estimator, f"M={row.size}", f"n={row.generation}", row.measure)
    return " ".join(part for part in parts if part)


def _standard_error(values: NDArray[np.float64]) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")
