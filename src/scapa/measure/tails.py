"""Text tail gauges over word counts: which of them notice that rare words go, generation after generation.

Every gauge depends on the number of words N: compare only at equal N (`compare` thins the larger side) and within
one domain. The unit of uncertainty is the document, because words of one document come together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scapa.errors import UsageError
from scapa.measure import rarefaction
from scapa.measure.interval import Interval

Counts = Mapping[str, int] | ArrayLike
Ints = NDArray[np.int64]
RARE = (2, 5)
DROPPED = 0.2


@dataclass(frozen=True, slots=True)
class Tails:
    """The gauges of one corpus of `tokens` words; None where an input was missing.

    `missing_mass` (hapax share) and `rare_coverage` are the alarms; `entropy` (nats) hardly notices the tail.
    """

    tokens: int
    vocabulary: int
    missing_mass: float
    chao1: float
    entropy: float
    rare_coverage: float | None = None
    distinct_2: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One gauge of two corpora at equal N, and the difference `ours − theirs` with its interval by document."""

    ours: float
    theirs: float
    difference: Interval

    @property
    def relative(self) -> float:
        """The difference as a share of theirs."""
        return self.difference.estimate / self.theirs if self.theirs else float("nan")


def gauges(counts: Counts, reference: Counts | None = None, bigrams: Counts | None = None) -> Tails:
    """Return all gauges of one corpus; `reference` adds rare-word coverage, `bigrams` (their counts) distinct-2."""
    values = as_counts(counts)
    return Tails(
        tokens=int(values.sum()),
        vocabulary=vocabulary(values),
        missing_mass=missing_mass(values),
        chao1=chao1(values),
        entropy=entropy(values),
        rare_coverage=None if reference is None else rare_coverage(counts, reference),
        distinct_2=None if bigrams is None else distinct(bigrams),
    )


def missing_mass(counts: Counts) -> float:
    """Return the hapax share f₁/N, Good's (1953) estimate of the probability that the next word is a new one."""
    values = as_counts(counts)
    return _ratio(int(np.count_nonzero(values == 1)), int(values.sum()))


def chao1(counts: Counts) -> float:
    """Return Chao's (1984) lower bound on the vocabulary, V + f₁²/2f₂; bias-corrected V + f₁(f₁−1)/2 if f₂ = 0."""
    values = as_counts(counts)
    once, twice = int(np.count_nonzero(values == 1)), int(np.count_nonzero(values == 2))
    unseen = once * once / (2 * twice) if twice else once * (once - 1) / 2
    return vocabulary(values) + unseen


def vocabulary(counts: Counts) -> int:
    """Return the number of words seen."""
    return int(np.count_nonzero(as_counts(counts)))


def entropy(counts: Counts) -> float:
    """Return the plug-in unigram entropy −Σ p ln p in nats."""
    values = as_counts(counts)
    share = values[values > 0] / max(int(values.sum()), 1)
    return float(-(share * np.log(share)).sum())


def rare_coverage(counts: Counts, reference: Counts, rare: tuple[int, int] = RARE) -> float:
    """Return the share of words seen `rare[0]` to `rare[1]` times in `reference` that occur in `counts` at all.

    Both are mappings, or both are arrays over the same words. nan where the reference has no rare word.
    """
    if isinstance(counts, Mapping) and isinstance(reference, Mapping):
        wanted = [word for word, count in reference.items() if rare[0] <= count <= rare[1]]
        return _ratio(sum(1 for word in wanted if counts.get(word, 0) > 0), len(wanted))
    here, there = as_counts(counts), as_counts(reference)
    if isinstance(counts, Mapping) or isinstance(reference, Mapping) or here.shape != there.shape:
        raise UsageError("counts and reference must both be mappings, or arrays over the same words")
    selected = (there >= rare[0]) & (there <= rare[1])
    return _ratio(int(np.count_nonzero(here[selected])), int(np.count_nonzero(selected)))


def distinct(ngrams: Counts) -> float:
    """Return distinct-n (Li et al. 2016): different n-grams over all n-grams, from their counts."""
    values = as_counts(ngrams)
    return _ratio(vocabulary(values), int(values.sum()))


def thin(counts: Counts, tokens: int, rng: np.random.Generator) -> Ints:
    """Return the counts of `tokens` words drawn without replacement (multivariate hypergeometric).

    Raises `UsageError` if there are fewer words than that.
    """
    values = as_counts(counts)
    if tokens > int(values.sum()):
        raise UsageError(f"cannot draw {tokens:,} words out of {int(values.sum()):,}")
    return np.asarray(rng.multivariate_hypergeometric(values, tokens, method="marginals"))


