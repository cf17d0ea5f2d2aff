"""What is measured of a generation: its loss on held-out documents, and the tails of what it writes, at equal N."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scapa.lab.ngram.corpus import Corpus
from scapa.lab.ngram.counts import Blocks, Floats, Ints, Trigrams, trigram_keys
from scapa.lab.ngram.writing import Writer
from scapa.measure.tails import gauges
from scapa.measure.tokens import lowest_mass_ratio


@dataclass(frozen=True, slots=True)
class Observer:
    """Measures models of one corpus. `keys` and `times` are the held-out trigrams and how often each occurs.

    `reference` counts the words of real text as long as what is written: those that it has 2 to 5 times are the rare
    ones, and `weight` is what each word adds to its tail, in words. `real` counts all real text.
    """

    corpus: Corpus
    keys: Ints
    times: Ints
    reference: Ints
    weight: Floats
    real: Ints
    share: float

    @classmethod
    def of(cls, corpus: Corpus, reference: Blocks, tail: float) -> Observer:
        """Prepare for `corpus`; `tail` is the share of the words, rarest first, that is called the tail."""
        keys, times = np.unique(trigram_keys(corpus.held), return_counts=True)
        counts = corpus.counts(reference)
        return cls(corpus, keys, times, counts, tail_weights(counts, tail), corpus.counts(corpus.blocks), tail)

    def model(self, model: Trigrams, blocks: int, rng: np.random.Generator) -> dict[str, float]:
        """Return every measure of a model; its writing is measured over `blocks` blocks at temperature 1.

        A loop may feed on colder text: what is measured is what its models know, not how they are sampled.
        `loss` in nats a held-out word, `unseen` the share of held-out words that its training set did not have,
        `support` how many words it did have, and the measures of `text`.
        """
        chance = model.probability(self.keys)
        found = {
            "loss": float(-(self.times @ np.log(chance)) / self.times.sum()),
            "unseen": float(1 - model.seen[self.corpus.held].mean()),
            "support": float(np.count_nonzero(model.seen)),
        }
        return found | self.text(Writer.of(model, 1.0).write(blocks, self.corpus.blocks.shape[1], rng))

    def text(self, blocks: Blocks) -> dict[str, float]:
        """Return the gauges of a text.

        `tail_mass` is the mass of the tail over what all real text has there (on average nothing moves it); `tail_kept`
        the share of the mass of the reference's tail whose words occur at all (which shrinks).
        """
        counts = self.corpus.counts(blocks)
        found = gauges(counts, self.reference, _bigrams(blocks, self.corpus.vocabulary + 2))
        return {
            "vocabulary": float(found.vocabulary),
            "missing_mass": found.missing_mass,
            "rare_coverage": _number(found.rare_coverage),
            "chao1": found.chao1,
            "entropy": found.entropy,
            "distinct_2": _number(found.distinct_2),
            "tail_mass": lowest_mass_ratio(counts, self.real, self.share),
            "tail_kept": float(self.weight[counts > 0].sum() / self.weight.sum()),
        }

    def of_real(self, absence: Floats) -> dict[str, float]:
        """Return the exact expectations for a fit on real text, given each word's chance to be absent from it."""
        held = self.corpus.counts(self.corpus.held)
        present = 1 - absence
        present[[0, -1]] = 0.0
        return {"support": float(present.sum()), "unseen": float(1 - held @ present / held.sum())}


def tail_weights(counts: Ints, share: float) -> Floats:
    """Return the words that each word adds to the rarest `share` of all; the last count's words add a part each."""
    whole = np.bincount(counts, weights=counts) / counts.sum()
    before = np.cumsum(whole) - whole
    part = np.clip((share - before) / np.where(whole > 0, whole, 1.0), 0.0, 1.0)
    return np.asarray(part[counts] * counts)


def _bigrams(blocks: Blocks, width: int) -> Ints:
    """Return how often each pair of neighbours within a block occurs."""
    return np.asarray(np.unique(blocks[:, :-1].astype(np.int64) * width + blocks[:, 1:], return_counts=True)[1])


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
