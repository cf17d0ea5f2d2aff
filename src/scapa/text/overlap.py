"""Overlap: what two texts really share, word by word; no hash is believed.

    ids = identify(texts, tokens)                        int32, one a word: equal ids if and only if equal words
    words = Words(ids, tokens.first)
    similar(words, words, left, right)                   Jaccard similarity of pairs of texts' runs of five words
    contained(words, words, left, right)                 the share of left's runs that right has, too

Hashes that anyone can compute can be made to collide, so they only say where to look. Words of one hash are compared by
their bytes, then by their normalised characters; runs of words are compared word by word. The tables are keyed anew in
every process, so nobody can choose texts that crowd them.
"""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import Tokens, Utf8, mix
from scapa.text.minhash import SHINGLE
from scapa.text.words import word_hash, words

_KEY = np.uint64(secrets.randbits(64) | 1)

Rows = NDArray[np.int64]


class Words(NamedTuple):
    """Text t has the words `ids[first[t]:first[t + 1]]`."""

    ids: NDArray[np.int32]
    first: NDArray[np.int64]


def identify(texts: Utf8, tokens: Tokens) -> NDArray[np.int32]:
    """Return a number for every word of every text, the same for two words if and only if they are the same word."""
    spelling, starts, ends, hashes = _spellings(
        texts.data, texts.offsets, tokens.hashes, tokens.starts, tokens.ends, tokens.first, _KEY
    )
    word = np.arange(len(hashes), dtype=np.int32)
    order = np.argsort(hashes, kind="stable")
    _, begin, many = np.unique(hashes[order], return_index=True, return_counts=True)
    for low, count in zip(begin[many > 1].tolist(), many[many > 1].tolist(), strict=True):
        known: dict[tuple[str, ...], int] = {}
        for at in order[low : low + count].tolist():
            written = texts.data[starts[at] : ends[at]].tobytes().decode("utf-8", "replace")
            form = tuple(w for w in words(written) if word_hash(w) == int(hashes[at]))
            word[at] = known.setdefault(form, at)
    numbered: NDArray[np.int32] = word[spelling]
    return numbered


def similar(one: Words, other: Words, left: Rows, right: Rows) -> NDArray[np.float64]:
    """Return the Jaccard similarity of text `left[i]` of `one` and `right[i]` of `other`; 0 for texts of no words."""
    shared, a, b = _shared(*one, *other, left, right, _KEY)
    share: NDArray[np.float64] = shared / np.maximum(a + b - shared, 1)
    return share


def contained(one: Words, other: Words, left: Rows, right: Rows) -> NDArray[np.float64]:
    """Return the share of the distinct runs of text `left[i]` of `one` that text `right[i]` of `other` has."""
    shared, a, _ = _shared(*one, *other, left, right, _KEY)
    share: NDArray[np.float64] = shared / np.maximum(a, 1)
    return share


