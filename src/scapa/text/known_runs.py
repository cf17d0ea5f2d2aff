"""Overlap: which of a text's words lie in a run of `n` words that it shares with one of many known texts.

    index = index_of([runs(set.hashes, set.first, n), …], n)     set: the tokens of one set's texts
    found = overlap(index, tokens.hashes, tokens.first, sets)
    found.covered     int64[texts]          words in a shared run
    found.longest     int64[texts]          words of the longest stretch of them
    found.sets        bool[texts, sets]     with which set a run is shared

Runs are compared by 64-bit hashes of their words: with 10⁶ known runs, one in 2⁴⁴ others is taken for known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import mix
from scapa.text.words import HASH_START, HASH_STEP

_START, _STEP, _HALF = np.uint64(HASH_START), np.uint64(HASH_STEP), np.uint64(32)
_BITS_A_RUN = 16
_LEAST_BITS, _MOST_BITS = 1 << 12, 1 << 28
_ONE, _SIX, _LOW = np.uint64(1), np.uint64(6), np.uint64(63)


class Index(NamedTuple):
    """The known runs of `n` words: their hashes, sorted, and the number of the set of each; a filter in front."""

    n: int
    hashes: NDArray[np.uint64]
    sets: NDArray[np.uint16]
    bits: NDArray[np.uint64]


class Overlap(NamedTuple):
    """See the module's text."""

    covered: NDArray[np.int64]
    longest: NDArray[np.int64]
    sets: NDArray[np.bool_]


def runs(hashes: NDArray[np.uint64], first: NDArray[np.int64], n: int) -> NDArray[np.uint64]:
    """Return the hash of every run of `n` words within a text; text t has the words `hashes[first[t]:first[t + 1]]`."""
    out: NDArray[np.uint64] = _runs(hashes, first, n)
    return out


def index_of(known: Sequence[NDArray[np.uint64]], n: int) -> Index:
    """Index the runs of several sets (as `runs` gives them); a run of two sets is filed under both."""
    each = [np.unique(hashes) for hashes in known]
    hashes = np.concatenate([*each, np.zeros(0, np.uint64)])
    sets = np.repeat(np.arange(len(each)), [len(part) for part in each]).astype(np.uint16)
    order = np.argsort(hashes, kind="stable")
    return filtered(n, hashes[order], sets[order])


def filtered(n: int, hashes: NDArray[np.uint64], sets: NDArray[np.uint16]) -> Index:
    """Return the index of sorted hashes: most runs that are not known cost one look at the filter."""
    size = _LEAST_BITS
    while size < min(_MOST_BITS, _BITS_A_RUN * len(hashes)):
        size *= 2
    bits = np.zeros(size // 64, np.uint64)
    _fill(bits, hashes)
    return Index(n, hashes, sets, bits)


def overlap(index: Index, hashes: NDArray[np.uint64], first: NDArray[np.int64], sets: int) -> Overlap:
    """Return the overlap of every text with an index of `sets` sets."""
    found = _overlap(hashes, first, index.n, index.hashes, index.sets, index.bits, sets)
    return Overlap(*found)


@njit
def _run(words: Any, at: int, n: int) -> Any:
    h = _START
    for i in range(at, at + n):
        h = (h ^ words[i]) * _STEP
        h ^= h >> _HALF
    return mix(h)


@njit
def _runs(hashes: Any, first: Any, n: int) -> Any:
    out = np.empty(len(hashes), np.uint64)
    count = 0
    for text in range(len(first) - 1):
        for at in range(first[text], first[text + 1] - n + 1):
            out[count] = _run(hashes, at, n)
            count += 1
    return out[:count].copy()


@njit
def _fill(bits: Any, hashes: Any) -> None:
    mask = np.uint64(len(bits) * 64 - 1)
    for h in hashes:
        place = h & mask
        bits[place >> _SIX] |= _ONE << (place & _LOW)


@njit
def _overlap(hashes: Any, first: Any, n: int, known: Any, of: Any, bits: Any, sets: int) -> Any:
    texts = len(first) - 1
    covered, longest = np.zeros(texts, np.int64), np.zeros(texts, np.int64)
    hit = np.zeros((texts, sets), np.bool_)
    mask = np.uint64(len(bits) * 64 - 1)
    for text in range(texts):
        begun, end = first[text], first[text]  # of the stretch of shared runs that is open
        for at in range(first[text], first[text + 1] - n + 1):
            h = _run(hashes, at, n)
            place = h & mask
            if not (bits[place >> _SIX] >> (place & _LOW)) & _ONE:
                continue
            entry = np.searchsorted(known, h)
            if entry == len(known) or known[entry] != h:
                continue
            while entry < len(known) and known[entry] == h:
                hit[text, of[entry]] = True
                entry += 1
            if at > end:
                begun = at
            covered[text] += at + n - max(at, end)
            end = at + n
            longest[text] = max(longest[text], end - begun)
    return covered, longest, hit
