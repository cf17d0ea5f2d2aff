"""Names: people whom a mail's own header names, where its text names them. No preset masks them; a policy may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scapa.judges import JUDGES, Column
from scapa.judges.rowwise import byte_offsets, checked, values_of
from scapa.judges.spanned import Found, spanned
from scapa.text.headers import decode_words, finder, firsts

if TYPE_CHECKING:
    import pyarrow as pa

_FIELDS = finder(["from", "to", "cc", "reply-to", "sender"])
_MAILBOX = re.compile(
    r"(?:\"([^\"\\]{2,80})\"|([^<>\",;:()@\s][^<>\",;:()@]{1,80}))\s{0,3}<[^<>@]{1,80}@[^<>]{1,255}>|"
    r"@[\w.-]{1,255} {1,3}\(([^()]{2,80})\)"
)
_WORD = r"[^\W\d_a-zß-öø-ÿ][\w'’.-]{0,30}"
_PERSON = re.compile(rf"{_WORD}(?: (?:(?:van|von|de|der|den|da|di|del|la|le|el|bin|al|ter) ){{0,2}}{_WORD}){{0,3}}")
_NO_PERSON = re.compile(
    r"(?i:\b(?:lists?|team|support|groups?|news|newsletter|users?|service|mail|mailer|info|admin|administrator|webmaster|"
    r"daily|weekly|inc|ltd|gmbh|llc|corp|company|shop|shopper|store|online|digest|daemon|system|root|postmaster|bot|devel|"
    r"talk|announce|alerts?|updates?|recipients|undisclosed|subscribers?|members?|project|foundation|university|network|"
    r"institute|media|digital|tech|specialist|world|magazine|report|the|and|for)\b)|\d|"
    r"[A-ZÀ-Þ]{3}|[a-zß-ÿ](?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bDi)(?<!\bLa)(?<!\bLe)(?<!\bVan)[A-ZÀ-Þ]"
)
"""What names of lists, firms and programs have, and people's have not: such words, digits, capitals within."""
_WORDS = frozenset([
    "Will", "Mark", "May", "June", "April", "August", "Bill", "Rose", "Hope", "Grace", "Art", "Frank", "Rob", "Pat",
    "Sue", "Dean", "Earl", "Grant", "Chase", "Miles", "Max", "Ray", "Guy", "Joy", "Faith", "Summer", "Dawn", "Iris",
    "Ivy", "Olive", "Penny", "Young", "White", "Black", "Brown", "Green", "King", "Page", "Price", "Long", "Short",
    "Best", "Good", "Day", "Field", "Fields", "Hill", "Wood", "Woods", "Stone", "Park", "Bush", "Cook", "Baker",
    "Hunter", "Fisher", "Carpenter", "Major", "Love", "Power", "Powers", "Rich", "Wise", "Small", "Little", "Moon",
    "Star", "Sky", "Dear", "Gross", "Klein", "Lang", "Kurz", "Weiß", "Schwarz", "Sommer", "Winter", "Herbst", "Frost",
    "Vogel", "Wolf", "Fuchs", "Horn", "Bank", "Banks", "Church", "Cross", "Case", "Chance", "Christian", "Angel",
    "Jesus", "Paris", "Florence", "Austin", "Virginia", "Georgia", "Carolina", "Jordan", "Israel", "Chad", "Kelly",
    "Webb", "Post", "Read", "Reading", "Hand",
])  # fmt: skip
"""Names that are words, too: found in full names, in greetings and alone on a line, nowhere else."""
_BEFORE = re.compile(
    r"(?:\b(?:hi|hello|hey|dear|hallo|liebe[rs]?|cher|chère|hola|querid[oa]|hej|ciao|car[oa]|beste|olá|cześć|thanks|"
    r"regards|cheers|love|gruß|grüße),? |(?:^|\n)[> \t]{0,8})\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[ \t]{0,3}(?:[,!]|\n|\Z|wrote|writes|schrieb|a écrit|escribió|skrev|schreef|ha scritto|escreveu)")
