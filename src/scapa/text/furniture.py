"""Which lines of a page are its furniture, once each line has said what it is and how surely (`page_lines`).

What a line alone leaves open its neighbours decide: a run of lines that may be furniture is furniture if their scores
say so together; on a page with much of it single ones are, too; so is a short line between two of a menu, and the
titles under a heading such as “Related articles”.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import leaf, njit
from scapa.text.page_lines import ENDED, HARD, KINDS, SHORT, PageLines

_RELATED, _MENU = KINDS.index("related"), KINDS.index("menu")
_SURE, _MIDDLE = 3, 2
_WEAK_RUN = 4
_SOME, _SOME_SHARE = 3, 20  # lines accepted so that middle ones are, and one in so many lines
_MUCH, _MUCH_SHARE = 4, 5  # so that weak ones are, too
_BETWEEN = 2
_TITLES, _TITLE = 10, 90  # lines under a heading of related ones, and their longest in characters
_PROSE = 60


def furniture(lines: PageLines) -> NDArray[np.int8]:
    """Return the kind (index of `KINDS`) of every line that is furniture, −1 for the others."""
    kinds: NDArray[np.int8] = _furniture(*lines)
    return kinds


@njit
def _furniture(
    starts: Any, ends: Any, scores: Any, kinds: Any, sizes: Any, shapes: Any, first: Any
) -> Any:  # fmt: skip
    found = np.full(len(scores), -1, np.int8)
    for text in range(len(first) - 1):
        low, high = first[text], first[text + 1]
        accepted = _runs(scores, kinds, low, high, found)
        if accepted == 0:
            continue
        for i in range(low, high):
            if found[i] < 0 and (
                (scores[i] == _MIDDLE and accepted >= _SOME and _SOME_SHARE * accepted >= high - low)
                or (scores[i] == 1 and accepted >= _MUCH and _MUCH_SHARE * accepted >= high - low)
            ):
                found[i] = kinds[i]
        _menus(shapes, low, high, found)
        _titles(starts, ends, sizes, shapes, low, high, found)
    return found


@leaf
def _runs(scores: Any, kinds: Any, low: Any, high: Any, found: Any) -> Any:
    """Accept runs of lines that together are sure; return how many lines that is."""
    accepted, at = 0, low
    while at < high:
        if scores[at] == 0:
            at += 1
            continue
        end, total, best = at, 0, 0
        while end < high and scores[end] > 0:
            total += scores[end]
            best = max(scores[end], best)
            end += 1
        edge = at == low or end == high
        enough = _SURE if best >= _MIDDLE or edge else _WEAK_RUN
        if total + (edge and best >= _MIDDLE and 1 < end - at < high - low) >= enough:
            for i in range(at, end):
                found[i] = kinds[i]
            accepted += end - at
        at = end
    return accepted


@leaf
def _menus(shapes: Any, low: Any, high: Any, found: Any) -> None:
    """Accept one or two short lines between lines of a menu."""
    for i in range(low + 1, high - 1):
        if found[i] >= 0 or found[i - 1] != _MENU:
            continue
        end = i
        while end < high and end - i < _BETWEEN and found[end] < 0 and shapes[end] & SHORT:
            if shapes[end] & (HARD | ENDED):
                break
            end += 1
        if i < end < high and found[end] == _MENU:
            for k in range(i, end):
                found[k] = _MENU


@leaf
def _titles(starts: Any, ends: Any, sizes: Any, shapes: Any, low: Any, high: Any, found: Any) -> None:
    """Accept titles under a heading of related pages, up to a blank line, other furniture or the text's end.

    Only below the last line of prose: what follows “Read more” on a page of teasers is the next one.
    """
    last = high
    while last > low and not (shapes[last - 1] & ENDED and sizes[last - 1] >= _PROSE and found[last - 1] < 0):
        last -= 1
    for i in range(last, high - 1):
        if found[i] != _RELATED or found[i + 1] >= 0:
            continue
        end = i + 1
        while end < high and end - i <= _TITLES and found[end] < 0 and starts[end] - ends[end - 1] < 2:
            if shapes[end] & (HARD | ENDED) or sizes[end] > _TITLE:
                break
            end += 1
        if end == high or found[end] >= 0 or starts[end] - ends[end - 1] >= 2:
            for k in range(i + 1, end):
                found[k] = _RELATED
