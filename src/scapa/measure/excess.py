"""A lower bound on the share of machine text that needs none: words that were rare before assistants (Kobak et al.).

    baseline = compare(older, newer, rng)        marks of documents from before the cut-off, in two sets by time
    baseline.bound(new, rng) -> Finding

A document is marked if it holds such a word. In each length band the marked share of new documents is
P = (1 − α) Q + α R, with Q that of human ones and R ≤ 1 that of machine ones, so α ≥ (P − Q) / (1 − Q).
(Kobak et al. 2025, arXiv 2406.07016, state the weaker α ≥ P − Q.) That people do not take the words up themselves,
and go on writing about the same things, is an assumption of the method.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scapa.measure.share import FEWEST, FEWEST_NEW, Finding, Floats, Refusal, Sample, ends, interval_of, resampled_sums

_EDGES = (50, 100, 200, 400)
_MOST_COMMON = 0.5  # marked share of old documents from which on a band says nothing


@dataclass(frozen=True, slots=True)
class Marks:
    """Per document whether it is marked, and its length band: letters that became longer must not look like new words.

    Bands are whole numbers from 0 to `len(_EDGES)`.
    """

    marked: Sample
    band: NDArray[np.int64]

    @classmethod
    def of(cls, marked: ArrayLike, words: ArrayLike, groups: ArrayLike | None = None) -> Marks:
        """Make marks out of parallel columns."""
        band = np.searchsorted(np.asarray(_EDGES), np.asarray(words), side="right")
        return cls(Sample.of(marked, groups), band.astype(np.int64))


@dataclass(frozen=True, slots=True)
class Baseline:
    """Marks before the cut-off by draw, [draw, 2, band] of documents and marked ones, and how they rose already."""

    old: Floats
    rise: Floats
    refusal: Refusal | None

    def bound(self, new: Marks, rng: np.random.Generator) -> Finding:
        """Return the bound for `new`, the rise before the cut-off taken off once more."""
        size = len(new.marked.values)
        refusal: Refusal | None = self.refusal or ("too_few_documents" if new.marked.units < FEWEST_NEW else None)
        if refusal is not None:
            return Finding("excess_words", size, None, refusal)
        draws = _bound(self.old, _band_sums(new, rng)) - np.maximum(self.rise, 0)
        return Finding("excess_words", size, interval_of(draws))


def compare(older: Marks, newer: Marks, rng: np.random.Generator) -> Baseline:
    """Make a baseline of two control sets, one older than the other.

    A rise between them that is certain is a refusal: what rose before there were assistants may have risen on without.
    """
    if min(older.marked.units, newer.marked.units) < FEWEST:
        return Baseline(np.zeros((0, 2, 0)), np.zeros(0), "no_older_control")
    first, second = (_band_sums(marks, rng) for marks in (older, newer))
    rise = _bound(first, second)
    return Baseline(first + second, rise, "control_drifts" if ends(rise)[0] > 0 else None)


def _band_sums(marks: Marks, rng: np.random.Generator) -> Floats:
    bands = len(_EDGES) + 1
    inside = np.eye(bands)[marks.band]
    columns = np.concatenate([inside, inside * marks.marked.values[:, None]], axis=1)
    return resampled_sums(columns, marks.marked.groups, rng).reshape(-1, 2, bands)


def _bound(old: Floats, new: Floats) -> Floats:
    """Return the bound of every draw, one marked and one unmarked document added to each old band.

    A band with too little to compare with adds nothing, so it stays a bound.
    """
    before = (old[:, 1] + 1) / (old[:, 0] + 2)
    now = new[:, 1] / np.maximum(new[:, 0], 1)
    usable = (old[0, 0] >= FEWEST_NEW) & (before[0] <= _MOST_COMMON)
    weight = new[:, 0] * usable / np.maximum(new[:, 0].sum(1, keepdims=True), 1)
    bound: Floats = (weight * (now - before) / (1 - before)).sum(1)
    return bound
