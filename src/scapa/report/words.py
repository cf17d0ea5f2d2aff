"""Figures and names as people read them."""

from __future__ import annotations

import math
import re

from scapa.report.data import Estimate

MINUS = "\u2212"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """Return a figure as people read it: three decimals below ten unless whole, commas, `n/a` if not finite."""
    if not math.isfinite(value):
        return "n/a"
    if value == int(value):
        text = f"{value:,.0f}"
    elif abs(value) < 0.001:
        text = f"{value:.1e}"
    else:
        text = f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"
    return text.replace("-", MINUS)


def measured(value: float, digits: int = 4) -> str:
    """Return a measurement with its leading `digits`, as `1.5·10⁻⁵` where it would be long; `n/a` if not finite."""
    if not math.isfinite(value):
        return "n/a"
    front, power = f"{value:.{digits - 1}e}".split("e")
    if value and not -3 <= int(power) < 6:
        front, text = f"{float(front):g}", f"10{str(int(power)).translate(_RAISED)}"
        text = text if front == "1" else f"{front}·{text}"
    else:
        text = f"{value:,.0f}" if int(power) >= digits else f"{value:,.{digits}g}"
    return text.replace("-", MINUS)


def many(count: int, noun: str) -> str:
    """Return a count with its noun, e.g. `1 document`, `2,000 documents`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def signed(value: float) -> str:
    """Return a difference with its sign."""
    return f"+{number(value)}" if value > 0 else number(value)


def interval(estimate: Estimate) -> str:
    """Return `value [low, high]`, or the value alone."""
    if estimate.low is None or estimate.high is None:
        return number(estimate.value)
    return f"{number(estimate.value)} [{number(estimate.low)}, {number(estimate.high)}]"


def plain(name: str) -> str:
    """Return the name of a gate or gauge as words."""
    return name.replace("_", " ").replace(".", " ")


def share(part: int, whole: int) -> str:
    """Return a share in per cent that never calls some none, nor nearly all, all."""
    if not whole or part in (0, whole):
        return "100 %" if part and part == whole else "0 %"
    per_cent = 100 * part / whole
    return "< 1 %" if per_cent < 1 else f"{min(per_cent, 99):.0f} %"


def wrapped(text: str, most: int) -> list[str]:
    """Return `text` on as few lines of about `most` letters as it takes, these about equally long; nothing is cut.

    A line ends after a comma where that will do, else at a blank, and within a long word after punctuation.
    """
    fewest = len(_packed(text, most))
    return next(found for width in range(1, most + 1) if len(found := _packed(text, width)) <= fewest)


def _packed(text: str, most: int) -> list[str]:
    lines = [""]
    for piece in _pieces(text, most):
        if lines[-1] and len((lines[-1] + piece).rstrip()) > most:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _pieces(text: str, most: int) -> list[str]:
    """Return the parts of a text that stay on one line, each with the blank after it."""
    parts = re.findall(r".+?(?:, |$)", text)
    words = [word for part in parts for word in ([part] if len(part) - 2 <= most else re.findall("[^ ]+ ?", part))]
    return [
        piece for word in words for piece in ([word] if len(word) <= most else re.findall(r".+?(?:[:,;/] ?|$)", word))
    ]
