"""Pictures made of lines: each with its band, theory dashed beside it, and its name at its end instead of a legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scapa.report.palette import sentinel
from scapa.report.scales import frame, nudge_right
from scapa.report.svg import picture, text_width
from scapa.report.words import wrapped

HEIGHT = 2.7
"""Inches; as much more as the labels need."""
_LETTERS = 16  # of a line of label
_SIZE, _LINE, _GAP = 10.5, 11.6, 3.2  # units of the letters of a label, of a line of it, between two labels
_MIDDLE = 3.8  # units from a letter's foot to its middle
_INDENT = 5.0  # units between a line's end and its name
_HEADING = 42  # letters
_AROUND = 0.85  # inches that title, ticks and name of the x axis take


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

    `scale` are the lines that set the limits and `tallest` the names that set the height, where several pictures share
    them; by default those drawn.
    """

    x_name: str
    y_name: str = ""
    log_x: bool = False
    log_y: bool = False
    marks: tuple[Mark, ...] = ()
    heading: str = ""
    scale: tuple[Line, ...] = ()
    tallest: tuple[str, ...] = ()


def lines_picture(name: str, title: str, description: str, lines: Sequence[Line], look: Look) -> str:
    """Return the SVG of `lines`. Values that are not finite, or not positive on a logarithmic axis, leave gaps."""

    def draw(axes: Any) -> None:
        axes.set_xlabel(look.x_name)
        heading = " · ".join(part for part in (look.heading, look.y_name) if part)
        if heading:
            axes.set_title("\n".join(wrapped(heading, _HEADING)), loc="left", fontsize=11, color=sentinel("soft"))
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

    tall = labels_height(look.tallest or [line.name for line in lines])
    return picture(name, title, description, max(HEIGHT, tall / 72 + _AROUND), draw)


def labels_height(names: Sequence[str]) -> float:
    """Return how many units the labels take, one above the other."""
    return sum(len(wrapped(name, _LETTERS)) * _LINE + _GAP for name in names)


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
    names = [wrapped(line.name, _LETTERS) for line in lines]
    width, height = _inside(axes)
    room = (_INDENT + max(text_width(part, _SIZE, bold=True) for said in names for part in said)) / width
    nudge_right(axes, room, width)
    heights = [_height(axes, _last(line) or 0.0) for line in lines]
    sizes = [(len(said) * _LINE + _GAP) / height for said in names]
    for line, said, middle in zip(lines, names, spread(heights, sizes), strict=True):
        for i, part in enumerate(said):
            axes.text(
                1 - room + _INDENT / width,
                middle + ((len(said) / 2 - i - 0.5) * _LINE - _MIDDLE) / height,
                part,
                transform=axes.transAxes,
                color=sentinel(line.role),
                fontweight="bold",
                fontsize=_SIZE,
                in_layout=False,
            )


def _inside(axes: Any) -> tuple[float, float]:
    """Return width and height of the axes, in units: only a layout can tell what title, ticks and names leave."""
    axes.figure.draw_without_rendering()
    box = axes.get_window_extent()
    return box.width * 72 / axes.figure.dpi, box.height * 72 / axes.figure.dpi


def _height(axes: Any, value: float) -> float:
    return float(axes.transAxes.inverted().transform(axes.transData.transform((1.0, value)))[1])


def _last(line: Line) -> float | None:
    return next((value for value in reversed(line.y) if math.isfinite(value)), None)


def spread(middles: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Return `middles` moved as little as needed for things of these `sizes` not to overlap, in order, within [0, 1].

    Isotonic regression of each middle less what must lie below it, by pooling adjacent violators, clipped to the room
    there is.
    """
    order = sorted(range(len(middles)), key=lambda i: middles[i])
    below = [sum(sizes[i] for i in order[:rank]) + sizes[order[rank]] / 2 for rank in range(len(order))]
    blocks: list[tuple[float, int]] = []  # (mean, labels)
    for index, least in zip(order, below, strict=True):
        blocks.append((middles[index] - least, 1))
        while len(blocks) > 1 and blocks[-1][0] < blocks[-2][0]:
            (low, many), (high, more) = blocks[-2:]
            blocks[-2:] = [((low * many + high * more) / (many + more), many + more)]
    top = max(0.0, 1 - sum(sizes))
    placed = [min(max(mean, 0.0), top) for mean, count in blocks for _ in range(count)]
    result = [0.0] * len(middles)
    for index, base, least in zip(order, placed, below, strict=True):
        result[index] = base + least
    return result