def join(
    text: Words, place: Rows, left: Rows, right: Rows, root: Rows, threshold: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Compare pairs in order and connect in `root` those of at least `threshold`; return (similarity, compared).

    A pair that is connected already is not compared. Row r is the text `place[r]`.
    """
    return _join(*text, place, left, right, root, threshold, _KEY)


@njit
def _spellings(data: Any, offsets: Any, hashes: Any, starts: Any, ends: Any, first: Any, key: Any) -> Any:
    """Number the spellings: words of one hash and, but for the case of ASCII letters, of the same bytes."""
    numbers = np.empty(len(hashes), np.int32)
    low, high, of = np.empty(1024, np.int64), np.empty(1024, np.int64), np.empty(1024, np.uint64)
    table, count = np.full(4096, np.int32(-1)), 0
    for text in range(len(first) - 1):
        for i in range(first[text], first[text + 1]):
            start, end = offsets[text] + starts[i], offsets[text] + ends[i]
            slot = _slot(hashes[i], key, len(table))
            while table[slot] >= 0:
                at = table[slot]
                if of[at] == hashes[i] and _alike(data, low[at], high[at], start, end):
                    break
                slot = (slot + 1) & (len(table) - 1)
            if table[slot] >= 0:
                numbers[i] = table[slot]
                continue
            if count == len(low):
                low, high, of = _grown(low), _grown(high), _grown(of)
                table = np.full(8 * count, np.int32(-1))
                for old in range(count):
                    place = _slot(of[old], key, len(table))
                    while table[place] >= 0:
                        place = (place + 1) & (len(table) - 1)
                    table[place] = old
                slot = _slot(hashes[i], key, len(table))
                while table[slot] >= 0:
                    slot = (slot + 1) & (len(table) - 1)
            low[count], high[count], of[count] = start, end, hashes[i]
            table[slot], numbers[i] = count, count
            count += 1
    return numbers, low[:count].copy(), high[:count].copy(), of[:count].copy()


@njit
def _slot(value: Any, key: Any, size: int) -> Any:
    return np.int64(mix((value ^ key) * key) & np.uint64(size - 1))


@njit
def _grown(array: Any) -> Any:
    grown = np.empty(2 * len(array), array.dtype)
    grown[: len(array)] = array
    return grown


@njit
def _alike(data: Any, low: int, high: int, start: int, end: int) -> bool:
    if end - start != high - low:
        return False
    for i in range(end - start):
        a, b = data[low + i], data[start + i]
        if a != b:
            small = a | 32
            if small != (b | 32) or small < 97 or small > 122:
                return False
    return True


@njit
def _runs(words: Any) -> int:
    return max(1, len(words) - SHINGLE + 1) if len(words) else 0


@njit
def _same(a: Any, i: int, b: Any, j: int) -> bool:
    size = min(SHINGLE, len(a))
    if size != min(SHINGLE, len(b)):
        return False
    for k in range(size):  # noqa: SIM110 - numba
        if a[i + k] != b[j + k]:
            return False
    return True


@njit
def _hash(words: Any, at: int, key: Any) -> Any:
    h = key
    for k in range(at, min(at + SHINGLE, len(words))):
        h = (h ^ np.uint64(words[k])) * key
        h ^= h >> np.uint64(32)
    return h


@njit
def _fill(words: Any, table: Any, key: Any) -> int:
    """Put a text's distinct runs into `table` (-1: free); return how many there are."""
    table[:] = -1
    count = 0
    for i in range(_runs(words)):
        slot = _slot(_hash(words, i, key), key, len(table))
        while table[slot] >= 0 and not _same(words, table[slot], words, i):
            slot = (slot + 1) & (len(table) - 1)
        if table[slot] < 0:
            table[slot] = i
            count += 1
    return count


@njit
def _count(words: Any, table: Any, met: Any, others: Any, key: Any) -> int:
    """Return how many of the distinct runs of `words`, which fill `table`, the others' words have, too."""
    met[: len(table)] = False
    shared = 0
    for i in range(_runs(others)):
        slot = _slot(_hash(others, i, key), key, len(table))
        while table[slot] >= 0 and not _same(words, table[slot], others, i):
            slot = (slot + 1) & (len(table) - 1)
        if table[slot] >= 0 and not met[slot]:
            met[slot] = True
            shared += 1
    return shared


@njit
def _size(words: Any) -> int:
    size = 8
    while size < 2 * len(words):
        size *= 2
    return size


@njit
def _distinct(ids: Any, first: Any, text: int, sizes: Any, key: Any) -> Any:
    if sizes[text] < 0:
        words = ids[first[text] : first[text + 1]]
        sizes[text] = _fill(words, np.empty(_size(words), np.int32), key)
    return sizes[text]


@njit
def _shared(ids: Any, first: Any, others: Any, starts: Any, left: Any, right: Any, key: Any) -> Any:
    """Return (runs shared, left's runs, right's runs), all distinct, of every pair."""
    shared, one, other = np.zeros(len(left), np.int64), np.zeros(len(left), np.int64), np.zeros(len(left), np.int64)
    sizes = np.full(len(starts) - 1, -1)
    for i in range(len(left)):
        words = ids[first[left[i]] : first[left[i] + 1]]
        table = np.empty(_size(words), np.int32)
        one[i] = _fill(words, table, key)
        other[i] = _distinct(others, starts, right[i], sizes, key)
        theirs = others[starts[right[i]] : starts[right[i] + 1]]
        shared[i] = _count(words, table, np.empty(len(table), np.bool_), theirs, key)
    return shared, one, other


@njit
def root_of(root: Any, row: int) -> int:
    """Return the lowest row that `row` is connected with, shortening the way there."""
    while root[row] != row:
        root[row] = root[root[row]]
        row = root[row]
    return row


@njit
def _join(
    ids: Any, first: Any, place: Any, left: Any, right: Any, root: Any, threshold: float, key: Any
) -> tuple[Any, Any]:
    found, compared = np.ones(len(left), np.float64), np.zeros(len(left), np.bool_)
    sizes = np.full(len(first) - 1, -1)
    table, met = np.empty(8, np.int32), np.empty(8, np.bool_)
    filled = -1
    for i in range(len(left)):
        a, b = root_of(root, left[i]), root_of(root, right[i])
        if a == b:
            continue
        one, other = place[left[i]], place[right[i]]
        words, theirs = ids[first[one] : first[one + 1]], ids[first[other] : first[other + 1]]
        if filled != one:
            table, met, filled = np.empty(_size(words), np.int32), np.empty(_size(words), np.bool_), one
            sizes[one] = _fill(words, table, key)
        shared = _count(words, table, met, theirs, key)
        union = sizes[one] + _distinct(ids, first, other, sizes, key) - shared
        found[i], compared[i] = shared / union if union else 0.0, True
        if found[i] >= threshold:
            root[max(a, b)] = min(a, b)
    return found, compared
