"""Panels: the rows of a run's extra table by line and generation, which small pictures are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from scapa.report.hues import is_control
from scapa.report.series import FIELDS, matches, words
from scapa.store.plot import Plot

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one line of an extra table, by generation in order."""

    fields: Mapping[str, Any]
    generations: Mapping[int, list[dict[str, Any]]]

    @property
    def title(self) -> str:
        """What the line is called."""
        fields = [f for f in self.fields if f != "regime"] if is_control(self.fields) else self.fields
        return words(self.fields, fields) or "all"


def grouped(rows: Sequence[dict[str, Any]], plot: Plot) -> list[Group]:
    """Return the rows that `plot` wants, a group a line: the fields of its series, and any other that differs."""
    known = [f for f in FIELDS if f != "generation" and rows and f in rows[0]]
    where = {name: value for name, value in plot.where.items() if name in (*known, "generation")}
    wanted = [row for row in rows if matches(where, row)]
    fields = [f for f in known if f in plot.series or len({row[f] for row in wanted}) > 1]
    lines: dict[tuple[Any, ...], dict[int, list[dict[str, Any]]]] = {}
    for row in wanted:
        line = lines.setdefault(tuple(row[f] for f in fields), {})
        line.setdefault(int(row["generation"]), []).append(row)
    return [Group(dict(zip(fields, key, strict=True)), dict(sorted(found.items()))) for key, found in lines.items()]


def some_of(items: Sequence[Item], most: int) -> list[Item]:
    """Return at most `most` items, evenly spaced, with the first and the last."""
    last = len(items) - 1
    if last < most:
        return list(items)
    return [items[i] for i in sorted({round(i * last / (most - 1)) for i in range(most)})]