_INNER = frozenset(".-_@/'’")
_MOST = 12
"""So many names of one header are looked for; a mail to more people than that names few of them."""


@JUDGES.register
class Names:
    """Names of people in the text: those of the author and of the mail's sender and recipients, whole or in part.

    No list of names and no model is behind it: the libraries that find names need models from elsewhere, or are lists
    that were collected without consent. Whoever is not in the header is not found.
    """

    name = "names"
    version = 1
    learns = False
    needs = ()
    source = "From, To, Cc, Reply-To and Sender of the same mail (RFC 5322); the author's name of chats and posts"
    failures = (
        "people whom the header does not name are not found",
        "a first name that is a word as well (Will, Mark) is found in full names, greetings and signatures alone",
    )
    columns = {
        "spans": Column("spans", "disjoint; kind: name"),
        "count": Column("int", "how many spans"),
    }

    def data(self) -> tuple[str, ...]:
        return ()

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        found: list[list[Found]] = []
        errors: list[str | None] = []
        columns = [values_of(batch.column(name)) for name in ("text", "headers", "author_name")]
        for cells in zip(*columns, strict=True):
            try:
                text, headers, author = checked(cells)
                found.append(_in_bytes(text, find_names(text, people(headers or b"", author or ""))))
                errors.append(None)
            except Exception as error:  # noqa: BLE001 - a bad record is counted, whatever is wrong with it
                found.append([])
                errors.append(type(error).__name__)
        return spanned(found, errors, self.columns)


def people(headers: bytes, author: str) -> list[str]:
    """Return the display names that look like those of people, in the order in which the header gives them."""
    names = [author]
    for value in firsts(headers, _FIELDS).values() if headers else ():
        names += [next(filter(None, match.groups()), "") for match in _MAILBOX.finditer(value[:4_000])]
    shown = [decode_words(name) if "=?" in name else name for name in names[:_MOST]]
    return list(dict.fromkeys(name for name in map(_ordered, shown) if _is_person(name)))


def _ordered(name: str) -> str:
    """Return `Jane Doe` for `Doe, Jane` and `'Jane Doe'`."""
    last, comma, first = name.strip(" '\"").partition(", ")
    return " ".join(f"{first} {last}".split()) if comma else " ".join(last.split())


def _is_person(name: str) -> bool:
    return len(name) > 2 and bool(_PERSON.fullmatch(name)) and not _NO_PERSON.search(name)


def find_names(text: str, names: list[str]) -> list[Found]:
    """Return where `text` names the people, as sorted, disjoint (start, end, kind) in characters."""
    found: list[Found] = []
    for name in sorted(names, key=len, reverse=True):
        found += ((at, at + len(name), "name") for at in _places(text, name))
        for part in name.split():
            if len(part) > 2 and part[0].isupper() and not part.endswith("."):
                found += ((at, at + len(part), "name") for at in _places(text, part) if _is_name(text, at, part))
    kept: list[Found] = []
    for span in sorted(set(found), key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _places(text: str, name: str) -> Iterator[int]:
    """Yield where `name` stands as words of its own, in no address and no name of a host or file."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        before, after = text[max(0, at - 2) : at], text[end : end + 2]
        if not (before[-1:].isalnum() or after[:1].isalnum() or _is_joined(before[::-1]) or _is_joined(after)):
            yield at
        at = text.find(name, end)


def _is_joined(near: str) -> bool:
    return len(near) == 2 and near[0] in _INNER and near[1].isalnum() and near != "'s" and near != "’s"


def _is_name(text: str, at: int, part: str) -> bool:
    if part not in _WORDS:
        return True
    return bool(_BEFORE.search(text, max(0, at - 16), at) and _AFTER.match(text, at + len(part)))


def _in_bytes(text: str, spans: list[Found]) -> list[Found]:
    if not spans or text.isascii():
        return spans
    cuts = byte_offsets(text, [cut for start, end, _ in spans for cut in (start, end)])
    return [(cuts[2 * i], cuts[2 * i + 1], kind) for i, (_, _, kind) in enumerate(spans)]
