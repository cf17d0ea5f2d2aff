"""Character n-grams in hashed buckets: a text as a short vector, for linear models that learn from few examples.

    made = grams(texts, spans, rows)
    made.buckets, .values    text t has buckets[first[t]:first[t + 1]], each once; the squares of its values sum to 1
    score(made, weights)     float64[texts]

A text is read folded as `words` folds it (case, accents, compatibility forms; zero-width characters are as if absent),
with white space as one space, every digit as 0 and ASCII punctuation kept. Every run of `SIZE` characters adds ±1 to
one of `BUCKETS` buckets, bucket and sign by its hash, so that collisions cancel on average (Weinberger et al., 2009);
a bucket's value grows with the logarithm of its sum, and the vector is brought to length 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.characters import APOSTROPHE, EXPANSION, IGNORED, LETTER, SINGLE, characters
from scapa.text.compiled import njit
from scapa.text.kernels import Texts, Utf8, decode_at, mix, utf8
from scapa.text.words import mix as plain_mix

SIZE = 4
BITS = 16
BUCKETS = 1 << BITS
READ = 32_768
"""Bytes of a text that are read, those in spans not counted."""

Spans = NDArray[np.int64]

_SPACE, _ZERO = 32, 48
_KIND, _CODE = np.uint32(7), np.uint32(3)
_FACTORS = np.array([plain_mix(1_000 + i) | 1 for i in range(SIZE)], np.uint64)
_DOWN, _ONE = np.uint64(64 - BITS), np.uint64(1)


class Grams(NamedTuple):
    """See the module's text. `buckets` are uint32, `values` float32."""

    buckets: NDArray[np.uint32]
    values: NDArray[np.float32]
    first: NDArray[np.int64]

    def rows(self, chosen: NDArray[np.int64]) -> Grams:
        """Return the vectors of the texts `chosen`, in that order."""
        sizes = np.diff(self.first)[chosen]
        first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        at = np.arange(first[-1]) - np.repeat(first[:-1] - self.first[chosen], sizes)
        return Grams(self.buckets[at], self.values[at], first)


def grams(texts: Texts | Utf8, spans: Spans, rows: NDArray[np.int64]) -> Grams:
    """Return the vectors of `texts` without their spans: text t has `spans[rows[t]:rows[t + 1]]`, byte ranges in it,
    sorted and disjoint, on character boundaries. Nothing left to read: a vector without buckets.
    """
    data, offsets = texts if isinstance(texts, Utf8) else utf8(texts)
    table = characters()
    return Grams(*_grams(data, offsets, spans, rows, table.packed, table.first, table.items, _plain()))


def joined(parts: Sequence[Grams]) -> Grams:
    """Return the vectors of all parts, in order."""
    sizes = np.concatenate([np.zeros(1, np.int64), *(np.diff(part.first) for part in parts)])
    buckets = np.concatenate([np.zeros(0, np.uint32), *(part.buckets for part in parts)])
    values = np.concatenate([np.zeros(0, np.float32), *(part.values for part in parts)])
    return Grams(buckets, values, np.cumsum(sizes))


