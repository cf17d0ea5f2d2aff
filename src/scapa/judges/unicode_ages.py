"""Since when a character can have been written: on paper, where its sign was invented late (`signs.tsv`), and by a
computer, which needs the version of Unicode that has it (`unicode_ages.tsv`, up to 17.0).

A year is taken off each publication, since drafts and early fonts have characters before that. An age is about computer
text: a letter of 1850 may stand in a character of 2014. So ages count where a text was typed (mail, chat, posts, and
documents that claim 1991 or later, when Unicode began), and pictographs of computer text count everywhere.
Left out are characters that older character sets had before Unicode (Hangul, Han, signs of home computers), and the
comma-below letters of Romanian, which old texts are routinely mended with.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from scapa.text.dates import DAY, claim

if TYPE_CHECKING:
    from scapa.text.newest import Times

UNICODE = "17.0"
PUBLISHED = {
    "2.0": "1996-07-01", "2.1": "1998-05-01", "3.0": "1999-09-01", "3.1": "2001-03-01", "3.2": "2002-03-01",
    "4.0": "2003-04-17", "4.1": "2005-03-31", "5.0": "2006-07-14", "5.1": "2008-04-04", "5.2": "2009-10-01",
    "6.0": "2010-10-11", "6.1": "2012-01-31", "6.2": "2012-09-26", "6.3": "2013-09-30", "7.0": "2014-06-16",
    "8.0": "2015-06-17", "9.0": "2016-06-21", "10.0": "2017-06-20", "11.0": "2018-06-05", "12.0": "2019-03-05",
    "12.1": "2019-05-07", "13.0": "2020-03-10", "14.0": "2021-09-14", "15.0": "2022-09-13", "15.1": "2023-09-12",
    "16.0": "2024-09-10", "17.0": "2025-09-09",
}  # fmt: skip
"""When each version of Unicode was published."""

AGES, SIGNS = (Path(__file__).with_name(name) for name in ("unicode_ages.tsv", "signs.tsv"))
_OLDER_SETS = (
    (0x0218, 0x021B), (0x1100, 0x11FF), (0x2E80, 0x2FFF), (0x3000, 0x32FE), (0x3300, 0x337A), (0x3380, 0x4DBF),
    (0x4E00, 0x9FFF), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0xFE00, 0xFE6F), (0xFF00, 0xFFEF),
    (0x1CC00, 0x1CEBF), (0x1FB00, 0x1FBFF), (0x20000, 0x3FFFF),
)  # fmt: skip
_PICTOGRAPHS = (
    (0x1F1E6, 0x1F1FF), (0x1F32D, 0x1F335), (0x1F337, 0x1F37C), (0x1F380, 0x1F393), (0x1F3A0, 0x1F4FC),
    (0x1F5FB, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F7E0, 0x1F7EB), (0x1F90C, 0x1F9FF), (0x1FA70, 0x1FAFF),
)  # fmt: skip


@cache
def written_from(version: str) -> int:
    """Return the time from which characters of a Unicode version count as possible: a year before its publication."""
    return _start(PUBLISHED[version]) - 365 * DAY


@cache
def times() -> Times:
    """Return since when each character was drawn and typed, as `scapa.text.newest` reads it."""
    import numpy as np

    from scapa.text.newest import NEVER, Times

    moments = [NEVER, *map(written_from, PUBLISHED), *sorted({_start(since) for _, _, since in _rows(SIGNS)})]
    at, order = np.array(moments), {version: i for i, version in enumerate(PUBLISHED, 1)}
    drawn, typed = np.zeros((2, 0x110000), np.uint16)
    for first, last, version in _rows(AGES):
        typed[first : last + 1] = order[version]
    for first, last in _PICTOGRAPHS:
        drawn[first : last + 1] = typed[first : last + 1]
    for first, last in _OLDER_SETS:
        typed[first : last + 1] = 0
    for first, last, since in _rows(SIGNS):
        later = at[drawn[first : last + 1]] < _start(since)
        drawn[first : last + 1][later] = moments.index(_start(since), len(order))
    pairs = np.meshgrid(at, at, indexing="ij")
    return Times(drawn * np.uint16(len(at)) + typed, pairs[0].ravel(), np.maximum(*pairs).ravel())


def _rows(file: Path) -> Iterator[tuple[int, int, str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            first, last, value = line.split("\t")[:3]
            yield int(first, 16), int(last or first, 16), value


def _start(date: str) -> int:
    """Return the earliest instant at which a day, month or year began anywhere on Earth; raises `ValueError`."""
    found = claim(date, "table")
    if found is None:
        raise ValueError(date)
    return found.start
