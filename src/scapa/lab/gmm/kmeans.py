"""Where EM starts: two-means of the points, many chains at once, by the law of scikit-learn's default start.

Seeds are drawn by greedy k-means++ (Arthur & Vassilvitskii 2007; the better of two candidates for the second), then
Lloyd's iterations run until the centres have moved, squared and summed, by 1e-4 of the mean variance or less.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scapa.lab.gmm.em import maximise, unpacked
from scapa.lab.gmm.mixture import Mixture
from scapa.lab.gmm.points import Floats, Points
from scapa.lab.gmm.slots import Slots

STILL = 1e-4
MOST_ROUNDS = 300
TRIALS = 2
BLOCK = 32
"""Chains that are seeded at a time, so that their distances stay in the processor's cache."""


def start(points: Points, regulariser: float, rng: np.random.Generator) -> Mixture:
    """Return the mixtures of two-means' clusters: one M-step from hard labels."""
    slots = Slots(points)
    centres = seeds(points, rng) - slots.centre[:, None]
    still = STILL * _mean_variance(points, slots.centre)
    sums = np.empty((len(centres), 2, 6))
    left = np.full(len(centres), MOST_ROUNDS)
    while len(slots.chains):
        chains, before = slots.chains, centres[slots.chains]
        nearest = nearer_first(slots.features, before)
        done = left[chains] == 0  # these labels are by the last centres
        for slot in np.flatnonzero(done):
            sums[chains[slot]] = _by_cluster(nearest[slot], slots.features[slot])
        moved = centres[chains] = _centres(nearest, slots.features[:, :3], points.sizes[chains])
        shift = ((moved - before) ** 2).sum(axis=(1, 2))
        left[chains] = np.where(shift <= still[chains], 0, left[chains] - 1)
        slots.release(done)
    return unpacked(maximise(sums, regulariser), slots.centre)


def nearer_first(features: Floats, centres: Floats) -> Floats:
    """Return 1 for every point that is nearer to the first of `centres` (slots, 2, 2), else 0: (slots, 1, width)."""
    first, second = centres[:, 0], centres[:, 1]
    middle = ((second**2).sum(axis=1) - (first**2).sum(axis=1)) / 2
    plane = np.column_stack([middle, first - second])[:, None]
    return np.asarray((plane @ features[:, :3] >= 0).astype(float))


def _centres(nearest: Floats, features: Floats, sizes: NDArray[np.int64]) -> Floats:
    """Return the means of both clusters; the features are about the mean of all, so the second's sums follow."""
    first = (nearest @ features.transpose(0, 2, 1))[:, 0]
    numbers = np.maximum(np.column_stack([first[:, 0], sizes - first[:, 0]]), 1)
    return np.asarray(np.stack([first[:, 1:], -first[:, 1:]], axis=1) / numbers[..., None])


def _by_cluster(nearest: Floats, features: Floats) -> Floats:
    """Return the sums of one chain's features over its first cluster and over the rest, shape (2, 6)."""
    first = nearest @ features.T
    return np.concatenate([first, features.sum(axis=1) - first])


def seeds(points: Points, rng: np.random.Generator) -> Floats:
    """Return two points of every chain, far from one another by greedy k-means++, shape (chains, 2, 2)."""
    chains = len(points.sizes)
    first, chances = rng.integers(points.sizes), rng.random((TRIALS, chains))
    blocks = [slice(i, i + BLOCK) for i in range(0, chains, BLOCK)]
    return np.concatenate([_seed_block(points, block, first[block], chances[:, block]) for block in blocks])


def _seed_block(points: Points, block: slice, first: NDArray[np.int64], chances: Floats) -> Floats:
    values, sizes = points.values[block], points.sizes[block]
    each = np.arange(len(sizes))
    seed = values[each, :, first]
    nearest = _square_distance(values, seed)
    nearest[np.arange(values.shape[2]) >= sizes[:, None]] = 0
    edges = np.cumsum(nearest, axis=1)
    candidates = [values[each, :, _pick(edges, chance)] for chance in chances]
    left = [np.minimum(nearest, _square_distance(values, candidate)).sum(axis=1) for candidate in candidates]
    best = np.argmin(left, axis=0)
    return np.stack([seed, np.stack(candidates)[best, each]], axis=1)


def _pick(edges: Floats, chance: Floats) -> NDArray[np.intp]:
    """Return one index of every row, by the cumulative odds `edges` and the uniform numbers `chance`."""
    below = (edges < (chance * edges[:, -1])[:, None]).sum(axis=1)
    return np.asarray(np.minimum(below, edges.shape[1] - 1))


def _square_distance(values: Floats, centre: Floats) -> Floats:
    x, y = values[:, 0] - centre[:, :1], values[:, 1] - centre[:, 1:]
    return np.asarray(x * x + y * y)


def _mean_variance(points: Points, centre: Floats) -> Floats:
    squares = np.einsum("cin,cin->c", points.values, points.values) / points.sizes
    return np.asarray(np.maximum(squares - (centre**2).sum(axis=1), 0) / 2)
