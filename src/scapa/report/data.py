"""What the pictures are drawn from: plain numbers, names of gauges and ids, never text.

Everything is frozen. A part that is `None` or empty has not been computed yet; its section of the page says which
command would fill it. `scapa.report.collect` makes a `ReportData` from a home, the lab and the demo make their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scapa.records import Check, Conservation, Gate

Outcome = Literal["kept", "review", "rejected", "duplicate", "errored"]
Kind = Literal["unguarded", "guarded", "control", "clean", "other"]


@dataclass(frozen=True, slots=True)
class DatedCount:
    """Documents claimed in one month with one evidence grade; `month` is 1 to 12, or 0 where only the year is known."""

    year: int
    month: int
    grade: str
    documents: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """When the documents say that they were written, and how good the evidence is. `cutoff` is an ISO date."""

    counts: tuple[DatedCount, ...]
    cutoff: str
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """How many documents one reason sent to one outcome."""

    outcome: str
    reason: str
    documents: int


@dataclass(frozen=True, slots=True)
class Decisions:
    """Where the documents went: documents = kept (of which masked) + review + rejected + duplicate + errored."""

    documents: int
    kept: int
    masked: int
    review: int
    rejected: int
    duplicate: int
    errored: int
    reasons: tuple[Reason, ...] = ()

    @property
    def conservation(self) -> Conservation:
        parts = {name: int(getattr(self, name)) for name in ("kept", "review", "rejected", "duplicate", "errored")}
        return Conservation("documents", self.documents, parts)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval, where there is one."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class LossChange:
    """Mean loss (nats a token) on one set of texts before and after tuning: `author`, `control` or `general`."""

    name: str
    before: Estimate
    after: Estimate


@dataclass(frozen=True, slots=True)
class Tuning:
    """One tuning: curves are (training tokens seen, mean loss in nats a token); `ceilings` names the gates whose
    `floor` is a most, where that cannot be told from the figures."""

    model: str
    promoted: bool
    train: tuple[tuple[float, float], ...] = ()
    heldout: tuple[tuple[float, float], ...] = ()
    changes: tuple[LossChange, ...] = ()
    gates: tuple[Gate, ...] = ()
    ceilings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TailGauge:
    """One gauge of rare words on equal amounts of human and generated text; `low`, `high` bound generated / human."""

    name: str
    human: float
    generated: float
    low: float | None = None
    high: float | None = None

    @property
    def ratio(self) -> float:
        return self.generated / self.human if self.human else float("nan")


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of an experiment: the median (or mean) over seeds at each generation, a quantile band, exact theory.

    `low`, `high` and `theory` are empty or as long as `generations`; theory is of the same figure as `values`.
    """

    name: str
    kind: Kind
    generations: tuple[float, ...]
    values: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    theory: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the recursion (e.g. tail mass, support, σ) over its arms; `about` explains it in a sentence.

    `centre` says what the arms' values are over the seeds, e.g. "median".
    """

    name: str
    about: str
    arms: tuple[Arm, ...]
    log: bool = False
    centre: str = "median"


@dataclass(frozen=True, slots=True)
class Recursion:
    """An experiment (or the forecast) by its measures; `band` says what the band holds, `checks` are beside theory.

    `about` explains it to a layperson; empty for the recursion of this corpus itself.
    """

    title: str
    measures: tuple[Measure, ...]
    band: str = "the middle 80 % of seeds"
    checks: tuple[Check, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """Generated text that came back, in one band of length; `returned` is None where the truth is not known."""

    band: str
    caught: int
    returned: int | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """What the ledger remembers and what it caught. `false_alarms` of `humans` human documents, where known."""

    generations: int
    bands: tuple[Returned, ...]
    masked: int = 0
    rejected: int = 0
    false_alarms: int | None = None
    humans: int | None = None


@dataclass(frozen=True, slots=True)
class ReportData:
    """The whole report. `made` is the day it was made, as text; `authors` (address, documents) is private."""

    made: str
    title: str = "Your low-background text"
    version: str = ""
    corpus: Corpus | None = None
    decisions: Decisions | None = None
    tuning: Tuning | None = None
    tails: tuple[TailGauge, ...] = ()
    recursions: tuple[Recursion, ...] = ()
    forecast: Recursion | None = None
    guard: Guard | None = None
    authors: tuple[tuple[str, int], ...] = ()
