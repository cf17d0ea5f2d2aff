"""Comparison: figures as a forecast has them and as a loop showed them, side by side.

A forecast's rows carry the estimators `PREDICTED`, `LOW` and `HIGH`; observed ones have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from scapa.lab.forecast.bunching import factors
from scapa.lab.forecast.predicting import Band, Forecaster, predict, without_some
from scapa.lab.forecast.spectrum import Spectrum
from scapa.lab.regimes import Arm, Ints, Regime
from scapa.lab.verdict import Line
from scapa.records import Check
from scapa.store.run import Row

NEAR = 0.1
"""A forecast off by less on average, as a share of the observed figure, is near enough to plan by."""
PREDICTED, LOW, HIGH = "forecast", "forecast low", "forecast high"


@dataclass(frozen=True, slots=True)
class Beside:
    """One figure as it was observed (mean over seeds, standard error) and as it was forecast, with its interval."""

    regime: str
    arm: str
    generation: int
    measure: str
    observed: float
    error: float
    predicted: float
    low: float
    high: float

    @property
    def off(self) -> float:
        """By what share of the observed figure the forecast is too high; infinite where nothing was left to observe."""
        return self.predicted / self.observed - 1 if self.observed else float("inf")

    @property
    def inside(self) -> bool:
        """Whether the observed mean lies in the forecast's interval."""
        return self.low <= self.observed <= self.high


def beside(rows: Sequence[Row]) -> list[Beside]:
    """Return the observed rows that have a forecast beside them, in order."""
    forecast = {(row.regime, row.arm, row.generation, row.measure, row.estimator): row.mean for row in rows}
    found = []
    for row in rows:
        at = (row.regime, row.arm, row.generation, row.measure)
        if row.estimator == "" and (*at, PREDICTED) in forecast:
            found.append(Beside(*at, row.mean, row.error, *(forecast[*at, name] for name in (PREDICTED, LOW, HIGH))))
    return found


def side_by_side(found: Sequence[Beside]) -> Iterator[str]:
    """Yield a table a measure for people: observed ± standard error, forecast and its interval, by generation."""
    shown = {1, 2, 5, max((one.generation for one in found), default=0)}
    for measure in dict.fromkeys(one.measure for one in found):
        yield f"{measure}: observed in loops, and forecast from their first training set alone [95 %]"
        for one in found:
            if one.measure == measure and one.generation in shown:
                error = f"± {one.error:.2g}" if one.error == one.error else ""
                yield (
                    f"  {one.regime + ' ' + one.arm:30} n = {one.generation:<3} {one.observed:10.4g} {error:10}"
                    f" {one.predicted:10.4g} [{one.low:.4g}, {one.high:.4g}]  {one.off:+.1%}"
                    f"{'' if one.inside else '  outside'}"
                )


def near(rows: Sequence[Row]) -> Iterator[Check]:
    """Yield for each line whether its forecasts are off by no more than `NEAR` on average."""
    for line, ones in groupby(beside(rows), key=lambda one: (one.regime, one.arm)):
        off = float(np.mean([abs(one.off) for one in ones]))
        yield Check(f"{' '.join(line)}: mean error of the forecast", off, 0.0, NEAR, off <= NEAR)


def bands(
    forecast: Forecaster, spoken: Ints, ends: Ints, case: tuple[Regime, Arm], rng: np.random.Generator
) -> dict[str, Band]:
    """Return the forecast of a case made of documents (as `ngram.corpus.numbered` gives them), with their doubts.

    `forecast` knows their spectrum; how words bunch in them, and which of them there are, is added here.
    """
    bunched = replace(forecast, bunching=factors(spoken, ends, forecast.tail, rng))
    return predict(bunched, without_some(np.bincount(spoken), spoken, ends, bunched, rng), case, ())


def forecaster(spoken: Ints, generations: int, written: int, tail: float = 0.05) -> Forecaster:
    """Return the forecaster of loops that take as many words a generation as `spoken` has and write `written`.

    Raises `UsageError` if there are too few words to say anything.
    """
    return Forecaster(Spectrum.of(np.bincount(spoken)), generations, len(spoken), written, tail)


def rows_of(line: Line, found: Mapping[str, Band]) -> Iterator[Row]:
    """Yield the rows of a forecast: each measure of `found` with its interval, beside what `line` will show."""
    for estimator, part in ((PREDICTED, "value"), (LOW, "low"), (HIGH, "high")):
        named = replace(line, estimator=estimator)
        for measure, band in found.items():
            yield from (named.row(n, measure, [value]) for n, value in enumerate(getattr(band, part), start=1))
