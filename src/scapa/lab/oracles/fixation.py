"""Late collapse: when one state alone is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def fixation_time(p: ArrayLike, size: int) -> float:
    """Return E[T until one state is left] ≈ −2M Σ(1−p)ln(1−p) (diffusion; 1.5 to 7 % high, worst for rare states)."""
    share = np.asarray(p, dtype=float)
    rest = 1 - share[share < 1]
    return float(-2 * size * (rest * np.log(rest)).sum())


def fixation_time_two(size: int, start: int) -> float:
    """Return E[T] exactly for two states, `start` of M draws in the first: solve (I − Q)t = 1 (binomial Q)."""
    if not 0 < start < size:
        return 0.0
    chance = _resampling(np.arange(1, size) / size, size)
    return float(np.linalg.solve(np.eye(size - 1) - chance, np.ones(size - 1))[start - 1])


def undecided_two(size: int, p: float, generations: int) -> Floats:
    """Return P(both of two states are alive) exactly after each of `generations` draws, the first from (p, 1−p)."""
    chance = _resampling(np.arange(1, size) / size, size)
    alive = _resampling(np.array([p]), size)[0]
    found = [alive.sum()]
    for _ in range(generations - 1):
        alive = alive @ chance
        found.append(alive.sum())
    return np.array(found)


def undecided_bounds(p: ArrayLike, size: int, generations: int) -> tuple[float, float]:
    """Return a lower and an upper bound on P(more than one state is alive) after k ≥ 1 draws.

    H = 1 − Σp² has the mean H_0 r^k; while s states can be alive it is at most 1 − 1/s, and at least 2(M−1)/M² until
    one is alone. Two states: 4p(1−p)r^k (Seddik 2404.05090) and M²/(M−1)·p(1−p)r^k, sharper than their 2Mp(1−p)r^k.
    """
    share = np.asarray(p, dtype=float)
    left = float(1 - (share**2).sum()) * (1 - 1 / size) ** generations
    return left / (1 - 1 / len(share)), min(1.0, left * size**2 / (2 * (size - 1)))


def seddik_ceiling(p: float, size: int, generations: int) -> float:
    """Return 2Mp(1−p)(1−1/M)^k, the upper bound of Seddik (2404.05090) on P(both of two states are alive)."""
    return 2 * size * p * (1 - p) * (1 - 1 / size) ** generations


def _resampling(p: Floats, size: int) -> Floats:
    """Return P(count = 1 … M−1 of M draws) for each p in (0, 1), shape (len(p), M−1)."""
    inner = np.arange(1, size)
    factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, size + 1)))])
    choose = factorial[size] - factorial[inner] - factorial[size - inner]
    return np.asarray(np.exp(choose + inner * np.log(p[:, None]) + (size - inner) * np.log1p(-p[:, None])))
