"""A run's histograms as figures: a panel a regime, a stepped line a generation, the first one filled."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from scapa.report.palette import ramp, sentinel
from scapa.report.panels import Group, grouped, some_of, with_regimes
from scapa.report.scales import frame, tick
from scapa.report.svg import WIDTH, Figure, picture
from scapa.report.words import measured
from scapa.store.plot import Plot
from scapa.store.run import LabRun

MOST_GENERATIONS = 6
_HEIGHT = 2.3

Bin = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many items of one generation are in each bin."""

    generation: int
    counts: Mapping[Bin, int]

    @property
    def items(self) -> int:
        return sum(self.counts.values())

    def quantile(self, share: float) -> float:
        """Return the value below which `share` of the items lie, linear within its bin."""
        wanted, seen = share * self.items, 0.0
        for (low, high), count in sorted(self.counts.items()):
            if count and seen + count >= wanted:
                return low + (high - low) * (wanted - seen) / count
            seen += count
        return math.nan

    def shares(self, edges: Sequence[float]) -> list[float]:
        """Return the share of the items in each bin between `edges`."""
        return [self.counts.get(ends, 0) / self.items for ends in pairwise(edges)]

    @property
    def mode(self) -> Bin:
        return max(sorted(self.counts), key=lambda one: self.counts[one])


@dataclass(frozen=True, slots=True)
class Scale:
    """What all panels share: edges of the bins, heights that occur, and a colour for each generation drawn."""

    edges: Sequence[float]
    heights: Sequence[float]
    hues: Mapping[int, str]


def histogram_figure(run: LabRun, plot: Plot, name: str) -> Figure | None:
    """Return the figure of a plot of kind `histogram`, None where the run has no such table; `name` is its id."""
    groups = grouped(run.table("histogram"), plot)
    if not groups:
        return None
    found = [(group, _histograms(group)) for group in groups]
    scale = _scale([one for _, many in found for one in many])
    pictures = tuple(
        _picture(plot, f"{name}-{i}" if i else name, group.title if len(groups) > 1 else "", many, scale)
        for i, (group, many) in enumerate(found)
    )
    spoken = "; ".join(_spoken(group, many) for group, many in found)
    columns, rows = with_regimes(
        ("line", "generation", "items", "most in", "5 %", "median", "95 %"),
        [(group, _row(group, one)) for group, many in found for one in many],
    )
    key = tuple((role, f"generation {generation:,}") for generation, role in scale.hues.items())
    caption = f"{plot.caption} Heights are shares of the items in each bin."
    panels = pictures if len(pictures) > 1 else ()
    return Figure(name, plot.title, caption, spoken, pictures[0], columns, rows, key, panels, large=True)


def _histograms(group: Group) -> list[Histogram]:
    found = []
    for generation, rows in group.generations.items():
        counts: dict[Bin, int] = {}
        for row in rows:  # several seeds add up
            edges = (float(row["low"]), float(row["high"]))
            counts[edges] = counts.get(edges, 0) + int(row["count"])
        if sum(counts.values()):
            found.append(Histogram(generation, counts))
    return found


def _picture(plot: Plot, name: str, heading: str, many: Sequence[Histogram], scale: Scale) -> str:
    drawn = [one for one in many if one.generation in scale.hues]
    title = " · ".join(part for part in (heading, plot.y_label or "share of items") if part)

    def draw(axes: Any) -> None:
        axes.set_xlabel(plot.x_label or "value")
        axes.set_title(title, loc="left", fontsize=11, color=sentinel("soft"))
        axes.tick_params(length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(visible=False, axis="x")
        for one in drawn:
            _steps(axes, one, scale, log=plot.log_y)
        heights = scale.heights if plot.log_y else [0.0, *scale.heights]
        frame(axes, scale.edges, heights, (), plot.log_x or _geometric(scale.edges), plot.log_y)

    spoken = "; ".join(f"generation {one.generation:,}: median {measured(one.quantile(0.5))}" for one in drawn)
    return picture(name, plot.title, f"{heading} {spoken}".strip(), _HEIGHT, draw, WIDTH)


def _steps(axes: Any, one: Histogram, scale: Scale, *, log: bool) -> None:
    """Draw one generation; the first of all is filled. Empty bins stand below the edge of a logarithmic picture."""
    base = min(scale.heights) / 2 if log else 0.0
    shares = [max(value, base) for value in one.shares(scale.edges)]
    colour = sentinel(scale.hues[one.generation])
    if one.generation == min(scale.hues):
        axes.stairs(shares, scale.edges, baseline=base, fill=True, color=colour, alpha=0.16, linewidth=0)
    axes.stairs(shares, scale.edges, baseline=None, color=colour, linewidth=1.5)


def _scale(every: Sequence[Histogram]) -> Scale:
    edges = sorted({edge for one in every for ends in one.counts for edge in ends})
    chosen = some_of(sorted({one.generation for one in every}), MOST_GENERATIONS)
    heights = [share for one in every if one.generation in chosen for share in one.shares(edges) if share]
    return Scale(edges, heights, dict(zip(chosen, ramp(len(chosen)), strict=True)))


def _geometric(edges: Sequence[float]) -> bool:
    """Return whether the bins are as wide in logarithms, and not as they stand."""
    if len(edges) < 4 or edges[0] <= 0:
        return False
    ratios = [high / low for low, high in pairwise(edges)]
    widths = [high - low for low, high in pairwise(edges)]
    return max(ratios) / min(ratios) < 1.05 and max(widths) / min(widths) > 1.05


def _row(group: Group, one: Histogram) -> tuple[str, ...]:
    low, high = one.mode
    quantiles = (measured(one.quantile(share)) for share in (0.05, 0.5, 0.95))
    return group.title, f"{one.generation:,}", f"{one.items:,}", f"{tick(low)} to {tick(high)}", *quantiles


def _spoken(group: Group, many: Sequence[Histogram]) -> str:
    first, last = many[0], many[-1]
    return (
        f"{group.title}: median {measured(first.quantile(0.5))} in generation {first.generation:,}, "
        f"{measured(last.quantile(0.5))} in generation {last.generation:,}"
    )
