"""How large a share of documents is machine text, from a detector's scores: an interval, or a refusal.

    calibration = calibrate(human, machine, control, rng)
    pacc, counted = calibration.estimate(new, rng)       PACC (Bella et al., 2010), Rogan–Gladen (1978)

With the mean score (or the share of scores over a threshold) h of human documents, m of machine documents and t of
those in question, the share is (t − h) / (m − h). That holds only where documents of each sort look there as they did
in the calibration; elsewhere it gives a wrong number without a sign of it (a true 0 was read as .09). So a `Finding` is
an interval or a refusal with its reason, and a refusal is a result: nothing here guesses.

Intervals are percentile bootstraps over documents, or over groups of documents that are not independent, of the
calibration and of the documents in question together. `scapa.measure.excess` needs no machine text, and says less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scapa.measure.interval import Interval

Method = Literal["pacc", "rogan_gladen", "excess_words", "ledger"]
Refusal = Literal[
    "too_few_documents", "no_older_control", "weak_detector", "control_excludes_zero", "control_unlike",
    "not_a_mixture", "control_drifts",
]  # fmt: skip
REFUSALS: dict[Refusal, str] = {
    "too_few_documents": "too few documents",
    "no_older_control": "too few documents of this source are known to be older than the cut-off",
    "weak_detector": "the detector finds less than .3 more of the machine documents than of the human ones",
    "control_excludes_zero": "text of this source from before the cut-off would be called partly machine-written",
    "control_unlike": "text of this source from before the cut-off is unlike what the detector was calibrated on",
    "not_a_mixture": "the documents look like no mixture of those that the detector was calibrated on",
    "control_drifts": "the words were on the rise before the cut-off already",
}
Floats: TypeAlias = NDArray[np.float64]

FEWEST = 50
"""Independent documents that each calibration set must have."""
FEWEST_NEW = 30
"""Independent documents in question that are asked about at least."""
LEAST_GAP = 0.3
"""The least TPR − FPR of a detector that is used at all."""
_LEVEL, _REPLICATES = 0.95, 1_000
_MOST_UNITS = 400  # more groups than that are pooled at random: the bootstrap of sums of groups has the same spread
_BINS = 6
_MISFIT = 13.277  # χ² with 4 degrees of freedom (6 bins, one sum, one share) is above that with chance .01
_UNLIKE = 15.086  # χ² with 5 degrees of freedom, the same


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure a document, and which documents belong together (a thread); without groups each stands alone."""

    values: Floats
    groups: NDArray[np.int64]

    @classmethod
    def of(cls, values: ArrayLike, groups: ArrayLike | None = None) -> Sample:
        """Make a sample; `groups` are any whole numbers, one a value."""
        numbers = np.asarray(values, np.float64)
        named = np.arange(len(numbers)) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
        return cls(numbers, named.astype(np.int64))

    @property
    def units(self) -> int:
        """How many independent groups there are."""
        return int(self.groups.max(initial=-1)) + 1


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of the share of machine text among `documents`: an interval, or the reason why there is none.

    Of `excess_words` the interval is that of a lower bound: the share may be anything from `interval.low` up. `ledger`
    is certain: all of them are known.
    """

    method: Method
    documents: int
    interval: Interval | None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a detector gives documents of known origin: row 0 of each as seen, the others resampled.

    Columns: mean score, share of scores over the threshold, shares of scores by bin. `refusal`: it must not be used.
    """

    machine: Floats
    control: Floats
    edges: Floats
    threshold: float
    refusal: Refusal | None

    def estimate(self, new: Sample, rng: np.random.Generator) -> tuple[Finding, Finding]:
        """Return what PACC and Rogan–Gladen say of `new`: two intervals, or twice the same refusal."""
        size = len(new.values)
        refusal: Refusal | None = self.refusal or ("too_few_documents" if new.units < FEWEST_NEW else None)
        if refusal is None:
            seen = _resampled(_features(new, self.edges, self.threshold), new.groups, rng)
            if _misfit(self.machine[:, 2:], self.control[:, 2:], seen[:, 2:]) > _MISFIT:
                refusal = "not_a_mixture"
        if refusal is not None:
            return Finding("pacc", size, None, refusal), Finding("rogan_gladen", size, None, refusal)
        pacc, counted = (interval_of(column) for column in _shares(seen, self.control, self.machine).T)
        return Finding("pacc", size, pacc), Finding("rogan_gladen", size, counted)


