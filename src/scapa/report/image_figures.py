"""A run's images as figures: what a generation draws, a sheet of its images a panel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.errors import InputError
from scapa.report.palette import sentinel
from scapa.report.panels import grouped, heading, some_of, starts_of, with_regimes
from scapa.report.svg import Figure, picture
from scapa.report.words import many, measured
from scapa.store.plot import Plot
from scapa.store.run import LabRun

WIDE = 1.75
"""Inches."""
MOST_PANELS = 8
MOST_IMAGES = 36

Pixels = NDArray[np.uint8]


def image_figure(run: LabRun, plot: Plot, name: str) -> Figure | None:
    """Return the figure of a plot of kind `images`, None where the run has no such table; `name` is its id.

    Raises `InputError` for pixels that do not fill their image.
    """
    groups = grouped(run.table("images"), plot)
    sheets = [
        (group, generation, [_image(row, run) for row in group.generations[generation]])
        for group in groups
        for generation in some_of(list(group.generations), MOST_PANELS)
    ]
    if not sheets:
        return None
    several = len(groups) > 1
    pictures = tuple(
        _picture(plot, f"{name}-{i}", heading(group, at, several=several), images)
        for i, (group, at, images) in enumerate(sheets)
    )
    spoken = f"{many(len(sheets), 'sheet')} of images, generation {sheets[0][1]:,} to {sheets[-1][1]:,}."
    columns, rows = with_regimes(
        ("line", "generation", "images", "mean grey", "difference between images"),
        [(group, (group.title, f"{at:,}", f"{len(images):,}", *_stats(images))) for group, at, images in sheets],
    )
    starts = starts_of([group for group, _, _ in sheets])
    return Figure(name, plot.title, plot.caption, spoken, pictures[0], columns, rows, (), pictures, starts=starts)


def _image(row: dict[str, Any], run: LabRun) -> Pixels:
    height, width = int(row["height"]), int(row["width"])
    pixels = np.frombuffer(row["pixels"], dtype=np.uint8)
    if len(pixels) != height * width:
        raise InputError("an image lacks pixels", where=str(run.folder), next="run the experiment again")
    return pixels.reshape(height, width)


def _stats(images: Sequence[Pixels]) -> tuple[str, str]:
    """Return the mean grey from 0 to 1, and the root mean square difference of an image from the mean of them all."""
    stack = np.stack(images) / 255
    return measured(float(stack.mean())), measured(float(np.sqrt(stack.var(axis=0).mean())))


def sheet(images: Sequence[Pixels]) -> Pixels:
    """Return the images side by side in rows, about a square, on white with a pixel between them."""
    height, width = images[0].shape
    across = math.ceil(math.sqrt(len(images)))
    down = math.ceil(len(images) / across)
    paper = np.zeros((down * (height + 1) - 1, across * (width + 1) - 1), dtype=np.uint8)
    for i, image in enumerate(images):
        top, left = i // across * (height + 1), i % across * (width + 1)
        paper[top : top + height, left : left + width] = image
    return paper


def _picture(plot: Plot, name: str, title: str, images: Sequence[Pixels]) -> str:
    paper = sheet(images[:MOST_IMAGES])

    def draw(axes: Any) -> None:
        axes.set_title(title, loc="left", fontsize=11, color=sentinel("ink"))
        axes.imshow(paper, cmap="gray", vmin=0, vmax=255, interpolation="none")
        axes.set_axis_off()

    tall = WIDE * paper.shape[0] / paper.shape[1] + 0.25 * (1 + title.count("\n"))
    words = f"{many(len(images), 'image')}, {' '.join(_stats(images)[1:])} apart from their mean"
    return picture(name, f"{plot.title}, {title}".replace("\n", " "), words, tall, draw, WIDE)
