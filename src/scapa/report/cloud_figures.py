"""A run's clouds of points as figures: a small picture a generation, all at one scale, its spread written on it.

Points that name their `component` have its colour; with its `mean_x`, `mean_y`, `xx`, `xy` and `yy` (mean and
covariance) it is outlined at two standard deviations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.report.hues import hue
from scapa.report.palette import sentinel
from scapa.report.panels import Group, grouped, heading, some_of, starts_of, with_regimes
from scapa.report.svg import Figure, picture
from scapa.report.words import measured
from scapa.store.plot import Plot
from scapa.store.run import LabRun

SIDE = 1.75
"""Inches."""
MOST_PANELS = 8
MOST_DOTS = 400
"""Points drawn a picture; the spread is of all of them."""

COMPONENTS = ("human", "machine", "guard", "violet")
SHAPE = ("mean_x", "mean_y", "xx", "xy", "yy")

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cloud:
    """The points of one generation, shape (points, 2), a colour for each, and outlines by colour."""

    group: Group
    generation: int
    points: Points
    roles: tuple[str, ...]
    outlines: tuple[tuple[str, Points], ...] = ()

    @property
    def spread(self) -> float:
        """The total standard deviation, √trace of the covariance."""
        return float(np.sqrt(self.points.var(axis=0).sum()))


def cloud_figure(run: LabRun, plot: Plot, name: str) -> Figure | None:
    """Return the figure of a plot of kind `cloud`, None where the run has no such table; `name` is its id."""
    groups = grouped(run.table("cloud"), plot)
    clouds = [cloud for group in groups for cloud in some_of(_clouds(group), MOST_PANELS)]
    if not clouds:
        return None
    window = _window(clouds[0].points)
    several = len(groups) > 1
    pictures = tuple(_picture(plot, f"{name}-{i}", cloud, window, several) for i, cloud in enumerate(clouds))
    caption = (
        f"{plot.caption} Every picture is at the scale of the first, {measured(2 * window[1])} across; std is the "
        "root of the summed variances."
    )
    spoken = "; ".join(
        f"{cloud.group.title} generation {cloud.generation:,}: std {measured(cloud.spread)}" for cloud in clouds
    )
    outlined = " Outlines are two standard deviations of a component." if any(c.outlines for c in clouds) else ""
    columns, rows = with_regimes(
        ("line", "generation", "points", "centre", "std", "outside the picture"),
        [(cloud.group, _row(cloud, window)) for cloud in clouds],
    )
    starts = starts_of([cloud.group for cloud in clouds])
    return Figure(name, plot.title, caption + outlined, spoken, pictures[0], columns, rows, (), pictures, starts=starts)


def _clouds(group: Group) -> list[Cloud]:
    role = hue(str(group.fields.get("regime", "replace")), str(group.fields.get("arm", "loop")))
    return [
        Cloud(group, generation, _points(rows), _roles(rows, "human" if i == 0 else role), _outlines(rows))
        for i, (generation, rows) in enumerate(group.generations.items())
    ]


def _points(rows: Sequence[dict[str, Any]]) -> Points:
    return np.array([[row["x"], row["y"]] for row in rows], dtype=float)


def _roles(rows: Sequence[dict[str, Any]], otherwise: str) -> tuple[str, ...]:
    return tuple(_component(row) if row.get("component") is not None else otherwise for row in rows)


def _component(row: dict[str, Any]) -> str:
    return COMPONENTS[int(row["component"]) % len(COMPONENTS)]


def _outlines(rows: Sequence[dict[str, Any]]) -> tuple[tuple[str, Points], ...]:
    """Return the ellipse at two standard deviations of every component, shape (points, 2), with its colour."""
    shapes = {_component(row): [float(row[name]) for name in SHAPE] for row in rows if _has_shape(row)}
    turn = np.linspace(0, 2 * np.pi, 41)
    circle = 2 * np.stack([np.cos(turn), np.sin(turn)])
    found = []
    for role, (x, y, xx, xy, yy) in sorted(shapes.items()):
        values, vectors = np.linalg.eigh([[xx, xy], [xy, yy]])
        ellipse = (vectors * np.sqrt(np.maximum(values, 0))) @ circle
        found.append((role, ellipse.T + np.array([x, y])))
    return tuple(found)


def _has_shape(row: dict[str, Any]) -> bool:
    return row.get("component") is not None and all(row.get(name) is not None for name in SHAPE)


def _window(points: Points) -> tuple[Points, float]:
    """Return the centre and half the side of the square that holds all but stray points of the first picture."""
    low, high = np.quantile(points, [0.005, 0.995], axis=0)
    return (low + high) / 2, float(max(high - low)) / 2 * 1.15 or 1.0


def _picture(plot: Plot, name: str, cloud: Cloud, window: tuple[Points, float], several: bool) -> str:
    title = heading(cloud.group, cloud.generation, several=several)
    spread = f"std {measured(cloud.spread)}"
    centre, half = window

    def draw(axes: Any) -> None:
        axes.set_title(title, loc="left", fontsize=11, color=sentinel("ink"))
        axes.set_xlabel(spread, loc="left")
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(True)
        axes.grid(visible=False)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_aspect("equal")
        axes.set_xlim(centre[0] - half, centre[0] + half)
        axes.set_ylim(centre[1] - half, centre[1] + half)
        for role in sorted(set(cloud.roles)):
            chosen = np.array(cloud.roles[:MOST_DOTS]) == role
            _dots(axes, cloud.points[:MOST_DOTS][chosen], sentinel(role))
        for role, outline in cloud.outlines:
            axes.plot(*outline.T, color=sentinel("paper"), linewidth=3)
            axes.plot(*outline.T, color=sentinel(role), linewidth=1.4)

    tall = SIDE + 0.35 + 0.2 * title.count("\n")
    return picture(name, f"{plot.title}, {title}".replace("\n", " "), spread, tall, draw, SIDE)


def _dots(axes: Any, points: Points, colour: str) -> None:
    """All points as one path of strokes without length: a tenth of the bytes of a mark each."""
    if not len(points):
        return
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    codes = np.tile([Path.MOVETO, Path.LINETO], len(points))
    path = Path(np.repeat(points, 2, axis=0), codes)
    axes.add_patch(PathPatch(path, fill=False, edgecolor=colour, linewidth=2.2, alpha=0.6, capstyle="round"))


def _row(cloud: Cloud, window: tuple[Points, float]) -> tuple[str, ...]:
    centre, half = window
    outside = int((np.abs(cloud.points - centre) > half).any(axis=1).sum())
    middle = ", ".join(measured(value) for value in cloud.points.mean(axis=0))
    return (
        cloud.group.title,
        f"{cloud.generation:,}",
        f"{len(cloud.points):,}",
        middle,
        measured(cloud.spread),
        f"{outside:,}",
    )
