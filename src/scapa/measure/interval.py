"""Intervals: bootstrap percentiles over independent units, Wilson for a share, paired differences, few seeds.

The unit that is resampled must be the one that is independent: a document, a window, a seed; never a token. A handful
of seeds is too few to resample: `of_mean` and `of_ratio` use Student's t, which takes them as normal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scapa.errors import UsageError

Statistic = Callable[[NDArray[Any]], float]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the ends of its interval at confidence `level`."""

    estimate: float
    low: float
    high: float
    level: float = 0.95

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def bootstrap(
    units: ArrayLike,
    rng: np.random.Generator,
    *,
    statistic: Statistic | None = None,
    replicates: int = 2_000,
    level: float = 0.95,
) -> Interval:
    """Return the percentile bootstrap interval (Efron 1979) of `statistic` (default: the mean) over axis 0 of `units`.

    One row is one independent unit. Raises `UsageError` for fewer than two units.
    """
    values = np.asarray(units)
    if len(values) < 2:
        raise UsageError("a bootstrap needs two units at least", next="give more documents or windows")
    if statistic is None:
        draws = _bootstrap_means(values.astype(float), rng, replicates)
        return _percentiles(float(values.mean()), draws, level)
    picks = rng.integers(len(values), size=(replicates, len(values)))
    return _percentiles(statistic(values), np.array([statistic(values[pick]) for pick in picks]), level)


def paired_difference(
    after: ArrayLike, before: ArrayLike, rng: np.random.Generator, *, replicates: int = 2_000, level: float = 0.95
) -> Interval:
    """Return the mean of `after − before` with its bootstrap interval; row i of both is the same document or window."""
    first, second = np.asarray(after, dtype=float), np.asarray(before, dtype=float)
    if first.shape != second.shape:
        raise UsageError(f"paired values differ in shape: {first.shape} and {second.shape}")
    return bootstrap(first - second, rng, replicates=replicates, level=level)


def of_mean(values: ArrayLike, *, level: float = 0.95) -> Interval:
    """Return the mean with Student's t interval (1908), of as few as two independent values such as seeds."""
    numbers = _independent(values)
    mean = float(numbers.mean())
    half = student_quantile(len(numbers) - 1, level) * float(numbers.std(ddof=1)) / np.sqrt(len(numbers))
    return Interval(mean, mean - float(half), mean + float(half), level)


def of_ratio(numerators: ArrayLike, denominators: ArrayLike, *, level: float = 0.95) -> Interval:
    """Return mean numerator / mean denominator with Fieller's interval (1954); row i of both is the same seed.

    The interval is endless on both sides where the denominator cannot be told from 0.
    """
    above, below = _independent(numerators), _independent(denominators)
    if above.shape != below.shape:
        raise UsageError(f"paired values differ in shape: {above.shape} and {below.shape}")
    a, b = float(above.mean()), float(below.mean())
    shrink = student_quantile(len(above) - 1, level) ** 2 / len(above)
    (aa, ab), (_, bb) = shrink * np.cov(above, below)
    square, cross, rest = b * b - bb, a * b - ab, a * a - aa
    if b == 0 or square <= 0:
        return Interval(a / b if b else float("nan"), float("-inf"), float("inf"), level)
    half = np.sqrt(max(cross * cross - square * rest, 0.0))
    return Interval(a / b, float((cross - half) / square), float((cross + half) / square), level)


def student_quantile(free: int, level: float) -> float:
    """Return the t that |T| of Student's law with `free` degrees stays below with chance `level`.

    By bisection of the exact distribution function for whole degrees (Abramowitz & Stegun 26.7.3 and 26.7.4).
    """
    if free < 1 or not 0 < level < 1:
        raise UsageError(f"Student's law has no quantile for {free} degrees and level {level}")
    low, high = 0.0, np.pi / 2
    odd = free % 2
    terms = np.arange(1 + odd, free - 1, 2)
    weights = np.cumprod(np.concatenate([[1.0], terms / (terms + 1)]))
    for _ in range(60):
        angle = (low + high) / 2
        cosines = np.cos(angle) ** (odd + 2 * np.arange(len(weights)))
        chance = np.sin(angle) * float(weights @ cosines)
        if odd:
            chance = 2 / np.pi * (angle + (chance if free > 1 else 0.0))
        low, high = (angle, high) if chance < level else (low, angle)
    return float(np.tan(low) * np.sqrt(free))


def wilson(successes: int, trials: int, *, level: float = 0.95) -> Interval:
    """Return Wilson's score interval (JASA 22:209, 1927) for a share; no trials give [0, 1] around nan.

    Raises `UsageError` unless 0 ≤ successes ≤ trials.
    """
    if not 0 <= successes <= trials:
        raise UsageError(f"{successes} successes out of {trials} trials cannot be")
    if trials == 0:
        return Interval(float("nan"), 0.0, 1.0, level)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, weight = successes / trials, z * z / trials
    centre = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * float(np.sqrt(share * (1 - share) / trials + weight / (4 * trials)))
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == trials else centre + half
    return Interval(share, low, high, level)


def _independent(values: ArrayLike) -> NDArray[np.float64]:
    numbers = np.asarray(values, dtype=float)
    if numbers.ndim != 1 or len(numbers) < 2:
        raise UsageError("an interval needs two independent values at least", next="run more seeds")
    return numbers


def _bootstrap_means(values: NDArray[np.float64], rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
    flat = values.reshape(len(values), -1).mean(axis=1)
    weights = rng.multinomial(len(flat), np.full(len(flat), 1 / len(flat)), size=replicates)
    means: NDArray[np.float64] = weights @ flat / len(flat)
    return means


def _percentiles(estimate: float, draws: NDArray[np.float64], level: float) -> Interval:
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(estimate, float(low), float(high), level)
