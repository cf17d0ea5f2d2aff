"""What a line of a mail says it is: an attribution, a header line, a mark of a quote. Each pattern is linear."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scapa.judges.mail_words import HEADER_LABELS, INTRODUCTIONS, RAW_HEADERS, SAID, WROTE

LONG = 400
"""No line that a mail program writes around a text is longer."""

COLONS = (":", "：")

_LONGEST_HEADER = 4000
_WROTE = re.compile(WROTE, re.IGNORECASE)
_SAID = re.compile(SAID, re.IGNORECASE)
_SAID_BY = re.compile(r"(?:[A-Z][\w.'’-]{0,30} ){1,4}\w{3,10}(?: the following)? ?:$")
_FIRST_WORD = re.compile(r"[^\W\d_]{1,12}")
_DATE_FIRST = re.compile(r"\W{0,2}\d{1,4}[-./年 ]")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d+")
_WHEN = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\b(?:19|20)\d\d\b|(?:19|20)\d\d年")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,4}[-./]\s?(?:\d{1,2}|[a-zA-Z]{3})[-./]\s?\d{2,4}(?!\d)")
_CLOCK = re.compile(r"\d{1,2} ?[:.h時点] ?\d{2}|\d{1,2} ?[ap]\.?m")
_ADDRESS = re.compile(r"\S@\S")
_ENCLOSED = re.compile(r"[<(\[]\s?(?:mailto:)?[^\s<>()]{1,100}@[^\s<>()]{1,100}[>)\]]|\S@\S+ wrote")
_LABEL = re.compile(r"[*_]{0,2}([^\W\d_][\w\-./’' ]{0,22}?)[*_]{0,2}\s{0,10}[:：][*_]{0,2}(?:\s|$|\S)")
_ENGLISH = re.compile(
    r"On (?:\w{3,9}[,.]? )?(?:\d{1,2}[/. ]|\w{3,9}[. ]|\d{4}-)[\w/.,: +-]{4,50}[,.]? (?:[^\s,]{1,30} ){0,5}"
    r"[^\s,]{1,30} wrote ?:$"
)
_QUOTING = ("quoting ", "zitat von ", "citando ", "citation de ", "citat ", "cytowanie ", "aanhalen ", "quote from ")
_SENTENCE = re.compile(r"[a-z]{3}[.!?] [A-ZÀ-Ý]")
_MARKED = re.compile(r"[\d.)]{0,3}>+|[|:}%#)\]]|[^\w\s\"'“„«(<\[*•+·–—…>]{2,4}|[＞》›»]")

INITIALS = re.compile(r"([A-Za-z]{1,4})>+(?:\s|$)")
"""How a line begins that The Bat or supercite quotes: the initials of the quoted, then `>`."""


def is_attribution(joined: str) -> bool:
    """Say whether what stands directly above a quote introduces it, by whatever it holds: date, verb, name, address."""
    if len(joined) > 2 * LONG:
        return False
    dated = bool(_DIGIT.search(joined) and _WHEN.search(joined))
    if dated and (_WROTE.search(joined) or _introduced(joined)):
        return True
    return dated and bool(_SAID.search(joined) or _ADDRESS.search(joined))


def is_named(joined: str) -> bool:
    """Say whether a line or two read “X wrote:” or “X <a@b>:”, directly above a quote."""
    if len(joined) > 250:
        return False
    if _WROTE.search(joined) or joined.lower().startswith(_QUOTING):
        return True
    if _ADDRESS.search(joined) and len(joined) < 150 and "news:" not in joined:
        return True
    return bool(_SAID.search(joined) and (_SAID_BY.match(joined) or len(joined) < 60))


def announces(joined: str) -> bool:
    """Say whether a paragraph of its own is an attribution even where nothing marks the quote below it.

    It must have a date with its year, a time, the verb, and the address of whom it quotes or the plain English form:
    people write “In 1920 the poet wrote:”, too.
    """
    if len(joined) > LONG or not _DIGIT.search(joined) or not _introduced(joined):
        return False
    if not (_YEAR.search(joined) and _CLOCK.search(joined)):
        return False
    if _ENCLOSED.search(joined) or (_ADDRESS.search(joined) and not _SENTENCE.search(joined)):
        return bool(_WROTE.search(joined)) or len(joined) < 160
    return bool(_ENGLISH.match(joined))


def is_dated_name(joined: str) -> bool:
    """Say whether a line that is marked as quoted itself introduces the quote below it."""
    return is_attribution(joined) and bool(_WROTE.search(joined) or _SAID.search(joined) or _ADDRESS.search(joined))


def _introduced(joined: str) -> bool:
    word = _FIRST_WORD.match(joined.lstrip("*_[(\"'«“- "))
    return bool(word and word[0].lower() in INTRODUCTIONS) or bool(_DATE_FIRST.match(joined)) or "年" in joined[:8]


def header_role(bare: str) -> str:
    """Return what a header line holds (`from`, `date`, `to`, `subject`, `cc`, `other`), or nothing."""
    if len(bare) > _LONGEST_HEADER or (":" not in bare[:34] and "：" not in bare[:34]):
        return ""
    match = _LABEL.match(bare)
    if not match:
        return ""
    label = match[1].strip().lower()
    return HEADER_LABELS.get(label, "other" if label.startswith(RAW_HEADERS) else "")


def is_raw_header(bare: str) -> bool:
    """Say whether this header line is one that no program copies into a quote."""
    return bare.lower().startswith(RAW_HEADERS)


def names_someone(bare: str) -> bool:
    """Say whether the value of a header line could be a person or an address: it is no time and no number."""
    value = bare.partition("：" if "：" in bare[:34] and ":" not in bare[:34] else ":")[2].strip("*_ \t")
    return bool(value) and not value[0].isdigit()


def gives_date(bare: str) -> bool:
    """Say whether a header line holds a date with its year, or a time of day in full."""
    return len(_NUMBER.findall(bare[:100])) > 1 and bool(_YEAR.search(bare) or "年" in bare)


def mark_of(bare: str) -> str:
    """Return what may mark this line as quoted where an attribution stands above it; "" for a line of words."""
    match = INITIALS.match(bare) or _MARKED.match(bare)
    return match[0] if match else ""


def joined_up(lines: Sequence[str]) -> str:
    """Return lines that a program has wrapped as the one that they were."""
    return " ".join(lines).strip()
