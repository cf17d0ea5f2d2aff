"""The compiled inner loop of `writing`; imported by functions only, because numba takes a while to load."""

from __future__ import annotations

from typing import Any

import numpy as np

from scapa.text.compiled import njit

_BITS = 21
_ALMOST_ONE = 1 - 2.0**-53


@njit
def write(
    uniform: Any, pairs: Any, first: Any, start3: Any, word3: Any, own3: Any, upto3: Any,
    start2: Any, word2: Any, own2: Any, upto2: Any, upto1: Any, out: Any,
) -> None:  # fmt: skip
    """Fill `out` with words: one number of `uniform` each, whose remainder after a choice serves the next choice."""
    for block in range(out.shape[0]):
        u, v = np.int64(0), np.int64(0)
        for place in range(out.shape[1]):
            x = uniform[block, place]
            row = _find(pairs, first[u], first[u + 1], u << _BITS | v)
            word = np.int64(-1)
            if row >= 0:
                if x < own3[row]:
                    word = word3[_above(upto3, start3[row], start3[row + 1], x / own3[row])]
                else:
                    x = (x - own3[row]) / (1 - own3[row])
            if word < 0:
                if x < own2[v]:
                    word = word2[_above(upto2, start2[v], start2[v + 1], x / own2[v])]
                else:
                    x = (x - own2[v]) / (1 - own2[v])
                    word = _above(upto1, 0, len(upto1), min(x, _ALMOST_ONE))
            out[block, place] = word
            u, v = v, np.int64(word)


@njit
def _find(keys: Any, low: Any, high: Any, wanted: Any) -> Any:
    """Return where `wanted` lies in the sorted keys low … high, −1 if nowhere."""
    end = high
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < end and keys[low] == wanted else -1


@njit
def _above(upto: Any, low: Any, high: Any, x: Any) -> Any:
    """Return the first place of low … high whose running share is above x; the last place if none is."""
    last = high - 1
    while low < high:
        middle = (low + high) // 2
        if upto[middle] <= x:
            low = middle + 1
        else:
            high = middle
    return min(low, last)
