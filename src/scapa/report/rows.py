"""Pictures made of rows: a label over each mark, so that a long name needs no margin and a phone has room."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scapa.report.palette import sentinel
from scapa.report.svg import picture

ROW = 0.44
"""Inches a row: a line of text and its mark."""
LETTERS = 40
"""Letters that a row has room for, its label and its figure together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its name at the left, its figure at the right, and what `paint(axes, y)` puts below them."""

    label: str
    figure: str
    paint: Callable[[Any, float], None]
    bold: bool = False
    soft: bool = False


def rows_picture(
    name: str, title: str, description: str, rows: Sequence[Row], limits: tuple[float, float], axis: str = ""
) -> str:
    """Return the SVG of `rows` over a shared x axis; `axis` names it, and without a name it has no ticks."""

    def draw(axes: Any) -> None:
        axes.set_xlim(*limits)
        axes.set_ylim(len(rows) - 0.7, -0.62)
        axes.set_yticks([])
        axes.grid(visible=bool(axis), axis="x")
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_visible(bool(axis))
        axes.tick_params(length=0)
        if axis:
            axes.set_xlabel(axis)
            axes.locator_params(axis="x", nbins=5)
        else:
            axes.set_xticks([])
        for y, row in enumerate(rows):
            _label(axes, y, row)
            row.paint(axes, y)

    return picture(name, title, description, ROW * max(1, len(rows)) + (0.5 if axis else 0), draw)


def bar(axes: Any, y: float, start: float, end: float, role: str, *, thin: bool = False) -> None:
    """Paint a bar from `start` to `end` on row `y`."""
    height = 0.16 if thin else 0.26
    axes.barh(y, end - start, left=start, height=height, color=sentinel(role), linewidth=0)


def dot(axes: Any, x: float, y: float, role: str, *, hollow: bool = False, size: float = 7.5) -> None:
    """Paint a dot at `x` on row `y`; a hollow one shows the paper."""
    face = sentinel("paper") if hollow else sentinel(role)
    edge = sentinel(role)
    axes.plot([x], [y], "o", markersize=size, markerfacecolor=face, markeredgecolor=edge, markeredgewidth=1.6, zorder=4)


def whisker(axes: Any, y: float, low: float | None, high: float | None, role: str) -> None:
    """Paint an interval on row `y`, if there is one."""
    if low is not None and high is not None and math.isfinite(low) and math.isfinite(high):
        axes.plot([low, high], [y, y], color=sentinel(role), linewidth=4.5, alpha=0.4, solid_capstyle="round", zorder=3)


def span(values: Iterable[float | None], *, margin: float = 0.06) -> tuple[float, float]:
    """Return limits that hold every finite value, with a margin; never empty."""
    finite = [value for value in values if value is not None and math.isfinite(value)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    pad = (high - low or abs(high) or 1.0) * margin
    return low - pad, high + pad


def _label(axes: Any, y: float, row: Row) -> None:
    where = axes.get_yaxis_transform()
    weight = "bold" if row.bold else "normal"
    colour = sentinel("soft" if row.soft else "ink")
    axes.text(
        0,
        y - 0.26,
        _fit(row.label, LETTERS - len(row.figure)),
        transform=where,
        ha="left",
        va="baseline",
        fontweight=weight,
        color=colour,
    )
    axes.text(1, y - 0.26, row.figure, transform=where, ha="right", va="baseline", fontweight=weight, color=colour)


def _fit(label: str, letters: int) -> str:
    """Shorten what would run into the figure; the table below a picture has the whole."""
    return label if len(label) <= letters else f"{label[: max(1, letters - 1)].rstrip()}…"
