"""What a trigram model writes: many blocks at once, at any temperature, exactly by the model's law.

At temperature τ the law is P(w|u,v)^(1/τ), normalised. Where p = weight + λq, with q the order below, is raised to
a power it is again such a mixture,

    p^(1/τ) = [p^(1/τ) − (λq)^(1/τ)] + λ^(1/τ) q^(1/τ),

whose bracket is 0 but for the entries of the row. So each order is: one of its own entries, or the order below; no sum
over the vocabulary and no rejection, one uniform number a word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scapa.lab.ngram.counts import Blocks, Floats, Ints, Level, Trigrams


@dataclass(frozen=True, slots=True)
class Drawn:
    """One order as it is drawn from: `own` is a row's chance of one of its entries, `upto` their running shares."""

    start: Ints
    word: Ints
    own: Floats
    upto: Floats


@dataclass(frozen=True, slots=True)
class Writer:
    """A model made ready to write at one temperature."""

    pairs: Ints
    three: Drawn
    two: Drawn
    one: Floats

    @classmethod
    def of(cls, model: Trigrams, temperature: float) -> Writer:
        """Prepare `model`; linear in its entries."""
        power = 1 / temperature
        one = model.writing
        mass = float((one**power).sum())
        two, chance, masses = _order(model.two, one[model.two.word], np.full(len(model.two.back), mass), power)
        middle = model.pairs & (1 << 21) - 1
        three, _, _ = _order(model.three, chance[model.three.below], masses[middle], power)
        upto = np.cumsum(one**power)
        return cls(model.pairs, three, two, upto / upto[-1])

    def write(self, blocks: int, length: int, rng: np.random.Generator) -> Blocks:
        """Return `blocks` blocks of `length` words."""
        from scapa.lab.ngram.kernels import write

        words = np.empty((blocks, length), dtype=np.int32)
        if blocks:
            first = np.searchsorted(self.pairs >> 21, np.arange(len(self.one) + 1))
            three, two = self.three, self.two
            write(
                rng.random((blocks, length)),
                *(self.pairs, first, three.start, three.word, three.own, three.upto),
                *(two.start, two.word, two.own, two.upto, self.one, words),
            )
        return words


def _order(level: Level, below: Floats, masses: Floats, power: float) -> tuple[Drawn, Floats, Floats]:
    """Return one order made ready, the chance of its entries, and the mass Σ p^(1/τ) of each row.

    `below` is the chance of each entry in the order below, `masses` that order's mass under each row.
    """
    row = level.row
    left = level.back[row] * below
    chance = level.weight + left
    extra = np.maximum(chance**power - left**power, 0.0)
    own = np.bincount(row, weights=extra, minlength=len(level.back))
    whole = own + level.back**power * masses
    shares = np.cumsum(extra / np.where(own > 0, own, 1.0)[row])  # by row first: tiny rows keep their digits
    shares -= np.concatenate([[0.0], shares])[level.start[:-1]][row]
    return Drawn(level.start, level.word, own / whole, shares), chance, whole
