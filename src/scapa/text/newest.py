"""The newest character of each text by a table of times, and whether it holds UTF-8 that was once read as Latin-1."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import Utf8, decode

NEVER = np.iinfo(np.int64).min
"""The time of a text that has no character of the table."""


class Times(NamedTuple):
    """Character c is of class `classes[c]`; class k was not written on paper before `drawn[k]`, nor by a computer
    before `typed[k]` (UTC microseconds, `NEVER` where unknown). Class 0 tells nothing.
    """

    classes: NDArray[np.uint16]
    drawn: NDArray[np.int64]
    typed: NDArray[np.int64]


class Newest(NamedTuple):
    """Per text: the latest time and its character (code point), on paper and typed; whether it has mojibake."""

    drawn: NDArray[np.int64]
    drawn_by: NDArray[np.int64]
    typed: NDArray[np.int64]
    typed_by: NDArray[np.int64]
    mojibake: NDArray[np.bool_]


def newest(texts: Utf8, times: Times) -> Newest:
    """Return the newest characters of every text; bytes that are not UTF-8 tell nothing."""
    return Newest(*_newest(texts.data, texts.offsets, *times))


@njit
def _newest(data: Any, offsets: Any, classes: Any, drawn: Any, typed: Any) -> Any:
    count = len(offsets) - 1
    best, by = np.full((2, count), NEVER, np.int64), np.zeros((2, count), np.int64)
    mojibake = np.zeros(count, np.bool_)
    for row in range(count):
        at, stop = offsets[row], offsets[row + 1]
        while at < stop:
            if data[at] < 0x80:
                at += 1
                continue
            code, width = decode(data, at, stop)
            if code >= 0 and classes[code]:
                k = classes[code]
                if drawn[k] > best[0, row]:
                    best[0, row], by[0, row] = drawn[k], code
                if typed[k] > best[1, row]:
                    best[1, row], by[1, row] = typed[k], code
            if code in (0xC2, 0xC3, 0xE2) and _misread(data, at, stop):
                mojibake[row] = True
            at += width
    return best[0], by[0], best[1], by[1], mojibake


@njit
def _misread(data: Any, at: int, stop: int) -> bool:
    """Say whether “â€” begins here, or “Ã” or “Â” before a sign that follows no such letter in any language."""
    if (
        at + 4 < stop
        and data[at + 1] == 0xA2
        and data[at + 2] == 0xE2
        and data[at + 3] == 0x82
        and data[at + 4] == 0xAC
    ):
        return True
    if at + 3 < stop and data[at] == 0xC3 and data[at + 2] == 0xC2 and data[at + 3] >= 0xA1:
        return bool(data[at + 1] == 0x83 and data[at + 3] != 0xBB) or bool(
            data[at + 1] == 0x82 and data[at + 3] in (0xA3, 0xA9, 0xAE, 0xB0, 0xA7)
        )
    return False
