"""Near duplicates: from signatures to clusters, the same whatever order the rows come in.

    labels = clusters(signatures, exact, threshold, compare)     lowest row of its cluster, each row

Candidates share one of 18 bands of 6 places, and their signatures do not speak against the threshold; `compare` then
looks at the texts themselves. Clusters are what pairs of at least the threshold connect, so that neither the order of
comparing nor a hash that collides changes them. Memory: one band of 8 bytes a row at a time beside the signatures.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import mix
from scapa.text.minhash import BANDS, PLACES, ROWS
from scapa.text.overlap import root_of

CROWD = 64
"""Of a band that more rows share, each is held against this many of them, all unlike one another, not against all."""
MOST = 8
"""Candidates of one row in a crowd."""
TOGETHER = 5_000_000
"""Candidates that bands may add to twice the known ones before the repeated ones are dropped."""
ROUNDS = 16
"""How often a crowd is looked through again because what its signatures said was not true."""

Labels = NDArray[np.int64]
Compare = Callable[[Labels, Labels, Labels], tuple[NDArray[np.float64], NDArray[np.bool_]]]
"""(earlier rows, later rows, root) → (similarity, compared): connects in `root` what is near (see `overlap.join`)."""

_STEP = np.uint64(0x100000001B3)


class Bands(NamedTuple):
    """How signatures are cut: `sparse` ones have bins that may be empty (0), which count for nothing."""

    bands: int
    rows: int
    sparse: bool


MINHASH = Bands(BANDS, ROWS, sparse=False)


def bar(threshold: float) -> tuple[float, float]:
    """Return the shares of equal places from which a pair is a candidate and from which it is nearly sure.

    Four standard errors below the threshold and two above it.
    """
    error = sqrt(threshold * (1 - threshold) / PLACES)
    return threshold - 4 * error, threshold + 2 * error


def clusters(signatures: NDArray[np.uint8], exact: NDArray[np.uint64], threshold: float, compare: Compare) -> Labels:
    """Return int64[rows]: the lowest row of each row's cluster; a row of no words (`exact` 0) is its own cluster."""
    root = np.arange(len(exact), dtype=np.int64)
    leads, follows = _equal(exact)
    similarity, compared = compare(leads, follows, root)
    leaders = exact != 0
    leaders[follows[(similarity >= threshold) | ~compared]] = False
    low, high = bar(threshold)
    failed = np.empty(0, np.int64)
    for _ in range(ROUNDS):
        rows = np.flatnonzero(leaders)
        codes = candidates(signatures, rows, MINHASH, low, high, failed=failed)
        left, right = _open(np.setdiff1d(codes, failed, assume_unique=True), root)
        similarity, compared = compare(left, right, root)
        wrong = compared & (similarity < threshold)
        failed = np.union1d(failed, (left[wrong] << 32) | right[wrong])
        if not len(left) or not (alike(signatures, left[wrong], right[wrong], sparse=False) >= high).any():
            break
    flatten(root)
    return root


def _equal(exact: NDArray[np.uint64]) -> tuple[Labels, Labels]:
    """Return (first row of its hash, later row) of every row whose hash an earlier one has."""
    rows = np.flatnonzero(exact)
    _, at, which = np.unique(exact[rows], return_index=True, return_inverse=True)
    leads = rows[at[which]]
    later = leads != rows
    order = np.lexsort((rows[later], leads[later]))
    return leads[later][order], rows[later][order]


def _open(codes: Labels, root: Labels) -> tuple[Labels, Labels]:
    """Return the pairs that nothing connects yet."""
    flatten(root)
    left, right = codes >> 32, codes & 0xFFFFFFFF
    apart = root[left] != root[right]
    return left[apart], right[apart]


def candidates(
    signatures: NDArray[np.uint8],
    rows: Labels,
    cut: Bands,
    low: float,
    high: float,
    *,
    groups: NDArray[np.uint64] | None = None,
    failed: Labels | None = None,
) -> Labels:
    """Return the distinct pairs (lower row << 32 | higher row), ascending, of `rows` that share a band and are alike.

    Alike: at least the share `low` of places; from `high` on a row of a crowd needs no other, unless the pair is one of
    `failed` (ascending). With `groups` only rows of the same group are compared.
    """
    groups = np.zeros(len(signatures), np.uint64) if groups is None else groups
    failed = np.empty(0, np.int64) if failed is None else failed
    bits = np.uint64(max(1, len(signatures)).bit_length())
    found = [np.empty(0, np.int64)]
    for band in range(cut.bands):
        keys = _keys(signatures, rows, groups, band, cut.rows, cut.sparse, bits)
        keys.sort()
        found.append(_pairs(keys, bits, signatures, cut.sparse, low, high, failed))
        if sum(map(len, found)) > TOGETHER + 2 * len(found[0]):
            found = [np.unique(np.concatenate(found))]
    return np.unique(np.concatenate(found))


