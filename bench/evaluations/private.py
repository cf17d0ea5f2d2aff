"""Private: precision and recall of the spans of personal data and secrets, on lines marked by other hands.

A span is right if its kind and both its ends are (exact), or if it shares a byte with a marked span of its kind
(overlap). Lines are independent; F1 has a bootstrap interval over lines, precision and recall Wilson's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.quality import Figure
from scapa.judges.finders import Found
from scapa.judges.private import KINDS, find_private
from scapa.measure.interval import Interval, bootstrap, wilson

SETS = Path(__file__).parent.parent.parent / "tests" / "judges" / "labelled"
_MARK = re.compile(r"⟦(\w+):([^⟧]*)⟧")
_CUT = "␣"
"""Stands within every key, so that no scanner takes the labelled set for a leak; readers take it out."""


class Line(NamedTuple):
    """A line's text and what is private in it, in characters."""

    text: str
    marked: list[Found]


def read(path: Path) -> list[Line]:
    """Return the lines of a file in which `⟦kind:value⟧` marks what is private."""
    return [marked_line(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def marked_line(line: str) -> Line:
    """Return a line without its marks, and what they mark."""
    text, spans, at = "", [], 0
    for match in _MARK.finditer(line):
        text += line[at : match.start()]
        value = match[2].replace(_CUT, "")
        spans.append((len(text), len(text) + len(value), match[1]))
        text += value
        at = match.end()
    return Line(text + line[at:], spans)


def figures() -> Iterator[Figure]:
    """Yield the figures of every labelled set there is."""
    for path in sorted(SETS.glob("private_*.txt")):
        lines = read(path)
        found = [find_private(line.text) for line in lines]
        on = path.stem.replace("_", " ")
        yield from _figures("all kinds", on, counts(lines, found, None, exact=True))
        yield from _figures("all kinds, overlapping", on, counts(lines, found, None, exact=False))
        for kind in KINDS:
            yield from _figures(kind, on, counts(lines, found, kind, exact=True))
        clean = [not spans for line, spans in zip(lines, found, strict=True) if not line.marked]
        share = wilson(len(clean) - sum(clean), len(clean))
        yield Figure("lines without private data that are masked", on, len(clean), *_ends(share))


def counts(lines: list[Line], found: list[list[Found]], kind: str | None, *, exact: bool) -> np.ndarray:
    """Return (found and right, found, marked and found, marked) of every line, of one kind or all."""
    rows = []
    for line, spans in zip(lines, found, strict=True):
        ours = [span for span in spans if kind in (None, span[2])]
        wanted = [span for span in line.marked if kind in (None, span[2])]
        right = sum(any(_meets(span, other, exact) for other in wanted) for span in ours)
        met = sum(any(_meets(span, other, exact) for other in ours) for span in wanted)
        rows.append((right, len(ours), met, len(wanted)))
    return np.array(rows)


def _meets(span: Found, other: Found, exact: bool) -> bool:
    return span == other if exact else span[2] == other[2] and span[0] < other[1] and other[0] < span[1]


def _figures(what: str, on: str, rows: np.ndarray) -> Iterator[Figure]:
    right, ours, met, wanted = map(int, rows.sum(axis=0))
    yield Figure(f"{what}: precision", on, ours, *_ends(wilson(right, ours)))
    yield Figure(f"{what}: recall", on, wanted, *_ends(wilson(met, wanted)))
    yield Figure(f"{what}: F1", on, wanted, *_ends(bootstrap(rows, np.random.default_rng(7), statistic=_f1)))


def _f1(rows: np.ndarray) -> float:
    right, ours, met, wanted = rows.sum(axis=0)
    precision, recall = (right / ours if ours else 0.0), (met / wanted if wanted else 0.0)
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


def _ends(interval: Interval) -> tuple[float, float, float]:
    return round(interval.estimate, 4), round(interval.low, 4), round(interval.high, 4)
