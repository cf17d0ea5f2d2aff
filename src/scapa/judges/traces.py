"""Traces of computers in the bytes of a text: sequences of emoji, misread UTF-8, escapes of formats, typed faces.

A trace is found by its bytes alone, one search over a batch. What is damage or format, such as `&nbsp;`, is of the
copy, as a library's notice is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scapa.judges.anachronisms import day


class Trace(NamedTuple):
    """Bytes `mark` at which `pattern` must match (around it, from `before` bytes on); not written before `since`."""

    name: str
    since: str
    mark: bytes
    before: int
    pattern: re.Pattern[bytes]


def _trace(name: str, since: str, mark: str, pattern: str = "", before: int = 0) -> Trace:
    return Trace(name, since, mark.encode(), before, re.compile((pattern or re.escape(mark)).encode()))


_ZWJ = "\u200d"
_PERSON = "(?:\U0001f468|\U0001f469)(?:\U0001f3fb|\U0001f3fc|\U0001f3fd|\U0001f3fe|\U0001f3ff)?"
_ROLES = (
    "\u2695",
    "\u2696",
    "\u2708",
    "\U0001f33e",
    "\U0001f373",
    "\U0001f393",
    "\U0001f3a4",
    "\U0001f3a8",
    "\U0001f3eb",
    "\U0001f3ed",
    "\U0001f4bb",
    "\U0001f4bc",
    "\U0001f527",
    "\U0001f52c",
    "\U0001f680",
    "\U0001f692",
)
_JOINED = (
    ("2015-11", "\U0001f3f3\ufe0f\u200d\U0001f308"),
    ("2015-11", "\U0001f3f3\u200d\U0001f308"),
    ("2015-11", "\u200d\u2640"),
    ("2015-11", "\u200d\u2642"),
    ("2017-11", "\U0001f3f4\u200d\u2620"),
    ("2019-06", "\U0001f3f3\ufe0f\u200d\u26a7"),
    ("2019-06", "\u2764\ufe0f\u200d\U0001f525"),
    ("2019-06", "\u2764\ufe0f\u200d\U0001fa79"),
    ("2019-06", "\U0001f62e\u200d\U0001f4a8"),
    ("2019-06", "\U0001f635\u200d\U0001f4ab"),
    ("2019-06", "\U0001f636\u200d\U0001f32b"),
    ("2018-03", "\U0001f415\u200d\U0001f9ba"),
    ("2019-03", "\U0001f43b\u200d\u2744"),
    ("2019-03", "\U0001f408\u200d\u2b1b"),
    ("2021-09", "\U0001f426\u200d\u2b1b"),
    ("2022-09", "\U0001f642\u200d\u2194"),
    ("2022-09", "\U0001f642\u200d\u2195"),
    ("2022-09", "\U0001f34b\u200d\U0001f7e9"),
    ("2022-09", "\U0001f426\u200d\U0001f525"),
    ("2022-09", "\u26d3\ufe0f\u200d\U0001f4a5"),
    ("2014-10", "\U0001f441\ufe0f\u200d\U0001f5e8"),
    ("2018-03", "\U0001f9d1\u200d"),
    ("2016-03", "\U0001f3f4\U000e0067\U000e0062"),
)
_EMOJI = (
    *(_trace("emoji sequence", since, mark) for since, mark in _JOINED),
    _trace("emoji sequence", "2015-11", _ZWJ, f"{_PERSON}{_ZWJ}(?:{'|'.join(_ROLES)})", 8),
    _trace("emoji sequence", "2014", _ZWJ, f"{_PERSON}{_ZWJ}", 8),
    _trace("emoji style", "2010", "\ufe0f", "(?:[\u2190-\u27bf\u2b05-\u2b55]|[0-9#*])\ufe0f", 3),
)
_MISREAD = tuple(
    _trace("mojibake:UTF-8", "1992-09-02", mark)
    for mark in (
        "ï»¿",
        "вЂ™",
        "вЂњ",
        "вЂ“",
        "вЂ”",
        "‚Äô",
        "‚Äú",
        "‚Äî",
        "‚Äì",
        "ΓÇÖ",
        "ΓÇ£",
        "ΓÇô",
        "ΓÇö",
        "鈥檚",
        "鈥渋",
        "â„¢",
        "â‚¬",
        "Ã¶",
        "Ã¼",
        "Ã¤",
        "ÃŸ",
        "Ã¡",
        "Ã³",
        "Ãº",
        "Ã±",
        "Ã§",
        "Ã¨",
        "Ãª",
        "Ã®",
        "Ã´",
        "Ã¸",
        "Ã¥",
        "Ã¦",
        "√©",
        "√º",
        "√∂",
        "√§",
        "√±",
        "├®",
        "├╝",
        "├╢",
        "Å¡",
        "Å¾",
        "Å‚",
        "Å›",
        "Ä‡",
        "ÄŸ",
        "Ä±",
        "Ð¸Ð",
        "Ð¾Ð",
        "Ð°Ð",
        "Ð½Ð",
        "ÐµÐ",
        "Ñ€Ð",
        "Ñ‚Ð",
        "СЃС‚",
        "РѕР",
        "РёР",
        "锟斤拷",
        "縺ゅ",
        "繧ｒ",
        "Ã‰",
        "Ã€",
        "Â°C",
        "Â£",
        "Â©",
        "Â®",
        "Â§",
        "Â½",
    )
)
_MISREAD_LATER = (
    _trace("mojibake:emoji", "2009", "ðŸ˜"),
    _trace("mojibake:emoji", "2009", "ðŸ‘"),
    _trace("mojibake:emoji", "2009", "рџ˜"),
    _trace("mojibake:double", "1993", "Ãƒ"),
    _trace("mojibake:double", "1993", "Ã¢â‚¬"),
)
_ESCAPES = (
    *(
        _trace("entity", "1990", mark)
        for mark in ("&nbsp;", "&amp;", "&quot;", "&eacute;", "&uuml;", "&ouml;", "&auml;")
    ),
    *(
        _trace("entity", "1995", mark)
        for mark in ("&mdash;", "&ndash;", "&rsquo;", "&lsquo;", "&rdquo;", "&ldquo;", "&hellip;")
    ),
    _trace("entity", "1996", "&euro;"),
    _trace("entity", "1995", "&#82", "&#82[0-9]{2};"),
    _trace("entity", "1990", "&#39;"),
    _trace("entity", "1997", "&#x20", "&#x20[0-9a-fA-F]{2};"),
    _trace("quoted-printable", "1991", "=E2=80=9"),
    _trace("quoted-printable", "1991", "=C3=", "=C3=[AB][0-9A-F]"),
    _trace("quoted-printable", "1991", "=C2=A0"),
    _trace("encoded word", "1991", "=?UTF-8?"),
    _trace("encoded word", "1991", "=?utf-8?"),
    _trace("encoded word", "1991", "=?iso-8859-1?"),
    _trace("encoded word", "1991", "=?ISO-8859-1?"),
    _trace("escape", "1991", "\\u20", r"\\u20[0-9a-fA-F]{2}"),
    _trace("escape", "1991", "\\u00", r"\\u00[0-9a-fA-F]{2}"),
    *(
        _trace("tag", "1990", mark)
        for mark in (
            "<br>",
            "<BR>",
            "<br />",
            "<br/>",
            "</p>",
            "</P>",
            "<html>",
            "<HTML>",
            "</a>",
            "<a href=",
            "<A HREF=",
            "</b>",
            "</i>",
            "</div>",
            "</span>",
            "<!DOCTYPE",
        )
    ),
    _trace("byte order mark", "1991", "\ufeff"),
)
_SPACED = r"(?:^|[\s.!?,])"
_FACES = (
    *(
        _trace("typed face", "1982-09-19", mark, _SPACED + re.escape(mark) + r"(?:[\s.,!?]|$)", 1)
        for mark in (":-)", ";-)", ":-(", ":-D", ":-P", ":)", ";)", ":D", ":'(")
    ),
    *(_trace("typed face", "1986", mark) for mark in ("^_^", "(^o^)", "m(_ _)m")),
    _trace("typed face", "2005", "ಠ_ಠ"),
    _trace("typed face", "2008", "¯\\_(ツ)_/¯"),
    _trace("typed face", "2008", "( ͡° ͜ʖ ͡°)"),
    _trace("typed face", "2009", "(╯°□°"),
    _trace("typed face", "2010", "ʕ•ᴥ•ʔ"),
)

TRACES = (*_EMOJI, *_MISREAD, *_MISREAD_LATER, *_ESCAPES, *_FACES)


def traces(data: bytes, starts: Sequence[int], ends: Sequence[int]) -> Iterator[tuple[int, Trace]]:
    """Yield (row, trace) of what stands in a text whose claim ends before it: row i is `data[starts[i]:starts[i + 1]]`,
    and its claim ends at `ends[i]` (UTC microseconds).
    """
    earliest = min(ends, default=0)
    joined = _ZWJ.encode() in data
    for trace in TRACES:
        since = day(trace.since)
        if since < earliest or (not joined and _ZWJ.encode() in trace.mark):
            continue
        at = data.find(trace.mark)
        while at >= 0:
            row = bisect_right(starts, at) - 1
            stop = starts[row + 1]
            if since < ends[row]:
                at = data.find(trace.mark, stop)
            elif trace.pattern.search(data, max(starts[row], at - trace.before), min(stop, at + len(trace.mark) + 12)):
                yield row, trace
                at = data.find(trace.mark, stop)
            else:
                at = data.find(trace.mark, at + len(trace.mark))
