"""Inline SVG from matplotlib: text as text in the page's font, colours as CSS variables, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scapa.errors import MissingPart
from scapa.report.inline import inline
from scapa.report.palette import sentinel

WIDTH = 3.9
"""Inches: at 72 units an inch a 360 px phone shows the picture slightly enlarged, so 11 units stay readable."""

FONT = "DejaVu Sans"
"""Comes with matplotlib: the layout is the same on every machine."""
Drawing = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture and all that goes with it: caption, words for those who do not see it, table, key of colours.

    `panels` are several small pictures, or `large` ones, in place of the one in `svg`; `starts` are those that begin a
    row. The roles `theory`, `bound` and `published` of the key are marks, not colours. `beside` sets our figures next
    to published ones (`BESIDE`).
    """

    name: str
    title: str
    caption: str
    description: str
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    key: tuple[tuple[str, str], ...] = ()
    panels: tuple[str, ...] = ()
    beside: tuple[tuple[str, ...], ...] = ()
    large: bool = False
    starts: tuple[int, ...] = ()


BAND = "middle 90 %"
BESIDE = ("line", "at", f"ours\n{BAND}", "published")


def picture(name: str, title: str, description: str, height: float, draw: Drawing, width: float = WIDTH) -> str:
    """Return the SVG element that `draw(axes)` paints, in inches; `name` makes its ids unique in a page.

    Raises `MissingPart` without matplotlib.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure as Sheet
    except ImportError:
        raise MissingPart("pictures need matplotlib", next="pip install 'scapa[report]'") from None
    with mpl.rc_context(_style()):
        sheet = Sheet(figsize=(width, height), layout="constrained")
        draw(sheet.add_subplot())
        out = io.StringIO()
        sheet.savefig(out, format="svg", transparent=True)  # the date is in what is removed
    return inline(out.getvalue(), name, title, description)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how many units wide `text` is in the font of the layout, which is wider than most."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=FONT, size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def _style() -> Any:
    ink, soft, rule = sentinel("ink"), sentinel("soft"), sentinel("rule")
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "scapa",
        "font.family": FONT,
        "font.size": 11,
        "text.color": ink,
        "text.parse_math": False,
        "axes.edgecolor": rule,
        "axes.labelcolor": soft,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "grid.color": rule,
        "grid.linewidth": 0.6,
        "hatch.linewidth": 0.8,
        "xtick.color": rule,
        "ytick.color": rule,
        "xtick.labelcolor": soft,
        "ytick.labelcolor": soft,
        "lines.linewidth": 1.8,
        "path.simplify": False,
    }
