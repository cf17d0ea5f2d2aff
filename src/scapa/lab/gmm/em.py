"""Expectation–maximisation for many mixtures at once (Dempster, Laird & Rubin 1977), as matrix products.

With features f(x) = (1, x, y, x², xy, y²) a component's log density is a row of coefficients times f, and all that
the M-step needs are the sums of f weighted by the responsibilities. So an iteration over the chains in work is two
matrix products, one exponential a component and point and one logarithm a point. The law is that of scikit-learn's
`GaussianMixture`: full covariances, a regulariser added to their diagonals, and an end when the mean log likelihood
before two successive M-steps differs by less than the tolerance.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi

import numpy as np
from numpy.typing import NDArray

from scapa.lab.gmm.mixture import Mixture
from scapa.lab.gmm.points import Floats, Points
from scapa.lab.gmm.slots import Slots, fill

TINY = 10 * float(np.finfo(float).eps)
"""Added to every component's number of points, as scikit-learn does, so that an empty one has a mean."""


@dataclass(frozen=True, slots=True)
class Law:
    """When EM ends (`tolerance` on the mean log likelihood, or `most` rounds), and what is added to variances."""

    tolerance: float = 1e-3
    most: int = 100
    regulariser: float = 1e-6


@dataclass(frozen=True, slots=True)
class Fitted:
    """The mixtures, the rounds that each took, and the mean log likelihood in nats before the last M-step."""

    mixture: Mixture
    rounds: NDArray[np.int64]
    likelihood: Floats


def maximise(sums: Floats, regulariser: float) -> Floats:
    """M-step: return (w, μx, μy, Σxx, Σxy, Σyy) of every component from its sums of features, both (…, K, 6)."""
    parts = np.empty_like(sums)
    number = sums[..., :1] + TINY
    parts[..., :1] = number / number.sum(axis=-2, keepdims=True)
    mean = np.divide(sums[..., 1:3], number, out=parts[..., 1:3])
    squares = mean[..., [0, 0, 1]] * mean[..., [0, 1, 1]]
    parts[..., 3:] = sums[..., 3:] / number - squares * (2 - sums[..., :1] / number)
    parts[..., 3::2] += regulariser
    return parts


def coefficients(parts: Floats) -> Floats:
    """Return the coefficients on (1, x, y, x², xy, y²) of log(w N(·; μ, Σ)) of every component, shape (…, K, 6)."""
    weight, mean, (xx, xy, yy) = parts[..., 0], parts[..., 1:3], np.moveaxis(parts[..., 3:], -1, 0)
    determinant = xx * yy - xy * xy
    found = np.empty_like(parts)
    found[..., 3], found[..., 4], found[..., 5] = yy, -2 * xy, xx
    found[..., 3:] /= -2 * determinant[..., None]
    square, cross = found[..., 3::2], found[..., 4]
    found[..., 1:3] = -2 * square * mean - cross[..., None] * mean[..., ::-1]
    bend = (found[..., 1:3] * mean).sum(axis=-1)
    found[..., 0] = np.log(weight) - log(2 * pi) - np.log(determinant) / 2 - bend / 2
    return found


class Expectation:
    """The E-step, with its working memory: taken once, because fresh pages would cost more than the sums."""

    def __init__(self, slots: int, components: int, width: int) -> None:
        self._joint = np.empty((slots, components, width))
        self._top, self._total = np.empty((2, slots, width))

    def of(self, features: Floats, coefficient: Floats, sizes: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return the mean log likelihood (slots,) and the sums of features by responsibility (slots, K, 6)."""
        used = len(features)
        joint, top, total = self._joint[:used], self._top[:used], self._total[:used]
        np.matmul(coefficient, features, out=joint)
        joint.max(axis=1, out=top)
        joint -= top[:, None]
        np.exp(joint, out=joint)
        joint.sum(axis=1, out=total)
        joint /= total[:, None]
        absent = (features.shape[2] - sizes) * log(coefficient.shape[1])
        likelihood = (np.log(total, out=total).sum(axis=1) + top.sum(axis=1) - absent) / sizes
        return likelihood, joint @ features.transpose(0, 2, 1)


def fit(points: Points, start: Mixture, law: Law) -> Fitted:
    """Return the mixtures that EM reaches from `start`, each chain as if it were alone."""
    slots = Slots(points)
    expectation = Expectation(*slots.shape(start.weights.shape[1]))
    parts = packed(start, slots.centre)
    likelihood, rounds = np.full(len(parts), -np.inf), np.zeros(len(parts), dtype=np.int64)
    while len(slots.chains):
        chains = slots.chains
        found, sums = expectation.of(slots.features, coefficients(parts[chains]), points.sizes[chains])
        parts[chains] = maximise(sums, law.regulariser)
        rounds[chains] += 1
        done = (np.abs(found - likelihood[chains]) < law.tolerance) | (rounds[chains] >= law.most)
        likelihood[chains] = found
        slots.release(done)
    return Fitted(unpacked(parts, slots.centre), rounds, likelihood)


def labels(mixture: Mixture, points: Floats) -> NDArray[np.intp]:
    """Return the likeliest component of every one of `points` (2, n) under each chain's mixture, shape (chains, n)."""
    return np.asarray(_joint(mixture, points).argmax(axis=1))


def log_density(mixture: Mixture, points: Floats) -> Floats:
    """Return the log density of `points` (2, n) under each chain's mixture, in nats, shape (chains, n).

    Finite however far a point lies from however narrow a component: only exponents of differences are taken.
    """
    joint = _joint(mixture, points)
    top = joint.max(axis=1)
    return np.asarray(top + np.log(np.exp(joint - top[:, None]).sum(axis=1)))


def _joint(mixture: Mixture, points: Floats) -> Floats:
    """Return log(w N(x; μ, Σ)) of every component and point, shape (chains, K, n)."""
    features = np.empty((6, points.shape[1]))
    fill(features, points)
    return np.asarray(coefficients(packed(mixture, np.zeros((len(mixture.weights), 2)))) @ features)


def packed(mixture: Mixture, centre: Floats) -> Floats:
    """Return the parts (w, μx, μy, Σxx, Σxy, Σyy) of every component, the means about each chain's `centre`."""
    spread = mixture.covariances[..., [0, 0, 1], [0, 1, 1]]
    return np.concatenate([mixture.weights[..., None], mixture.means - centre[:, None], spread], axis=-1)


def unpacked(parts: Floats, centre: Floats) -> Mixture:
    """Return the mixtures whose `packed` parts are given."""
    covariances = parts[..., [[3, 4], [4, 5]]]
    return Mixture(parts[..., 0].copy(), parts[..., 1:3] + centre[:, None], covariances)
