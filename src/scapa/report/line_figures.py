"""A run's lines as figures: simulation, exact theory, proven bounds and published figures in one picture."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from scapa.report import regimes
from scapa.report.lines import Line, Look, Mark, labels_height, lines_picture
from scapa.report.scales import tick
from scapa.report.series import Choice, Series, place, series_of
from scapa.report.svg import BAND, Figure
from scapa.report.words import measured
from scapa.store.plot import Plot, Reference
from scapa.store.run import LabRun, Row

MOST_BANDS = 4  # more of them hide each other
NAMES = {"generation": "generation", "size": "items a generation, M", "at": "value"}
FEW = 10  # of fewer runs the 5 % and 95 % quantiles are about the least and the most
MOST_POINTS = 6
"""Rows of the table a line: the run folder has them all."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of a figure, as rows and as it is drawn."""

    series: Series
    line: Line

    @property
    def name(self) -> str:
        return self.series.name


def line_figure(run: LabRun, plot: Plot, name: str) -> Figure | None:
    """Return the figure of a plot of kind `lines`, None where the run has no row for it; `name` is its id."""
    choice = series_of(run, plot)
    series = choice.series
    if not series:
        return None
    banded = _banded(plot, series)
    drawn = [Drawn(one, _line(plot, one, banded)) for one in series]
    panels = [[one for one in drawn if one.series.panel == panel] for panel in dict.fromkeys(s.panel for s in series)]
    tallest = max(([one.line.name for one in panel] for panel in panels), key=labels_height)
    pictures = tuple(
        _picture(plot, panel, drawn, tallest, f"{name}-{i}" if i else name) for i, panel in enumerate(panels)
    )
    columns, rows = _table(plot, series)
    return Figure(
        name,
        plot.title,
        " ".join([plot.caption, *_reading(plot, choice, banded)]),
        _spoken(plot, drawn),
        pictures[0],
        columns,
        rows,
        _key(plot, drawn),
        pictures if len(pictures) > 1 else (),
        _besides(plot, panels),
        large=True,
    )


def centre(plot: Plot, row: Row) -> float:
    """Return the mean or the median of a row, as the plot draws it."""
    return row.median if plot.statistic == "median" else row.mean


def _picture(plot: Plot, drawn: Sequence[Drawn], every: Sequence[Drawn], tallest: Sequence[str], name: str) -> str:
    look = Look(
        plot.x_label or NAMES[plot.x],
        plot.y_label,
        plot.log_x,
        plot.log_y,
        _marks(plot, [one.series for one in drawn]),
        drawn[0].series.panel,
        tuple(one.line for one in every),
        tuple(tallest),
    )
    return lines_picture(name, plot.title, _spoken(plot, drawn), [one.line for one in drawn], look)


def _marks(plot: Plot, series: Sequence[Series]) -> tuple[Mark, ...]:
    """Return the published figures of these lines where they were run: beyond that the table has them."""
    places = [place(row, plot.x) for one in series for row in one.rows]
    abouts = [(reference, _about(plot, reference, series)) for reference in plot.reference]
    return tuple(
        Mark(reference.x, reference.low, reference.high, about.role)
        for reference, about in abouts
        if about and min(places) <= reference.x <= max(places)
    )


def _banded(plot: Plot, series: Sequence[Series]) -> bool:
    """Return whether bands are drawn: not of single runs, not of many lines, not where they would hide the lines.

    Over a swept value they can: the outcome of one chain may be yes or no.
    """
    rows = [row for one in series for row in one.rows]
    together = max(Counter(one.panel for one in series).values())
    if together > MOST_BANDS or max(row.chains for row in rows) == 1:
        return False
    scale = _decades if plot.log_y else float
    centres = [scale(centre(plot, row)) for row in rows]
    widths = (scale(row.high) - scale(row.low) for row in rows)
    return plot.x == "generation" or median(widths) < max(centres) - min(centres)


def _decades(value: float) -> float:
    return math.log10(value) if value > 0 else -math.inf