def compare(
    ours: Sequence[Mapping[str, int]],
    theirs: Sequence[Mapping[str, int]],
    rng: np.random.Generator,
    *,
    reference: Mapping[str, int] | None = None,
    replicates: int = 200,
    level: float = 0.95,
) -> dict[str, Change]:
    """Return every gauge of two corpora (word counts of each document) at equal N, with intervals by document.

    The larger side enters by what is expected of as many of its words as the smaller has (`rarefaction`).

    The interval is the delete-d jackknife by document (Shao & Wu 1989): a random `DROPPED` share of each side's
    documents is left out, without replacement, and the scatter of the difference scaled up. A bootstrap would show
    some documents twice, make their hapaxes non-hapaxes, and report a tail loss where there is none. The jackknife errs
    to the safe side (Efron & Stein 1981): for hapaxes its interval is about a third too wide.
    Raises `UsageError` if a side has fewer than four documents or no words.
    """
    words = sorted({word for document in (*ours, *theirs) for word in document} | set(reference or ()))
    sides = (_Side.of(ours, words), _Side.of(theirs, words))
    rare = None if reference is None else np.array([RARE[0] <= reference.get(word, 0) <= RARE[1] for word in words])
    first, second = _at_equal_size([side.total() for side in sides], rare)
    draws = [_at_equal_size([side.most(rng) for side in sides], rare) for _ in range(replicates)]
    return {
        name: _change((first[name], second[name]), np.array([a[name] - b[name] for a, b in draws]), level)
        for name in first
    }


def as_counts(counts: Counts) -> Ints:
    """Return counts as a flat array of whole numbers; raises `UsageError` if one is negative."""
    values = np.fromiter(counts.values(), np.int64, len(counts)) if isinstance(counts, Mapping) else np.asarray(counts)
    if values.size and values.min() < 0:
        raise UsageError("a count is below zero")
    return values.ravel().astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Side:
    """The documents of one corpus as (document, word, count) triples, sorted by document."""

    starts: Ints
    word: Ints
    count: Ints
    width: int

    @classmethod
    def of(cls, documents: Sequence[Mapping[str, int]], words: list[str]) -> _Side:
        if len(documents) < 4:
            raise UsageError("an interval by document needs four documents at least on each side")
        place = {word: i for i, word in enumerate(words)}
        starts = np.cumsum([0, *(len(document) for document in documents)])
        word = np.array([place[w] for document in documents for w in document], dtype=np.int64)
        count = np.array([c for document in documents for c in document.values()], dtype=np.int64)
        return cls(starts, word, count, len(words))

    def total(self) -> Ints:
        return self._sum(np.ones(len(self.count), dtype=bool))

    def most(self, rng: np.random.Generator) -> Ints:
        documents = len(self.starts) - 1
        chosen = np.ones(documents, dtype=bool)
        chosen[rng.permutation(documents)[: max(1, round(documents * DROPPED))]] = False
        return self._sum(np.repeat(chosen, np.diff(self.starts)))

    def _sum(self, mask: NDArray[np.bool_]) -> Ints:
        return np.bincount(self.word[mask], weights=self.count[mask], minlength=self.width).astype(np.int64)


def _at_equal_size(sides: list[Ints], rare: NDArray[np.bool_] | None) -> list[dict[str, float]]:
    tokens = min(int(side.sum()) for side in sides)
    if tokens == 0:
        raise UsageError("a side of the comparison has no words")
    return [_expected(side, tokens, rare) for side in sides]


def _expected(counts: Ints, tokens: int, rare: NDArray[np.bool_] | None) -> dict[str, float]:
    """Return the gauges expected of `tokens` of the words."""
    total = int(counts.sum())
    unseen, once, twice = rarefaction.spectrum(counts, total, tokens, 2)
    words = vocabulary(counts) - unseen
    found = {
        "vocabulary": float(words),
        "missing_mass": float(once / tokens),
        "chao1": float(words + once**2 / (2 * max(twice, 1.0))),
        "entropy": rarefaction.entropy(counts, total, tokens),
    }
    if rare is not None:
        wanted = counts[rare]
        gone = rarefaction.spectrum(wanted, total, tokens, 0)[0] + np.count_nonzero(wanted == 0)
        found["rare_coverage"] = float(1 - gone / len(wanted)) if len(wanted) else float("nan")
    return found


def _change(whole: tuple[float, float], differences: NDArray[np.float64], level: float) -> Change:
    scaled = (differences - differences.mean()) * np.sqrt((1 - DROPPED) / DROPPED)
    low, high = np.quantile(scaled, [(1 - level) / 2, (1 + level) / 2])
    estimate = whole[0] - whole[1]
    return Change(*whole, Interval(estimate, estimate + float(low), estimate + float(high), level))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
