"""Dates of mail header fields read by the thousand: where `scapa.text.dates.claim` reads one, the same interval.

    stamps = read(headers, rows, places)      each place is where a field's name begins in that row's header block
    stamps.starts, .ends                      UTC microseconds, `NONE` where the field has no date of the usual form
    stamps.flaws                              what is impossible about it: NO_SUCH_DAY, NO_SUCH_TIME and so on, added up

A field that has a semicolon (Received) is read after its last one. The usual form is RFC 5322's, with or without its
weekday and zone; others are left to `claim`, which is slower.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.dates import DAY, HOUR, MINUTE, SECOND, ZONES
from scapa.text.kernels import Utf8

NONE = np.iinfo(np.int64).min
NO_SUCH_DAY, NO_SUCH_TIME, WRONG_WEEKDAY, NO_SUCH_ZONE = 1, 2, 4, 8

_FIELD_READ = 20_000
_MONTHS = np.frombuffer(b"janfebmaraprmayjunjulaugsepoctnovdec", np.uint8)
_WEEKDAYS = np.frombuffer(b"montuewedthufrisatsun", np.uint8)
_ZONES = np.frombuffer(b"z  ut utcgmtestedtcstcdtmstmdtpstpdt", np.uint8)
_HOURS = np.array([0, 0, 0, 0, -5, -4, -6, -5, -7, -6, -8, -7])
_LENGTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


class Stamps(NamedTuple):
    """One date a field; `flaws` are added up, and of an impossible date `starts` is `NONE`."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    flaws: NDArray[np.int64]


def read(blocks: Utf8, rows: NDArray[np.int64], places: NDArray[np.int64]) -> Stamps:
    """Return the dates of the fields that begin at `places` of the header blocks `rows`."""
    return Stamps(*_read(blocks.data, blocks.offsets, rows, places))


@njit
def _read(data: Any, offsets: Any, rows: Any, places: Any) -> Any:
    count = len(rows)
    starts, ends, flaws = np.full(count, NONE, np.int64), np.full(count, NONE, np.int64), np.zeros(count, np.int64)
    for i in range(count):
        block = data[offsets[rows[i]] : offsets[rows[i] + 1]]
        at, stop = field(block, places[i])
        for j in range(stop - 1, at, -1):
            if block[j] == 59:
                at = j + 1
                break
        starts[i], ends[i], flaws[i] = _date(block, at, stop)
    return starts, ends, flaws


@njit
def field(block: Any, at: int) -> Any:
    """Return where the value of the field that begins at `at` begins and ends; folded lines belong to it."""
    stop = min(len(block), at + _FIELD_READ)
    while at < stop and block[at] != 58:
        at += 1
    end = at
    while end < stop:
        if block[end] == 10 and (end + 1 >= stop or block[end + 1] not in (32, 9)):
            break
        end += 1
    return min(at + 1, stop), end


@njit
def _blank(block: Any, at: int, stop: int) -> int:
    while at < stop and block[at] in (32, 9, 10, 13, 45):
        at += 1
    return at


@njit
def _digits(block: Any, at: int, stop: int) -> Any:
    value, begun = 0, at
    while at < stop and at - begun < 6 and 48 <= block[at] <= 57:
        value, at = value * 10 + block[at] - 48, at + 1
    return (value, at) if at > begun else (-1, at)


@njit
def _name(block: Any, at: int, stop: int, names: Any) -> Any:
    """Return (which of the three-letter names, where the letters end); −1 where none is."""
    end = at
    while end < stop and end - at < 12 and 97 <= block[end] | 32 <= 122:
        end += 1
    for k in range(len(names) // 3):
        same = True
        for j in range(3):
            letter = block[at + j] | 32 if at + j < end else 32
            same = same and letter == names[3 * k + j]
        if same:
            return k, end
    return -1, end


@njit
def _date(block: Any, at: int, stop: int) -> Any:
    # Long on purpose: it reads a date downwards, as it is written.
    nothing = (NONE, NONE, 0)
    at = _blank(block, at, stop)
    weekday, after = _name(block, at, stop, _WEEKDAYS)
    if after > at:
        at = after
        while at < stop and block[at] in (44, 46):
            at += 1
        at = _blank(block, at, stop)
    day, at = _digits(block, at, stop)
    at = _blank(block, at, stop)
    month, at = _name(block, at, stop, _MONTHS)
    while at < stop and block[at] in (46, 44):
        at += 1
    at = _blank(block, at, stop)
    begun = at
    year, at = _digits(block, at, stop)
    if day < 0 or month < 0 or year < 0 or at - begun > 4 or at - begun < 2:
        return nothing
    if at - begun == 2 and year < 50:
        year += 2000
    elif at - begun < 4:
        year += 1900
    at = _blank(block, at, stop)
    hour, at = _digits(block, at, stop)
    if hour < 0 or at >= stop or block[at] != 58 or year < 1600:
        return nothing
    minute, at = _digits(block, at + 1, stop)
    second, exact = 0, False
    if at < stop and block[at] == 58:
        begun = at + 1
        second, at = _digits(block, begun, stop)
        exact = at == begun + 2
        second = second if exact else -1
    if minute < 0 or second < 0 or (at < stop and block[at] in (44, 46)):
        return nothing
    zone, known, flaws = _zone(block, _spaces(block, at, stop), stop)
    if flaws < 0:
        return nothing
    leap = month == 1 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    if day < 1 or day > _LENGTHS[month] + leap:
        return NONE, NONE, flaws | NO_SUCH_DAY
    if hour > 23 or minute > 59 or second > 60:
        return NONE, NONE, flaws | NO_SUCH_TIME
    days = day_number(year, month + 1, day)
    if weekday >= 0 and (days + 3) % 7 != weekday:
        flaws |= WRONG_WEEKDAY
    if not known:
        return days * DAY - ZONES, (days + 1) * DAY + ZONES, flaws
    start = days * DAY + hour * HOUR + minute * MINUTE + min(second, 59) * SECOND - zone
    return start, start + (SECOND if exact else MINUTE), flaws


@njit
def _spaces(block: Any, at: int, stop: int) -> int:
    while at < stop and block[at] in (32, 9, 10, 13):
        at += 1
    return at


@njit
def _zone(block: Any, at: int, stop: int) -> Any:
    """Return (offset in microseconds, whether it is known, flaws); flaws −1: written in another form."""
    if at < stop and block[at] in (43, 45):
        digits, end = _digits(block, at + 1, stop)
        if end - at != 5:
            return 0, False, -1
        if digits // 100 * HOUR + digits % 100 * MINUTE > ZONES or digits % 100 > 59:
            return 0, False, NO_SUCH_ZONE
        offset = digits // 100 * HOUR + digits % 100 * MINUTE
        return (offset if block[at] == 43 else -offset), True, 0
    found, end = _name(block, at, stop, _ZONES)
    if found < 0 or end - at > 3:
        return 0, False, 0
    return _HOURS[found] * HOUR, True, 0


@njit
def day_number(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 in the Gregorian calendar."""
    y = year - 1 if month <= 2 else year
    era, shifted = y // 400, month - 3 if month > 2 else month + 9
    of_era = y - era * 400
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + (153 * shifted + 2) // 5 + day - 1 - 719468
