"""Digamma and trigamma in a few lines, so that the lab's theory needs no scipy."""

from __future__ import annotations

from collections.abc import Sequence
from math import log


def digamma(x: float) -> float:
    """Return ψ(x) for x > 0 (Abramowitz & Stegun 6.3.5 up to x ≥ 10, then 6.3.18); error below 1e-13."""
    shift = 0.0
    while x < 10:
        shift -= 1 / x
        x += 1
    tail = _series(x, (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12))
    return shift + log(x) - 1 / (2 * x) - tail


def trigamma(x: float) -> float:
    """Return ψ′(x) for x > 0 (Abramowitz & Stegun 6.4.6 up to x ≥ 10, then 6.4.12); error below 1e-13."""
    shift = 0.0
    while x < 10:
        shift += 1 / (x * x)
        x += 1
    tail = _series(x, (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6))
    return shift + 1 / x + 1 / (2 * x * x) + tail / x


def _series(x: float, coefficients: Sequence[float]) -> float:
    return sum(c / x ** (2 * k) for k, c in enumerate(coefficients, start=1))
