"""What is measured of a generation: its loss on held-out documents, and the tails of what it writes, at equal N."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scapa.lab.ngram.corpus import Corpus
from scapa.lab.ngram.counts import Blocks, Floats, Ints, Trigrams, fit, trigram_keys
from scapa.lab.ngram.writing import Writer
from scapa.measure.diversity import distinct_n, self_bleu
from scapa.measure.surprise import LEAST_BLOCKS, Band, surprise
from scapa.measure.tails import gauges
from scapa.measure.tokens import lowest_mass_ratio

REFERENCES, GROUPS = 100, 2
"""Self-BLEU holds a block against so many others (all, where there are fewer), and is taken over so many groups."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A model of real text that no generation reads, and the band of the loss that held-out human blocks have under it.

    So the first generation is judged as the last one is, and neither by a model that shares its training set.
    """

    model: Trigrams
    band: Band | None

    @classmethod
    def of(cls, reference: Blocks, held: Blocks, vocabulary: int) -> Judge:
        """Read `reference`; without enough of `held` for percentiles there is no band."""
        model = fit(reference, vocabulary)
        return cls(model, Band.of(_losses(model, held)) if len(held) >= LEAST_BLOCKS else None)

    def outside(self, blocks: Blocks) -> tuple[float, float]:
        """Return the shares of blocks that are likelier, and less likely, than 99 % of human ones; nan for no band."""
        if self.band is None:
            return float("nan"), float("nan")
        found = surprise(_losses(self.model, blocks), self.band)
        return found.too_likely.estimate, found.too_unlikely.estimate


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
    judge: Judge

    @classmethod
    def of(cls, corpus: Corpus, reference: Blocks, tail: float) -> Observer:
        """Prepare for `corpus`; `tail` is the share of the words, rarest first, that is called the tail."""
        keys, times = np.unique(trigram_keys(corpus.held), return_counts=True)
        counts = corpus.counts(reference)
        real, judge = corpus.counts(corpus.blocks), Judge.of(reference, corpus.held, corpus.vocabulary)
        return cls(corpus, keys, times, counts, tail_weights(counts, tail), real, tail, judge)

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
        the share of the mass of the reference's tail whose words occur at all (which shrinks); `too_likely` and
        `too_unlikely` the shares of blocks on either side of the judge's band, 1 % each for human text.
        """
        counts = self.corpus.counts(blocks)
        likely, unlikely = self.judge.outside(blocks)
        found = gauges(counts, self.reference, _bigrams(blocks, self.corpus.vocabulary + 2))
        return {
            "vocabulary": float(found.vocabulary),
            "missing_mass": found.missing_mass,
            "rare_coverage": _number(found.rare_coverage),
            "chao1": found.chao1,
            "entropy": found.entropy,
            "distinct_2": _number(found.distinct_2),
            "distinct_3": distinct_n(blocks, 3),
            "self_bleu": _self_bleu(blocks),
            "too_likely": likely,
            "too_unlikely": unlikely,
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


def _losses(model: Trigrams, blocks: Blocks) -> Floats:
    """Return the mean negative log likelihood of each block's words, in nats, shape (blocks,).

    Keys are looked up in their order, which takes a third of the time: neighbours lie in the processor's cache.
    """
    keys, place = np.unique(trigram_keys(blocks), return_inverse=True)
    return np.asarray(-np.log(model.probability(keys))[place].reshape(blocks.shape).mean(axis=1))


def _self_bleu(blocks: Blocks) -> float:
    """Return Self-BLEU of the first blocks; all texts are dealt into groups by the same random figures."""
    references, order = min(REFERENCES, len(blocks) - 1), min(4, blocks.shape[1])
    return self_bleu(blocks[: GROUPS * (references + 1)], np.random.default_rng(0), references=references, order=order)


def _bigrams(blocks: Blocks, width: int) -> Ints:
    """Return how often each pair of neighbours within a block occurs."""
    return np.asarray(np.unique(blocks[:, :-1].astype(np.int64) * width + blocks[:, 1:], return_counts=True)[1])


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
