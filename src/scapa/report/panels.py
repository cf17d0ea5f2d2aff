"""Panels: the rows of a run's extra table by line and generation, which small pictures are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from scapa.report.hues import is_control
from scapa.report.regimes import SPACE, name, names
from scapa.report.scales import tick
from scapa.report.series import FIELDS, matches, words
from scapa.report.words import wrapped
from scapa.store.plot import Plot

_HEADING = 24
"""Letters in a line above a small picture."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one line of an extra table, by generation in order."""

    fields: Mapping[str, Any]
    generations: Mapping[int, list[dict[str, Any]]]
    title: str = "all"

    @property
    def regime(self) -> str:
        """The machine form of its regime, as data and commands have it; empty where the rows name none."""
        return str(self.fields.get("regime", ""))


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
    named = [(dict(zip(fields, key, strict=True)), dict(sorted(found.items()))) for key, found in lines.items()]
    called = names(str(of.get("regime", "")) for of, _ in named)
    return [Group(of, found, _title(of, called)) for of, found in named]


def heading(group: Group, generation: int, *, several: bool) -> str:
    """Return what stands above a small picture of one generation; of `several` lines its line, too."""
    if not several:
        return f"generation {tick(generation)}"
    return "\n".join(wrapped(f"{group.title}, gen.{SPACE}{tick(generation)}", _HEADING))


def starts_of(groups: Sequence[Group]) -> tuple[int, ...]:
    """Return which of the small pictures, by the group of each, begin a line."""
    return tuple(i for i, group in enumerate(groups) if i == 0 or group is not groups[i - 1])


def with_regimes(
    columns: Sequence[str], rows: Sequence[tuple[Group, tuple[str, ...]]]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return a table of groups, each row with the machine form of its regime at the end where any has another name."""
    if all(name(group.regime) == group.regime for group, _ in rows):
        return tuple(columns), tuple(row for _, row in rows)
    return (*columns, "regime"), tuple((*row, group.regime) for group, row in rows)


def _title(fields: Mapping[str, Any], called: Mapping[str, str]) -> str:
    """Return what a line is called; a control goes by what it is."""
    return words(fields, [f for f in fields if f != "regime"] if is_control(fields) else fields, called) or "all"


def some_of(items: Sequence[Item], most: int) -> list[Item]:
    """Return at most `most` items, evenly spaced, with the first and the last."""
    last = len(items) - 1
    if last < most:
        return list(items)
    return [items[i] for i in sorted({round(i * last / (most - 1)) for i in range(most)})]
