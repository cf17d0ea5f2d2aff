"""Every picture of a report, section by section, and what to run where there is nothing to draw yet."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scapa.errors import UsageError
from scapa.report.corpus_figures import corpus_figure, decisions_figure
from scapa.report.data import Recursion, ReportData, Tuning
from scapa.report.loop_figures import CHECK_COLUMNS, check_rows, guard_figure, measure_figure
from scapa.report.model_figures import change_figure, gates_figure, loss_figure, tails_figure
from scapa.report.svg import Figure
from scapa.report.words import many


@dataclass(frozen=True, slots=True)
class Table:
    """A table that belongs to no picture; `about` says what it shows."""

    title: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What there is nothing to draw of, and the command that would fill it."""

    what: str
    command: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page."""

    name: str
    title: str
    about: str
    figures: tuple[Figure, ...] = ()
    missing: tuple[Missing, ...] = ()
    tables: tuple[Table, ...] = ()


def draw(data: ReportData, *, private: bool = False, only: Sequence[str] = ()) -> tuple[Section, ...]:
    """Return the sections of the report, those named in `only` or all; authors' addresses appear only if `private`.

    Raises `MissingPart` if there is something to draw and no matplotlib, `UsageError` for an unknown section.
    """
    makers: dict[str, Callable[[], Section | tuple[Section, ...]]] = {
        "corpus": lambda: _corpus(data, private),
        "guard": lambda: _guard(data),
        "model": lambda: _model(data.tuning),
        "tails": lambda: _tails(data),
        "recursion": lambda: _recursion(data.recursions),
        "forecast": lambda: _forecast(data),
    }
    for name in only:
        if name not in makers:
            raise UsageError(f"the report has no section {name!r}", next=f"there are: {', '.join(makers)}")
    made = [make() for name, make in makers.items() if not only or name in only]
    return tuple(section for part in made for section in (part if isinstance(part, tuple) else (part,)))


def _corpus(data: ReportData, private: bool) -> Section:
    figures: list[Figure] = []
    missing: list[Missing] = []
    if data.corpus and any(item.documents for item in data.corpus.counts):
        figures.append(corpus_figure(data.corpus))
    else:
        missing.append(Missing("No dated documents yet", "scapa add PATH"))
    if data.decisions and data.decisions.documents:
        figures.append(decisions_figure(data.decisions))
    else:
        missing.append(Missing("Nothing is decided yet", "scapa curate"))
    authors = tuple((author, f"{documents:,}") for author, documents in data.authors) if private else ()
    tables = (
        (Table("Who wrote it (private)", many(len(authors), "author"), ("author", "documents"), authors),)
        if authors
        else ()
    )
    about = "Everything collected, by the time it was written, and what was made of it."
    return Section("corpus", "The text", about, tuple(figures), tuple(missing), tables)


def _guard(data: ReportData) -> Section:
    about = "Whatever the model writes here is remembered, so that it is recognised when it comes back by mail or chat."
    if data.guard is None or not (data.guard.generations or data.guard.bands):
        missing = Missing("The model has written nothing yet", "scapa write PROMPT")
        return Section("guard", "The guard", about, missing=(missing,))
    return Section("guard", "The guard", about, (guard_figure(data.guard),))


def _model(tuning: Tuning | None) -> Section:
    about = "A small model tuned on the released text, and the tests it must pass before it is used."
    if tuning is None:
        return Section("model", "The model", about, missing=(Missing("No model yet", "scapa tune"),))
    figures = [
        *((loss_figure(tuning),) if tuning.heldout or tuning.train else ()),
        *((change_figure(tuning.changes),) if tuning.changes else ()),
        *((gates_figure(tuning),) if tuning.gates else ()),
    ]
    missing = () if figures else (Missing(f"The model {tuning.model} kept no figures", "scapa tune"),)
    return Section("model", f"The model {tuning.model}", about, tuple(figures), missing)


def _tails(data: ReportData) -> Section:
    about = "The tail of a language is its rare words and turns of phrase: what makes a voice, and what is lost first."
    if not any(math.isfinite(gauge.ratio) for gauge in data.tails):
        return Section("tails", "The tails", about, missing=(Missing("No tails measured yet", "scapa tune"),))
    return Section("tails", "The tails", about, (tails_figure(data.tails),))


def _recursion(found: Sequence[Recursion]) -> tuple[Section, ...]:
    """Return one section an experiment; the later ones are named recursion-2, recursion-3 …"""
    about = (
        "A model is trained, writes, and the next model is trained on what it wrote: the loop that makes models forget "
        "the tails. The same loop is run with the guard, without it, and on human text alone."
    )
    missing = Missing("No experiment has been run", "scapa lab all")
    title = "The recursion"
    if not found:
        return (_experiment("recursion", title, about, None, missing),)
    return tuple(
        _experiment("recursion" if i == 1 else f"recursion-{i}", title, about if i == 1 else "", one, missing)
        for i, one in enumerate(found, 1)
    )


def _forecast(data: ReportData) -> Section:
    about = "What the same loop would do to this corpus, if training went on with the present mix."
    missing = Missing("No forecast yet", "scapa forecast")
    return _experiment("forecast", "The forecast", about, data.forecast, missing)


def _experiment(name: str, title: str, about: str, found: Recursion | None, missing: Missing) -> Section:
    measures: Sequence[int] = []
    if found is not None:
        measures = [i for i, measure in enumerate(found.measures) if any(arm.generations for arm in measure.arms)]
    if found is None or not (measures or found.checks):
        return Section(name, title, about, missing=(missing,))
    figures = tuple(measure_figure(found, i, name) for i in measures)
    passed = sum(check.passed for check in found.checks)
    said = f"{passed:,} of {len(found.checks):,} figures agree with what they were held against."
    tables = (Table("Beside theory", said, CHECK_COLUMNS, check_rows(found.checks)),) if found.checks else ()
    return Section(name, f"{title}: {found.title}" if found.title else title, found.about or about, figures, (), tables)
