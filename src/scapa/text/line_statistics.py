"""What Gopher's and FineWeb's rules count in a text's lines and paragraphs, in one pass over Arrow's bytes.

    measured = line_statistics(byte_view(texts))      int64[texts, len(COUNTS)], see `COUNTS`

Lines end at line feeds alone. Gopher's lines are what one or more line feeds part, its paragraphs what two or more
part in the stripped text; FineWeb's are lines with something in them. A duplicate equals an earlier one exactly.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.classes import KIND, SPACE, TERMINAL, classes
from scapa.text.compiled import leaf, njit
from scapa.text.interning import SEED, Bytes, character, characters_in, range_number, room

COUNTS = (
    "characters", "lines", "duplicate_lines", "duplicate_line_characters", "paragraphs", "duplicate_paragraphs",
    "duplicate_paragraph_characters", "line_feeds", "filled_lines", "ended_lines", "short_lines",
    "duplicate_filled_characters",
)  # fmt: skip
SHORT = 30
"""FineWeb's short lines have at most so many characters."""

_FEED = ord("\n")
_FEEDS, _LOW, _HIGH = np.uint64(0x0A0A0A0A0A0A0A0A), np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)


class LineStatistics(NamedTuple):
    """`COUNTS`, a row a text."""

    counts: NDArray[np.int64]

    def of(self, name: str) -> NDArray[np.int64]:
        """Return one count of every text."""
        column: NDArray[np.int64] = self.counts[:, COUNTS.index(name)]
        return column


def line_statistics(texts: Bytes) -> LineStatistics:
    """Return the statistics of every text."""
    return LineStatistics(_measure(texts.data, texts.wide, texts.offsets, classes(), SEED))


@njit
def _measure(data: Any, wide: Any, offsets: Any, table: Any, seed: Any) -> Any:
    texts = len(offsets) - 1
    counts = np.zeros((texts, len(COUNTS)), np.int64)
    slots, lows, sizes, hashes = _scratch(room(0))
    for text in range(texts):
        low, high, row = offsets[text], offsets[text + 1], counts[text]
        row[0] = characters_in(data, wide, low, high)
        row[7] = _feeds(data, wide, low, high)
        most = row[7] + 1
        mask = room(most) - 1
        if mask >= len(slots):
            slots, lows, sizes, hashes = _scratch(mask + 1)
        _lines(data, wide, table, low, high, seed, slots, mask, 2 * text + 1, lows, sizes, hashes, row)
        low, high = _stripped(data, table, low, high)
        _paragraphs(data, wide, low, high, seed, slots, mask, 2 * text + 2, lows, sizes, hashes, row)
    return counts


@njit
def _scratch(slots: Any) -> Any:
    lows, sizes, hashes = np.empty(slots, np.int64), np.empty(slots, np.int64), np.empty(slots, np.uint64)
    return np.zeros(slots, np.int64), lows, sizes, hashes


@leaf
def _feeds(data: Any, wide: Any, low: Any, high: Any) -> Any:
    count, at = 0, low
    while at < high:
        at = next_feed(data, wide, at, high) + 1
        count += at <= high
    return count


@leaf
def next_feed(data: Any, wide: Any, at: Any, high: Any) -> Any:
    """Return where the next line feed stands, `high` if there is none."""
    while at + 8 <= high:
        other = wide[at] ^ _FEEDS
        if (other - _LOW) & ~other & _HIGH:
            break
        at += 8
    while at < high and data[at] != _FEED:
        at += 1
    return at


@leaf
def _lines(
    data: Any, wide: Any, table: Any, low: Any, high: Any, seed: Any, slots: Any, mask: Any, use: Any, lows: Any,
    sizes: Any, hashes: Any, row: Any,
) -> None:  # fmt: skip
    distinct, at = 0, low
    while at < high:
        end = next_feed(data, wide, at, high)
        if end > at:
            length = characters_in(data, wide, at, end)
            filled = _filled(data, table, at, end)
            row[1] += 1
            row[8] += filled
            row[9] += filled and _ended(data, table, at, end)
            row[10] += filled and length <= SHORT
            if range_number(data, wide, at, end, seed, slots, mask, use, lows, sizes, hashes, distinct) < distinct:
                row[2] += 1
                row[3] += length
                row[11] += filled * length
            else:
                distinct += 1
        at = end + 1
    if low < high:  # what stands before a first and after a last line feed is a line, an empty one
        empty = (data[low] == _FEED) + np.int64(data[high - 1] == _FEED)
        row[1] += empty
        row[2] += empty == 2  # the second equals the first


@leaf
def _filled(data: Any, table: Any, at: Any, end: Any) -> Any:
    while at < end:
        flags, width, _ = character(data, table, at, end)
        if flags & KIND != SPACE:
            return True
        at += width
    return False


@leaf
def last_character(data: Any, table: Any, low: Any, end: Any) -> Any:
    """Return (class, start) of the last character of `data[low:end]`, which is not empty."""
    at = end - 1
    while at > low and at > end - 4 and data[at] & 0xC0 == 0x80:
        at -= 1
    flags, width, _ = character(data, table, at, end)
    return (flags, at) if at + width == end else (0, end - 1)


@leaf
def _ended(data: Any, table: Any, low: Any, end: Any) -> Any:
    flags, _ = last_character(data, table, low, end)
    return flags & TERMINAL != 0


@leaf
def _stripped(data: Any, table: Any, low: Any, high: Any) -> Any:
    while low < high:
        flags, width, _ = character(data, table, low, high)
        if flags & KIND != SPACE:
            break
        low += width
    while low < high:
        flags, start = last_character(data, table, low, high)
        if flags & KIND != SPACE:
            break
        high = start
    return low, high


@leaf
def _paragraphs(
    data: Any, wide: Any, low: Any, high: Any, seed: Any, slots: Any, mask: Any, use: Any, lows: Any,
    sizes: Any, hashes: Any, row: Any,
) -> None:  # fmt: skip
    distinct, start, at = 0, low, low
    while at <= high:
        end = next_feed(data, wide, at, high)
        at = end + 1
        if end < high and data[at] != _FEED:  # a stripped text does not end in a line feed
            continue
        row[4] += 1
        if range_number(data, wide, start, end, seed, slots, mask, use, lows, sizes, hashes, distinct) < distinct:
            row[5] += 1
            row[6] += characters_in(data, wide, start, end)
        else:
            distinct += 1
        while at < high and data[at] == _FEED:
            at += 1
        start = at
        if end == high:
            break
