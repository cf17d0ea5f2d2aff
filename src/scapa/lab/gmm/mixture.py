"""Gaussian mixtures in the plane, one a chain: what is fitted, and what writes the next generation."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scapa.lab.gmm.points import Floats, Points
from scapa.lab.regimes import Ints


@dataclass(frozen=True, slots=True)
class Mixture:
    """Weights (chains, K), means (chains, K, 2) and covariances (chains, K, 2, 2) of K normal components."""

    weights: Floats
    means: Floats
    covariances: Floats

    @classmethod
    def alike(cls, chains: int, centres: Floats, deviation: float = 1.0) -> Mixture:
        """Return the same mixture for every chain: round components of equal weight about `centres` (K, 2)."""
        components = len(centres)
        weights = np.full((chains, components), 1 / components)
        covariance = np.eye(2) * deviation**2
        shape = (chains, components, 2, 2)
        return cls(weights, np.tile(centres, (chains, 1, 1)), np.broadcast_to(covariance, shape).copy())

    def first(self, chains: int) -> Mixture:
        """Return the mixtures of the first `chains` chains."""
        return Mixture(self.weights[:chains], self.means[:chains], self.covariances[:chains])

    def mean(self) -> Floats:
        """Return the mean of the whole mixture, shape (chains, 2)."""
        return np.asarray(np.einsum("ck,cki->ci", self.weights, self.means))

    def covariance(self) -> Floats:
        """Return the covariance of the whole mixture, within and between components, shape (chains, 2, 2)."""
        away = self.means - self.mean()[:, None]
        between = away[..., :, None] * away[..., None, :]
        return np.asarray(np.einsum("ck,ckij->cij", self.weights, self.covariances + between))

    def deviations(self) -> Floats:
        """Return √(tr Σ_k/2), the standard deviation of each component an axis, shape (chains, K)."""
        return np.asarray(np.sqrt(np.trace(self.covariances, axis1=2, axis2=3) / 2))

    def sample(self, sizes: Ints, rng: np.random.Generator, bias: float = 1.0) -> Points:
        """Return `sizes` points of every chain, ordered by component; `bias` scales every component's covariance."""
        counts = rng.multinomial(sizes, self.weights / self.weights.sum(axis=1, keepdims=True))
        root = np.sqrt(bias) * np.linalg.cholesky(self.covariances)
        points = Points(np.zeros((len(sizes), 2, int(sizes.max()))), sizes)
        for chain, ends in enumerate(np.cumsum(counts, axis=1)):
            noise = rng.standard_normal((2, sizes[chain]))
            for component, (start, end) in enumerate(pairwise((0, *ends))):
                drawn = np.matmul(root[chain, component], noise[:, start:end], out=points.of(chain)[:, start:end])
                drawn += self.means[chain, component][:, None]
        return points
