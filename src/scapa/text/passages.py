"""Passages: few prints of a text that a copied run of twenty words cannot avoid (Schleimer et al., 2003).

    passages = choose(tokens.hashes, tokens.first, own)
    text t has passages.prints[passages.first[t]:passages.first[t + 1]], distinct: 31 bits of a run of five words'
    hash, and in the lowest bit whether all five are the text's own

Of every `WINDOW` successive runs the one of least hash is chosen, so a text that stands whole in a longer one has all
its prints there, too. `ledger` winnows with a secret key for another purpose; these prints are the same in every home.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.minhash import SHINGLE, shingles

WINDOW = 16
LEAST = SHINGLE + WINDOW - 1
"""A text of fewer words has no prints: it says too little to tell whence it comes."""

_33, _1 = np.uint64(33), np.uint64(1)


class Passages(NamedTuple):
    """See the module's text."""

    prints: NDArray[np.uint32]
    first: NDArray[np.int64]


def choose(hashes: NDArray[np.uint64], first: NDArray[np.int64], own: NDArray[np.bool_]) -> Passages:
    """Return the prints of texts given all their words' hashes, and which words are their `own`."""
    return Passages(*_choose(hashes, first, own))


@njit
def _choose(hashes: Any, first: Any, own: Any) -> Any:
    texts = len(first) - 1
    ends = np.zeros(texts + 1, np.int64)
    prints = np.empty(len(hashes) + 1, np.uint32)
    for text in range(texts):
        low, high = first[text], first[text + 1]
        count = 0
        if high - low >= LEAST:
            count = _least_of_windows(hashes[low:high], own[low:high], prints[ends[text] :])
        ends[text + 1] = ends[text] + count
    return prints[: ends[-1]].copy(), ends


@njit
def _least_of_windows(words: Any, own: Any, out: Any) -> int:
    values, mine = shingles(words), 0
    for i in range(SHINGLE - 1):
        mine += own[i]
    for i in range(len(values)):
        mine += own[i + SHINGLE - 1]
        values[i] = (values[i] >> _33) << _1 | np.uint64(mine == SHINGLE)
        mine -= own[i]
    best, count = -1, 0
    for end in range(WINDOW - 1, len(values)):
        start = end - WINDOW + 1
        if best < start:
            best = start
            for i in range(start + 1, end + 1):
                if values[i] | _1 <= values[best] | _1:
                    best = i
        elif values[end] | _1 <= values[best] | _1:
            best = end
        else:
            continue
        out[count] = np.uint32(values[best])
        count += 1
    return _distinct(out, count)


@njit
def _distinct(prints: Any, count: int) -> int:
    """Sort the first `count` prints and drop repeats of a run; one that is somewhere own stays own."""
    ordered, kept = np.sort(prints[:count]), 0
    for value in ordered:
        if kept and prints[kept - 1] >> 1 == value >> 1:
            kept -= 1
        prints[kept] = value
        kept += 1
    return kept
