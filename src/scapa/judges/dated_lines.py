"""Lines in which a text itself says when it was handled: notices, stamps, quoted mails; and days that no calendar has.

`CUES` are words that stand in such lines; at each of them a few hundred bytes are read, never the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from scapa.judges.anachronisms import day
from scapa.text.dates import claim, epoch_claim

_BEFORE, _AFTER = 160, 160
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = rb"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = re.compile(
    rb"(?<!\d)(?:(?P<iso>(?:19|20)\d\d-[01]\d-[0-3]\d)|(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)?[ -]{1,2}(?P<month>"
    + _MONTH + rb"),?[ -]{1,2}(?P<year>(?:1[6-9]|20)\d\d)|(?P<month2>" + _MONTH
    + rb") (?P<day2>\d{1,2})(?:st|nd|rd|th)?,? (?P<year2>(?:1[6-9]|20)\d\d)|(?:\d{1,2}[/.]){2}(?P<year3>(?:19|20)\d\d)"
    rb"|(?<![\w-])(?P<year4>(?:1[6-9]|20)\d\d))(?!\d)",
    re.IGNORECASE,
)  # fmt: skip
_SPAN = rb"((?:1[6-9]|20)\d\d(?:\s?(?:[-,]|\xe2\x80\x93)\s?(?:1[6-9]|20)\d\d){0,30})(?!\d)"
_NOTICE = re.compile(rb"(?:\s|[:,.]|\([cCpP]\)|\xc2\xa9|&copy;|copyright|by the author){0,6}" + _SPAN, re.IGNORECASE)
_NAMED_NOTICE = re.compile(
    rb"(?:copyright|\(c\)|\xc2\xa9)[ :]{1,3}[^\n\d]{2,60}?[ ,]{1,2}((?:19|20)\d\d)(?!\d)", re.IGNORECASE
)
_SCANNED = re.compile(
    rb"(?:digiti[sz]ed|scanned|transcribed)[\w' ,]{0,70}? (?:in|on|,) (?:[\w ]{0,14} )?((?:19[89]|20\d)\d)(?!\d)",
    re.IGNORECASE,
)
_EPOCH = re.compile(
    rb"(?:epoch|timestamp|unix ?time)\W{0,4}(?:[a-z]{0,8}\W{1,3}){0,2}?(1\d{9})(?:\d{3})?(?!\d)", re.IGNORECASE
)
_HANDLED = re.compile(
    rb"(?:last[ -])?(?:updated?|modified|revised|changed|edited|reviewed|accessed|saved|checked|retrieved|downloaded|"
    rb"archived|captured|generated|exported|uploaded|posted|printed|crawled|reprinted|this edition)"
    rb"(?: from[^\n]{1,60}?)?(?: |:|\n|on|in|at|from|by|=|the|date|published|online|,|\(|\[){0,8}"
    rb"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? {1,2})?",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(rb"\bOn [^\n]{6,120}\n?[^\n]{0,60}$", re.IGNORECASE)
_LINE = re.compile(rb"(?:sent|date)\*?:\*?[ \t]{1,4}([^\n]{8,60})", re.IGNORECASE)
_SINCE = re.compile(
    rb"(?:since|back in)(?: (?:early|late|mid|about|"
    + _MONTH + rb"|the (?:spring|summer|autumn|fall|winter) of)){0,2} ((?:19|20)\d\d)"
    rb"(?=[ ,.;!?]+(?!(?:people|men|pounds|dollars|units|years|votes)\b)|\n|$)",
    re.IGNORECASE,
)  # fmt: skip
_CITED = re.compile(rb"et al\.?,? \(?((?:19|20)\d\d)[a-z]?\b", re.IGNORECASE)
_NOT_YET = re.compile(
    rb"(?:will|shall|be|until|till|by|before|would|to|expires?|valid|due|if|plan(?:ned|s)?) *$", re.IGNORECASE
)
_DAY_MONTH = re.compile(rb"(?:([A-Za-z]{3,9}),? (?:the )?)?(?<!\d)(\d{1,2})(?:st|nd|rd|th)?(?: day)?(?: of)? $")
_YEAR_AFTER = re.compile(rb"[A-Za-z]{3,9}\.?,? (\d{4})(?!\d)")
_DAY_AFTER = re.compile(rb"[A-Za-z]{3,9}\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)")
_WEEKDAY_BEFORE = re.compile(rb"([A-Za-z]{3,9}),? $")
_YEARS = re.compile(rb"\d{4}")


class Line(NamedTuple):
    """What a line says: `name` did not exist before `since` (UTC microseconds); `impossible`: it never did."""

    name: str
    since: int
    impossible: bool = False


def read(cue: str, text: bytes, at: int, around: tuple[int, int] | None = None) -> Iterator[Line]:
    """Yield what the line at a cue says. `around` is the interval claimed for the whole text, if there is one."""
    if cue in _MONTH_CUES:
        yield from _calendar(text, at, around)
    else:
        yield from CUES[cue](text, at)


def _at_year(kind: str, year: int, early: int = 0) -> Line:
    return Line(f"{kind}:{year}", day(f"{year - early}-01-01"))


def _notice(text: bytes, at: int) -> Iterator[Line]:
    """A copyright notice; next year's is printed early."""
    slice_ = text[at : at + _AFTER]
    match = _NOTICE.match(slice_)
    if match:
        yield _at_year("copyright", max(int(y) for y in _YEARS.findall(match[1])), early=1)
    elif match := _NAMED_NOTICE.match(slice_):
        yield _at_year("copyright", int(match[1]), early=1)


def _scanned(text: bytes, at: int) -> Iterator[Line]:
    match = _SCANNED.search(text[at : at + _AFTER])
    if match:
        yield _at_year("digitized", int(match[1]))