def _line(plot: Plot, one: Series, banded: bool) -> Line:
    """Theory is of the mean, so that a median has none; bounds are of the mean, too, and their key says so."""
    theory = [row.theory for row in one.rows] if plot.statistic == "mean" else []
    return Line(
        one.label,
        one.role,
        tuple(place(row, plot.x) for row in one.rows),
        tuple(centre(plot, row) for row in one.rows),
        tuple(row.low for row in one.rows) if banded else (),
        tuple(row.high for row in one.rows) if banded else (),
        _known(theory),
        _known([row.floor for row in one.rows]),
        _known([row.ceiling for row in one.rows]),
    )


def _known(values: Sequence[float | None]) -> tuple[float, ...]:
    if all(value is None for value in values):
        return ()
    return tuple(math.nan if value is None else value for value in values)


def _about(plot: Plot, reference: Reference, series: Sequence[Series]) -> Series | None:
    """Return the line that a published figure is about: the one so named, or with such a field, or with all of them.

    One that names none is about the first line that is no control: the paper's own way.
    """
    if not reference.series:
        return next((one for one in series if one.rows[0].arm != "control"), None)
    named = [one for one in series if reference.series in (one.label, one.name)]
    fielded = [one for one in series if reference.series in _fields(plot, one)]
    return next(iter(named or fielded), None)


def _fields(plot: Plot, one: Series) -> tuple[str, ...]:
    """Return the values of the fields that tell a line apart, and all of them with blanks between."""
    values = [str(getattr(one.rows[0], field)) for field in plot.series]
    return (*values, " ".join(values))


def _besides(plot: Plot, panels: Sequence[Sequence[Drawn]]) -> tuple[tuple[str, ...], ...]:
    """Return every published figure beside ours, in each panel that has its line."""
    found = []
    for reference in plot.reference:
        abouts = [about for panel in panels if (about := _about(plot, reference, [one.series for one in panel]))]
        found += [_beside(plot, reference, about) for about in abouts] or [_beside(plot, reference, None)]
    return tuple(found)


def _beside(plot: Plot, reference: Reference, about: Series | None) -> tuple[str, ...]:
    """Return one line of the table of published figures: line, x, ours with its band, theirs with the verdict."""
    ours = _at(plot, about.rows, reference.x) if about else None
    theirs = measured(reference.low)
    if reference.high != reference.low:
        theirs = f"{theirs} to {measured(reference.high)}"
    if len(_sources(plot)) > 1:
        theirs = f"{theirs} ({reference.source})"
    name = ", ".join(part for part in (about.panel, about.label) if part) if about else regimes.name(reference.series)
    if ours is None:
        return name, measured(reference.x), "not run", theirs
    return (
        name,
        measured(reference.x),
        "\n".join(filter(None, (measured(ours[0]), _band(*ours[1:])))),
        f"{theirs}\n{_verdict(reference, *ours)}",
    )


def _verdict(reference: Reference, value: float, low: float, high: float) -> str:
    if reference.low <= value <= reference.high:
        return "ours is inside"
    if low > reference.high or high < reference.low:
        return "ours is apart"
    return "in our band" if reference.low == reference.high else "our band reaches it"


def _sources(plot: Plot) -> list[str]:
    return list(dict.fromkeys(reference.source for reference in plot.reference))


def _at(plot: Plot, rows: Sequence[Row], x: float) -> tuple[float, float, float] | None:
    """Return centre, low and high at `x`, on the line between two rows where none stands there; None outside."""
    found = [(place(row, plot.x), centre(plot, row), row.low, row.high) for row in rows]
    before = max((one for one in found if one[0] <= x), default=None)
    after = min((one for one in found if one[0] >= x), default=None)
    if before is None or after is None:
        return None
    share = (x - before[0]) / (after[0] - before[0]) if after[0] > before[0] else 0.0
    value, low, high = (a + share * (b - a) for a, b in zip(before[1:], after[1:], strict=True))
    return value, low, high


