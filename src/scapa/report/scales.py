"""Scales: linear or logarithmic axes with limits that show what matters, and ticks labelled in plain numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from scapa.report.svg import text_width
from scapa.report.words import measured

_SPILL = 0.5
_MARGIN = 0.06
_TICK, _BETWEEN = 11, 2.5  # units of a tick's letters, and of half the least space between two


def frame(
    axes: Any, across: Sequence[float], firm: Sequence[float], soft: Sequence[float], log_x: bool, log_y: bool
) -> None:
    """Set scales, limits and ticks. All of `across` (x) and `firm` (y) is in view.

    What is `soft` (bands, bounds) may widen the picture by half of what is firm on either side, and is cut beyond.
    """
    log_y = log_y and any(value > 0 for value in firm)
    if log_x and any(x > 0 for x in across):
        _log_x(axes, across)
    else:
        log_x = False
        axes.xaxis.set_major_formatter(tick)
    if log_y:
        axes.set_yscale("log", nonpositive="mask")
    axes.set_xlim(*_limits(across, (), log=log_x, margin=0.02))
    if log_x and min(across) <= 0:
        axes.set_xlim(left=min(across))
    axes.set_ylim(*_limits(firm, soft, log=log_y, margin=_MARGIN))
    _ticks_x(axes, across, log_x)
    _ticks_y(axes, log_y)


def nudge_right(axes: Any, room: float, width: float) -> None:
    """Leave the share `room` of the `width` (in units) free at the right; the axis ends where it did.

    Ticks that would then touch are thinned out evenly.
    """
    ticks, (left, right) = axes.get_xticks(), axes.get_xlim()
    scale = axes.xaxis.get_transform()
    start, end = scale.transform([left, right])
    axes.set_xlim(left, float(scale.inverted().transform([start + (end - start) / (1 - room)])[0]))
    shown = [float(value) for value in ticks if left <= value <= right]
    places = [float(scale.transform([x])[0] - start) / (end - start) * (1 - room) * width for x in shown]
    axes.set_xticks(_apart(shown, places))
    axes.spines["bottom"].set_bounds(left, right)


def _apart(ticks: Sequence[float], places: Sequence[float]) -> Sequence[float]:
    """Return every tick, or every second, third …, so that their labels at `places` (in units) do not touch."""
    half = [text_width(tick(value), _TICK) / 2 + _BETWEEN for value in ticks]
    for step in range(1, len(ticks)):
        kept = range(0, len(ticks), step)
        if all(places[b] - places[a] >= half[a] + half[b] for a, b in pairwise(kept)):
            return [ticks[i] for i in kept]
    return ticks[:1]


def tick(value: float, _position: int | None = None) -> str:
    """Return a tick's label."""
    return measured(value, 6)


def _log_x(axes: Any, across: Sequence[float]) -> None:
    """A zero, such as generation 0, gets a short linear stretch of its own."""
    smallest = min(x for x in across if x > 0)
    if min(across) <= 0:
        axes.set_xscale("symlog", linthresh=smallest, linscale=0.3)
    else:
        axes.set_xscale("log")


def _limits(firm: Iterable[float], soft: Iterable[float], *, log: bool, margin: float) -> tuple[float, float]:
    """Limits around what is firm, widened for what is soft, with a margin; in decades if `log`."""
    values, more = ([*_usable(part, log)] for part in (firm, soft))
    if not values:
        return (0.1, 1.0) if log else (0.0, 1.0)
    low, high = min(values), max(values)
    span = high - low or (0.5 if log else abs(high) or 1.0) * 0.2
    low = min([low, *(max(value, low - _SPILL * span) for value in more)])
    high = max([high, *(min(value, high + _SPILL * span) for value in more)])
    pad = (high - low or span) * margin
    return (10 ** (low - pad), 10 ** (high + pad)) if log else (low - pad, high + pad)


def _usable(values: Iterable[float], log: bool) -> Iterable[float]:
    finite = (value for value in values if math.isfinite(value))
    return (math.log10(value) for value in finite if value > 0) if log else finite


def _ticks_x(axes: Any, across: Sequence[float], log: bool) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

    points = sorted(set(across))
    left, right = axes.get_xlim()
    if _far_apart(points, right - left) and not log:
        ticks = points
    elif log:
        ticks = _powers(left, right)
        ticks = ([0.0] if left <= 0 else []) + ticks
    else:
        whole = right - left >= 2
        ticks = [
            float(value) for value in MaxNLocator(nbins=4, integer=whole, steps=[1, 2, 5, 10]).tick_values(left, right)
        ]
    axes.set_xticks([value for value in ticks if left <= value <= right])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(tick))


def _far_apart(points: Sequence[float], span: float) -> bool:
    """Return whether the points are few, and each has room for a tick of its own."""
    return len(points) < 3 or (len(points) < 7 and min(b - a for a, b in pairwise(points)) > 0.12 * span)


def _ticks_y(axes: Any, log: bool) -> None:
    from matplotlib.ticker import FuncFormatter, NullLocator

    if log:
        axes.set_yticks(_powers(*axes.get_ylim()))
        axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(tick))


def _powers(low: float, high: float) -> list[float]:
    """Powers of ten between the limits, at most six; with 2 and 5 where there are few, else evenly spaced ones."""
    from matplotlib.ticker import MaxNLocator

    low = low if low > 0 else min(1.0, high / 10)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for parts in ((1,), (1, 2, 5)):
        found = [part * 10.0**power for power in range(first, last + 1) for part in parts]
        inside = [value for value in found if low <= value <= high]
        if len(inside) >= 3:
            return inside[:: math.ceil(len(inside) / 6)]
    even = MaxNLocator(nbins=3).tick_values(low, high)
    return [float(value) for value in even if low <= value <= high]
