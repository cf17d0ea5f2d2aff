"""Power laws p_i = C·i^(−β), β > 1: what a sample of T items cuts off (Dohmatob 2402.07043, "A Tale of Tails")."""

from __future__ import annotations

from math import gamma


def power_law_support(items: int, beta: float, mass: float) -> float:
    """Return E[different states among T draws] ≈ Γ(1−1/β)(CT)^(1/β) − ½, `mass` C the commonest state's.

    Σ 1−exp(−C T i^(−β)) as an integral, with Euler and Maclaurin's −½. It is the *size* of the support: the paper's
    cut-off k ≍ T^(1/β) without its factor.
    """
    return float(gamma(1 - 1 / beta) * (mass * items) ** (1 / beta) - 0.5)


def power_law_missing(items: int, beta: float, mass: float) -> float:
    """Return E[mass of the states that T draws miss] ≈ Γ(1−1/β)/β·C^(1/β)·T^(1/β−1): the support's slope."""
    return float(gamma(1 - 1 / beta) / beta * mass ** (1 / beta) * items ** (1 / beta - 1))
