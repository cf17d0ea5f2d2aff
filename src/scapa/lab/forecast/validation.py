"""How right the forecast is: predicted from a loop's first training set alone, and observed in the loop, side by side.

Nothing is fitted to the loops, so every comparison is out of sample. What the forecast leaves out, and the loops have,
is context: a trigram model writes words in company, one by one is how the forecast has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from scapa.lab import EXPERIMENTS
from scapa.lab.desk import Desk, Found, Task
from scapa.lab.engine import recur, stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.forecast.comparison import PREDICTED, Beside, bands, beside, forecaster, near, rows_of
from scapa.lab.forecast.predicting import Band
from scapa.lab.ngram.counts import Blocks
from scapa.lab.ngram.experiment import NgramConfig
from scapa.lab.ngram.observing import Observer
from scapa.lab.ngram.subject import Author
from scapa.lab.ngram.writing import Writer
from scapa.lab.regimes import Arm, Ints, Regime, parse
from scapa.lab.verdict import Line
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import Row

COMPARED = ("vocabulary", "missing_mass", "rare_coverage", "tail_kept")


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class ForecastCheckConfig:
    """Forecast trigram loops from their first training set alone, and run them; sizes are blocks of `block` words."""

    name: ClassVar[str] = "forecast-check"
    version: ClassVar[int] = 1
    dear: ClassVar[bool] = False
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset(
            "one regime, little text", "ours",
            {"size": 300, "documents": 40, "generations": 2, "replicates": 2, "regimes": ("replace",)},
        ),
        "laptop": Preset("six regimes and human text", "ours", {}),
    }  # fmt: skip

    preset: str = ""
    size: int = setting(1_563, "blocks a generation, M", least=2)
    generations: int = setting(10, "generations", least=1)
    replicates: int = setting(3, "seeds", least=1)
    regimes: tuple[str, ...] = setting(
        ("replace", "accumulate", "accumulate-subsample", "mix:0.7", "archive:0.6", "archive:0.6,0.98,0.001"),
        "replace, accumulate, mix:0.1 …",
    )
    block: int = setting(64, "words a block", least=3)
    documents: int = setting(0, "read only so many documents (0: all)", least=0)
    tail: float = setting(0.05, "share of the mass, rarest words first, that is called the tail", least=1e-6, most=1)
    seed: int = setting(1, "the same seed gives the same figures", least=0)
    texts: tuple[str, ...] | None = setting(None, "documents", data=True)

    @staticmethod
    def from_texts(texts: Iterable[str]) -> dict[str, Any]:
        """Return settings for the texts: a third of their blocks a generation, 1,563 at most."""
        found = NgramConfig.from_texts(texts)
        return {"texts": found["texts"], "size": min(1_563, *found["sizes"])}

    def _loops(self) -> NgramConfig:
        return NgramConfig(
            sizes=(self.size,), generations=self.generations, replicates=self.replicates, regimes=self.regimes,
            arms=("loop",), block=self.block, documents=self.documents, tail=self.tail, seed=self.seed,
            texts=self.texts,
        )  # fmt: skip

    def tasks(self) -> Sequence[Task]:
        human = Line(str(Regime("accumulate")), "control", self.size)
        return [*self._loops().tasks(), *(Task(human, n) for n in range(self.replicates))]

    def compute(self, task: Task, desk: Desk) -> Found:
        """Rows: `COMPARED` as observed, and with the estimators `PREDICTED`, `LOW` and `HIGH` as forecast."""
        line = task.line
        corpus, reference = self._loops().corpus().parted(line.size, stream(self.seed, "check rare", task.replicate))
        author, observer = _Remembering(corpus), Observer.of(corpus, reference, self.tail)
        rng = stream(self.seed, "check", task.replicate, line.regime, line.arm)
        rows: list[Row] = []
        regime = parse(line.regime).for_arm(line.arm)
        for step in recur(author, regime, line.size, self.generations, rng, line.arm):
            text = observer.text(Writer.of(step.model, 1.0).write(line.size, self.block, rng))
            rows += [line.row(step.generation, name, [text[name]]) for name in COMPARED]
            desk.progress(step.generation, self.generations)
        return Found(rows + list(rows_of(line, self._forecast(author.first, parse(line.regime), line.arm, rng))))

    def _forecast(self, first: Blocks, regime: Regime, arm: Arm, rng: np.random.Generator) -> Mapping[str, Band]:
        """Return the forecast made of the first training set; its blocks, drawn one by one, are its documents."""
        spoken, ends = first.ravel().astype(np.int64), np.arange(1, len(first) + 1) * self.block
        ahead = forecaster(spoken, self.generations, len(spoken), self.tail)
        found = bands(ahead, spoken, ends, (regime, arm), rng)
        return {name: found[name] for name in COMPARED}

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        """Return how often the loops' mean lies in the 95 % interval, and by how much each line's forecasts are off."""
        found = beside(rows)
        return [
            *(_inside(name, [one for one in found if one.measure == name]) for name in COMPARED),
            *near(rows),
        ]

    def plots(self) -> tuple[Plot, ...]:
        titles = {"rare_coverage": "Rare words", "missing_mass": "Words written once", "vocabulary": "Different words"}
        return tuple(
            Plot(
                measure, f"{title}: forecast and observed", "Forecast from the first training set alone; three seeds.",
                measure=measure, series=("regime", "arm", "estimator"), where={"estimator": ("", PREDICTED)},
            )
            for measure, title in titles.items()
        )  # fmt: skip


def _inside(measure: str, found: Sequence[Beside]) -> Check:
    """Hold the share of figures inside their 95 % intervals against .95, loosely: a line's generations go together."""
    share = float(np.mean([one.inside for one in found]))
    return Check(f"{measure}: share of figures in the forecast's interval", share, 0.95, 0.2, share >= 0.75)


class _Remembering(Author):
    """An author who remembers the first real text: the generation 1 that the forecast is made of."""

    first: Blocks

    def real(self, sizes: Ints, rng: np.random.Generator) -> Blocks:
        drawn = super().real(sizes, rng)
        if not hasattr(self, "first"):
            self.first = drawn
        return drawn
