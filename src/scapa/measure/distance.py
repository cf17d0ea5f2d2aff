"""Distances between distributions. Natural logarithms (nats); discrete distributions along the last axis.

W₂² of normal laws and squared L2 of Gaussian mixtures in closed form; of samples exactly, not by binning.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scapa.errors import UsageError
from scapa.measure.extra import lab_module

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


def w2_squared_line(first: ArrayLike, second: ArrayLike) -> Floats:
    """Return W₂² = ∫(F⁻¹−G⁻¹)² of two samples on the line, exactly, by sorting: shapes (…, n) and (…, m) give (…).

    The expectation between two samples of one law is above 0: compare with a control of the same sizes. Raises
    `UsageError` for an empty sample.
    """
    x, y = np.sort(np.asarray(first, dtype=float), axis=-1), np.sort(np.asarray(second, dtype=float), axis=-1)
    n, m = x.shape[-1] if x.ndim else 0, y.shape[-1] if y.ndim else 0
    if n == 0 or m == 0:
        raise UsageError("an empty sample has no distance")
    if n == m:
        return np.asarray(((x - y) ** 2).mean(axis=-1))
    # Quantile functions step at i/n and j/m; counted in units of 1/(n·m) the steps are whole numbers.
    steps = np.union1d(np.arange(1, n + 1) * m, np.arange(1, m + 1) * n)
    gaps = x[..., (steps - 1) // m] - y[..., (steps - 1) // n]
    return np.asarray(gaps**2 @ (np.diff(steps, prepend=0) / (n * m)))


def w2_squared_samples(first: ArrayLike, second: ArrayLike) -> float:
    """Return W₂² of two samples of equal number, both (n, d), exactly: the best assignment of one to the other.

    With n points of equal weight on both sides some permutation is an optimal plan (Birkhoff). One dimension is sorted;
    more are solved on an n × n table of costs: 4 ms for 200 points, 40 ms for 500, .3 s for 1,000. The expectation
    between two samples of one law is above 0: compare with a control of the same number. Raises `UsageError` for
    shapes that don't match, `MissingPart` without scipy.
    """
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if x.ndim != 2 or x.shape != y.shape or 0 in x.shape:
        raise UsageError(f"samples {x.shape} and {y.shape} must be tables of as many points of one dimension")
    if x.shape[1] == 1:
        return float(w2_squared_line(x[:, 0], y[:, 0]))
    costs = ((x[:, None] - y) ** 2).sum(axis=2)
    best = lab_module("scipy.optimize").linear_sum_assignment(costs)
    return float(costs[best].mean())


def l2_squared_mixtures(
    weights: ArrayLike,
    means: ArrayLike,
    covs: ArrayLike,
    other_weights: ArrayLike,
    other_means: ArrayLike,
    other_covs: ArrayLike,
) -> Floats:
    """Return ∫(p−q)² of two Gaussian mixtures with full covariances, over any number of chains at once.

    Shapes (…, K), (…, K, d), (…, K, d, d) of each; K may differ, leading axes broadcast. ∫N(x;a,A)N(x;b,B)dx =
    N(a;b,A+B), so the integral is a sum over pairs of components. Infinite where a component of either is degenerate.
    """
    w, v = np.asarray(weights, dtype=float), np.asarray(other_weights, dtype=float)
    chains = np.broadcast_shapes(w.shape[:-1], v.shape[:-1])
    signed = _joined(w, -v, chains, 1)
    centre = _joined(means, other_means, chains, 2)
    spread = _joined(covs, other_covs, chains, 3)
    between = _normal_density(
        centre[..., :, None, :] - centre[..., None, :, :], spread[..., :, None, :, :] + spread[..., None, :, :, :]
    )
    total = np.einsum("...i,...ij,...j->...", signed, np.where(np.isfinite(between), between, 0.0), signed)
    endless = np.isinf(np.diagonal(between, axis1=-2, axis2=-1)) & (signed != 0)
    return np.where(endless.any(axis=-1), np.inf, np.maximum(total, 0.0))


def kl_gaussian(mean: ArrayLike, cov: ArrayLike, other_mean: ArrayLike, other_cov: ArrayLike) -> Floats:
    """Return KL(N(mean, cov) ‖ N(other_mean, other_cov)) in nats, over any number of chains at once.

    Shapes (…, d) and (…, d, d) of each, leading axes broadcast. Infinite where a covariance is degenerate: neither law
    has a density there with respect to the other.
    """
    first, second = np.asarray(cov, dtype=float), np.asarray(other_cov, dtype=float)
    shift = np.subtract(other_mean, mean, dtype=float)
    (sign, log_det), (other_sign, other_log_det) = np.linalg.slogdet(first), np.linalg.slogdet(second)
    sound = np.where((other_sign > 0)[..., None, None], second, np.eye(shift.shape[-1]))
    spread = np.trace(np.linalg.solve(sound, first), axis1=-2, axis2=-1)
    far = (shift * np.linalg.solve(sound, shift[..., None])[..., 0]).sum(axis=-1)
    proper = (sign > 0) & (other_sign > 0)
    apart = np.where(proper, other_log_det, 0.0) - np.where(proper, log_det, 0.0)
    return np.where(proper, (spread + far - shift.shape[-1] + apart) / 2, np.inf)


def kl(p: ArrayLike, q: ArrayLike) -> Floats:
    """Return KL(p ‖ q) = Σ p ln(p/q) in nats; infinite where q lacks a state that p has."""
    p_, q_ = np.broadcast_arrays(np.asarray(p, dtype=float), np.asarray(q, dtype=float))
    here, there = p_ > 0, q_ > 0
    ratio = np.divide(p_, q_, out=np.ones(p_.shape), where=here & there)
    return np.where((here & ~there).any(axis=-1), np.inf, (p_ * np.log(ratio)).sum(axis=-1))


def total_variation(p: ArrayLike, q: ArrayLike) -> Floats:
    """Return TV(p, q) = ½ Σ|p − q|, in [0, 1]."""
    return np.asarray(np.abs(np.subtract(p, q, dtype=float)).sum(axis=-1) / 2)


def _joined(first: ArrayLike, second: ArrayLike, chains: tuple[int, ...], own: int) -> Floats:
    """Return both mixtures' components as one list along the first of their `own` last axes."""
    whole = [np.asarray(values, dtype=float) for values in (first, second)]
    whole = [np.broadcast_to(values, chains + values.shape[values.ndim - own :]) for values in whole]
    return np.concatenate(whole, axis=-own)


def _normal_density(gap: Floats, cov: Floats) -> Floats:
    """Return N(gap; 0, cov) of each pair; infinite where the covariance is singular."""
    sign, log_det = np.linalg.slogdet(cov)
    singular = sign <= 0
    sound = np.where(singular[..., None, None], np.eye(cov.shape[-1]), cov)
    far = (gap * np.linalg.solve(sound, gap[..., None])[..., 0]).sum(axis=-1)
    dimensions = cov.shape[-1]
    logs = -(far + np.where(singular, 0.0, log_det) + dimensions * np.log(2 * np.pi)) / 2
    return np.where(singular, np.inf, np.exp(logs))


def _root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T)
