"""Times that programs write into texts: 2019-03-04T12:11, /2019/03/04/ in an address, 20190304121100 of an archive."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.dates import DAY
from scapa.text.kernels import Tokens, Utf8
from scapa.text.stamps import day_number


class Written(NamedTuple):
    """A time in text `rows[i]` at byte `places[i]`: the beginning of its day in UTC, in microseconds."""

    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    days: NDArray[np.int64]


def written(texts: Utf8, tokens: Tokens) -> Written:
    """Return the times from 1970 to 2099 that stand in the texts in one of the three forms."""
    return Written(*_written(texts.data, texts.offsets, tokens.starts, tokens.ends, tokens.first))


@njit
def _written(data: Any, offsets: Any, starts: Any, ends: Any, first: Any) -> Any:
    rows, places, days = np.empty(64, np.int64), np.empty(64, np.int64), np.empty(64, np.int64)
    size = 0
    for row in range(len(first) - 1):
        text = data[offsets[row] : offsets[row + 1]]
        for word in range(first[row], first[row + 1]):
            at, width = starts[word], ends[word] - starts[word]
            if (width != 4 and width != 14) or (text[at] != 49 and text[at] != 50):
                continue
            found = _stamp(text, at) if width == 14 else _dashed(text, at)
            if found < 0:
                continue
            if size == len(rows):
                rows, places, days = _more(rows), _more(places), _more(days)
            rows[size], places[size], days[size] = row, at, found * DAY
            size += 1
    return rows[:size], places[:size], days[:size]


def later_numbers(texts: Utf8, tokens: Tokens, years: NDArray[np.int64], seconds: NDArray[np.int64]) -> Written:
    """Return the numbers that may be years after `years[i]` (up to 2099), and seconds or milliseconds since 1970 after
    `seconds[i]` (up to 2040), of each text i; `days` holds the number itself, milliseconds as seconds.
    """
    return Written(*_later(texts.data, texts.offsets, tokens.starts, tokens.ends, tokens.first, years, seconds))


@njit
def _later(data: Any, offsets: Any, starts: Any, ends: Any, first: Any, years: Any, seconds: Any) -> Any:
    rows, places, values = np.empty(64, np.int64), np.empty(64, np.int64), np.empty(64, np.int64)
    size = 0
    for row in range(len(first) - 1):
        text = data[offsets[row] : offsets[row + 1]]
        for word in range(first[row], first[row + 1]):
            at, width = starts[word], ends[word] - starts[word]
            if (width != 4 and width != 10 and width != 13) or (text[at] != 49 and text[at] != 50):
                continue
            value = 0
            for i in range(at, at + min(width, 10)):
                value = value * 10 + text[i] - 48 if 48 <= text[i] <= 57 and value >= 0 else -1
            if width == 4 and (value <= years[row] or value > 2099):
                continue
            if width != 4 and (value <= seconds[row] or value < 100_000_000 or value > 2_208_988_800):
                continue
            if size == len(rows):
                rows, places, values = _more(rows), _more(places), _more(values)
            rows[size], places[size], values[size] = row, at, value
            size += 1
    return rows[:size], places[:size], values[:size]


@njit
def _more(array: Any) -> Any:
    grown = np.empty(2 * len(array), array.dtype)
    grown[: len(array)] = array
    return grown


@njit
def _two(text: Any, at: int) -> int:
    """Return the number of two digits at `at`, −1 where there are none."""
    if at + 2 > len(text) or not 48 <= text[at] <= 57 or not 48 <= text[at + 1] <= 57:
        return -1
    return 10 * int(text[at] - 48) + int(text[at + 1] - 48)


@njit
def _day(text: Any, at: int, gap: int) -> int:
    century, year = _two(text, at), _two(text, at + 2)
    month, day = _two(text, at + 4 + gap), _two(text, at + 6 + 2 * gap)
    if century < 19 or century > 20 or year < 0 or not 1 <= month <= 12 or not 1 <= day <= 31:
        return -1
    return -1 if 100 * century + year < 1970 else day_number(100 * century + year, month, day)


@njit
def _stamp(text: Any, at: int) -> int:
    hour, minute, second = _two(text, at + 8), _two(text, at + 10), _two(text, at + 12)
    return _day(text, at, 0) if 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 else -1


@njit
def _dashed(text: Any, at: int) -> int:
    end = at + 10
    if end >= len(text) or text[at + 4] != text[at + 7]:
        return -1
    if text[at + 4] == 47 and text[end] == 47 and at and text[at - 1] == 47:
        return _day(text, at, 1)
    timed = text[at + 4] == 45 and text[end] in (32, 84) and 0 <= _two(text, end + 1) < 24
    if not timed or end + 5 >= len(text) or text[end + 3] != 58 or _two(text, end + 4) < 0:
        return -1
    return _day(text, at, 1)
