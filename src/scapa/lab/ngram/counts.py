"""A trigram word model: interpolated Kneser–Ney smoothing, fitted and looked up as sorted integer arrays.

Words are numbers: 0 is the edge of a block, 1 … V the vocabulary, V + 1 any other word. With c the count of u v w
and N₊ the number of different words that follow,

    P(w|u,v) = max(c(u,v,w) − D, 0)/c(u,v,·) + D N₊(u,v)/c(u,v,·) · P(w|v)

and likewise one order down, where a pair v w counts once for each different word before it (its *continuations*), so
that the model's words are as frequent as the text's (Kneser & Ney 1995; interpolated as Chen & Goodman 1998, eq. 19).
The lowest order mixes the continuations with a uniform law: over all V + 1 words to score a text, so that any has a
finite loss; over the words that were seen to write one, for nobody writes a word that he never met.
D = n₁/(n₁ + 2n₂) at each order, n_k counting the entries seen k times (Ney, Essen & Kneser 1994).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError

Ints = NDArray[np.int64]
Blocks = NDArray[np.int32]
Floats = NDArray[np.float64]
EDGE = 0
_BITS = 21
_WORD = (1 << _BITS) - 1
LARGEST = _WORD - 1
"""The largest vocabulary: three words share one 63-bit key."""
_FALLBACK = 0.75  # the discount where n₁ or n₂ is 0, which only toy corpora meet


@dataclass(frozen=True, slots=True)
class Level:
    """One order above the lowest, rows compressed: row r has the entries start[r] … start[r+1].

    `word` is the word of an entry, ascending within a row, `weight` its (c − D)/C, `back` what a row leaves to the
    order below (1 for a row without entries), `below` where the entry lies in the order below.
    """

    start: Ints
    word: Ints
    weight: Floats
    back: Floats
    below: Ints

    @property
    def row(self) -> Ints:
        """The row of every entry."""
        return np.repeat(np.arange(len(self.back)), np.diff(self.start))


@dataclass(frozen=True, slots=True)
class Trigrams:
    """A fitted model. `pairs` are the sorted keys of the contexts u v, one row of `three` each; `two` has a row a word.

    `kept` is each word's discounted share of the continuations, shape (V + 2,); 1 − Σ kept is the uniform law's part.
    """

    pairs: Ints
    three: Level
    two: Level
    kept: Floats

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which words the training set had."""
        return self.kept > 0

    @property
    def scoring(self) -> Floats:
        """P(w) for scoring, shape (V + 2,): it sums to 1, and only the edge has 0."""
        known = np.arange(len(self.kept)) != EDGE
        return np.asarray(self.kept + known * (1 - self.kept.sum()) / known.sum())

    @property
    def writing(self) -> Floats:
        """P(w) for writing, shape (V + 2,): it sums to 1, and only words that were seen have more than 0."""
        return np.asarray(self.kept + self.seen * (1 - self.kept.sum()) / self.seen.sum())

    def probability(self, keys: Ints) -> Floats:
        """Return P(w|u,v) of each trigram key, for scoring; unknown contexts fall through to the order below."""
        v, w = keys >> _BITS & _WORD, keys & _WORD
        found, at = _find(self._pair_keys(), v << _BITS | w)
        chance = np.where(found, self.two.weight[at], 0) + self.two.back[v] * self.scoring[w]
        known, row = _find(self.pairs, keys >> _BITS)
        found, at = _find(self._three_keys(), keys)
        higher = np.where(found, self.three.weight[at], 0) + self.three.back[row] * chance
        return np.asarray(np.where(known, higher, chance))

    def _pair_keys(self) -> Ints:
        return self.two.row << _BITS | self.two.word

    def _three_keys(self) -> Ints:
        return np.repeat(self.pairs, np.diff(self.three.start)) << _BITS | self.three.word


def fit(blocks: Blocks, vocabulary: int) -> Trigrams:
    """Return the model of `blocks`, shape (blocks, words), of words 1 … `vocabulary`.

    Raises `UsageError` for no words, or a vocabulary that does not fit three to a key.
    """
    if not blocks.size or not 0 < vocabulary <= LARGEST:
        raise UsageError(f"a trigram model of {blocks.size} words and a vocabulary of {vocabulary:,} cannot be fitted")
    keys, counts = np.unique(trigram_keys(blocks), return_counts=True)
    pairs, start = _rows(keys >> _BITS)
    lower, below, continued = np.unique(keys & (1 << 2 * _BITS) - 1, return_inverse=True, return_counts=True)
    openings = int(np.searchsorted(keys >> _BITS, 1))  # contexts "edge edge": nothing varies before them, so they count
    continued[:openings] = counts[:openings]
    two_start = np.searchsorted(lower >> _BITS, np.arange(vocabulary + 3))
    continuations = np.bincount(lower & _WORD, minlength=vocabulary + 2)
    nowhere = np.zeros(0, dtype=np.int64)
    return Trigrams(
        pairs,
        _level(start, keys & _WORD, counts, below),
        _level(two_start, lower & _WORD, continued, nowhere),
        np.maximum(continuations - discount(continuations), 0.0) / continuations.sum(),
    )


def trigram_keys(blocks: Blocks) -> Ints:
    """Return the key of the trigram that ends at each word, shape (words of all blocks,), block after block."""
    edged = np.pad(blocks.astype(np.int64), ((0, 0), (2, 0)), constant_values=EDGE)
    keys: Ints = edged[:, :-2] << 2 * _BITS | edged[:, 1:-1] << _BITS | edged[:, 2:]
    return keys.ravel()


def discount(counts: Ints) -> float:
    """Return D = n₁/(n₁ + 2n₂) of an order's counts."""
    once, twice = np.count_nonzero(counts == 1), np.count_nonzero(counts == 2)
    return once / (once + 2 * twice) if once and twice else _FALLBACK


def _level(start: Ints, word: Ints, counts: Ints, below: Ints) -> Level:
    entries = np.diff(start)
    held = entries > 0
    total = np.ones(len(entries))
    total[held] = np.add.reduceat(counts, start[:-1][held])
    cut = discount(counts)
    return Level(
        start.astype(np.int64),
        word,
        (counts - cut) / np.repeat(total, entries),
        np.where(held, cut * entries / total, 1.0),
        below.astype(np.int64),
    )


def _rows(keys: Ints) -> tuple[Ints, Ints]:
    """Return the different values of sorted keys, and where the entries of each start (and the last end)."""
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[first], np.append(first, len(keys))


def _find(keys: Ints, wanted: Ints) -> tuple[NDArray[np.bool_], Ints]:
    """Return whether each wanted key is among the sorted keys, and where (a place that exists if it is not)."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return keys[at] == wanted, at
