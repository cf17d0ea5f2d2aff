"""Published figures as checks: the references of a run's pictures held against its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scapa.lab.verdict import check_between
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import Row


def check_references(rows: Sequence[Row], plots: Sequence[Plot]) -> Iterator[Check]:
    """Yield for every reference of every picture whether the row it is drawn beside lies in its range.

    A reference names its line by the values of the plot's `series` fields with a blank between.
    """
    for plot in plots:
        for point in plot.reference:
            for row in rows:
                if _drawn(row, plot) and getattr(row, plot.x) == point.x and _label(row, plot) == point.series:
                    yield check_between(row, point.low, point.high, point.source, statistic=plot.statistic)


def _drawn(row: Row, plot: Plot) -> bool:
    return row.measure == plot.measure and all(getattr(row, name) == value for name, value in plot.where.items())


def _label(row: Row, plot: Plot) -> str:
    return " ".join(str(getattr(row, name)) for name in plot.series)