def calibrate(
    human: Sample, machine: Sample, control: Sample, rng: np.random.Generator, *, threshold: float = 0.5
) -> Calibration:
    """Calibrate a detector by its scores in [0, 1] for documents that it was not fitted on.

    `human` and `machine` documents say how far it parts them; `control` are documents of the source in question that
    are known to be human. Where the control seems to hold machine text (or less than none), or its scores are spread
    in another way, the human documents are not like it, and the calibration is refused. The zero is then taken from
    the control alone.
    """
    pooled = np.concatenate([control.values, machine.values])
    edges: Floats = np.quantile(pooled, np.arange(1, _BINS) / _BINS) if len(pooled) else np.zeros(_BINS - 1)
    if control.units < FEWEST or min(human.units, machine.units) < FEWEST:
        few: Refusal = "no_older_control" if control.units < FEWEST else "too_few_documents"
        return Calibration(np.zeros((0, 0)), np.zeros((0, 0)), edges, threshold, few)
    h, m, c = (_resampled(_features(s, edges, threshold), s.groups, rng) for s in (human, machine, control))
    refusal: Refusal | None = None
    if m[0, 1] - h[0, 1] < LEAST_GAP:
        refusal = "weak_detector"
    elif any(not low <= 0 <= high for low, high in map(ends, _shares(c, h, m).T)):
        refusal = "control_excludes_zero"
    elif _chi_squared(c[:, 2:] - h[:, 2:]) > _UNLIKE:
        refusal = "control_unlike"
    return Calibration(m, c, edges, threshold, refusal)


def resampled_sums(columns: Floats, groups: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """Return the sums of columns: first as they are, then `_REPLICATES` times over resampled groups."""
    count = int(groups.max(initial=-1)) + 1
    units = groups
    if count > _MOST_UNITS:
        units = (rng.permutation(count) % _MOST_UNITS)[groups]
        count = _MOST_UNITS
    sums = np.zeros((count, columns.shape[1]))
    np.add.at(sums, units, columns)
    drawn = rng.integers(count, size=(_REPLICATES, count)) + count * np.arange(_REPLICATES)[:, None]
    times = np.bincount(drawn.ravel(), minlength=_REPLICATES * count).reshape(_REPLICATES, count)
    totals: Floats = np.concatenate([sums.sum(0, keepdims=True), times.astype(np.float64) @ sums])
    return totals


def ends(draws: Floats) -> tuple[float, float]:
    """Return the ends of the interval that the draws but the first give."""
    low, high = np.quantile(draws[1:], [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return float(low), float(high)


def interval_of(draws: Floats) -> Interval:
    """Return the interval of a share, the first draw being the estimate; all within [0, 1]."""
    estimate, low, high = (min(max(value, 0.0), 1.0) for value in (float(draws[0]), *ends(draws)))
    return Interval(estimate, low, high, _LEVEL)


def _features(sample: Sample, edges: Floats, threshold: float) -> Floats:
    """Return per document: its score, whether that is over the threshold, and its bin as ones and noughts."""
    bins = np.eye(_BINS)[np.searchsorted(edges, sample.values, side="right")]
    return np.column_stack([sample.values, sample.values >= threshold, bins])


def _resampled(values: Floats, groups: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    totals = resampled_sums(np.column_stack([np.ones(len(values)), values]), groups, rng)
    means: Floats = totals[:, 1:] / totals[:, :1]
    return means


def _shares(new: Floats, human: Floats, machine: Floats) -> Floats:
    """Return (t − h) / (m − h) of every draw, by mean score and by count."""
    gap = (machine - human)[:, :2]
    shares: Floats = (new - human)[:, :2] / np.where(np.abs(gap) < 1e-9, 1e-9, gap)
    return shares


def _misfit(machine: Floats, human: Floats, new: Floats) -> float:
    """Return the χ² of the bins of `new` against the mixture of `machine` and `human` that fits them best.

    The first row is what was seen, the others say how it varies; each has its own share, by least squares.
    """
    gap, off = machine - human, new - human
    share = (gap * off).sum(1) / np.maximum((gap * gap).sum(1), 1e-12)
    return _chi_squared(off - share[:, None] * gap)


def _chi_squared(left: Floats) -> float:
    """Return the χ² of the differences in row 0, whose spread the other rows show."""
    spread = np.cov(left[1:].T)
    return float(left[0] @ np.linalg.pinv(spread, rcond=1e-6) @ left[0])
