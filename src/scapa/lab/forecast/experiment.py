"""The settings of `scapa lab forecast`, and of `scapa forecast`: a forecast is a run that the report can draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS
from scapa.lab.desk import Desk, Found, Task
from scapa.lab.engine import stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.forecast.bunching import factors
from scapa.lab.forecast.predicting import MEASURES, Band, Forecaster, Share, cases, predict, without_some
from scapa.lab.forecast.spectrum import Spectrum
from scapa.lab.ngram.corpus import numbered
from scapa.lab.speeches import speech_texts
from scapa.lab.verdict import Line
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import Row


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class ForecastConfig:
    """Predict what is left of a text's tail when models train on a mix of human and machine text."""

    name: ClassVar[str] = "forecast"
    version: ClassVar[int] = 1
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset("three generations", "ours", {"generations": 3}),
        "laptop": Preset("the speeches, three in ten words by a machine", "ours; exact theory", {}),
    }

    preset: str = ""
    share: float = setting(0.3, "machine share of what is written from now on", least=0, most=1)
    share_low: float | None = setting(None, "lower end of its interval", least=0, most=1)
    share_high: float | None = setting(None, "upper end of its interval", least=0, most=1)
    generations: int = setting(10, "generations; the first is the text as it is", least=1)
    size: int = setting(0, "human words a generation (0: as many as the text has)", least=0)
    hit: float = setting(0.98, "share of the machine items that the guard finds", least=0, most=1)
    false_alarm: float = setting(0.001, "share of the human items that it takes for machine ones", least=0, most=1)
    tail: float = setting(0.05, "share of the mass, rarest words first, that is called the tail", least=1e-6, most=1)
    seed: int = setting(1, "the same seed gives the same figures", least=0)
    texts: tuple[str, ...] | None = setting(None, "documents", data=True)

    @staticmethod
    def from_texts(texts: Iterable[str]) -> dict[str, Any]:
        """Return the setting that the texts are."""
        return {"texts": tuple(texts)}

    def interval(self) -> Share:
        """Return the machine share with its interval; raises `UsageError` if it cannot be one."""
        low = self.share if self.share_low is None else self.share_low
        return Share(self.share, low, self.share if self.share_high is None else self.share_high)

    def tasks(self) -> Sequence[Task]:
        self.interval()
        rates = min(self.hit, self.false_alarm), max(self.hit, self.false_alarm)
        if self.generations < 1 or self.size < 0 or not 0 <= rates[0] <= rates[1] <= 1 or not 0 < self.tail < 1:
            raise UsageError("a forecast needs a generation, and rates and a tail between 0 and 1")
        return [Task(Line("forecast", "loop", max(self.size, 2)))]

    def compute(self, task: Task, desk: Desk) -> Found:
        """Rows: `MEASURES` by regime; `low` and `high` are the 95 % interval, `arm` "control" is human text alone."""
        texts = speech_texts() if self.texts is None else self.texts
        spoken, ends = numbered(texts)
        counts = np.bincount(spoken) if len(spoken) else np.zeros(1, dtype=np.int64)
        words = int(counts.sum())
        rng, spectrum = stream(self.seed, "forecast"), Spectrum.of(counts)
        bunching = factors(spoken, ends, self.tail, rng)
        forecaster = Forecaster(spectrum, self.generations, self.size or words, words, self.tail, bunching)
        others = without_some(counts, spoken, ends, forecaster, rng)
        share, found = self.interval(), Found()
        whole = cases(share.estimate, self.hit, self.false_alarm)
        for done, (name, case) in enumerate(whole.items()):
            reach = [cases(end, self.hit, self.false_alarm)[name] for end in (share.low, share.high)]
            bands = predict(forecaster, others, case, reach)
            line = Line.of(str(case[0]), case[1], forecaster.size, name)
            found.rows += [row for measure in MEASURES for row in _rows(line, measure, bands[measure])]
            desk.progress(done + 1, len(whole))
        return found

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        return []

    def plots(self) -> tuple[Plot, ...]:
        return tuple(
            Plot(name, title, caption, measure=name, y_label=label)
            for name, (title, label, caption) in _PICTURES.items()
        )


_PICTURES = {
    "tail_kept": (
        "What is left of the tail", "share of its mass",
        "The rarest words of a new human text, by their mass, that a text as long as the release still has.",
    ),
    "rare_coverage": (
        "Rare words that are still written", "share", "Words that a new human text of its length has 2 to 5 times.",
    ),
    "missing_mass": (
        "Words written once", "share of the words written", "Good and Turing's estimate of what has not been met yet.",
    ),
    "vocabulary": ("Different words", "words", "In a text as long as the release."),
}  # fmt: skip


def _rows(line: Line, measure: str, band: Band) -> list[Row]:
    rows = []
    for n, (value, low, high) in enumerate(zip(band.value, band.low, band.high, strict=True), start=1):
        if np.isfinite(value):
            rows.append(replace(line.row(n, measure, [value]), error=float("nan"), low=float(low), high=float(high)))
    return rows
