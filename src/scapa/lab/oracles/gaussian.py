"""One-dimensional Gaussian: what refitting does to its mean and variance under `replace`, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, expm1, inf, lgamma, log, log1p, prod, sqrt

from scapa.lab.oracles.special import digamma, trigamma

MOST_GROWTH = 700.0
"""e to this is near the largest number there is."""


def c4(size: int) -> float:
    """Return c₄(M) = √(2/(M−1)) Γ(M/2)/Γ((M−1)/2): E[s]/σ of M normal draws, ddof 1 (Holtzman 1950)."""
    return sqrt(2 / (size - 1)) * exp(lgamma(size / 2) - lgamma((size - 1) / 2))


def w2_replace(size: int, generations: int, ddof: int, variance: float = 1.0) -> float:
    """Return E[W₂²] to the original after n `replace` generations, normal start (paper's Theorem 3.1, made exact).

    ddof 1: σ²[n/M + 2(1 − c₄ⁿ)]; ddof 0: 2σ²(1 − (c₄√r)ⁿ), never above 2σ².
    """
    if ddof == 1:
        return variance * (generations / size + 2 * (1 - c4(size) ** generations))
    return 2 * variance * (1 - (c4(size) * sqrt(1 - 1 / size)) ** generations)


def kl_replace(size: int, generations: int, ddof: int) -> float:
    """Return E[KL(N(μ, σ²) ‖ N(μ_n, σ_n²))] in nats after n `replace` generations, normal start; M > 3.

    ½{aⁿ + Σ_(j≤n) aʲ/M − 1 + E[log σ_n²/σ²]}, a = (M−ddof)/(M−3) = E[σ²_(i−1)/σ_i²]: each step of the mean is of width
    σ_(i−1)/√M, and independent of the variances that come after it (Cochran). It grows without bound, as 1/σ_n² does;
    infinite where it is past the largest number.
    """
    growth = generations * log1p((3 - ddof) / (size - 3))
    if growth > MOST_GROWTH:
        return inf
    more = expm1(growth)  # aⁿ − 1; the sum is a(aⁿ − 1)/(a − 1)
    steps = more * (size - ddof) / (3 - ddof) / size
    return (more + steps + log_variance(size, generations, ddof)[0]) / 2


def w2_of_sizes(sizes: Sequence[int], variance: float = 1.0) -> float:
    """Return E[W₂²] after a generation of each of `sizes`, unbiased estimator: σ²[Σ 1/M_i + 2(1 − Π c₄(M_i))]."""
    return variance * (sum(1 / size for size in sizes) + 2 * (1 - prod(map(c4, sizes))))


def fourth_moment(size: int, generations: int, ddof: int) -> float:
    """Return E[σ_n⁴]/σ⁴ after n `replace` generations: ((M+1)/(M−1))ⁿ for ddof 1, ((M²−1)/M²)ⁿ for ddof 0.

    So heavy-tailed that a mean over chains shows it for n ≤ M/4 only.
    """
    return ((size + 1) / (size - 1) if ddof == 1 else 1 - 1 / size**2) ** generations


def log_variance(size: int, generations: int, ddof: int) -> tuple[float, float]:
    """Return E and Var of log(σ_n²/σ²) after n `replace` generations, normal start.

    n[ψ((M−1)/2) + log(2/(M−ddof))] and n ψ′((M−1)/2): each generation multiplies by χ²_(M−1)/(M−ddof).
    """
    half = (size - 1) / 2
    return generations * (digamma(half) + log(2 / (size - ddof))), generations * trigamma(half)


def bias_moments(size: int, generations: int, bias: float) -> tuple[float, float]:
    """Return (E[v_t], E[(μ_t−μ)²])/σ² of `replace` with sampling bias λ ≠ 1 in *every* draw, ddof 1.

    λ^t and λ(1−λ^t)/((1−λ)M) (after Alemohammad 2307.01850).
    """
    return bias**generations, bias * (1 - bias**generations) / ((1 - bias) * size)
