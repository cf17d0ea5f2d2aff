"""The settings of `scapa lab ngram`, its tasks, checks and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Any, ClassVar

import numpy as np

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS
from scapa.lab.desk import Desk, Found, Task
from scapa.lab.engine import recur, stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.ngram.corpus import Corpus, numbered
from scapa.lab.ngram.observing import Observer
from scapa.lab.ngram.subject import Author, CleanAuthor
from scapa.lab.regimes import Arm, Regime, parse
from scapa.lab.speeches import speech_texts
from scapa.lab.verdict import Line, check
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import Row

CLEAN = "clean model"
"""The estimator of lines whose machine text is by `CleanAuthor`: diluted by machines that read human text only."""
_PROCESSES_FROM = 40_000_000  # words to read or write in all: below, starting processes costs more than it saves

_EVERY = (
    "replace", "accumulate", "accumulate-subsample", "mix:0.1", "mix:0.5", "fresh:500", "filtered:0.98,0.001", "fixed",
    "archive:0.6", "archive:0.6,0.98,0.001", "replace:bias=0.8", "accumulate:bias=0.8", "archive:0.6,bias=0.8",
)  # fmt: skip
_PERSONAL = tuple(
    str(Regime("archive", share=share, hit=hit, false_alarm=false_alarm, bias=bias))
    for share, bias in [(0.3, 1.0), (0.6, 1.0), (0.9, 1.0), (0.6, 0.8), (0.9, 0.8)]
    for hit, false_alarm in [(0.0, 0.0), (0.98, 0.001)]
)


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class NgramConfig:
    """Retrain a trigram word model on its own output; sizes are blocks of `block` words.

    Bias is the temperature at which a model writes.
    """

    name: ClassVar[str] = "ngram"
    version: ClassVar[int] = 2
    roles: ClassVar[Mapping[str, str]] = {"risk": "loss", "tail": "rare_coverage", "foreign": "too_unlikely"}
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset(
            "two regimes, little text", "ours",
            {"sizes": (100,), "documents": 24, "generations": 2, "replicates": 2, "regimes": ("replace", "mix:0.5"),
             "arms": ("loop", "control")},
        ),
        "laptop": Preset(
            "six regimes at 100,000 words a generation, eight seeds", "arXiv 2305.17493; accumulate: 2404.01413",
            {"sizes": (1_563,), "arms": ("loop", "control"), "replicates": 8,
             "regimes": ("replace", "accumulate", "accumulate-subsample", "mix:0.1", "archive:0.6,0.98,0.001",
                         "archive:0.6")},
        ),
        "grid": Preset(
            "every regime, at two temperatures, five seeds", "arXiv 2305.17493, 2404.01413, 2410.16713, 2502.15654",
            {"regimes": _EVERY, "replicates": 5},
        ),
        "personal-loop": Preset(
            "an archive of 60,000 human words a year: guarded, bare, by a clean model", "ours",
            {"sizes": (938,), "generations": 8, "regimes": _PERSONAL, "clean": True},
        ),
    }  # fmt: skip

    preset: str = ""
    sizes: tuple[int, ...] = setting((3_125,), "blocks a generation, M", least=2)
    generations: int = setting(10, "generations", least=1)
    replicates: int = setting(3, "seeds", least=1)
    regimes: tuple[str, ...] = setting(("replace", "accumulate", "mix:0.1"), "replace, accumulate, mix:0.1 …")
    arms: tuple[Arm, ...] = setting(("loop", "first", "control"), "loop, first (generation 1 writes), control (real)")
    clean: bool = setting(False, "also let a model of human text only write the machine items")
    block: int = setting(64, "words a block", least=3)
    held: float = setting(0.1, "share of the words, in whole documents, that is held out", least=0, most=0.5)
    tail: float = setting(0.05, "share of the mass, rarest words first, that is called the tail", least=1e-6, most=1)
    documents: int = setting(0, "read only so many documents (0: all)", least=0)
    seed: int = setting(1, "the same seed gives the same figures", least=0)
    texts: tuple[str, ...] | None = setting(None, "documents", data=True)

    @staticmethod
    def from_texts(texts: Iterable[str]) -> dict[str, Any]:
        """Return settings for the texts: a third of their blocks a generation, 3,125 at most."""
        given = tuple(texts)
        spoken, _ = numbered(given)
        return {"texts": given, "sizes": (max(2, min(3_125, len(spoken) // 64 // 3)),)}

    @property
    def useless_risk(self) -> float:
        """The loss of a model that knows only how many words there are, ln(V + 1) in nats: any other is one more."""
        return log(self.corpus().vocabulary + 1)

    @property
    def dear(self) -> bool:
        """Whether the tasks are worth processes of their own."""
        return len(self.tasks()) * max(self.sizes) * self.block * self.generations > _PROCESSES_FROM

    def tasks(self) -> Sequence[Task]:
        if self.replicates < 1 or not self.sizes or min(self.sizes) < 2 or self.block < 3:
            raise UsageError("the ngram experiment needs a seed, 2 blocks a generation and 3 words a block")
        return [Task(line, n) for line in dict.fromkeys(self._lines()) for n in range(self.replicates)]

    def _lines(self) -> Iterator[Line]:
        for regime in self.regimes:
            for size in self.sizes:
                yield from (Line.of(regime, arm, size) for arm in self.arms)
                if self.clean and not parse(regime).guarded:
                    yield Line.of(regime, "loop", size, CLEAN)

    def corpus(self) -> Corpus:
        """Return the text, cut and split; the same in every task."""
        return _corpus(self.texts, self.documents, self.block, self.held, self.seed)

    def compute(self, task: Task, desk: Desk) -> Found:
        """Rows: the measures of `Observer.model` each generation; generation 0 is real text itself (`Observer.text`).

        The generations, the reference of rare words and what is written to be measured have streams of their own.
        """
        line, size = task.line, np.array([task.line.size])
        labels = ("ngram", task.replicate, line.regime, line.arm, line.size, line.estimator)
        corpus, reference = self.corpus().parted(line.size, stream(self.seed, "ngram rare", task.replicate, line.size))
        observer = Observer.of(corpus, reference, self.tail)
        real = observer.text(Author(corpus).real(size, stream(self.seed, "ngram real", task.replicate)))
        rows = [line.row(0, name, [value]) for name, value in real.items()]
        regime = parse(line.regime).for_arm(line.arm)
        absence = np.ones(corpus.vocabulary + 2)
        author = CleanAuthor(corpus) if line.estimator == CLEAN else Author(corpus)
        steps = recur(author, regime, line.size, self.generations, stream(self.seed, *labels), line.arm)
        for step in steps:
            absence = (absence if regime.keeps_all else 1.0) * corpus.absence(int(step.intake.human[0]))
            theory = observer.of_real(absence) if step.generation == 1 or line.arm == "control" else {}
            found = observer.model(step.model, line.size, stream(self.seed, *labels, step.generation))
            rows += [line.row(step.generation, name, [value], theory.get(name)) for name, value in found.items()]
            desk.progress(step.generation, self.generations)
        return Found(rows)

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        """Hold the exact law of real text against the first, middle and last generation."""
        known = [row for row in rows if row.theory is not None and row.chains > 1]
        chosen = {1, (self.generations + 1) // 2, self.generations}
        return [check(row) for row in known if row.generation in chosen]

    def plots(self) -> tuple[Plot, ...]:
        return tuple(_plot(measure, *words) for measure, words in _PICTURES.items())


_PICTURES = {
    "loss": ("Loss on held-out human documents", "nats a word", "Retrained on its own words alone a model forgets."),
    "missing_mass": ("Words used once", "share of the words written", "The first sign; generation 0 is human text."),
    "rare_coverage": ("Rare human words that are still written", "share", "Words that human text has 2 to 5 times."),
    "vocabulary": ("Different words", "words", "At equal length; generation 0 is human text."),
    "tail_kept": ("The tail that is still written", "share of its mass", "The rarest words, by their mass."),
    "distinct_2": ("Different pairs of words", "share of all pairs", "At equal length; generation 0 is human text."),
    "self_bleu": ("How alike blocks are", "Self-BLEU", "A block against a hundred others; generation 0 is human text."),
    "too_unlikely": (
        "Text that people would hardly write", "share of blocks",
        "Blocks less likely than 99 % of human ones to a model of human text that no generation reads.",
    ),
}  # fmt: skip


def _plot(measure: str, title: str, label: str, caption: str) -> Plot:
    formula = "real text: Σ 1 − C(B−b,M)/C(B,M)" if measure == "support" else ""
    return Plot(
        measure, title, caption, measure=measure, y_label=label, series=("regime", "arm", "estimator"), formula=formula
    )


@lru_cache(maxsize=2)
def _corpus(texts: tuple[str, ...] | None, documents: int, block: int, held: float, seed: int) -> Corpus:
    words, ends = numbered((speech_texts() if texts is None else texts)[: documents or None])
    return Corpus.of(words, ends, block, held, stream(seed, "ngram", "split"))
