"""Sets of points in the plane, one set a chain: what the mixture experiment resamples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scapa.lab.regimes import Ints

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Points:
    """Points of every chain: `values` of shape (chains, 2, width), of which the first `sizes` (chains,) count.

    Coordinates come before points, so that all products run over memory in order. What lies past a chain's size is 0.
    """

    values: Floats
    sizes: Ints

    @property
    def even(self) -> bool:
        """Whether every chain fills the whole width."""
        return bool((self.sizes == self.values.shape[2]).all())

    def of(self, chain: int) -> Floats:
        """Return the points of one chain, shape (2, size)."""
        values: Floats = self.values[chain, :, : self.sizes[chain]]
        return values

    def pool(self, other: Points) -> Points:
        """Return both sets as one, `other` last."""
        sizes = self.sizes + other.sizes
        if self.even and other.even:
            return Points(np.concatenate([self.values, other.values], axis=2), sizes)
        values = np.zeros((len(sizes), 2, int(sizes.max())))
        for chain, (start, end) in enumerate(zip(self.sizes, sizes, strict=True)):
            values[chain, :, :start] = self.of(chain)
            values[chain, :, start:end] = other.of(chain)
        return Points(values, sizes)

    def subset(self, size: int, rng: np.random.Generator) -> Points:
        """Return `size` points of every chain, without replacement: those with the smallest of random keys."""
        chains, _, width = self.values.shape
        if self.even and width == size:
            return self
        keys = rng.random((chains, width))
        keys[np.arange(width) >= self.sizes[:, None]] = 2.0
        picks = np.argpartition(keys, size - 1, axis=1)[:, :size]
        return Points(np.take_along_axis(self.values, picks[:, None], axis=2), np.full(chains, size))
