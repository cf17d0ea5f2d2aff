"""How far two clouds of points overlap, by the balls that reach to each point's k-th neighbour.

Precision and recall are those of Kynkäänniemi et al. 2019 (1904.06991), density and coverage those of Naeem et al. 2020
(2002.09797). All depend on how many points there are and on the space they lie in: compare only at equal numbers, and
beside a control of real points against other real points, which is not 1 either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scapa.errors import UsageError
from scapa.measure.extra import lab_module

Floats = NDArray[np.float64]
ROWS = 1_000
"""Real points taken at a time, so that the distances never all stand in memory."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """`precision`: made points within a ball of a real one; `recall`: real points within a ball of a made one.

    `density`: balls of real points that a made one lies in, over k (it can exceed 1); `coverage`: balls of real points
    with a made one in them. For two samples of n of one law the last two expect 1 and `expected_coverage`.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def overlap(real: ArrayLike, made: ArrayLike, k: int = 5) -> Overlap:
    """Return the overlap of two clouds, each (points, dimensions), by Euclidean distance.

    Raises `UsageError` unless each has more than `k` points of one dimension; `MissingPart` without scikit-learn.
    """
    ours, theirs = _points(real, k), _points(made, k)
    if ours.shape[1] != theirs.shape[1]:
        raise UsageError(f"points of {ours.shape[1]} and {theirs.shape[1]} dimensions have no distance")
    reach, made_reach = _reach(ours, k), _reach(theirs, k)
    inside, balls, recalled, covered = np.zeros(len(theirs), dtype=bool), 0, 0, 0
    distances = lab_module("sklearn.metrics").pairwise_distances
    for start in range(0, len(ours), ROWS):
        rows = slice(start, start + ROWS)
        apart = distances(ours[rows], theirs)
        within = apart <= reach[rows, None]
        inside |= within.any(axis=0)
        balls += int(np.count_nonzero(within))
        covered += int(np.count_nonzero(within.any(axis=1)))
        recalled += int(np.count_nonzero((apart <= made_reach).any(axis=1)))
    return Overlap(float(inside.mean()), recalled / len(ours), balls / (k * len(theirs)), covered / len(ours))


def expected_coverage(real: int, made: int, k: int = 5) -> float:
    """Return E[coverage] of `made` points of the same law: 1 − Π_{i=1..k} (N−i)/(M+N−i) (Naeem et al. 2020)."""
    i = np.arange(1, k + 1)
    return float(1 - np.prod((real - i) / (made + real - i)))


def _reach(points: Floats, k: int) -> Floats:
    """Return each point's distance to its k-th neighbour, itself not counted."""
    near = lab_module("sklearn.neighbors").NearestNeighbors(n_neighbors=k).fit(points)
    return np.asarray(near.kneighbors()[0][:, -1], dtype=float)


def _points(values: ArrayLike, k: int) -> Floats:
    points = np.asarray(values, dtype=float)
    if points.ndim != 2 or k < 1 or len(points) <= k:
        raise UsageError(f"{k} neighbours need more than {k} points in a table, not {points.shape}")
    return points
