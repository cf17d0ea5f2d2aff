"""A few chains at a time: what iterates over them stays in the processor's cache, whatever the number of chains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scapa.lab.gmm.points import Floats, Points

ROWS = 6
CACHE = 2_000_000
"""Bytes that the features of the chains in work may take together (measured: a third of it or the double cost more)."""


class Slots:
    """The chains in work and their features; a chain that is done gives its slot to one that waits.

    `chains` are their numbers, `features` their points as (slots, 6, width): 1, x, y, x², xy and y² about the chain's
    `centre`. So every sum and every quadratic form over points is one matrix product. Points past a chain's size have
    features of 0, and thus no share in any sum.
    """

    def __init__(self, points: Points) -> None:
        width = points.values.shape[2]
        slots = min(len(points.sizes), max(1, CACHE // (8 * ROWS * width)))
        self._points = points
        self._waiting = iter(range(slots, len(points.sizes)))
        self._features = np.zeros((slots, ROWS, width))
        self.centre = points.values.sum(axis=2) / points.sizes[:, None]
        self.chains = np.arange(slots)
        for slot in range(slots):
            self._load(slot, slot)

    def shape(self, components: int) -> tuple[int, int, int]:
        """Return the shape of one figure a slot, component and point."""
        slots, _, width = self._features.shape
        return slots, components, width

    @property
    def features(self) -> Floats:
        return self._features[: len(self.chains)]

    def release(self, done: NDArray[np.bool_]) -> None:
        """Give the slots marked `done` to waiting chains; with none left, close them."""
        for slot in np.flatnonzero(done)[::-1]:
            chain = next(self._waiting, None)
            if chain is not None:
                self._load(slot, chain)
                continue
            last = len(self.chains) - 1
            self._features[slot], self.chains[slot] = self._features[last], self.chains[last]
            self.chains = self.chains[:last]

    def _load(self, slot: int, chain: int) -> None:
        size = self._points.sizes[chain]
        self._features[slot, :, size:] = 0
        fill(self._features[slot, :, :size], self._points.of(chain) - self.centre[chain, :, None])
        self.chains[slot] = chain


def fill(features: Floats, points: Floats) -> None:
    """Write the features (6, n) of `points` (2, n)."""
    x, y = features[1:3]
    features[0], features[1:3] = 1, points
    np.multiply(x, x, out=features[3])
    np.multiply(x, y, out=features[4])
    np.multiply(y, y, out=features[5])
