"""Regression with a fixed share p of synthetic labels: more data do not help below p²c² (Dohmatob 2410.04840).

Synthetic labels follow w* + δ, E‖δ‖² = c². Features are standard normal; the error is E‖w − w*‖².
"""

from __future__ import annotations

from scapa.lab.oracles.regression import carried, one_fit


def synthetic_floor(share: float, quality: float, penalty: float = 0.0, signal: float = 1.0) -> float:
    """Return the error at n → ∞: p²c² without a penalty, (p²c² + λ²‖w*‖²)/(1+λ)² with one of nλ‖w‖².

    Without a penalty it is a lower bound at any n, because E[S⁻¹G] = p·I. `quality` is c², `signal` ‖w*‖².
    """
    return (share**2 * quality + penalty**2 * signal) / (1 + penalty) ** 2


def best_penalty(share: float, quality: float, signal: float = 1.0) -> float:
    """Return the λ of least error at n → ∞, p²c²/‖w*‖²; it leaves p²c²·‖w*‖²/(p²c² + ‖w*‖²), above zero still."""
    return share**2 * quality / signal


def synthetic_error(human: int, machine: int, dimension: int, quality: float, noise: float = 1.0) -> float:
    """Return the exact error without a penalty: c²·`carried` + σ²d/(n−d−1)."""
    spoilt = quality * float(carried(float(human), float(machine), dimension))
    return spoilt + noise**2 * float(one_fit(float(human + machine), dimension))
