"""MinHash signatures of a text's runs of five words (Broder, 1997), of one byte a place (Li and König, 2010).

    made = fingerprint(hashes, first)
    made.exact         uint64[texts]       hash of all words in order; 0 where there are none
    made.signatures    uint8[texts, 108]   the share of equal places estimates the Jaccard similarity of two texts

Places that differ are equal by chance one time in 256. A text of fewer than `SHINGLE` words has one run, all its
words; a text of none has none. Signatures find what may be near; `overlap` then compares the words themselves.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import mix
from scapa.text.words import HASH_START, HASH_STEP
from scapa.text.words import mix as plain_mix

SHINGLE = 5
BANDS, ROWS = 18, 6
PLACES = BANDS * ROWS

_START, _STEP, _HALF = np.uint64(HASH_START), np.uint64(HASH_STEP), np.uint64(32)
_A, _B, _C, _D, _E = (np.uint64(plain_mix(1_000 + i) | 1) for i in range(SHINGLE))
_FOLD, _TOP = np.uint32(0x9E3779B1), np.uint32(24)
# Two odd 32-bit multipliers a place, fixed for ever: signatures made years apart must compare.
_SALTS = np.array([plain_mix(i + 1) & 0xFFFFFFFF | 1 for i in range(2 * PLACES)], np.uint32).reshape(2, PLACES)


class Fingerprints(NamedTuple):
    """See the module's text."""

    exact: NDArray[np.uint64]
    signatures: NDArray[np.uint8]


def fingerprint(hashes: NDArray[np.uint64], first: NDArray[np.int64]) -> Fingerprints:
    """Return the fingerprints of texts given their words' hashes: text t has `hashes[first[t]:first[t + 1]]`."""
    return Fingerprints(*_fingerprint(hashes, first, _SALTS))


@njit
def _fingerprint(hashes: Any, first: Any, salts: Any) -> Any:
    texts = len(first) - 1
    exact = np.zeros(texts, np.uint64)
    signatures = np.zeros((texts, PLACES), np.uint8)
    least = np.empty(PLACES, np.uint32)
    for text in range(texts):
        own = hashes[first[text] : first[text + 1]]
        if len(own) == 0:
            continue
        exact[text] = _chain(own)
        least[:] = np.uint32(0xFFFFFFFF)
        for shingle in shingles(own):
            _sign(shingle, salts, least)
        for place in range(PLACES):
            # A least value's leading bits are nearly always 0: its byte must depend on all of them.
            signatures[text, place] = np.uint8(np.uint32(least[place] * _FOLD) >> _TOP)
    return exact, signatures


@njit
def _chain(words: Any) -> Any:
    """Return one hash of all words' hashes, in order."""
    h = _START
    for word in words:
        h = (h ^ word) * _STEP
        h ^= h >> _HALF
    return mix(h)


@njit
def shingles(words: Any) -> Any:
    """Return the hash of every run of `SHINGLE` words; of fewer words, of all of them."""
    count = len(words) - SHINGLE + 1
    if count < 1:
        padded = np.zeros(SHINGLE, np.uint64)
        padded[: len(words)] = words
        return shingles_of(padded, 1)
    return shingles_of(words, count)


@njit
def shingles_of(words: Any, count: int) -> Any:
    """Return the hashes of the first `count` runs: one sum of products each (Carter and Wegman, 1979), then mixed."""
    out = np.empty(count, np.uint64)
    for i in range(count):
        total = words[i] * _A + words[i + 1] * _B + words[i + 2] * _C + words[i + 3] * _D + words[i + 4] * _E
        out[i] = mix(total)
    return out


@njit
def _sign(shingle: Any, salts: Any, least: Any) -> None:
    low, high = np.uint32(shingle), np.uint32(shingle >> _HALF)
    for place in range(PLACES):
        # Multiply and add modulo 2³²; the leading bits, which decide the least, depend on all 64.
        value = np.uint32(low * salts[0, place] + high * salts[1, place])
        least[place] = min(least[place], value)
