"""Inline SVG from matplotlib: text as text in the page's font, colours as CSS variables, the same bytes every time."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scapa.errors import MissingPart
from scapa.report.palette import sentinel, to_variables

WIDTH = 3.9
"""Inches: at 72 units an inch a 360 px phone shows the picture slightly enlarged, so 11 units stay readable."""

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"

_DIGITS = re.compile(r"(\.\d\d)\d+")

Drawing = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture and all that goes with it: caption, words for those who do not see it, table, key of colours."""

    name: str
    title: str
    caption: str
    description: str
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    key: tuple[tuple[str, str], ...] = ()


def picture(name: str, title: str, description: str, height: float, draw: Drawing) -> str:
    """Return the SVG element that `draw(axes)` paints, `height` inches tall; `name` makes its ids unique in a page.

    Raises `MissingPart` without matplotlib.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure as Sheet
    except ImportError:
        raise MissingPart("pictures need matplotlib", next="pip install 'scapa[report]'") from None
    with mpl.rc_context(_style()):
        sheet = Sheet(figsize=(WIDTH, height), layout="constrained")
        draw(sheet.add_subplot())
        out = io.StringIO()
        sheet.savefig(out, format="svg", transparent=True)  # the date is in what is removed
    return _inline(out.getvalue(), name, title, description)


def _style() -> Any:
    ink, soft, rule = sentinel("ink"), sentinel("soft"), sentinel("rule")
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "scapa",
        "font.family": "DejaVu Sans",  # comes with matplotlib: the layout is the same on every machine
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


def _inline(svg: str, name: str, title: str, description: str) -> str:
    root = ElementTree.fromstring(svg[svg.index("<svg") :])  # noqa: S314  matplotlib wrote it
    for parent in list(root.iter()):
        for child in [c for c in parent if c.tag == f"{_SVG}metadata" or c.find(f"{_SVG}style") is not None]:
            parent.remove(child)
    for element in root.iter():
        _plain(element, name)
    view = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib.update(viewBox=view, role="img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for tag, text in (("desc", description), ("title", title)):
        child = ElementTree.Element(tag, id=f"{name}-{tag}")
        child.text = text
        root.insert(0, child)
    for element in root.iter():
        element.tail = None
        element.text = (element.text or "").strip() or None
    return ElementTree.tostring(root, encoding="unicode")


def _plain(element: ElementTree.Element, name: str) -> None:
    """Drop name spaces (HTML knows SVG), the font's family (the page has one), needless ids and digits; prefix ids."""
    element.tag = element.tag.removeprefix(_SVG)
    attributes = dict(element.attrib)
    element.attrib.clear()
    for key, value in attributes.items():
        if key == "id":
            if element.tag != "g":
                element.set("id", f"{name}-{value}")
        elif key == _LINK:
            element.set("href", value.replace("#", f"#{name}-", 1))
        elif key == "style":
            element.set("style", _declarations(value))
        else:
            element.set(key, _DIGITS.sub(r"\1", " ".join(value.split())).replace("url(#", f"url(#{name}-"))


def _declarations(style: str) -> str:
    kept = [part.strip() for part in style.split(";") if part.strip() and not part.strip().startswith("font-family")]
    return to_variables(";".join(_font(part) for part in kept))


def _font(declaration: str) -> str:
    """`font: 11px 'DejaVu Sans'…` sets the family too: keep the size only."""
    if not declaration.startswith("font:"):
        return declaration
    size = next((word for word in declaration.replace(",", " ").split() if word.endswith("px")), "11px")
    return f"font-size:{size}"