@njit
def _keys(signatures: Any, rows: Any, groups: Any, band: int, width: int, sparse: bool, bits: Any) -> Any:
    """Return a key a row: the band's hash in the upper bits, the row in the lower `bits`."""
    keys, count = np.empty(len(rows), np.uint64), 0
    for row in rows:
        h, filled = mix(groups[row]), False
        for place in range(band * width, (band + 1) * width):
            h = (h ^ np.uint64(signatures[row, place])) * _STEP
            filled |= signatures[row, place] != 0
        if filled or not sparse:
            keys[count] = (mix(h) >> bits) << bits | np.uint64(row)
            count += 1
    return keys[:count]


@njit
def _pairs(keys: Any, bits: Any, signatures: Any, sparse: bool, low: float, high: float, failed: Any) -> Any:
    out, count, begin = np.empty(1024, np.int64), 0, 0
    mask = (np.uint64(1) << bits) - np.uint64(1)
    while begin < len(keys):
        end = begin + 1
        while end < len(keys) and keys[end] >> bits == keys[begin] >> bits:
            end += 1
        if end - begin > 1:
            members = (keys[begin:end] & mask).astype(np.int64)
            while count + max(CROWD * CROWD, MOST * len(members)) > len(out):
                grown = np.empty(2 * len(out), np.int64)
                grown[:count] = out[:count]
                out = grown
            if len(members) <= CROWD:
                count = _all(members, signatures, sparse, low, out, count)
            else:
                count = _crowd(members, signatures, sparse, low, high, failed, out, count)
        begin = end
    return out[:count].copy()


@njit
def _all(members: Any, signatures: Any, sparse: bool, low: float, out: Any, count: int) -> int:
    for i in range(len(members)):
        for j in range(i + 1, len(members)):
            if _alike(signatures[members[i]], signatures[members[j]], sparse) >= low:
                out[count] = (members[i] << 32) | members[j]
                count += 1
    return count


@njit
def _crowd(
    members: Any, signatures: Any, sparse: bool, low: float, high: float, failed: Any, out: Any, count: int
) -> int:
    """Hold each row against the first few that are unlike one another; what is surely like one needs no more."""
    pivots, known = np.empty(CROWD, np.int64), 0
    for row in members:
        settled, found = False, 0
        for p in range(known):
            likeness = _alike(signatures[pivots[p]], signatures[row], sparse)
            code = (pivots[p] << 32) | row
            if likeness < low or _has(failed, code):
                continue
            out[count] = code
            count, found = count + 1, found + 1
            settled = likeness >= high
            if settled or found == MOST:
                break
        if not settled and known < CROWD:
            pivots[known] = row
            known += 1
    return count


@njit
def _has(ordered: Any, code: int) -> Any:
    at = np.searchsorted(ordered, code)
    return at < len(ordered) and ordered[at] == code


@njit
def _alike(a: Any, b: Any, sparse: bool) -> float:
    """Return the share of equal places, of those that either fills if `sparse`."""
    if not sparse:
        equal = 0
        for i in range(len(a)):
            equal += a[i] == b[i]
        return equal / len(a)
    equal, filled = 0, 0
    for i in range(len(a)):
        filled += (a[i] | b[i]) != 0
        equal += (a[i] == b[i]) & (a[i] != 0)
    return equal / filled if filled else 0.0


@njit
def _likeness(signatures: Any, left: Any, right: Any, sparse: bool) -> Any:
    out = np.empty(len(left), np.float64)
    for i in range(len(left)):
        out[i] = _alike(signatures[left[i]], signatures[right[i]], sparse)
    return out


def alike(signatures: NDArray[np.uint8], left: Labels, right: Labels, *, sparse: bool) -> NDArray[np.float64]:
    """Return the share of equal places of every pair of rows."""
    found: NDArray[np.float64] = _likeness(signatures, left, right, sparse)
    return found


@njit
def connect(left: Any, right: Any, root: Any) -> None:
    """Connect every pair; a root is always the lowest row."""
    for i in range(len(left)):
        a, b = root_of(root, left[i]), root_of(root, right[i])
        root[max(a, b)] = min(a, b)


@njit
def flatten(root: Any) -> None:
    """Make every row point at its root."""
    for row in range(len(root)):
        root[row] = root_of(root, row)