def _reading(plot: Plot, choice: Choice, banded: bool) -> list[str]:
    """Return what the marks of this picture mean, in sentences."""
    least, most = (pick(row.chains for one in choice.series for row in one.rows) for pick in (min, max))
    chains = f"{most:,}" if least == most else f"{least:,} to {most:,}"
    held = "hold the middle 90 % of them" if most >= FEW else "span nearly all of them"
    band = f", bands {held}" if banded else ""
    single = "Lines are computed, with intervals in the table." if _interval(choice.series) else "Lines are one run."
    said = [f"Lines are the {plot.statistic} of {chains} runs{band}." if most > 1 else single]
    said += [f"All regimes here: {', '.join(choice.common)}."] if choice.common else []
    return said + ([f"{len(choice.series)} of {choice.of} lines are drawn."] if choice.of > len(choice.series) else [])


def _key(plot: Plot, drawn: Sequence[Drawn]) -> tuple[tuple[str, str], ...]:
    bound = "proven bound of the mean" if plot.statistic == "median" else "proven bound"
    found = {
        "theory": (plot.formula or "exact theory") if any(one.line.theory for one in drawn) else "",
        "bound": bound if any(one.line.floor or one.line.ceiling for one in drawn) else "",
        "published": f"published: {'; '.join(_sources(plot))}" if plot.reference else "",
    }
    return tuple((role, label) for role, label in found.items() if label)


def _spoken(plot: Plot, drawn: Sequence[Drawn]) -> str:
    """Return where every line begins and ends, for those who do not see it."""
    ends = (f"{one.name} from {measured(one.line.y[0])} to {measured(one.line.y[-1])}" for one in drawn)
    return f"{plot.title}: {'; '.join(ends)}."


def _table(plot: Plot, series: Sequence[Series]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the table of figures: each with its standard error and its band, and at the end what data call a regime.

    The error and the theory are the mean's: a median has none. What no row has is left out.
    """
    shown = [(one, row) for one in series for row in _some(one.rows)]
    rows = [row for _, row in shown]
    errors = [_error(plot, row) for row in rows]
    named = any(regimes.name(one.regime) != one.regime for one in series)
    exact = ("theory", "floor", "ceiling") if plot.statistic == "mean" else ("floor", "ceiling")
    columns = [
        ("line", [one.name for one, _ in shown]),
        (plot.x_label or plot.x, [tick(place(row, plot.x)) for row in rows]),
        (
            f"{plot.statistic}\n±{regimes.SPACE}standard error" if any(errors) else plot.statistic,
            [f"{measured(centre(plot, row))}{error}" for row, error in zip(rows, errors, strict=True)],
        ),
        ("interval" if _interval(series) else BAND, [_band(row.low, row.high) for row in rows]),
        *((name, [_cell(getattr(row, name)) for row in rows]) for name in exact),
        ("regime", [one.regime if named else "" for one, _ in shown]),
    ]
    filled = [(name, cells) for name, cells in columns if any(cells)]
    return tuple(name for name, _ in filled), tuple(zip(*(cells for _, cells in filled), strict=True))


def _band(low: float, high: float) -> str:
    return f"{measured(low, 3)} to {measured(high, 3)}" if low < high else ""


def _interval(series: Sequence[Series]) -> bool:
    """Return whether figures come with an interval of their own: a single run's quantiles would all be the same."""
    return any(row.chains == 1 and row.low < row.high for one in series for row in one.rows)


def _error(plot: Plot, row: Row) -> str:
    return (
        f"\n±{regimes.SPACE}{measured(row.error, 2)}" if plot.statistic == "mean" and math.isfinite(row.error) else ""
    )


def _cell(value: float | None) -> str:
    return "" if value is None else measured(value)


def _some(rows: Sequence[Row]) -> list[Row]:
    """Return about `MOST_POINTS` rows, evenly spaced, with the first and the last."""
    last = len(rows) - 1
    if last < MOST_POINTS:
        return list(rows)
    return [rows[i] for i in sorted({round(i * last / (MOST_POINTS - 1)) for i in range(MOST_POINTS)})]
