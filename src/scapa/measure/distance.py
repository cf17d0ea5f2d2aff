"""Distances between distributions. Natural logarithms (nats); discrete distributions along the last axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def w2_squared_1d(mean: ArrayLike, sd: ArrayLike, other_mean: ArrayLike, other_sd: ArrayLike) -> Floats:
    """Return W₂² = (μ₁−μ₂)² + (σ₁−σ₂)² of two normal laws on the line, elementwise."""
    shift = np.subtract(mean, other_mean, dtype=float)
    stretch = np.subtract(sd, other_sd, dtype=float)
    return np.asarray(shift**2 + stretch**2)


def w2_squared(mean: ArrayLike, cov: ArrayLike, other_mean: ArrayLike, other_cov: ArrayLike) -> float:
    """Return W₂² = |μ₁−μ₂|² + tr(Σ₁ + Σ₂ − 2(Σ₂^½ Σ₁ Σ₂^½)^½) of two normal laws (Dowson & Landau 1982)."""
    first, second = np.atleast_2d(np.asarray(cov, dtype=float)), np.atleast_2d(np.asarray(other_cov, dtype=float))
    root = _root(second)
    cross = np.linalg.eigvalsh(root @ first @ root)
    shift = np.atleast_1d(np.subtract(mean, other_mean, dtype=float))
    traces = np.trace(first) + np.trace(second) - 2 * np.sqrt(np.clip(cross, 0, None)).sum()
    return float(shift @ shift + max(traces, 0.0))


def kl_gaussian(mean: ArrayLike, cov: ArrayLike, other_mean: ArrayLike, other_cov: ArrayLike) -> float:
    """Return KL(N(mean, cov) ‖ N(other_mean, other_cov)) in nats; infinite where the first is degenerate."""
    first, second = np.atleast_2d(np.asarray(cov, dtype=float)), np.atleast_2d(np.asarray(other_cov, dtype=float))
    shift = np.atleast_1d(np.subtract(other_mean, mean, dtype=float))
    sign, log_det = np.linalg.slogdet(first)
    if sign <= 0:
        return float("inf")
    spread = np.trace(np.linalg.solve(second, first)) + shift @ np.linalg.solve(second, shift)
    return float((spread - len(shift) + np.linalg.slogdet(second)[1] - log_det) / 2)


def kl(p: ArrayLike, q: ArrayLike) -> Floats:
    """Return KL(p ‖ q) = Σ p ln(p/q) in nats; infinite where q lacks a state that p has."""
    p_, q_ = np.broadcast_arrays(np.asarray(p, dtype=float), np.asarray(q, dtype=float))
    terms = np.zeros(p_.shape)
    both = (p_ > 0) & (q_ > 0)
    terms[both] = p_[both] * np.log(p_[both] / q_[both])
    terms[(p_ > 0) & (q_ == 0)] = np.inf
    return np.asarray(terms.sum(axis=-1))


def total_variation(p: ArrayLike, q: ArrayLike) -> Floats:
    """Return TV(p, q) = ½ Σ|p − q|, in [0, 1]."""
    return np.asarray(np.abs(np.subtract(p, q, dtype=float)).sum(axis=-1) / 2)


def _root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T)
