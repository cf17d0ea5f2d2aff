"""Plots: every picture of a run redrawn from its folder alone, by its kind."""

from __future__ import annotations

import re

from scapa.report.cloud_figures import cloud_figure
from scapa.report.histogram_figures import histogram_figure
from scapa.report.image_figures import image_figure
from scapa.report.line_figures import line_figure
from scapa.report.svg import Figure
from scapa.store.run import LabRun

KINDS = {"lines": line_figure, "histogram": histogram_figure, "cloud": cloud_figure, "images": image_figure}


def plot_figures(run: LabRun, prefix: str) -> tuple[list[Figure], list[str]]:
    """Return the figures of a run's plots, ids beginning with `prefix`, and the titles of those without any rows.

    Raises `MissingPart` without matplotlib, `InputError` for a table that cannot be drawn.
    """
    figures, empty = [], []
    for plot in run.plots:
        figure = KINDS[plot.kind](run, plot, slug(f"{prefix}-{plot.name.removeprefix(f'{run.name}-')}"))
        if figure is None:
            empty.append(plot.title)
        else:
            figures.append(figure)
    return figures, empty


def slug(text: str) -> str:
    """Return `text` as an id that HTML and CSS take: letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
