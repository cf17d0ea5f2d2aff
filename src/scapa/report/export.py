"""Pictures as SVG files that stand alone, for documents: both colour schemes, title and key inside."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from scapa.files import storage_errors, write_text
from scapa.report.data import ReportData
from scapa.report.figures import draw
from scapa.report.html import MARKS
from scapa.report.palette import variables
from scapa.report.plots import plot_figures
from scapa.report.svg import Figure
from scapa.store.run import LabRun

PAD, GAP, HEAD, LINE = 14.0, 16.0, 26.0, 16.0
_LETTER, _BOLD = 6.1, 8.8  # units a letter takes, in the key and in the title
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_STYLE = (
    "text{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}"
    ".h{font-weight:600;font-size:14px;fill:var(--ink)}.k{font-size:10.5px;fill:var(--soft)}"
)
_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif"
_SWATCHES = {
    "theory": '<path d="M0-3.5h18" stroke="var(--ink)" stroke-width="1.4" stroke-dasharray="4 2.5"/>',
    "bound": '<path d="M0-3.5h18" stroke="var(--soft)" stroke-width="1.4" stroke-dasharray="1.2 2"/>',
    "published": '<path d="M9-8.5l5 5-5 5-5-5z" fill="var(--paper)" stroke="var(--ink)" stroke-width="1.5"/>',
}


def run_figures(run: LabRun) -> list[Figure]:
    """Return every picture of a run of the lab, named <experiment>-<plot>. Raises `MissingPart` without matplotlib."""
    return list(plot_figures(run, run.name)[0])


def home_figures(data: ReportData) -> list[Figure]:
    """Return every picture of a report. Raises `MissingPart` without matplotlib."""
    return [figure for section in draw(data) for figure in section.figures if figure.svg or figure.panels]


def write_figures(figures: Iterable[Figure], folder: Path) -> list[Path]:
    """Write every figure to `folder` as <name>.svg and return the files.

    Raises `StorageFull` or `HomeError` if they cannot be written.
    """
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for figure in figures:
        path = folder / f"{figure.name}.svg"
        write_text(path, standalone(figure))
        paths.append(path)
    return paths


def standalone(figure: Figure) -> str:
    """Return a figure as one SVG document: its pictures in rows under its title, its key below."""
    pictures = figure.panels or (figure.svg,)
    across = _across(len(pictures), 2 if figure.large else 7)
    placed, width, height = _place(pictures, across)
    title = textwrap.wrap(figure.title, int((width - 2 * PAD) / _BOLD))
    down = HEAD + LINE * (len(title) - 1)
    key = [line for role, label in figure.key for line in _key_lines(role, label, width)]
    total = down + height + len(key) * LINE + PAD
    head = "".join(_text("h", PAD, PAD + 10 + LINE * i, line) for i, line in enumerate(title))
    foot = "".join(
        f'<g transform="translate({PAD:g} {down + height + LINE * (i + 1):g})">{line}</g>' for i, line in enumerate(key)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {total:g}" width="{width:g}" '
        f'height="{total:g}" font-family="{_FONT}" role="img" aria-label="{escape(figure.description)}">'
        f"<style>{variables()}{_STYLE}</style>"
        f'<rect width="100%" height="100%" rx="6" fill="var(--paper)"/>'
        f'{head}<g transform="translate(0 {down:g})">{placed}</g>{foot}</svg>\n'
    )


def _across(pictures: int, most: int) -> int:
    """Return how many pictures stand in a row: as many as fit, in full rows if that can be."""
    full = (n for n in range(most, 2, -1) if pictures % n == 0)
    return min(pictures, most) if pictures <= most else next(full, min(most, 4))


def _place(pictures: Sequence[str], across: int) -> tuple[str, float, float]:
    """Return the pictures set in rows, with the width and height that they take."""
    sizes = [_size(picture) for picture in pictures]
    column, y = max(width for width, _ in sizes), 4.0
    placed = ""
    for start in range(0, len(pictures), across):
        row = sizes[start : start + across]
        for i, (width, height) in enumerate(row):
            x = PAD + i * (column + GAP)
            frame = f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" overflow="visible" '
            placed += pictures[start + i].replace("<svg ", frame, 1)
        y += max(height for _, height in row) + GAP / 2
    return placed, 2 * PAD + across * column + (across - 1) * GAP, y


def _size(picture: str) -> tuple[float, float]:
    found = _VIEW.search(picture)
    return (float(found[1]), float(found[2])) if found else (0.0, 0.0)


def _key_lines(role: str, label: str, width: float) -> list[str]:
    swatch = _SWATCHES[role] if role in MARKS else f'<path d="M3-8.5h9v9h-9z" fill="var(--{role})"/>'
    lines = textwrap.wrap(label, max(20, int((width - 2 * PAD - 26) / _LETTER)))
    return [("" if i else swatch) + _text("k", 26, 0, line) for i, line in enumerate(lines or [""])]


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(text)}</text>'