def score(made: Grams, weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the sum of value × weight of every text; the last of the `BUCKETS + 1` weights is added to each."""
    return np.asarray(_score(made.buckets, made.values, made.first, weights), np.float64)


def _plain() -> NDArray[np.int64]:
    """Return what each ASCII character is read as."""
    folded = [ord(chr(code).lower()) for code in range(128)]
    folded[:33] = [_SPACE] * 33
    folded[127] = _SPACE
    folded[_ZERO : _ZERO + 10] = [_ZERO] * 10
    return np.array(folded, np.int64)


@njit
def _folded(entry: Any) -> Any:
    """Return what one packed character is read as: -1 nothing, else a code."""
    kind = entry & _KIND
    if kind in (LETTER, SINGLE):
        value = np.int64(entry >> _CODE)
        return _ZERO if 48 <= value <= 57 else value
    if kind == IGNORED:
        return -1
    return 39 if kind == APOSTROPHE else _SPACE


@njit
def _grams(data: Any, offsets: Any, spans: Any, rows: Any, packed: Any, expansion: Any, items: Any, plain: Any) -> Any:
    texts = len(offsets) - 1
    size = max(64, offsets[-1] - offsets[0])
    buckets, values = np.empty(size, np.uint32), np.empty(size, np.float32)
    first = np.zeros(texts + 1, np.int64)
    sums, seen = np.zeros(BUCKETS, np.int32), np.full(BUCKETS, -1, np.int64)
    codes = np.empty(READ * 4 + SIZE, np.int64)
    for text in range(texts):
        whole = data[offsets[text] : offsets[text + 1]]
        length = _read(whole, spans[rows[text] : rows[text + 1]], packed, expansion, items, plain, codes)
        count = first[text]
        if count + length > size:
            size = 2 * (count + length)
            buckets, values = _wider(buckets, size), _wider(values, size)
        first[text + 1] = count + _count(codes[:length], text, sums, seen, buckets[count:], values[count:])
    return buckets[: first[-1]].copy(), values[: first[-1]].copy(), first


@njit
def _wider(array: Any, size: int) -> Any:
    grown = np.empty(size, array.dtype)
    grown[: len(array)] = array
    return grown


@njit
def _read(data: Any, spans: Any, packed: Any, expansion: Any, items: Any, plain: Any, codes: Any) -> int:
    """Write the folded characters of a text without its spans to `codes`; return how many."""
    # Long on purpose: it reads downwards. A text begins and ends with a space.
    at, stop, span, count, read = 0, len(data), 0, 1, 0
    codes[0] = _SPACE
    room = len(codes) - 20  # no character expands to more than 18
    while at < stop and read < READ and count < room:
        if span < len(spans) and at >= spans[span, 0]:
            at = max(at, spans[span, 1])
            span += 1
            if codes[count - 1] != _SPACE:
                codes[count] = _SPACE
                count += 1
            continue
        lead = data[at]
        if lead < 0x80:
            value = plain[lead]
            if value != _SPACE or codes[count - 1] != _SPACE:
                codes[count] = value
                count += 1
            at += 1
            read += 1
            continue
        code, width = decode_at(data, at, stop)
        at += width
        read += width
        entry = packed[code] if code >= 0 else np.uint32(0)
        low, high = 0, 1
        expanded = (entry & _KIND) == EXPANSION
        if expanded:
            low, high = expansion[entry >> _CODE], expansion[(entry >> _CODE) + 1]
        for item in range(low, high):
            value = _folded(items[item] if expanded else entry)
            if value >= 0 and (value != _SPACE or codes[count - 1] != _SPACE):
                codes[count] = value
                count += 1
    if codes[count - 1] != _SPACE:
        codes[count] = _SPACE
        count += 1
    return count


@njit
def _count(codes: Any, text: int, sums: Any, seen: Any, buckets: Any, values: Any) -> int:
    """Write one text's buckets in order of appearance and their values; return how many."""
    count, total = 0, 0.0
    for at in range(len(codes) - SIZE + 1):
        key = np.uint64(0)
        for i in range(SIZE):
            key += np.uint64(codes[at + i]) * _FACTORS[i]
        key = mix(key)
        bucket = key >> _DOWN
        if seen[bucket] != text:
            seen[bucket], sums[bucket] = text, 0
            buckets[count] = bucket
            count += 1
        sums[bucket] += 1 if key & _ONE else -1
    for at in range(count):
        value = sums[buckets[at]]
        grown = np.log(1.0 + abs(value)) * np.sign(value)
        values[at] = grown
        total += grown * grown
    scale = 1.0 / np.sqrt(total) if total > 0.0 else 0.0
    for at in range(count):
        values[at] *= scale
    return count


@njit
def _score(buckets: Any, values: Any, first: Any, weights: Any) -> Any:
    found = np.empty(len(first) - 1, np.float64)
    for text in range(len(first) - 1):
        total = np.float64(weights[-1])
        for at in range(first[text], first[text + 1]):
            total += np.float64(weights[buckets[at]]) * np.float64(values[at])
        found[text] = total
    return found
