"""Human words come in bunches: documents have topics, so a rare word of one half of a text is less often in the other.

The spectrum takes words to be independent and to follow one law, and so expects rare words to be met again too often.
By how much is seen in the text itself: documents are dealt at random into two halves, one half forecasts how many rare
words of the other it has, and the share of that which is found corrects the forecast. Only human text is used, no loop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scapa.errors import UsageError
from scapa.lab.forecast.spectrum import Floats, Ints, Spectrum
from scapa.lab.forecast.survival import NEVER
from scapa.lab.ngram.observing import tail_weights
from scapa.measure.tails import rare_coverage, thin

SPLITS = 10


@dataclass(frozen=True, slots=True)
class Factor:
    """What is found over what was expected: the mean over random halvings, and their standard deviation."""

    value: float
    sd: float


def factors(spoken: Ints, ends: Ints, tail: float, rng: np.random.Generator) -> dict[str, Factor]:
    """Return the factor of `rare_coverage` and `tail_kept` for documents as `ngram.corpus.numbered` gives them.

    Raises `UsageError` if halves of the text are too small for a forecast.
    """
    document = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    ratios = [_ratios(_halves(spoken, document, len(ends), rng), tail) for _ in range(SPLITS)]
    return {
        name: Factor(float(np.mean([r[name] for r in ratios])), float(np.std([r[name] for r in ratios], ddof=1)))
        for name in ratios[0]
    }


def coverage(there: Floats, absent: Floats, words: int, tail: float) -> dict[str, tuple[float, float]]:
    """Return the share of a new human text's rare words, and of its tail's mass, that is met, with standard deviations.

    `there` and `absent` are `Spectrum.human_text` of all words, and of those absent; `tail` is the tail's share of
    `words`.
    """
    times = np.arange(1, there.shape[1] + 1)
    rare = ((times >= 2) & (times <= 5)).astype(float)
    mass = there.sum(axis=0) * times / words
    part = np.clip((tail - np.cumsum(mass) + mass) / mass, 0.0, 1.0)
    gone = absent / np.maximum(there, np.finfo(float).tiny)
    found = {}
    for name, weight in (("rare_coverage", rare), ("tail_kept", part * times)):
        whole = float(there.sum(axis=0) @ weight)
        spread = float(((there * gone * (1 - gone)) @ weight**2).sum())
        found[name] = (1 - float(absent.sum(axis=0) @ weight) / whole, spread**0.5 / whole)
    return found


def _halves(spoken: Ints, document: Ints, documents: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return the word counts of two random halves of the documents, at equal length."""
    first = np.zeros(documents, dtype=bool)
    first[rng.permutation(documents)[: documents // 2]] = True
    mask, width = first[document], int(spoken.max()) + 1
    counts = [np.bincount(spoken[part], minlength=width) for part in (mask, ~mask)]
    least = min(int(half.sum()) for half in counts)
    one, other = (half if int(half.sum()) == least else thin(half, least, rng) for half in counts)
    return one, other


def _ratios(halves: tuple[Ints, Ints], tail: float) -> dict[str, float]:
    ours, theirs = halves
    try:
        spectrum = Spectrum.of(ours)
    except UsageError as error:
        raise UsageError(f"half of the documents: {error.what}", next="release more text, in more documents") from None
    there = spectrum.human_text(NEVER, spectrum.reach(tail))
    unseen = np.vstack([np.zeros_like(there[:-1]), there[-1:]])
    expected = coverage(there, unseen, spectrum.words, tail)
    weight = tail_weights(theirs, tail)
    found = {"rare_coverage": rare_coverage(ours, theirs), "tail_kept": weight[ours > 0].sum() / weight.sum()}
    return {name: float(value) / expected[name][0] for name, value in found.items()}
