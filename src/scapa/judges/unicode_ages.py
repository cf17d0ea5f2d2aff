"""Since when a character can have been written: a table of the emoji and currency signs since Unicode 6.0.

For all other characters Python's own tables of Unicode 3.2 (2002) tell “3.2 or before” from “later”; “later” then
counts as 4.0. A year is taken off each publication, since drafts and early fonts have characters before that.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache

from scapa.text.dates import DAY, claim

_PUBLISHED = {
    "4.0": "2003-04-17", "6.0": "2010-10-11", "6.1": "2012-01-31", "6.2": "2012-09-26", "7.0": "2014-06-16",
    "8.0": "2015-06-17", "9.0": "2016-06-21", "10.0": "2017-06-20", "11.0": "2018-06-05", "12.0": "2019-03-05",
    "13.0": "2020-03-10", "14.0": "2021-09-14", "15.0": "2022-09-13", "16.0": "2024-09-10", "17.0": "2025-09-09",
}  # fmt: skip

_RANGES = {
    "6.0": "20B9 23E9-23F3 26CE 2705 270A-270B 2728 274C 274E 2753-2755 2795-2797 27B0 27BF 1F170-1F171 1F17E-1F17F "
    "1F18E 1F191-1F19A 1F1E6-1F1FF 1F201-1F202 1F232-1F23A 1F250-1F251 1F300-1F320 1F330-1F335 1F337-1F37C 1F380-1F393 "
    "1F3A0-1F3C4 1F3C6-1F3CA 1F3E0-1F3F0 1F400-1F43E 1F440 1F442-1F4F7 1F4F9-1F4FC 1F500-1F53D 1F550-1F567 1F5FB-1F5FF "
    "1F601-1F610 1F612-1F614 1F616 1F618 1F61A 1F61C-1F61E 1F620-1F625 1F628-1F62B 1F62D 1F630-1F633 1F635-1F640 "
    "1F645-1F64F 1F680-1F6C5",
    "6.1": "1F600 1F611 1F615 1F617 1F619 1F61B 1F61F 1F626-1F627 1F62C 1F62E-1F62F 1F634 1F540-1F543",
    "6.2": "20BA",
    "7.0": "20BB-20BD 23F4-23FA 1F321-1F32C 1F336 1F37D 1F394-1F39F 1F3C5 1F3CB-1F3CE 1F3D4-1F3DF 1F3F1-1F3F7 1F43F "
    "1F441 1F4F8 1F4FD-1F4FE 1F568-1F579 1F57B-1F5A3 1F5A5-1F5FA 1F641-1F642 1F650-1F67F 1F6C6-1F6CF 1F6E0-1F6EC "
    "1F6F0-1F6F3",
    "8.0": "20BE 1F32D-1F32F 1F37E-1F37F 1F3CF-1F3D3 1F3F8-1F3FF 1F4FF 1F54B-1F54F 1F643-1F644 1F6D0 1F910-1F918 "
    "1F980-1F984 1F9C0",
    "9.0": "1F57A 1F5A4 1F6D1-1F6D2 1F6F4-1F6F6 1F919-1F91E 1F920-1F927 1F930 1F933-1F93E 1F940-1F94B 1F950-1F95E "
    "1F985-1F991",
    "10.0": "20BF 1F6D3-1F6D4 1F6F7-1F6F8 1F91F 1F928-1F92F 1F931-1F932 1F94C 1F95F-1F96B 1F992-1F997 1F9D0-1F9E6",
    "11.0": "1F6F9 1F94D-1F94F 1F96C-1F970 1F973-1F976 1F97A 1F97C-1F97F 1F998-1F9A2 1F9B0-1F9B9 1F9C1-1F9C2 "
    "1F9E7-1F9FF",
    "12.0": "1F6D5 1F6FA 1F7E0-1F7EB 1F90D-1F90F 1F93F 1F971 1F97B 1F9A5-1F9AA 1F9AE-1F9AF 1F9BA-1F9BF 1F9C3-1F9CA "
    "1F9CD-1F9CF 1FA70-1FA73 1FA78-1FA7A 1FA80-1FA82 1FA90-1FA95",
    "13.0": "1F6D6-1F6D7 1F6FB-1F6FC 1F90C 1F972 1F977-1F978 1F9A3-1F9A4 1F9AB-1F9AD 1F9CB 1FA74 1FA83-1FA86 "
    "1FA96-1FAA8 1FAB0-1FAB6 1FAC0-1FAC2 1FAD0-1FAD6",
    "14.0": "1F6DD-1F6DF 1F7F0 1F979 1F9CC 1FA7B-1FA7C 1FAA9-1FAAC 1FAB7-1FABA 1FAC3-1FAC5 1FAD7-1FAD9 1FAE0-1FAE7 "
    "1FAF0-1FAF6",
    "15.0": "1F6DC 1FA75-1FA77 1FA87-1FA88 1FAAD-1FAAF 1FABB-1FABD 1FABF 1FACE-1FACF 1FADA-1FADB 1FAE8 1FAF7-1FAF8",
    "16.0": "1FA89 1FA8F 1FABE 1FAC6 1FADC 1FADF 1FAE9",
    "17.0": "20C1 1F6D8 1FA8A 1FA8E 1FAC8 1FACD 1FAEA 1FAEF",
}


def newest(text: str) -> tuple[str, int] | None:
    """Return the Unicode version of the newest character in `text` and the time (UTC microseconds) before which it was
    not written; None if all are of 3.2 or before.
    """
    if text.isascii():
        return None
    found = {version for version in map(_age, set(text)) if version}
    last = max(found, key=_version, default="")
    return (last, written_from(last)) if last else None


@cache
def written_from(version: str) -> int:
    """Return the time from which characters of a Unicode version count as possible: a year before its publication."""
    published = claim(_PUBLISHED[version], "table")
    return published.start - 365 * DAY if published else 0


@cache
def _age(character: str) -> str:
    starts, ends, versions = _table()
    code = ord(character)
    at = bisect_right(starts, code) - 1
    if at >= 0 and code <= ends[at]:
        return versions[at]
    old, now = unicodedata.ucd_3_2_0.category(character), unicodedata.category(character)
    return "4.0" if old == "Cn" and now != "Cn" else ""


@cache
def _table() -> tuple[list[int], list[int], list[str]]:
    rows = []
    for version, ranges in _RANGES.items():
        for item in ranges.split():
            first, _, last = item.partition("-")
            rows.append((int(first, 16), int(last or first, 16), version))
    rows.sort()
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def _version(name: str) -> tuple[int, ...]:
    return tuple(map(int, name.split(".")))
