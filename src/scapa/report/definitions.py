"""The eight definitions of "model collapse" as a table: a row a definition, a column a line, no one word for all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from scapa.report.html import scroll_html
from scapa.report.regimes import names
from scapa.report.series import words
from scapa.report.words import measured
from scapa.store.run import LabRun

MOST_LINES = 8
HOLDS, FAILS, UNSAID = "holds", "does not hold", "cannot be said"
MARKS = {HOLDS: "✓", FAILS: "✗", UNSAID: "?"}
_FIELDS = ("regime", "size", "estimator", "at")
_TITLE = "Did it collapse? Eight definitions, eight answers"
Answer = Mapping[str, Any]
Line = tuple[Any, ...]


def definitions_html(run: LabRun) -> str:
    """Return the card with the run's answers, those that cannot be given among them; empty where none were sought."""
    answers = run.table("definitions")
    if not answers:
        return ""
    lines = list(dict.fromkeys(map(_line, answers)))
    shown = lines[:MOST_LINES]
    left = f" {len(shown)} of {len(lines)} lines are shown." if len(lines) > len(shown) else ""
    table = scroll_html(_table(answers, shown), _TITLE)
    return (
        f'<div class="card"><h3>{_TITLE}</h3><p>“Model collapse” has many meanings (arXiv 2503.03150). Each has its '
        f"own figure, with a 95 % interval over seeds: {MARKS[HOLDS]} it holds and {MARKS[FAILS]} it does not hold if "
        f"the whole interval says so, {MARKS[UNSAID]} it cannot be said. The thresholds are ours.{left}</p>"
        f'<div class="answers">{table}</div>'
        f"<details><summary>What they mean</summary>{_meanings(answers)}</details></div>\n"
    )


def _table(answers: Sequence[Answer], lines: Sequence[Line]) -> str:
    of: dict[str, dict[Line, Answer]] = {}
    for answer in answers:
        of.setdefault(answer["definition"], {})[_line(answer)] = answer
    titles = "".join(
        f'<th scope="col" title="{escape(str(line[0]))}">{_parted(title)}</th>'
        for line, title in zip(lines, _titles(lines), strict=True)
    )
    rows = "".join(_row(name, [found.get(line) for line in lines]) for name, found in of.items())
    return f'<table><thead><tr><th scope="col">definition</th>{titles}</tr></thead><tbody>{rows}</tbody></table>'


def _parted(title: str) -> str:
    """Return a title that breaks only between its parts."""
    return " ".join(f"<span>{escape(part)}</span>" for part in title.replace(", ", ",\n").split("\n"))


def _row(definition: str, answers: Sequence[Answer | None]) -> str:
    """Return one definition's answers, and below its name why any of them cannot be given."""
    given = [answer for answer in answers if answer is not None]
    why = "; ".join(dict.fromkeys(answer["why"] for answer in given if answer["answer"] == UNSAID and answer["why"]))
    said = f" <small>{MARKS[UNSAID]} {escape(why)}</small>" if why else ""
    return f'<tr><th scope="row">{escape(definition)}{said}</th>{"".join(map(_cell, answers))}</tr>'


def _cell(answer: Answer | None) -> str:
    if answer is None:
        return "<td></td>"
    told = ": ".join(part for part in (answer["answer"], answer["why"]) if part)
    kind = ' class="holds"' if answer["answer"] == HOLDS else ""
    figure = f" <small>{_figure(answer)}</small>" if answer["estimate"] is not None else ""
    return f'<td{kind} title="{escape(told)}"><b>{MARKS[answer["answer"]]}</b>{figure}</td>'


def _figure(answer: Answer) -> str:
    """Return a figure with its interval, alone where seeds that are all alike leave the interval undefined."""
    estimate, low, high = (measured(answer[name], 2) for name in ("estimate", "low", "high"))
    known = math.isfinite(answer["low"]) and math.isfinite(answer["high"])
    return f"{estimate} <span>[{low}, {high}]</span>" if known else estimate


def _meanings(answers: Sequence[Answer]) -> str:
    """Return what each definition says, and by which figure it is decided here."""
    items = {
        answer["definition"]: f"<li><b>{escape(answer['definition'])}</b>: {escape(answer['meaning'])}. "
        f"Its figure: {escape(answer['figure'])}.</li>"
        for answer in answers
    }
    return f'<ul class="meanings">{"".join(items.values())}</ul>'


def _line(answer: Answer) -> Line:
    return tuple(answer[name] for name in _FIELDS)


def _titles(lines: Sequence[Line]) -> list[str]:
    """Name each line by what tells it from the others, by its regime if nothing does."""
    telling = [field for i, field in enumerate(_FIELDS) if len({line[i] for line in lines}) > 1] or ["regime"]
    called = names(line[0] for line in lines)
    return [words(dict(zip(_FIELDS, line, strict=True)), telling, called) for line in lines]
