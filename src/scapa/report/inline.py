"""Inlining: matplotlib's SVG made fit to stand in a page, and a fraction as long, without a visible difference."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence

from scapa.report.palette import to_variables

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"

_DIGITS = re.compile(r"(\.\d\d)\d+")
_PATH = re.compile(r"([A-Za-z])|(-?\d+(?:\.\d+)?)")
_LONG = 1_000
"""Letters of path data beyond which a tenth of a unit (a seventh of a pixel) is fine enough."""
_UNTURNED = re.compile(r"rotate\(-?0 [^)]*\)")
_UNSEEN = "fill: none"


def inline(svg: str, name: str, title: str, description: str) -> str:
    """Return matplotlib's document `svg` as an element of an HTML page: named, described, ids beginning with `name`."""
    root = ElementTree.fromstring(svg[svg.index("<svg") :])  # noqa: S314  matplotlib wrote it
    for parent in list(root.iter()):
        for child in [c for c in parent if c.tag == f"{_SVG}metadata" or c.find(f"{_SVG}style") is not None]:
            parent.remove(child)
    for element in root.iter():
        _plain(element, name)
    _prune(root)
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


def _prune(element: ElementTree.Element) -> None:
    """Put the children of groups that say nothing in their place; drop what is empty or cannot be seen."""
    kept: list[ElementTree.Element] = []
    for child in element:
        _prune(child)
        if child.tag == "g" and not child.attrib:
            kept += list(child)
        elif not (child.tag == "path" and child.attrib.get("style") == _UNSEEN):
            kept.append(child)
    element[:] = kept


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
        elif key == "d":
            element.set("d", compact(value))
        else:
            plain = _UNTURNED.sub("", _DIGITS.sub(r"\1", " ".join(value.split())).replace("url(#", f"url(#{name}-"))
            if plain:
                element.set(key, plain)


def compact(path: str) -> str:
    """Return path data with no more digits and letters than needed: hundredths of a unit, tenths in a long path."""
    places = 1 if len(path) > _LONG else 2
    steps = [(letter, _shorter(numbers, places)) for letter, numbers in _steps(path)]
    written, before = "", ("", "")
    for step, after in zip(steps, [*steps[1:], ("M", "")], strict=True):
        letter, text = step
        if letter == "L" and after[0] == "M" and before == ("M", text):
            written += "l0 0"  # a dot
        else:
            written += f" {text}" if letter == before[0] == "L" else f"{letter}{text}"
        before = step
    return written.replace(" -", "-")


def _shorter(numbers: Sequence[str], places: int) -> str:
    short = (f"{float(number):.{places}f}".rstrip("0").rstrip(".") for number in numbers)
    return " ".join("0" if number == "-0" else number for number in short)


def _steps(path: str) -> list[tuple[str, list[str]]]:
    steps: list[tuple[str, list[str]]] = []
    for letter, number in _PATH.findall(path):
        if letter:
            steps.append((letter, []))
        else:
            steps[-1][1].append(number)
    return steps


def _declarations(style: str) -> str:
    kept = [part.strip() for part in style.split(";") if part.strip() and not part.strip().startswith("font-family")]
    return to_variables(";".join(_font(part) for part in kept))


def _font(declaration: str) -> str:
    """`font: 11px 'DejaVu Sans'…` sets the family too: keep the size only."""
    if not declaration.startswith("font:"):
        return declaration
    size = next((word for word in declaration.replace(",", " ").split() if word.endswith("px")), "11px")
    return f"font-size:{size}"
