"""Published figures as checks: the references of a run's pictures held against its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scapa.lab.verdict import check_between
from scapa.records import Check
from scapa.store.plot import Plot, Reference
from scapa.store.run import Row


def check_references(rows: Sequence[Row], plots: Sequence[Plot]) -> Iterator[Check]:
    """Yield for every reference of every picture whether our figure at its place lies in its range.

    A reference names its lines by the value of one of the fields that tell the picture's lines apart, by the values of
    all with a blank between, or is about every line.
    """
    for plot in plots:
        for point in plot.reference:
            for row in rows:
                if _drawn(row, plot) and _about(row, plot, point):
                    yield check_between(row, point.low, point.high, point.source, statistic=plot.statistic)


def _drawn(row: Row, plot: Plot) -> bool:
    wanted = ((getattr(row, name), value) for name, value in plot.where.items())
    return row.measure == plot.measure and all(
        own in (value if isinstance(value, (list, tuple)) else (value,)) for own, value in wanted
    )


def _about(row: Row, plot: Plot, point: Reference) -> bool:
    fields = [str(getattr(row, name)) for name in plot.series]
    return getattr(row, plot.x) == point.x and point.series in ("", " ".join(fields), *fields)