def _epoch(text: bytes, at: int) -> Iterator[Line]:
    match = _EPOCH.match(text[at : at + _AFTER])
    found = epoch_claim(int(match[1]), "text") if match else None
    if found:
        yield Line("epoch", found.start)


def _handled(text: bytes, at: int) -> Iterator[Line]:
    """“Last updated 4 August 2017”, “Retrieved on …”; not “will be updated”, “until updated”."""
    begin = max(0, at - 5) if text[max(0, at - 5) : at].lower() in (b"last ", b"last-") else at
    if _NOT_YET.search(text[max(0, begin - 12) : begin]):
        return
    match = _HANDLED.match(text, begin, at + _AFTER)
    found = _DATE.match(text, match.end(), match.end() + 40) if match else None
    if found and (since := _start(found)) is not None:
        yield Line("stamp:" + _year_of(found), since)


def _start(match: re.Match[bytes]) -> int | None:
    """Return when the day (or the year alone) of a `_DATE` match began; None for a day that is none."""
    got = match.groupdict()
    month, of = (got["month"] or got["month2"]), (got["day"] or got["day2"])
    year = got["year"] or got["year2"] or got["year3"] or got["year4"]
    if got["iso"]:
        words = got["iso"].decode()
    elif month and of and year:
        words = f"{year.decode()}-{_month_number(month)}-{of.decode()}"
    else:
        words = (year or b"").decode()
    found = claim(words, "text")
    return found.start if found else None


def _year_of(match: re.Match[bytes]) -> str:
    found = _YEARS.findall(match[0])
    return found[-1].decode() if found else ""


def _month_number(name: bytes) -> int:
    """Return 1 to 12; 0 for what only reads like a month's name once its letters are folded."""
    head = name[:3].decode("ascii", "replace").lower()
    return next((i for i, month in enumerate(_MONTHS, 1) if month.lower().startswith(head)), 0)


def _wrote(text: bytes, at: int) -> Iterator[Line]:
    match = _ATTRIBUTION.search(text[max(0, at - _BEFORE) : at])
    found = _DATE.search(match[0]) if match else None
    if found and not found["year4"] and (since := _start(found)) is not None:
        yield Line("quoted:" + _year_of(found), since)


def _line(text: bytes, at: int) -> Iterator[Line]:
    if at and text[at - 1] not in b"\n> *":
        return
    match = _LINE.match(text[at : at + _AFTER])
    found = _DATE.search(match[1]) if match else None
    if found and (since := _start(found)) is not None:
        yield Line("quoted:" + _year_of(found), since)


def _since(text: bytes, at: int) -> Iterator[Line]:
    match = _SINCE.match(text[at : at + _AFTER])
    if match:
        yield _at_year("since", int(match[1]))


def _cited(text: bytes, at: int) -> Iterator[Line]:
    match = _CITED.match(text[at : at + 40])
    if match:
        yield _at_year("cited", int(match[1]), early=1)


def _calendar(text: bytes, at: int, around: tuple[int, int] | None) -> Iterator[Line]:
    """A day that its month does not have; or, in the days of the claim itself, another weekday than the calendar's.

    Not before 1753: Sweden had a 30 February 1712, and calendars differed.
    """
    if not (month := _month_number(text[at : at + 3])):
        return
    before, after = text[max(0, at - 40) : at], text[at : at + 40]
    first, second = _DAY_MONTH.search(before), _DAY_AFTER.match(after)
    year = _YEAR_AFTER.match(after) if first else None
    if first and year:
        parts, weekday = (int(year[1]), int(first[2])), first[1]
    elif second:
        named = _WEEKDAY_BEFORE.search(before)
        parts, weekday = (int(second[2]), int(second[1])), named[1] if named else None
    else:
        return
    if 1753 <= parts[0] <= 2100 and 1 <= parts[1] <= 31:
        yield from _against(parts[0], month, parts[1], (weekday or b"")[:3].decode("latin-1").lower(), around)


def _against(year: int, month: int, of: int, weekday: str, around: tuple[int, int] | None) -> Iterator[Line]:
    try:
        found = date(year, month, of)
    except ValueError:
        yield Line(f"no_such_day:{year:04d}-{month:02d}-{of:02d}", 0, impossible=True)
        return
    if around is None or weekday not in _WEEKDAYS or _WEEKDAYS[found.weekday()] == weekday:
        return
    claimed = claim(found.isoformat(), "text")
    if claimed and claimed.start < around[1] and around[0] < claimed.end:
        yield Line("wrong_weekday", 0, impossible=True)


CUES: dict[str, Callable[[bytes, int], Iterator[Line]]] = {
    "copyright": _notice, "(c)": _notice, "digitized": _scanned, "digitised": _scanned, "scanned": _scanned,
    "transcribed": _scanned, "epoch": _epoch, "timestamp": _epoch, "unix time": _epoch, "unixtime": _epoch,
    "updated": _handled, "modified": _handled, "revised": _handled, "edited": _handled, "retrieved": _handled,
    "accessed": _handled, "downloaded": _handled, "archived": _handled, "captured": _handled, "generated": _handled,
    "exported": _handled, "uploaded": _handled, "posted": _handled, "printed": _handled, "crawled": _handled,
    "reprinted": _handled, "this edition": _handled, "update": _handled, "wrote:": _wrote, "schrieb": _wrote,
    "sent:": _line, "date:": _line, "since": _since, "back in": _since, "et al": _cited,
}  # fmt: skip
"""Cue → what reads the line it stands in."""

_MONTH_CUES = frozenset(_MONTHS)
CUES |= dict.fromkeys(_MONTHS, _notice)  # read by `_calendar`, which needs to know the claim
