"""Near duplicates: from signatures and sketches to clusters, the same whatever order the rows come in.

    pairs = near_pairs(signatures, sketches, first, exact, threshold, order)    (i, j, similarity) of every near pair
    labels = clusters(signatures, sketches, first, exact, threshold, order)     row of its cluster's first, each row

Candidates share one of 18 bands of 6 places; each is verified by the Jaccard similarity of the sketches, which is
exact while both texts have fewer than 512 shingles; an estimate gets two standard errors' grace, so that similarity
just above the threshold is not missed. `order[i]` is the rank of row i (say, by date): distinct integers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.minhash import BANDS, ROWS, SKETCH

CROWD = 64
"""In a band that more rows share, each is compared with the first few of each other, not with all."""

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def clusters(
    signatures: NDArray[np.uint32],
    sketches: NDArray[np.uint32],
    first: NDArray[np.int64],
    exact: NDArray[np.uint64],
    threshold: float,
    order: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return int64[rows]: the row of lowest `order` in each row's cluster; a row of no words is its own cluster.

    Clusters are what near pairs (similarity ≥ `threshold`) and equal texts connect.
    """
    left, right, _ = near_pairs(signatures, sketches, first, exact, threshold, order)
    labels: NDArray[np.int64] = _connect(left, right, np.asarray(order, np.int64))
    return labels


def near_pairs(
    signatures: NDArray[np.uint32],
    sketches: NDArray[np.uint32],
    first: NDArray[np.int64],
    exact: NDArray[np.uint64],
    threshold: float,
    order: NDArray[np.int64],
) -> Pairs:
    """Return (earlier row, later row, Jaccard similarity): equal texts with the first of them, near pairs of firsts."""
    ranked = np.argsort(order, kind="stable")
    ranked = ranked[exact[ranked] != 0]
    _, at, which = np.unique(exact[ranked], return_index=True, return_inverse=True)
    copies = np.setdiff1d(np.arange(len(ranked)), at)
    same = ranked[at[which[copies]]], ranked[copies]
    leaders = ranked[np.sort(at)]
    left, right = _candidates(signatures, leaders, sketches, first, threshold)
    similar, near = _verify(sketches, first, left, right, threshold)
    return (
        np.concatenate([same[0], left[near]]),
        np.concatenate([same[1], right[near]]),
        np.concatenate([np.ones(len(copies)), similar[near]]),
    )


def _candidates(
    signatures: NDArray[np.uint32],
    leaders: NDArray[np.int64],
    sketches: NDArray[np.uint32],
    first: NDArray[np.int64],
    threshold: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct pairs of `leaders` that share a band, each with its leader of lower rank first."""
    found = [np.empty(0, np.int64)]
    for band in range(BANDS):
        keys = np.ascontiguousarray(signatures[leaders, band * ROWS : (band + 1) * ROWS]).view(f"V{4 * ROWS}").ravel()
        _, group = np.unique(keys, return_inverse=True)
        members = np.argsort(group, kind="stable")
        codes = _pairs(members, group[members], leaders, sketches, first, threshold)
        found.append(np.unique(codes))
    codes = np.unique(np.concatenate(found))
    return leaders[codes >> 32], leaders[codes & 0xFFFFFFFF]


@njit
def _pairs(members: Any, group: Any, leaders: Any, sketches: Any, first: Any, threshold: float) -> Any:
    """Return rank << 32 | rank for every pair to verify; `members` are ranks, sorted by group, then by rank."""
    out = [np.int64(0) for _ in range(0)]
    low = 0
    while low < len(members):
        high = low
        while high < len(members) and group[high] == group[low]:
            high += 1
        crowd = members[low:high].copy()
        if len(crowd) <= CROWD:
            for i in range(len(crowd)):
                for j in range(i + 1, len(crowd)):
                    out.append((np.int64(crowd[i]) << 32) | np.int64(crowd[j]))  # noqa: PERF401 - numba
        else:
            _leaders_only(crowd, leaders, sketches, first, threshold, out)
        low = high
    return np.array(out, np.int64) if len(out) else np.empty(0, np.int64)


@njit
def _leaders_only(crowd: Any, leaders: Any, sketches: Any, first: Any, threshold: float, out: Any) -> None:
    """Compare the lowest rank with all, set aside those it is near, and go on with the rest."""
    left = len(crowd)
    while left > 1:
        pivot, kept = crowd[0], 0
        for i in range(1, left):
            a, b = leaders[pivot], leaders[crowd[i]]
            if _jaccard(sketches, first, a, b) >= _bar(first, a, b, threshold):
                out.append((np.int64(pivot) << 32) | np.int64(crowd[i]))
            else:
                crowd[kept] = crowd[i]
                kept += 1
        left = kept


@njit
def _whole(first: Any, a: int, b: int) -> Any:
    """Say whether both sketches are all their text's shingles."""
    return first[a + 1] - first[a] < SKETCH and first[b + 1] - first[b] < SKETCH


@njit
def _bar(first: Any, a: int, b: int, threshold: float) -> Any:
    """Return what the similarity must reach: an estimate may fall two standard errors short of a true `threshold`."""
    if _whole(first, a, b):
        return threshold
    return threshold - 2 * np.sqrt(threshold * (1 - threshold) / SKETCH)


@njit
def _jaccard(sketches: Any, first: Any, a: int, b: int) -> float:
    """Jaccard similarity of two sketches: exact if whole, else the share of the union's smallest that both have."""
    i, j, seen, shared = first[a], first[b], 0, 0
    most = 2 * SKETCH if _whole(first, a, b) else SKETCH
    while seen < most and (i < first[a + 1] or j < first[b + 1]):
        seen += 1
        if j >= first[b + 1] or (i < first[a + 1] and sketches[i] < sketches[j]):
            i += 1
        elif i >= first[a + 1] or sketches[j] < sketches[i]:
            j += 1
        else:
            shared, i, j = shared + 1, i + 1, j + 1
    return shared / seen if seen else 0.0


@njit
def _verify(sketches: Any, first: Any, left: Any, right: Any, threshold: float) -> Any:
    similar, near = np.empty(len(left), np.float64), np.empty(len(left), np.bool_)
    for i in range(len(left)):
        similar[i] = _jaccard(sketches, first, left[i], right[i])
        near[i] = similar[i] >= _bar(first, left[i], right[i], threshold)
    return similar, near


@njit
def _connect(left: Any, right: Any, order: Any) -> Any:
    """Union-find whose root is always the member of lowest order."""
    root = np.arange(len(order))
    for i in range(len(left)):
        a, b = left[i], right[i]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        if order[a] <= order[b]:
            root[b] = a
        else:
            root[a] = b
    for i in range(len(root)):
        at = i
        while root[at] != at:
            at = root[at]
        root[i] = at
    return root
