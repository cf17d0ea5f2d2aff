"""What a line of a mail says it is: an attribution, a header line, a mobile footer. Each pattern is linear."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scapa.judges.mail_words import HEADER_LABELS, INTRODUCTIONS, MOBILE, SAID, WROTE

LONG = 400
"""No line that a mail program writes around a text is longer."""

_LONGEST_HEADER = 4000
_PARAGRAPH = 4000
_MOBILE_FIRST = frozenset("SsGgDdHhTtVvAaMmEeÉéOoIiLlWwОо从发*_([")

_WROTE = re.compile(WROTE, re.IGNORECASE)
_SAID = re.compile(SAID, re.IGNORECASE)
_SAID_BY = re.compile(r"(?:[A-Z][\w.'’-]{0,30} ){1,4}\w{3,8} ?:$")
_FIRST_WORD = re.compile(r"[^\W\d_]{1,12}")
_DATE_FIRST = re.compile(r"\W?\d{1,4}[-./年 ]")
_DIGITS = re.compile(r"\d")
_WHEN = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\b(?:19|20)\d\d\b")
_TIME_OR_ADDRESS = re.compile(r"\d{1,2}[:.h]\d{2}|\S@\S")
_ADDRESS = re.compile(r"\S@\S")
_LABEL = re.compile(r"[*_]{0,2}([^\W\d_][\w\- ]{0,22}?)[*_]{0,2} ?[:：][*_]{0,2}(?:\s|$|\S)")
_MOBILE = re.compile("|".join(MOBILE))
_EXCUSE = re.compile(r"excuse|typo|brevity|tippfehler|bündig")
_QUOTING = ("quoting ", "zitat von ", "citando ", "citation de ", "citat ")


def is_dated(joined: str, followed: bool) -> bool:
    """Say whether this is “On … wrote:” with a date, or, with less than that, stands directly above a quote."""
    if len(joined) > 2 * LONG or not _DIGITS.search(joined):
        return False
    word = _FIRST_WORD.match(joined.lstrip("*_[(\"'"))
    introduced = bool(word and word[0].lower() in INTRODUCTIONS) or bool(_DATE_FIRST.match(joined))
    if not introduced or not _WHEN.search(joined):
        return False
    if _WROTE.search(joined) or (followed and _SAID.search(joined)):
        return followed or bool(_TIME_OR_ADDRESS.search(joined))
    return followed and bool(_ADDRESS.search(joined))


def is_named(joined: str) -> bool:
    """Say whether this reads “X wrote:” or “X <a@b>:”, directly above a quote."""
    if len(joined) > 250:
        return False
    if _WROTE.search(joined) or joined.lower().startswith(_QUOTING):
        return True
    if _ADDRESS.search(joined) and len(joined) < 150 and "news:" not in joined:
        return True
    return bool(_SAID.search(joined) and _SAID_BY.match(joined))


def header_role(bare: str) -> str:
    """Return what a header line holds (`from`, `date`, `to`, `subject`, `cc`, `other`), or nothing."""
    if len(bare) > _LONGEST_HEADER or (":" not in bare[:28] and "：" not in bare[:28]):
        return ""
    match = _LABEL.match(bare)
    return HEADER_LABELS.get(match[1].strip().lower(), "") if match else ""


def is_mobile(bare: str) -> bool:
    """Say whether this is the whole of a line such as “Sent from my phone”, perhaps with an excuse for its typing."""
    if bare[0] not in _MOBILE_FIRST:
        return False
    low = bare.lower().strip("*_()[]. ")
    if "," in low or "." in low:
        head = re.split(r"[,.] ", low, maxsplit=1)
        if len(head) == 2 and not _EXCUSE.search(head[1]):
            return False
        low = head[0]
    return bool(_MOBILE.fullmatch(low)) and low.count(" ") < 10


def as_prose(lines: Sequence[str]) -> str:
    """Return the lines as one, in lower case, as much of it as a lawyers' paragraph may have."""
    return " ".join(line[:_PARAGRAPH] for line in lines)[:_PARAGRAPH].lower()
