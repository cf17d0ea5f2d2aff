"""Fresh real data beside machine data in every generation, weighted: the golden ratio (He 2502.18049).

The estimate is w·(mean of n real items) + (1−w)·(mean of m machine items), the variance likewise with both unbiased.
"""

from __future__ import annotations

from math import sqrt


def weighted_drift(real: int, machine: int, weight: float, generation: int) -> float:
    """Return E[(μ_t−μ)²]/σ² at generation t; generation 1 is the mean of n real items.

    V_t = w²/n + (1−w)²(V_(t−1) + 1/m).
    """
    drift = 1 / real
    for _ in range(generation - 1):
        drift = weight**2 / real + (1 - weight) ** 2 * (drift + 1 / machine)
    return drift


def weighted_limit(real: int, machine: int, weight: float) -> float:
    """Return lim E[(μ_t−μ)²]/σ² = [w² + k(1−w)²]/(n·w(2−w)), k = n/m; at the best weight it is w*/n."""
    k = real / machine
    return (weight**2 + k * (1 - weight) ** 2) / (real * weight * (2 - weight))


def weighted_spread(real: int, machine: int, weight: float, generation: int) -> float:
    """Return Var[v_t]/σ⁴ for normal items: U_t = 2w²/(n−1) + (1−w)²(U_(t−1) + 2(1+U_(t−1))/(m−1)), U_1 = 2/(n−1)."""
    spread = 2 / (real - 1)
    for _ in range(generation - 1):
        written = spread + 2 * (1 + spread) / (machine - 1)
        spread = 2 * weight**2 / (real - 1) + (1 - weight) ** 2 * written
    return spread


def best_weight(real: int, machine: int) -> float:
    """Return w* = (√(k²+4k) − k)/2, k = n/m: 0.618…, the golden ratio's inverse, where both are as many."""
    k = real / machine
    return (sqrt(k * k + 4 * k) - k) / 2
