"""When a record says it was written, as an interval of UTC microseconds that contains every reading of its words.

RFC 5322 and asctime, ISO 8601 (date, month or year alone as well), seconds since 1970. An exact instant is one
second; a value without time or zone widens to its day, month or year ± 14 h, the range of zones on Earth. What a
value is worth is not judged here: 2028 stays as claimed.
"""

from __future__ import annotations

import math
import re
from datetime import date

from scapa.records import DateClaim

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
ZONES = 14 * HOUR
"""No zone is further from UTC than this."""
EARLIEST_YEAR = 1600
LATEST_YEAR = 9999
LATEST = (date.max.toordinal() - date(1970, 1, 1).toordinal() + 1) * DAY - 1
"""The last microsecond of the year 9999: later instants have no name in Python or SQL."""

_RAW_KEPT = 200
_MONTHS = {
    m: i for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_NAMED = {"z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6}
_NAMED |= {"pst": -8, "pdt": -7}  # RFC 5322 section 4.3; any other name is ambiguous, so it counts as no zone
_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?P<fraction>[.,]\d{1,9})?)?"
_ZONE = r"(?P<zone>[+-]\d{4}|[+-]\d\d:\d\d|[+-]\d\d|[A-Za-z]{1,5})?"
_WEEKDAY = r"(?:[A-Za-z]{2,9}(?:\.?,\s{0,4}|\.?\s{1,4}))?"
_DAY_MONTH = r"(?P<day>\d{1,2})[\s-]{1,4}(?P<month>[A-Za-z]{3})[a-z]{0,6}\.?,?[\s-]{1,4}"
_MAIL = re.compile(
    rf"{_WEEKDAY}{_DAY_MONTH}(?P<year>\d{{2,5}}),?(?:\s{{1,4}}{_TIME}\s{{0,4}}{_ZONE})?(?=\W|$)", re.ASCII
)
_ASCTIME = re.compile(
    rf"{_WEEKDAY}(?P<month>[A-Za-z]{{3}})[a-z]{{0,6}}\.?\s{{1,4}}(?P<day>\d{{1,2}}),?(?:\s{{1,4}}{_TIME})?"
    rf"\s{{1,4}}(?:(?P<before>[A-Za-z]{{1,5}}|[+-]\d{{4}})\s{{1,4}})?(?P<year>\d{{4}})(?:\s{{1,4}}{_ZONE})?(?=\W|$)",
    re.ASCII,
)
_ISO = re.compile(
    rf"(?P<year>\d{{4}})(?:[-/.](?P<month>\d\d?)(?:[-/.](?P<day>\d\d?)(?:(?:[Tt_]|\s{{1,4}}){_TIME}\s?{_ZONE})?)?)?$",
    re.ASCII,
)
_BASIC = re.compile(rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)(?:[Tt](?P<hour>\d\d)(?P<minute>\d\d)"
                    rf"(?P<second>\d\d)(?P<fraction>[.,]\d{{1,9}})?{_ZONE})?$", re.ASCII)  # fmt: skip


def claim(raw: str, source: str) -> DateClaim | None:
    """Return the interval that `raw` claims, or None where it names no date between 1600 and 9999.

    `source` says where the words stood, e.g. `date_header`. The words are kept, up to 200 characters.
    """
    words = raw.strip()[:_RAW_KEPT]
    for pattern in (_ISO, _BASIC, _MAIL, _ASCTIME):
        match = pattern.match(words)
        if match:
            interval = _interval({k: v for k, v in match.groupdict().items() if v is not None}, pattern is _MAIL)
            return _claim(interval, source, words)
    return None


def epoch_claim(seconds: float, source: str, raw: str = "") -> DateClaim | None:
    """Return the second that holds `seconds` since 1970-01-01T00:00Z; None before 1600, after 9999, or for a NaN."""
    if abs(seconds) * SECOND > LATEST or not math.isfinite(seconds):  # in this order: an int may be beyond any float
        return None
    start = math.floor(seconds) * SECOND
    return _claim((start, start + SECOND), source, (raw or str(seconds))[:_RAW_KEPT])


def number_claim(value: float, source: str) -> DateClaim | None:
    """Return the claim of a number that may be seconds, milliseconds or microseconds since 1970, told by its size."""
    if abs(value) > LATEST or not math.isfinite(value):
        return None
    size = abs(value)
    scale = 1 if size < 1e11 else 1_000 if size < 1e14 else 1_000_000
    return epoch_claim(value / scale, source, str(value))


def hull(first: DateClaim, last: DateClaim, source: str) -> DateClaim:
    """Return the claim from the start of `first` to the end of `last`, e.g. of a message written and later edited."""
    return DateClaim(first.start, max(first.end, last.end), source, f"{first.raw} … {last.raw}"[:_RAW_KEPT])


def _claim(interval: tuple[int, int] | None, source: str, raw: str) -> DateClaim | None:
    if interval is None or interval[1] <= _EARLIEST or interval[0] >= LATEST:
        return None
    return DateClaim(interval[0], min(interval[1], LATEST), source, raw)


def _interval(part: dict[str, str], mail: bool) -> tuple[int, int] | None:
    year, month, day = _year(part["year"], mail), _month(part.get("month")), int(part.get("day", 1))
    if not EARLIEST_YEAR <= year <= LATEST_YEAR or month is None:
        return None
    try:
        start = _midnight(date(year, month, day))
    except ValueError:
        return None
    zone = _offset(part.get("zone") or part.get("before") or "")
    if "hour" not in part or zone is None:
        within = _within(part)
        return None if within is None else (start - ZONES, _next(part, year, month, start) + ZONES)
    within = _within(part)
    if within is None:
        return None
    instant = start + within - zone
    return instant, instant + (SECOND if "second" in part else MINUTE)


def _within(part: dict[str, str]) -> int | None:
    """Return the microseconds from midnight to the whole second; a leap second counts as the one before it."""
    hour, minute, second = (int(part.get(name, 0)) for name in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 60:
        return None
    return hour * HOUR + minute * MINUTE + min(second, 59) * SECOND


def _next(part: dict[str, str], year: int, month: int, start: int) -> int:
    """Return where the day, the month or the year that `part` names ends."""
    if "day" in part:
        return start + DAY
    if "month" in part and month < 12:
        return _midnight(date(year, month + 1, 1))
    return LATEST if year == LATEST_YEAR else _midnight(date(year + 1, 1, 1))


def _midnight(day: date) -> int:
    return (day.toordinal() - _EPOCH) * DAY


def _year(digits: str, mail: bool) -> int:
    """RFC 5322 section 4.3: two digits below 50 are 20xx, other two or three digits count from 1900."""
    year = int(digits)
    if mail and len(digits) < 4:
        return year + 2000 if len(digits) == 2 and year < 50 else year + 1900
    return year


def _month(word: str | None) -> int | None:
    if word is None:
        return 1
    return int(word) if word.isdigit() else _MONTHS.get(word.lower())


def _offset(zone: str) -> int | None:
    """Return the zone's offset in microseconds, None where there is none or it is no zone on Earth."""
    if zone[:1] not in ("+", "-"):
        hours = _NAMED.get(zone.lower())
        return None if hours is None else hours * HOUR
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = int(digits[:2]) * HOUR + int(digits[2:]) * MINUTE
    return None if offset > ZONES or int(digits[2:]) > 59 else offset if zone[0] == "+" else -offset


_EPOCH = date(1970, 1, 1).toordinal()
_EARLIEST = _midnight(date(EARLIEST_YEAR, 1, 1))
