"""Winnowing: few keyed fingerprints of a text that a copied run of words cannot avoid (Schleimer et al., 2003).

    grams = gram_prints(tokens.hashes, tokens.first, key)     uint64, one per run of K words
    chosen = winnow(grams, first_grams)                       bool: the prints worth keeping

Of every `WINDOW` successive prints the smallest is chosen (the rightmost of equals), so any two texts that share a run
of `K + WINDOW − 1` = 7 words share a chosen print, and texts that share no run of `K` = 4 words share none. Prints are
SipHash-2-4 of the word hashes: without the 128-bit key they say nothing about the words.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit

K = 4
WINDOW = 4

_V0, _V1 = np.uint64(0x736F6D6570736575), np.uint64(0x646F72616E646F6D)
_V2, _V3 = np.uint64(0x6C7967656E657261), np.uint64(0x7465646279746573)
_LAST = np.uint64((8 * K) << 56)
_FF = np.uint64(0xFF)


def gram_counts(first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64[texts + 1]: text t, of words `first[t]:first[t + 1]`, has the grams `result[t]:result[t + 1]`."""
    counts = np.maximum(np.diff(first) - K + 1, 0)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def gram_prints(hashes: NDArray[np.uint64], first: NDArray[np.int64], key: bytes) -> NDArray[np.uint64]:
    """Return the print of every run of `K` words within a text, in order; `key` is 16 bytes."""
    k0, k1 = np.frombuffer(key, "<u8")
    out: NDArray[np.uint64] = _prints(hashes, first, gram_counts(first), np.uint64(k0), np.uint64(k1))
    return out


def winnow(prints: NDArray[np.uint64], first: NDArray[np.int64], *, ends: bool = True) -> NDArray[np.bool_]:
    """Say which prints are chosen: `first` as `gram_counts` gives it; with `ends` a text's first and last, too."""
    out: NDArray[np.bool_] = _winnow(prints, first, ends)
    return out


@njit
def _rotate(x: Any, by: int) -> Any:
    return (x << np.uint64(by)) | (x >> np.uint64(64 - by))


@njit
def _round(v0: Any, v1: Any, v2: Any, v3: Any) -> Any:
    v0 += v1
    v1 = _rotate(v1, 13) ^ v0
    v0 = _rotate(v0, 32)
    v2 += v3
    v3 = _rotate(v3, 16) ^ v2
    v0 += v3
    v3 = _rotate(v3, 21) ^ v0
    v2 += v1
    v1 = _rotate(v1, 17) ^ v2
    v2 = _rotate(v2, 32)
    return v0, v1, v2, v3


@njit
def _siphash(message: Any, k0: Any, k1: Any) -> Any:
    """SipHash-2-4 (Aumasson and Bernstein, 2012) of `K` little-endian 64-bit words."""
    v0, v1, v2, v3 = k0 ^ _V0, k1 ^ _V1, k0 ^ _V2, k1 ^ _V3
    for i in range(K + 1):
        m = message[i] if i < K else _LAST
        v3 ^= m
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0 ^= m
    v2 ^= _FF
    for _ in range(4):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    return v0 ^ v1 ^ v2 ^ v3


@njit
def _prints(hashes: Any, first: Any, grams: Any, k0: Any, k1: Any) -> Any:
    out = np.empty(grams[-1], np.uint64)
    for text in range(len(first) - 1):
        for i in range(grams[text + 1] - grams[text]):
            out[grams[text] + i] = _siphash(hashes[first[text] + i : first[text] + i + K], k0, k1)
    return out


@njit
def _winnow(prints: Any, first: Any, ends: bool) -> Any:
    chosen = np.zeros(len(prints), np.bool_)
    for text in range(len(first) - 1):
        low, high = first[text], first[text + 1]
        if ends and high > low:
            chosen[low], chosen[high - 1] = True, True
        for start in range(low, high - WINDOW + 1):
            best = start
            for i in range(start + 1, start + WINDOW):
                if prints[i] <= prints[best]:
                    best = i
            chosen[best] = True
    return chosen
