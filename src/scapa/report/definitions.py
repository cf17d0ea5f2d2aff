"""The eight definitions of "model collapse" as a table: a row a definition, a column a line, no one word for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scapa.report.html import table_html
from scapa.report.words import measured
from scapa.store.run import LabRun

MOST_LINES = 8
MARKS = {"holds": "holds", "does not hold": "does not hold", "cannot be said": "?"}
_FIELDS = ("regime", "size", "estimator", "at")
Answer = Mapping[str, Any]


def definitions_html(run: LabRun) -> str:
    """Return the card with the run's answers; empty if the experiment measures nothing that they are about."""
    answers = [row for row in run.table("definitions") if row["estimate"] is not None]
    if not answers:
        return ""
    lines = list(dict.fromkeys(_line(row) for row in answers))
    shown, names = lines[:MOST_LINES], list(dict.fromkeys(row["definition"] for row in answers))
    cells = {(row["definition"], _line(row)): _cell(row) for row in answers}
    rows = [(name, *(cells.get((name, line), "") for line in shown)) for name in names]
    left = f" {len(shown)} of {len(lines)} lines are shown." if len(lines) > len(shown) else ""
    table = table_html(("definition", *_titles(shown)), rows, "Definitions of collapse")
    return (
        '<div class="card"><h3>Did it collapse? Eight definitions, eight answers</h3><p>“Model collapse” has many '
        "meanings (arXiv 2503.03150). Each has its own figure, with a 95 % interval over seeds, and holds or does not "
        f"hold only if the whole interval says so; ? is undecided or not measured. The thresholds are ours.{left}</p>"
        f"<details><summary>The answers</summary>{table}{_rules(answers)}</details></div>\n"
    )


def _rules(answers: Sequence[Answer]) -> str:
    rules = {row["definition"]: (row["definition"], row["meaning"], row["figure"]) for row in answers}
    return table_html(("definition", "meaning", "figure"), list(rules.values()), "What the definitions mean")


def _cell(row: Answer) -> str:
    mark = MARKS[row["answer"]]
    if row["estimate"] is None:
        return mark
    low, high = measured(row["low"], 2), measured(row["high"], 2)
    return f"{mark}: {measured(row['estimate'], 2)} [{low}, {high}]"


def _line(row: Answer) -> tuple[Any, ...]:
    return tuple(row[name] for name in _FIELDS)


def _titles(lines: Sequence[tuple[Any, ...]]) -> list[str]:
    """Name each line by what tells it from the others, by its regime if nothing does."""
    telling = [i for i in range(len(_FIELDS)) if len({line[i] for line in lines}) > 1] or [0]
    shown = {"size": "M = {}", "at": "at {}"}
    return [
        " ".join(shown.get(_FIELDS[i], "{}").format(line[i]) for i in telling if line[i] not in (None, ""))
        for line in lines
    ]
