"""Discrete distributions: which states are still alive, and what temperature makes of them."""

from __future__ import annotations

from math import expm1, inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def support_after_one(p: ArrayLike, size: int) -> float:
    """Return E[number of states seen in M draws] = Σ 1 − (1−p_i)^M."""
    return float(survival_after_one(p, size).sum())


def survival_after_one(p: ArrayLike, size: int) -> Floats:
    """Return P(state i is seen in M draws) = 1 − (1−p_i)^M for every state."""
    share = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        return np.asarray(-np.expm1(size * np.log1p(-share)))


def survival_bound(p: ArrayLike, size: int, generations: int) -> Floats:
    """Return 1 − exp(−M p g_k), a lower bound on P(state survives k `replace` generations) (Suresh 2412.17646).

    g_k = g(g_(k−1)), g_1 = 1, g(x) = 1 − e^(−x): a Poisson branching process that shares its mass.
    """
    return np.asarray(-np.expm1(-size * np.asarray(p, dtype=float) * branching(generations)))


def branching(generations: int) -> float:
    """Return g_k = g∘…∘g(∞), g(x) = 1 − e^(−x); k·g_k lies in [1, 2]."""
    value = inf
    for _ in range(generations):
        value = -expm1(-value)
    return value


def temperature_limit(p: ArrayLike, temperature: float, generations: int) -> Floats:
    """Return p_n ∝ p_0^(τ^(−n)): sampling at temperature τ with infinite data (after Marchi 2404.02325)."""
    share = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        logs = np.log(share) * temperature ** (-generations)
    weight = np.exp(logs - logs.max())
    return np.asarray(weight / weight.sum())
