"""Pictures made of lines: each with its band, theory dashed beside it, and its name at its end instead of a legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scapa.report.palette import sentinel
from scapa.report.scales import frame, nudge_right
from scapa.report.svg import picture

HEIGHT = 2.7
_LETTER = 6.6  # units a letter of a label takes at 10.5 units, on the wide side
_PLOT = 232.0  # units of width that the axes have about, beside the y labels
_LONGEST = 16
_LINE = 0.085  # share of the height that one line of label needs


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `low`, `high`, `theory`, `floor` and `ceiling` are empty or as long as `x`, with NaN for none."""

    name: str
    role: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    theory: tuple[float, ...] = ()
    floor: tuple[float, ...] = ()
    ceiling: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A published figure: between `low` and `high` at `x`, in the colour of the line it is about."""

    x: float
    low: float
    high: float
    role: str = "ink"


@dataclass(frozen=True, slots=True)
class Look:
    """How lines are laid out: names of the axes, which of them are logarithmic, published figures, a heading.

    `scale` are the lines that set the limits, where several pictures share them; by default those drawn.
    """

    x_name: str
    y_name: str = ""
    log_x: bool = False
    log_y: bool = False
    marks: tuple[Mark, ...] = ()
    heading: str = ""
    scale: tuple[Line, ...] = ()


def lines_picture(name: str, title: str, description: str, lines: Sequence[Line], look: Look) -> str:
    """Return the SVG of `lines`. Values that are not finite, or not positive on a logarithmic axis, leave gaps."""

    def draw(axes: Any) -> None:
        axes.set_xlabel(look.x_name)
        heading = " · ".join(part for part in (look.heading, look.y_name) if part)
        if heading:
            axes.set_title(heading, loc="left", fontsize=11, color=sentinel("soft"))
        axes.tick_params(length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(visible=False, axis="x")
        for line in lines:
            _shades(axes, line)
        for line in lines:
            _line(axes, line)
        for mark in look.marks:
            _mark(axes, mark)
        scale = look.scale or lines
        frame(axes, _across(scale, look), _firm(scale, look), _soft(scale), look.log_x, look.log_y)
        _end_labels(axes, [line for line in lines if _last(line) is not None])

    return picture(name, title, description, HEIGHT, draw)


def _shades(axes: Any, line: Line) -> None:
    colour = sentinel(line.role)
    if line.low and line.high:
        axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.18, linewidth=0)
    for bound in (line.floor, line.ceiling):
        if bound:
            other = line.ceiling if bound is line.floor and line.ceiling else line.y
            axes.fill_between(line.x, bound, other, color=colour, alpha=0.09, linewidth=0)
            axes.plot(line.x, bound, color=colour, linewidth=1, linestyle=(0, (1, 1.6)))


def _line(axes: Any, line: Line) -> None:
    colour = sentinel(line.role)
    axes.plot(line.x, line.y, color=colour, marker="o" if len(line.x) < 13 else "", markersize=4)
    if line.theory:
        axes.plot(line.x, line.theory, color=sentinel("ink"), linewidth=1.2, dashes=(3, 2.2), zorder=5)
        alone = [(x, y) for x, y in zip(line.x, line.theory, strict=True) if math.isfinite(y)]
        if len(alone) == 1:  # a line of one point would not be seen
            axes.plot(*alone[0], color=sentinel("ink"), marker="_", markersize=9, zorder=5)


def _mark(axes: Any, mark: Mark) -> None:
    """A hollow diamond at the middle, a bar over the range."""
    colour = sentinel(mark.role)
    if mark.high > mark.low:
        axes.plot([mark.x, mark.x], [mark.low, mark.high], color=colour, linewidth=2.6, zorder=6)
    middle = (mark.low + mark.high) / 2
    look = {"markerfacecolor": sentinel("paper"), "markeredgecolor": colour, "markeredgewidth": 1.6}
    axes.plot([mark.x], [middle], "D", markersize=6.5, zorder=7, **look)


def _across(lines: Sequence[Line], look: Look) -> list[float]:
    return [x for line in lines for x in line.x] + [mark.x for mark in look.marks]


def _firm(lines: Sequence[Line], look: Look) -> list[float]:
    """What must be seen whole: lines, theory, published figures."""
    drawn = [value for line in lines for value in (*line.y, *line.theory)]
    return drawn + [value for mark in look.marks for value in (mark.low, mark.high)]


def _soft(lines: Sequence[Line]) -> list[float]:
    """What may be cut: bands and bounds."""
    return [value for line in lines for part in (line.low, line.high, line.floor, line.ceiling) for value in part]


def _end_labels(axes: Any, lines: Sequence[Line]) -> None:
    """Write each name at the end of its line, moved apart where they would overlap, in room made for them."""
    if not lines:
        return
    room = _LETTER * (max(len(_short(line.name)) for line in lines) + 1) / _PLOT
    nudge_right(axes, room)
    heights = [min(1.0, max(0.0, _height(axes, _last(line) or 0.0))) for line in lines]
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


def _short(name: str) -> str:
    """Shorten what would leave no room for the lines, numbers last; the table below the picture has the whole."""
    kind, _, numbers = name.partition(":")
    if len(name) > _LONGEST and numbers and len(numbers) < _LONGEST:
        return f"{kind[: _LONGEST - len(numbers) - 1]}…{numbers}"
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _height(axes: Any, value: float) -> float:
    return float(axes.transAxes.inverted().transform(axes.transData.transform((1.0, value)))[1])


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
