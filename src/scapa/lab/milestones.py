"""Which rows of a long run are held against theory: the first, middle and last of each measure of each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from scapa.store.run import Row


def milestones(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the first, middle and last row that has a theory, of every measure of every line, each once."""
    known = sorted((row for row in rows if row.theory is not None), key=_line)
    for _, line in groupby(known, key=_line):
        own = sorted(line, key=lambda row: row.generation)
        yield from {row.generation: row for row in (own[0], own[len(own) // 2], own[-1])}.values()


def _line(row: Row) -> tuple[str, str, int, str, float, str]:
    at = float("-inf") if row.at is None else row.at
    return row.regime, row.arm, row.size, row.estimator, at, row.measure
