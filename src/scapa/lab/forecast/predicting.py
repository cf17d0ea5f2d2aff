"""The forecast itself: what is left of a text's tail under each way of training on it, with an interval.

Generation 1 is the release itself, as it is; every later one brings M words, and what is predicted is a text of N words
(as many as the release has) that generation n writes, held against a new human text of N words.

A 95 % interval holds these doubts: the machine share (evaluated at its ends), the scatter of one run (words come and go
on their own, so variances add), how bunched human words are, and which documents the release happens to hold (the
delete-d jackknife of `measure.tails`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from scapa.errors import UsageError
from scapa.lab import oracles
from scapa.lab.forecast.bunching import Factor, coverage
from scapa.lab.forecast.spectrum import Floats, Ints, Spectrum
from scapa.lab.forecast.survival import NEVER, Exponent, Stream
from scapa.lab.regimes import Arm, Intake, Regime
from scapa.measure.tails import DROPPED

Z = 1.96
REPLICATES = 40
MEASURES = ("tail_kept", "rare_coverage", "missing_mass", "vocabulary", "drift")
Case = tuple[Regime, Arm]


@dataclass(frozen=True, slots=True)
class Share:
    """The machine share of what is written from now on, with its interval."""

    estimate: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.estimate <= self.high < 1:
            raise UsageError(
                f"a machine share of {self.estimate:g} within [{self.low:g}, {self.high:g}] cannot be",
                next="0 ≤ low ≤ share ≤ high < 1",
            )

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends of the interval."""
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Band:
    """One measure by generation, generation 1 first: expectation and 95 % interval, each of shape (generations,)."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Forecaster:
    """What all regimes of a forecast have in common.

    `size` is M, words a generation; `written` the length of the text that is predicted; `tail` the tail's share;
    `bunching` the factors that correct for words' coming in bunches.
    """

    spectrum: Spectrum
    generations: int
    size: int
    written: int
    tail: float = 0.05
    bunching: Mapping[str, Factor] = field(default_factory=dict)

    def expect(self, regime: Regime, arm: Arm = "loop") -> dict[str, tuple[Floats, Floats]]:
        """Return expectation and standard deviation of each measure by generation.

        `tail_kept`: of the rarest words of a new human text as long (`tail` of its mass), the share of the mass whose
        words are written; `rare_coverage`: of words that such a text has 2 to 5 times, the share that is written;
        `missing_mass`: words written once per word written; `vocabulary`: different words written; `drift`: the share
        of 1 − Σp² that is lost, nan where no exact law is known.
        """
        stream = Stream.of(regime, self.size, self.generations, self.spectrum.words, arm)
        found = [self._at(stream, n) for n in range(1, self.generations + 1)]
        series = {name: np.array([at[name] for at in found]).T for name in found[0]}
        drift = self._drift(stream, regime, arm)
        return {name: (mean, sd) for name, (mean, sd) in series.items()} | {"drift": (drift, 0 * drift)}

    def _at(self, stream: Stream, generation: int) -> dict[str, tuple[float, float]]:
        """Return mean and standard deviation of each measure at one generation; words are independent."""
        theta, spectrum = self.written / stream.trained[generation - 1], self.spectrum
        exponent = stream.exponent(generation, theta)
        absent, once, number = spectrum.absent(exponent), spectrum.once(exponent, theta), spectrum.number
        new, new_once = spectrum.unseen_met(exponent), spectrum.unseen_once(exponent, theta)
        doubt = number * absent * (1 - absent)
        hapaxes, spread = number @ once + new_once, number @ (once * (1 - once)) + new_once
        found = {
            "vocabulary": (float(number @ (1 - absent) + new), float(doubt.sum() + new) ** 0.5),
            "missing_mass": (float(hapaxes / self.written), float(spread**0.5 / self.written)),
        }
        return found | self._coverage(exponent)

    def _coverage(self, exponent: Exponent) -> dict[str, tuple[float, float]]:
        most = self.spectrum.reach(self.tail)
        there, absent = (self.spectrum.human_text(at, most) for at in (NEVER, exponent))
        found = {}
        for name, (mean, sd) in coverage(there, absent, self.spectrum.words, self.tail).items():
            factor = self.bunching.get(name, Factor(1.0, 0.0))
            found[name] = (mean * factor.value, float(np.hypot(sd, mean * factor.sd)))
        return found

    def _drift(self, stream: Stream, regime: Regime, arm: Arm) -> Floats:
        """Return the share f_n of the heterozygosity that is lost, exact where the oracles know it."""
        if regime.subsamples and self.size != self.spectrum.words:
            return np.full(self.generations, np.nan)
        pairs = zip(stream.human, stream.machine, strict=True)
        intakes = (Intake(np.array([round(human)]), np.array([round(machine)])) for human, machine in pairs)
        lost = oracles.share_lost(intakes, regime, arm, round(self.spectrum.words))
        return np.array([np.nan if value is None else value for value in lost])


def cases(share: float, hit: float, false_alarm: float) -> dict[str, Case]:
    """Return the ways of training that a forecast compares, by name, at one machine share."""
    archive = Regime("archive", share=share)
    return {
        "human": (archive, "control"),
        "archive guarded": (replace(archive, hit=hit, false_alarm=false_alarm), "loop"),
        "archive": (archive, "loop"),
        "accumulate": (Regime("accumulate"), "loop"),
        "mix": (Regime("mix", real=1 - share), "loop"),
        "replace": (Regime("replace"), "loop"),
    }


def predict(
    forecaster: Forecaster, others: Sequence[Forecaster], chosen: Case, ends: Sequence[Case]
) -> dict[str, Band]:
    """Return the bands of the case `chosen`; `ends` are the same case at the ends of the machine share's interval.

    `others` are forecasters of the same text with random documents left out, a share `DROPPED` each time.
    """
    means, low, high = forecaster.expect(*chosen), {}, {}
    documents = _spread([other.expect(*chosen) for other in others])
    reach = [forecaster.expect(*case) for case in (*ends, chosen)]
    for name in means:
        bands = [(at[name][0], Z * np.hypot(at[name][1], documents.get(name, 0.0))) for at in reach]
        low[name] = np.min([mean - half for mean, half in bands], axis=0)
        high[name] = np.max([mean + half for mean, half in bands], axis=0)
    return {name: Band(means[name][0], np.maximum(low[name], 0.0), high[name]) for name in means}


def without_some(
    counts: Ints, spoken: Ints, ends: Ints, forecaster: Forecaster, rng: np.random.Generator
) -> list[Forecaster]:
    """Return `REPLICATES` forecasters of the documents (as `ngram.corpus.numbered` gives them), `DROPPED` left out.

    Raises `UsageError` if there are fewer than four documents.
    """
    if len(ends) < 4:
        raise UsageError("a forecast's interval needs four documents at least", next="release more documents")
    document = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    found = []
    for _ in range(REPLICATES):
        out = np.zeros(len(ends), dtype=bool)
        out[rng.permutation(len(ends))[: max(1, round(len(ends) * DROPPED))]] = True
        less = np.bincount(spoken[out[document]], minlength=len(counts))
        found.append(replace(forecaster, spectrum=Spectrum.of(counts - less)))
    return found


def _spread(found: Sequence[Mapping[str, tuple[Floats, Floats]]]) -> dict[str, Floats]:
    """Return the standard deviation that the choice of documents adds (Shao & Wu 1989), by measure."""
    if not found:
        return {}
    scale = np.sqrt((1 - DROPPED) / DROPPED)
    return {name: scale * np.std([at[name][0] for at in found], axis=0, ddof=1) for name in found[0]}
