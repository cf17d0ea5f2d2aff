"""Dates of birth: a full date just after a word that says birth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from scapa.judges.finders import Finder, Found, Word

_MONTH = r"(?P<month>[^\W\d_]{3,13})\.?"
_DAY = (
    r"(?P<date>(?:19|20)\d\d-\d\d-\d\d|(?:19|20)\d\d/\d{1,2}/\d{1,2}|(?:19|20)\d{6}|"
    r"(?:19|20)\d\d年 ?\d{1,2}月 ?\d{1,2}日|"
    r"\d{1,2}(?P<sep>[./-]) ?\d{1,2}(?P=sep) ?(?:(?:19|20)\d\d|\d\d)|"
    rf"\d{{1,2}}(?:\.|º|er|st|nd|rd|th)?[ -](?:de |of )?{_MONTH}(?: de| del)?,?[ -](?:19|20)\d\d|"
    r"(?P<month2>[^\W\d_]{3,13})\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d)(?![\w-]|[./]\d)"
)
_MONTHS = frozenset(
    re.findall(
        r"\w+",
        "jan feb mar apr may jun jul aug sep oct nov dec mär mai okt dez mrt maa mei maj fév avr jui aoû déc ene"
        " abr ago dic gen mag giu lug set ott out sty lut kwi cze lip sie wrz paź lis gru",
    )
)
"""The first three letters of the months in ten languages."""
_AFTER = re.compile(rf"[^\W\d_]+[^\n\d]{{0,28}}?(?:(?<=\W)|(?<=_)){_DAY}", re.IGNORECASE)
_ITALIAN = re.compile(rf"nat[oa](?: a [^\W\d_]+)? il {_DAY}", re.IGNORECASE)
_BORN = re.compile(rf"born(?: on| in [^\W\d_]+)?,? (?:the )?(?:[A-Z][a-z]+day,? )?{_DAY}", re.IGNORECASE)
_INITIAL = re.compile(rf"b\. {_DAY}")
_POLISH = re.compile(rf"ur\. ?{_DAY}")
_JAPANESE = re.compile(r"(?P<date>(?:19|20)\d\d年 ?\d{1,2}月 ?\d{1,2}日) ?\Z")
_STAR = re.compile(rf"\* ?{_DAY}")
_WORDS = (
    "birthdate", "birthday", "birth_date", "birth", "dateofbirth", "date_of_birth", "d.o.b", "geburtsdatum",
    "geburtstag", "geboortedatum", "geboren", "naissance", "nacimiento", "nascimento", "nascita", "nacido", "nacida",
    "nascido", "nascida", "fødselsdato", "fødselsdag", "født", "född", "födelsedatum", "urodz", "生年月日", "誕生日",
    "datenaissance",
)  # fmt: skip
_SHORT = ("dob", "bday", "geb", "né", "née", "nasc")


def _birth(pattern: re.Pattern[str], text: str, at: int) -> Iterator[Found]:
    match = pattern.match(text, at)
    if match and all(month is None or month[:3].lower() in _MONTHS for month in match.group("month", "month2")):
        yield *match.span("date"), "birth"


def _before(text: str, at: int) -> Iterator[Found]:
    """Yield the date that the word at `at` follows, as in Japanese."""
    if match := _JAPANESE.search(text, max(0, at - 20), at):
        yield *match.span("date"), "birth"


def star(text: str, at: int) -> Iterator[Found]:
    """Yield the date after a star, as Germans note births; one line's bullet is no star."""
    if text[at - 1 : at] not in (" ", ",", "("):
        return
    line = text.rfind("\n", max(0, at - 200), at) + 1
    if text[line:at].strip(" \t-•*"):
        yield from _birth(_STAR, text, at)


WORDS: dict[Word, Finder] = {
    **{Word(word, near=48): partial(_birth, _AFTER) for word in _WORDS},
    **{Word(word, whole=True, near=48): partial(_birth, _AFTER) for word in _SHORT},
    Word("nato ", near=32): partial(_birth, _ITALIAN),
    Word("nata ", near=32): partial(_birth, _ITALIAN),
    Word("born ", near=40): partial(_birth, _BORN),
    Word("生まれ"): _before,
    Word("b. ", near=16): partial(_birth, _INITIAL),
    Word("ur.", near=16): partial(_birth, _POLISH),
}
