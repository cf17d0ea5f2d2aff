"""A linear classifier taught by a generator's labels that a verifier has pruned (Feng 2406.07515).

Items are ±(strength·e₁) + standard normal noise in d dimensions, the sign being the true label; a share p of the
generator's labels is wrong; the verifier keeps right ones with probability φ and wrong ones with ψ.
"""

from __future__ import annotations

from math import lgamma, log, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def breakdown(keep_right: float, keep_wrong: float) -> float:
    """Return p* = 1/(1 + ψ/φ): with many items a share of wrong labels below it is harmless, above it fatal."""
    return 1 / (1 + keep_wrong / keep_right)


def wrong_kept(wrong: float, keep_right: float, keep_wrong: float) -> float:
    """Return the share q of wrong labels among those kept: pψ/(pψ + (1−p)φ); it is ½ at p*."""
    return wrong * keep_wrong / (wrong * keep_wrong + (1 - wrong) * keep_right)


def accuracy(kept: int, wrong: float, strength: float, dimension: int) -> float:
    """Return the exact expected test accuracy of the mean of label·item over `kept` items, a share q of them wrong.

    The rule's first coordinate is a = (1−2W/n)·strength + z/√n with W binomial, the rest has length² c = χ²_(d−1)/n,
    and its accuracy is Φ(strength·a/√(a²+c)): summed over W, by Gauss–Hermite over z, Gauss–Legendre over c.
    """
    counts, chance = _binomial(kept, wrong)
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    first = (1 - 2 * counts / kept)[:, None] * strength + nodes / sqrt(kept)
    square, density = _chi_square(dimension - 1)
    aligned = first[..., None] / np.sqrt(first[..., None] ** 2 + square / kept)
    return float(chance @ (normal(strength * aligned) @ density) @ (weights / weights.sum()))


def _binomial(draws: int, p: float) -> tuple[Floats, Floats]:
    """Return about 200 evenly spaced counts among those not negligible, and their probabilities, summing to 1.

    As a sum over all would be, within rounding: spaced by less than a tenth of the standard deviation.
    """
    counts = np.arange(draws + 1, dtype=float)
    if not 0 < p < 1:
        return counts, (counts == draws * p).astype(float)
    factorial = np.concatenate([[0.0], np.cumsum(np.log(counts[1:]))])
    logs = factorial[-1] - factorial - factorial[::-1] + counts * log(p) + (draws - counts) * np.log1p(-p)
    large = np.flatnonzero(logs > logs.max() - 40)
    large = large[:: 1 + len(large) // 200]
    chance = np.exp(logs[large])
    return counts[large], chance / chance.sum()


def _chi_square(free: int) -> tuple[Floats, Floats]:
    """Return nodes of χ² and weights that sum to 1."""
    reach = 8 * sqrt(2 * free)
    low, high = max(0.0, free - reach), free + reach + 40
    nodes, weights = np.polynomial.legendre.leggauss(48)
    root = np.sqrt(low) + (nodes + 1) / 2 * (np.sqrt(high) - np.sqrt(low))
    density = 2 * np.exp((free - 1) * np.log(root) - root**2 / 2 - free / 2 * log(2) - lgamma(free / 2)) * weights
    return root**2, density / density.sum()


def normal(x: Floats) -> Floats:
    """Return Φ(x) (Abramowitz & Stegun 7.1.26, error below 1e-7)."""
    z = np.abs(x) / sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    upper = 1 - series * np.exp(-(z**2)) / 2
    return np.asarray(np.where(x >= 0, upper, 1 - upper))
