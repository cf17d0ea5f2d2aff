"""From shared fingerprints to matches: custody, surprise, spans.

1. *Custody*: a generation can only be the source of a text that is not known to have existed before it. A print that
   any text had before the generation is no evidence either: the model recites, the author repeats himself.
2. *Surprise*: S = Σ over distinct shared prints of max(0, Σ −log2 p(word) over its words − `COMMON_BITS`), bits
   under the clean unigram prior, from the query's own words (the ledger has none). Added up within a passage, so
   that a long text isn't suspicious for being long; a passage counts if it reaches the floor.
3. Of several generations that share the same prints the one with most surprise explains them; others count the rest.
4. *Spans*: runs of shared words, joined across gaps of at most `GAP` words (an edit inside a copied passage).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import Tokens, Utf8
from scapa.text.prior import Prior
from scapa.text.winnow import K, gram_counts

COMMON_BITS = 34.0
"""Four words that say less than this are anybody's."""
PASSAGE_GAP = 32
"""Words between two shared runs of one generation that still add up. Chance agreements are spread over a long text."""
GAP = 8
"""Words between two shared runs of one generation that still belong to one span."""
EDGE = 64
"""A span is widened to the sentence or line it lies in if that ends within so many bytes: prints are a sample, so up to
three words at either end of a copy are seen by none, and half a sentence is of no use to anyone."""
SPAN_BITS = 12.0
"""A span that says less than this is not masked: a common phrase far from any other."""
FOREIGN_BITS = 10.0
"""Bits of an unknown word in a text most of whose words the prior doesn't know (a language it hasn't)."""


@dataclass(frozen=True, slots=True)
class Match:
    """One generation that a text shares more with than chance: `spans` are half-open byte ranges of the text.

    `bits` is the surprise of all that is shared, `words` how many of the text's words the spans hold, `share` that
    as a part of all its words, `time` the generation's (UTC microseconds).
    """

    generation: str
    time: int
    bits: float
    words: int
    share: float
    spans: tuple[tuple[int, int], ...]


class Found(NamedTuple):
    """A match before the generation's number is looked up."""

    text: int
    owner: int
    bits: float
    words: int
    share: float
    spans: tuple[tuple[int, int], ...]


