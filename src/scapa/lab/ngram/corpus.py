"""Real text as the experiment needs it: blocks of word numbers to draw from, and documents held out for the loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab.ngram.counts import LARGEST, Blocks, Floats, Ints

LEAST_BLOCKS = 40


def numbered(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """Return the words of all texts as numbers from 0, and the places where texts end, shape (texts,).

    Words are those of `scapa.text.words`, told apart by their hashes; they are not kept.
    """
    from scapa.text.kernels import tokenise

    tokens = tokenise(list(texts))
    _, spoken = np.unique(tokens.hashes, return_inverse=True)
    return spoken.astype(np.int64), np.asarray(tokens.first[1:], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Corpus:
    """`blocks` to draw real items from, `held` of other documents; words are 1 … `vocabulary`, V + 1 is any other.

    `holding` says how many of the blocks hold each word 0 … V + 1.
    """

    blocks: Blocks
    held: Blocks
    vocabulary: int
    holding: Ints

    @classmethod
    def of(cls, spoken: Ints, ends: Ints, length: int, held: float, rng: np.random.Generator) -> Corpus:
        """Split whole documents until a share `held` of the words is held out; cut both sides into blocks of `length`.

        Documents follow each other without a mark and a rest shorter than a block is left out. Raises `UsageError` if
        fewer than `LEAST_BLOCKS` or no held-out block are left.
        """
        document = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        order = rng.permutation(len(ends))
        sizes = np.diff(ends, prepend=0)[order]
        out = np.zeros(len(ends), dtype=bool)
        out[order[np.cumsum(sizes) <= held * len(spoken)]] = True
        mine, theirs = spoken[~out[document]], spoken[out[document]]
        known, coded = np.unique(mine, return_inverse=True)
        blocks, away = _cut(coded + 1, length), _cut(_code(theirs, known), length)
        if len(blocks) < LEAST_BLOCKS or not len(away) or len(known) > LARGEST:
            raise UsageError(
                f"{len(spoken):,} words in {len(ends):,} documents are not enough for blocks of {length} words",
                next="give more documents or a smaller --block",
            )
        return cls(blocks, away, len(known), _holding(blocks, len(known) + 2))

    def parted(self, blocks: int, rng: np.random.Generator) -> tuple[Corpus, Blocks]:
        """Return the corpus without `blocks` of its blocks, and these: human text that no model will have read.

        Raises `UsageError` if that would take more than half of it.
        """
        if 2 * blocks > len(self.blocks):
            raise UsageError(
                f"the text has {len(self.blocks):,} blocks, too few for {blocks:,} a generation",
                next="use a smaller --size or more text",
            )
        order = rng.permutation(len(self.blocks))
        left = self.blocks[order[blocks:]]
        return replace(self, blocks=left, holding=_holding(left, self.vocabulary + 2)), self.blocks[order[:blocks]]

    def counts(self, blocks: Blocks) -> Ints:
        """Return how often each word 0 … V + 1 occurs in `blocks`."""
        return np.bincount(blocks.ravel(), minlength=self.vocabulary + 2)

    def absence(self, drawn: int) -> Floats:
        """Return P(word is in none of `drawn` blocks drawn without replacement), shape (V + 2,): C(B−b, M)/C(B, M)."""
        total = len(self.blocks)
        factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total + 1)))])
        rest = total - self.holding
        possible = rest >= drawn
        logs = factorial[rest] - factorial[np.maximum(rest - drawn, 0)] - factorial[total] + factorial[total - drawn]
        return np.where(possible, np.exp(np.where(possible, logs, 0.0)), 0.0)


def _holding(blocks: Blocks, width: int) -> Ints:
    """Return how many blocks hold each word 0 … `width` − 1."""
    ordered = np.sort(blocks, axis=1)
    first = np.ones(ordered.shape, dtype=bool)
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    return np.bincount(ordered[first], minlength=width)


def _code(spoken: Ints, known: Ints) -> Ints:
    at = np.minimum(np.searchsorted(known, spoken), len(known) - 1)
    return np.where(known[at] == spoken, at + 1, len(known) + 1)


def _cut(coded: NDArray[np.int64], length: int) -> Blocks:
    whole = len(coded) // length
    return coded[: whole * length].reshape(whole, length).astype(np.int32)
