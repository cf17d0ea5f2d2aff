"""MinHash signatures and bottom sketches of a text's runs of five words (Broder, 1997; Cohen and Kaplan, 2007).

    made = fingerprint(tokens)
    made.exact         uint64[texts]       hash of all words in order; 0 where there are none
    made.signatures    uint32[texts, 108]  the share of equal places estimates the Jaccard similarity of two texts
    made.sketches, .first                  text t has sketches[first[t]:first[t + 1]]: its `SKETCH` smallest shingle
                                           hashes, ascending; all of them if there are fewer

A text of fewer than `SHINGLE` words has one shingle, all its words; a text of none has none.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import Tokens, mix
from scapa.text.words import HASH_START, HASH_STEP
from scapa.text.words import mix as plain_mix

SHINGLE = 5
BANDS, ROWS = 18, 6
PLACES = BANDS * ROWS
SKETCH = 512

_START, _STEP, _HALF = np.uint64(HASH_START), np.uint64(HASH_STEP), np.uint64(32)
# Two odd 32-bit multipliers a place, fixed for ever: signatures made years apart must compare.
_SALTS = np.array([plain_mix(i + 1) & 0xFFFFFFFF | 1 for i in range(2 * PLACES)], np.uint32).reshape(2, PLACES)


class Fingerprints(NamedTuple):
    """See the module's text."""

    exact: NDArray[np.uint64]
    signatures: NDArray[np.uint32]
    sketches: NDArray[np.uint32]
    first: NDArray[np.int64]


def fingerprint(hashes: NDArray[np.uint64], first: NDArray[np.int64]) -> Fingerprints:
    """Return the fingerprints of texts given their words' hashes: text t has `hashes[first[t]:first[t + 1]]`."""
    return Fingerprints(*_fingerprint(hashes, first, _SALTS))


def without(
    tokens: Tokens, spans: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return (hashes, first) of the words that touch no span; text t has the spans `spans[rows[t]:rows[t + 1]]`.

    `spans` is int64[n, 2], half-open byte ranges within the text, in any order.
    """
    keep = _outside(tokens.starts, tokens.ends, tokens.first, spans, rows)
    kept = np.concatenate([[0], np.cumsum(keep)])
    return tokens.hashes[keep], kept[tokens.first].astype(np.int64)


@njit
def _outside(starts: Any, ends: Any, first: Any, spans: Any, rows: Any) -> Any:
    keep = np.ones(len(starts), np.bool_)
    for text in range(len(first) - 1):
        words = starts[first[text] : first[text + 1]]
        for s in range(rows[text], rows[text + 1]):
            low, high = spans[s, 0], spans[s, 1]
            if low >= high:
                continue
            # The word before may reach into the span.
            word = first[text] + max(0, np.searchsorted(words, low) - 1)
            while word < first[text + 1] and starts[word] < high:
                if ends[word] > low:
                    keep[word] = False
                word += 1
    return keep


@njit
def _fingerprint(hashes: Any, first: Any, salts: Any) -> Any:
    texts = len(first) - 1
    exact = np.zeros(texts, np.uint64)
    signatures = np.full((texts, PLACES), np.uint32(0xFFFFFFFF))
    ends = np.zeros(texts + 1, np.int64)
    sketches = np.empty(min(len(hashes), SKETCH * texts) + texts, np.uint32)
    for text in range(texts):
        own = hashes[first[text] : first[text + 1]]
        ends[text + 1] = ends[text]
        if len(own) == 0:
            continue
        exact[text] = _chain(own)
        shingles = np.empty(max(1, len(own) - SHINGLE + 1), np.uint64)
        for i in range(len(shingles)):
            shingles[i] = _chain(own[i : i + SHINGLE])
        _sign(shingles, salts, signatures[text])
        ends[text + 1] += _sketch(shingles, sketches[ends[text] :])
    return exact, signatures, sketches[: ends[-1]].copy(), ends


@njit
def _chain(words: Any) -> Any:
    h = _START
    for word in words:
        h = (h ^ word) * _STEP
        h ^= h >> _HALF
    return mix(h)


@njit
def _sign(shingles: Any, salts: Any, signature: Any) -> None:
    for shingle in shingles:
        low, high = np.uint32(shingle), np.uint32(shingle >> _HALF)
        for place in range(PLACES):
            # Multiply and add modulo 2³²; the leading bits, which decide the least, depend on all 64.
            value = np.uint32(low * salts[0, place] + high * salts[1, place])
            signature[place] = min(signature[place], value)


@njit
def _sketch(shingles: Any, out: Any) -> int:
    """Write the `SKETCH` smallest distinct 32-bit shingle hashes; return how many there are."""
    # Of very many, only those below 2^bits need sorting: at least some four times SKETCH stay, as a rule.
    bits = 32
    while (len(shingles) >> (32 - bits)) >= 8 * SKETCH:
        bits -= 1
    count = _distinct(_sorted(_below(shingles, bits), bits), out)
    if count < SKETCH and bits < 32:
        count = _distinct(_sorted(_below(shingles, 32), 32), out)
    return count


@njit
def _below(shingles: Any, bits: int) -> Any:
    values, kept = np.empty(len(shingles), np.uint32), 0
    for shingle in shingles:
        value = shingle >> _HALF
        if value >> np.uint64(bits) == np.uint64(0):
            values[kept] = value
            kept += 1
    return values[:kept]


@njit
def _sorted(values: Any, bits: int) -> Any:
    """Sort evenly spread values below 2^bits: into as many buckets as values, then by insertion."""
    buckets, shift = np.uint64(len(values)), np.uint64(bits)
    ends = np.zeros(len(values) + 1, np.int64)
    for value in values:
        ends[((np.uint64(value) * buckets) >> shift) + np.uint64(1)] += 1
    for i in range(1, len(ends)):
        ends[i] += ends[i - 1]
    out = np.empty(len(values), np.uint32)
    for value in values:
        bucket = (np.uint64(value) * buckets) >> shift
        out[ends[bucket]] = value
        ends[bucket] += 1
    for i in range(1, len(out)):
        value, at = out[i], i
        while at > 0 and out[at - 1] > value:
            out[at] = out[at - 1]
            at -= 1
        out[at] = value
    return out


@njit
def _distinct(ordered: Any, out: Any) -> int:
    count = 0
    for value in ordered:
        if count == SKETCH:
            break
        if count == 0 or out[count - 1] != value:
            out[count] = value
            count += 1
    return count