class Hits(NamedTuple):
    """One row for each shared print of a text and each generation that has it; columns of equal length.

    `text` is the text's index, `gram` the place of its first word among the text's words, `owner` the generation's
    number, `bits` the print's surprise above `COMMON_BITS`, `start` and `end` its bytes (to the sentence's edge if
    near), `known` since when the text is known to exist (UTC microseconds), `words` how many words the text has.
    """

    text: NDArray[np.int64]
    gram: NDArray[np.int64]
    print: NDArray[np.uint64]
    owner: NDArray[np.int64]
    bits: NDArray[np.float64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    known: NDArray[np.int64]
    words: NDArray[np.int64]

    def take(self, rows: NDArray[Any]) -> Hits:
        """Return some of the rows."""
        return Hits(*(column[rows] for column in self))


def join(parts: list[Hits]) -> Hits:
    """Return the rows of several."""
    return Hits(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def describe(
    data: Utf8,
    tokens: Tokens,
    grams: NDArray[np.uint64],
    found: tuple[NDArray[np.int64], NDArray[np.int64]],
    known: NDArray[np.int64],
    prior: Prior,
) -> Hits:
    """Return the hits of (index into `grams`, owner) pairs; `data` is the texts as `kernels.utf8` gives them."""
    index, owner = found
    first = gram_counts(tokens.first)
    text = np.searchsorted(first, index, "right") - 1
    gram = index - first[text]
    word = tokens.first[text] + gram
    counts = np.diff(tokens.first)
    bits = _surprise(tokens, text, word, prior)
    start, end = _to_sentence(*data, text, tokens.starts[word], tokens.ends[word + K - 1])
    return Hits(text, gram, grams[index], owner, bits, start, end, known[text], counts[text])


@njit
def _to_sentence(data: Any, offsets: Any, text: Any, start: Any, end: Any) -> Any:
    """Widen byte ranges to where their sentence or line begins and ends, where that is within `EDGE` bytes."""
    low, high = start.copy(), end.copy()
    for i in range(len(text)):
        base, stop = offsets[text[i]], offsets[text[i] + 1]
        at = base + start[i]
        first = at
        while at > max(base, base + start[i] - EDGE) and not _ends(data[at - 1]):
            at -= 1
            if data[at] > 32:
                first = at
        if at == base or _ends(data[at - 1]):
            low[i] = first - base
        at = base + end[i]
        while at < min(stop, base + end[i] + EDGE) and not _ends(data[at]):
            at += 1
        if at == stop or _ends(data[at]):
            high[i] = at - base + (1 if at < stop and data[at] != 10 else 0)
    return low, high


@njit
def _ends(byte: int) -> bool:
    return byte == 33 or byte == 46 or byte == 63 or byte == 10  # ! . ? and the end of a line


def _surprise(tokens: Tokens, text: NDArray[np.int64], word: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
    """Return the bits above `COMMON_BITS` of the four words from each index on."""
    hit = np.zeros(len(tokens.first) - 1, bool)
    hit[text] = True
    foreign = np.zeros(len(hit), bool)
    for t in np.flatnonzero(hit):
        foreign[t] = not _mostly_known(tokens.hashes[tokens.first[t] : tokens.first[t + 1]], prior)
    four = word[:, None] + np.arange(K)
    hashes = tokens.hashes[four].ravel()
    bits = prior.bits(hashes).reshape(-1, K).astype(np.float64)
    unknown = ~prior.known(hashes).reshape(-1, K) & foreign[text][:, None]
    bits = np.where(unknown, min(FOREIGN_BITS, prior.unknown), bits)
    return np.asarray(np.maximum(0.0, bits.sum(axis=1) - COMMON_BITS))


def _mostly_known(hashes: NDArray[np.uint64], prior: Prior) -> bool:
    return bool(prior.known(hashes).mean() >= 0.5)


def admissible(hits: Hits, times: NDArray[np.int64]) -> Hits:
    """Return the hits that custody allows; `times[number]` is when a generation was made.

    Give the hits of *all* texts at once: older texts exempt the prints that they had first.
    """
    if not len(hits.text):
        return hits
    _, which = np.unique(hits.print, return_inverse=True)
    oldest = np.full(which.max() + 1, np.iinfo(np.int64).max)
    np.minimum.at(oldest, which, hits.known)
    return hits.take(np.flatnonzero(times[hits.owner] < oldest[which]))


def matches(hits: Hits, floor: float) -> list[Found]:
    """Return what reaches `floor` bits: text after text, best first; ties go to the older generation."""
    hits = _passages(hits, floor)
    found: list[Found] = []
    for low, high in _groups(hits.text):
        found += _of_text(hits.take(np.arange(low, high)), floor)
    return found


def _passages(hits: Hits, floor: float) -> Hits:
    """Return the hits in passages of at least `floor` bits, sorted by text, owner and place."""
    hits = hits.take(np.lexsort((hits.gram, hits.owner, hits.text)))
    if not len(hits.text):
        return hits
    new = (np.diff(hits.text) != 0) | (np.diff(hits.owner) != 0) | (np.diff(hits.gram) > K + PASSAGE_GAP)
    passage = np.concatenate([[0], np.cumsum(new)])
    return hits.take(np.flatnonzero((_scores(passage, hits.print, hits.bits) >= floor)[passage]))


def _scores(group: NDArray[np.int64], prints: NDArray[np.uint64], bits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of the bits of each group's distinct prints."""
    order = np.lexsort((prints, group))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(group[order]) != 0) | (np.diff(prints[order]) != 0)
    return np.bincount(group[order][first], bits[order][first]).astype(np.float64)


def _groups(column: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the (start, end) of each run of equal values."""
    edges = np.flatnonzero(np.diff(column)) + 1
    cuts = [0, *edges.tolist(), len(column)] if len(column) else [0]
    return list(pairwise(cuts))


def _of_text(hits: Hits, floor: float) -> list[Found]:
    """Explain one text's shared prints by as few generations as reach the floor, greedily."""
    found = []
    while len(hits.text):
        owners, group = np.unique(hits.owner, return_inverse=True)
        scores = _scores(group, hits.print, hits.bits)
        best = hits.take(np.flatnonzero(group == scores.argmax()))
        words, spans = _spans(best)
        share = words / int(best.words[0])
        found.append(Found(int(best.text[0]), int(owners[scores.argmax()]), float(scores.max()), words, share, spans))
        hits = _passages(hits.take(np.flatnonzero(~np.isin(hits.print, best.print))), floor)
    return found


def _spans(hits: Hits) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Return (words within, byte ranges) of one text's runs shared with one generation."""
    run = np.concatenate([[0], np.cumsum(np.diff(hits.gram) > K + GAP)])
    enough = _scores(run, hits.print, hits.bits) >= SPAN_BITS
    total, ranges = 0, [(-1, -1)]
    for low, high in _groups(run):
        if enough[run[low]]:
            total += int(hits.gram[high - 1] - hits.gram[low]) + K
            start, end = int(hits.start[low:high].min()), int(hits.end[low:high].max())
            before = ranges.pop() if start <= ranges[-1][1] else (start, end)
            ranges.append((min(before[0], start), max(before[1], end)))
    return total, tuple(ranges[1:])
