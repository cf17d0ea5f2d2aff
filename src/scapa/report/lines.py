"""Pictures made of lines: each with its band, theory dashed beside it, and its name at its end instead of a legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scapa.report.palette import sentinel
from scapa.report.svg import picture

HEIGHT = 2.7
_LETTER = 6.6  # units a letter of a label takes at 10.5 units, on the wide side
_PLOT = 232.0  # units of width that the axes have about, beside the y labels
_LONGEST = 16
_LINE = 0.085  # share of the height that one line of label needs


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `low`, `high` and `theory` are empty or as long as `x`."""

    name: str
    role: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    theory: tuple[float, ...] = ()


def lines_picture(
    name: str, title: str, description: str, lines: Sequence[Line], axes_names: tuple[str, str], *, log: bool = False
) -> str:
    """Return the SVG of `lines`; `axes_names` are those of x and y. Values that are not finite leave gaps."""

    def draw(axes: Any) -> None:
        axes.set_xlabel(axes_names[0])
        if axes_names[1]:
            axes.set_title(axes_names[1], loc="left", fontsize=11, color=sentinel("soft"))
        axes.tick_params(length=0)
        axes.xaxis.set_major_formatter("{x:,g}")
        axes.yaxis.set_major_formatter("{x:,g}")
        axes.spines["left"].set_visible(False)
        axes.grid(visible=False, axis="x")
        for line in lines:
            _line(axes, line)
        if log and all(value > 0 for line in lines for value in line.y):
            _log_scale(axes)
        axes.margins(x=0.02, y=0.06)
        _end_labels(axes, [line for line in lines if _last(line) is not None])

    return picture(name, title, description, HEIGHT, draw)


def _line(axes: Any, line: Line) -> None:
    colour = sentinel(line.role)
    if line.low and line.high:
        axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(line.x, line.y, color=colour, marker="o" if len(line.x) < 13 else "", markersize=4)
    if line.theory:
        axes.plot(line.x, line.theory, color=sentinel("ink"), linewidth=1.2, dashes=(3, 2.2), zorder=5)


def _log_scale(axes: Any) -> None:
    """Label powers of ten, and 2 and 5 between them, as plain numbers: the page's text knows no mathematics."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=6))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())


def _end_labels(axes: Any, lines: Sequence[Line]) -> None:
    """Write each name at the end of its line, moved apart where they would overlap, in room made for them."""
    if not lines:
        return
    left, right = axes.get_xlim()
    room = _LETTER * (max(len(_short(line.name)) for line in lines) + 1) / _PLOT
    axes.autoscale(enable=False)
    ticks = [tick for tick in _ticks(axes) if left <= tick <= right]
    axes.set_xlim(left, left + (right - left) / (1 - room))
    axes.set_xticks(ticks)
    axes.spines["bottom"].set_bounds(left, right)
    heights = [_height(axes, _last(line) or 0.0) for line in lines]
    for line, height in zip(lines, spread(heights, _LINE), strict=True):
        axes.text(
            1 - room + 0.02,
            height,
            _short(line.name),
            transform=axes.transAxes,
            color=sentinel(line.role),
            va="center",
            fontweight="bold",
            fontsize=10.5,
        )


def _ticks(axes: Any) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    left, right = axes.get_xlim()
    points = {float(x) for line in axes.lines for x in line.get_xdata()}
    if len(points) < 3:
        return sorted(points)
    whole = right - left >= 2
    return [float(tick) for tick in MaxNLocator(nbins=4, integer=whole).tick_values(left, right)]


def _short(name: str) -> str:
    """Shorten what would leave no room for the lines; the table below the picture has the whole."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _height(axes: Any, value: float) -> float:
    return float(axes.transAxes.inverted().transform(axes.transData.transform((0.0, value)))[1])


def _last(line: Line) -> float | None:
    return next((value for value in reversed(line.y) if math.isfinite(value)), None)


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Return `heights` moved as little as needed for neighbours to be `gap` apart, in their order and within [0, 1].

    Isotonic regression of height − rank × gap by pooling adjacent violators, clipped to the room there is.
    """
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    blocks: list[tuple[float, int]] = []  # (mean, labels)
    for rank, index in enumerate(order):
        blocks.append((heights[index] - rank * gap, 1))
        while len(blocks) > 1 and blocks[-1][0] < blocks[-2][0]:
            (low, many), (high, more) = blocks[-2:]
            blocks[-2:] = [((low * many + high * more) / (many + more), many + more)]
    top = max(0.0, 1 - (len(heights) - 1) * gap)
    placed = [min(max(mean, 0.0), top) for mean, count in blocks for _ in range(count)]
    result = [0.0] * len(heights)
    for rank, (index, base) in enumerate(zip(order, placed, strict=True)):
        result[index] = base + rank * gap
    return result
