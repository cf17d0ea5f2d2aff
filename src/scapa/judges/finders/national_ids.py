"""Numbers that states give people: each by its shape and check digits, most only beside a word that names it.

Shapes and check digits as the issuing offices publish them. A check digit that lets one number in ten or eleven pass is
too weak alone, so such a number needs its word; the Italian, French and Swiss numbers are found without one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import NamedTuple

from scapa.judges.finders import Finder, Found, Word
from scapa.judges.finders.numbers import luhn

_EDGE, _END = r"(?<![\w.+-])", r"(?!\w|[.,-]\d)"


class _Id(NamedTuple):
    """A number's shape, its check on plain digits and capitals, and the words (in small letters) that name it."""

    shape: re.Pattern[str]
    check: Callable[[str], bool]
    words: tuple[str, ...]


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{_EDGE}(?:{pattern}){_END}")


def _plain(value: str) -> str:
    return "".join(filter(str.isalnum, value)).upper()


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False))


def _is_ssn(v: str) -> bool:
    return v[:3] not in ("000", "666") and v[0] != "9" and v[3:5] != "00" and v[5:] != "0000" and len(set(v)) > 2


def _is_nino(v: str) -> bool:
    return not (v[0] in "DFIQUV" or v[1] in "DFIOQUV" or v[:2] in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"))


def _is_dni(v: str) -> bool:
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(v[:-1]) % 23] == v[-1]


def _is_nie(v: str) -> bool:
    return _is_dni(str("XYZ".index(v[0])) + v[1:])


def _is_dni_or_nie(v: str) -> bool:
    return _is_nie(v) if v[0] in "XYZ" else _is_dni(v)


_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16,
         10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip


def _is_codice_fiscale(v: str) -> bool:
    total = sum(_ODD[c] if i % 2 == 0 else int(c, 36) - 10 * c.isalpha() for i, c in enumerate(v[:15]))
    return chr(65 + total % 26) == v[15]


def _is_cpr(v: str) -> bool:
    """Day, month and year of birth; numbers since 2007 have no check digit."""
    return _is_day(v[:2], v[2:4], v[4:6])


def _is_day(day: str, month: str, year: str) -> bool:
    try:
        date(2000 + int(year) % 100, int(month), int(day))
    except ValueError:
        return int(day) == 29 and int(month) == 2
    return True


def _is_bsn(v: str) -> bool:
    return len(set(v)) > 1 and (_weighted(v, (9, 8, 7, 6, 5, 4, 3, 2)) - int(v[8])) % 11 == 0


def _is_nif(v: str) -> bool:
    check = 11 - _weighted(v, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return v[0] != "0" and int(v[8]) == (0 if check > 9 else check)


def _is_pesel(v: str) -> bool:
    month = str(int(v[2:4]) % 20)
    return -_weighted(v, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10 == int(v[10]) and _is_day(v[4:6], month, v[:2])


def _is_nir(v: str) -> bool:
    body = v[:13]
    if body[5:7] in ("2A", "2B"):
        body = body[:5] + ("19" if body[6] == "A" else "18") + body[7:]
    return body.isdigit() and v[13:].isdigit() and 97 - int(body) % 97 == int(v[13:])


def _is_steuer_id(v: str) -> bool:
    """One digit of the first ten stands there twice or three times; ISO 7064 mod 11,10."""
    repeated = [v[:10].count(digit) for digit in set(v[:10])]
    if v[0] == "0" or max(repeated) not in (2, 3) or sum(n > 1 for n in repeated) != 1:
        return False
    product = 10
    for digit in v[:10]:
        product = 2 * ((int(digit) + product) % 10 or 10) % 11
    return (11 - product) % 10 == int(v[10])


def _is_my_number(v: str) -> bool:
    rest = _weighted(v[10::-1], (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)) % 11
    return int(v[11]) == (0 if rest <= 1 else 11 - rest)


def _is_luhn(v: str) -> bool:
    return luhn(v[-10:])


def _is_cpf(v: str) -> bool:
    if len(set(v)) == 1:
        return False
    first = _weighted(v, tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = _weighted(v, tuple(range(11, 1, -1))) * 10 % 11 % 10
    return v[9:] == f"{first}{second}"


def _is_ahv(v: str) -> bool:
    return v.startswith("756") and -_weighted(v, (1, 3) * 6) % 10 == int(v[12])


_S = r"[ .-]?"
_FISCAL = _shape(r"[A-Za-z]{6}\d{2}[A-Za-z]\d{2}[A-Za-z]\d{3}[A-Za-z]")
_NIR = _shape(rf"[12]{_S}\d\d{_S}(?:0[1-9]|1[0-2]|[2-4]\d){_S}(?:\d\d|2[AB]){_S}\d{{3}}{_S}\d{{3}}{_S}\d\d")
_AHV = _shape(r"756\.\d{4}\.\d{4}\.\d\d")
_NINE = r"\d(?:[ .]?\d){8}"
_IDS = (
    _Id(_shape(r"\d{3}-\d\d-\d{4}|\d{3} \d\d \d{4}|\d{9}"), _is_ssn, ("ssn", "social security", "soc sec", "soc. sec")),
    _Id(
        _shape(r"[A-Za-z]{2} ?\d\d ?\d\d ?\d\d ?[A-Da-d]"),
        _is_nino,
        ("ni number", "ni no", "nino", "national insurance", "n.i."),
    ),
    _Id(
        _shape(r"[XYZ][-. ]?\d{7}[-. ]?[A-Z]|\d{1,2}\.?\d{3}\.?\d{3}[- ]?[A-Za-z]"),
        _is_dni_or_nie,
        ("dni", "d.n.i", "nie", "nif", "documento", "identidad"),
    ),
    _Id(_shape(r"\d{6}[- ]?\d{4}"), _is_cpr, ("cpr", "personnummer", "fødselsnummer")),
    _Id(_shape(_NINE), _is_bsn, ("bsn", "burgerservicenummer", "sofinummer", "sofi-nummer")),
    _Id(_shape(_NINE), _is_nif, ("nif", "contribuinte")),
    _Id(_shape(r"\d{11}"), _is_pesel, ("pesel",)),
    _Id(_NIR, _is_nir, ("nir", "sécurité sociale", "securite sociale")),
    _Id(
        _shape(r"\d{2} ?\d{3} ?\d{3} ?\d{3}"),
        _is_steuer_id,
        ("steuer", "idnr", "id-nr", "identifikationsnummer", "tin"),
    ),
    _Id(
        _shape(r"\d{4}[- ]?\d{4}[- ]?\d{4}"),
        _is_my_number,
        ("マイナンバー", "個人番号", "my number", "mynumber", "my_number"),
    ),
    _Id(_shape(r"(?:\d\d)?\d{6}[-+]?\d{4}"), _is_luhn, ("personnummer",)),
    _Id(_shape(r"\d{3}\.?\d{3}\.?\d{3}-?\d\d"), _is_cpf, ("cpf",)),
    _Id(_shape(r"\d{3}-\d{3}-\d{3}|\d{3} \d{3} \d{3}"), _is_luhn, ("sin", "social insurance")),
)
_NEAR = 40

_PASSPORT = re.compile(r"(?<![\w.+/@-])(?=[A-Z]{0,9}\d)[A-Z0-9]{7,9}(?![\w/@-]|[.,]\d)")
_PASSPORTS = (
    "passport", "reisepass", "paspoort", "passeport", "pasaporte", "passaporto", "passaporte", "paszport", "pasnummer",
    "パスポート", "旅券", "passnummer", "passnr",
)  # fmt: skip
_ZONE_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_ZONE = re.compile(r"[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{15}\d(?![A-Z0-9<])")
_ZONE_NAME = re.compile(r"P[A-Z<][A-Z<]{3}[A-Z<]{39}(?![A-Z0-9<])")


def _beside(kind: _Id, text: str, at: int) -> Iterator[Found]:
    """Yield the number of this kind that follows the word at `at`; a wrong one ends the search."""
    match = kind.shape.search(text, at, at + _NEAR + 24)
    if (
        match
        and match.start() - at <= _NEAR
        and "\n\n" not in text[at : match.start()]
        and kind.check(_plain(match[0]))
    ):
        yield *match.span(), "national_id"


def fiscal(text: str, at: int) -> Iterator[Found]:
    """Yield an Italian codice fiscale, whose check letter is one of 26 and whose shape is its own."""
    match = _FISCAL.match(text, at)
    if match and _is_codice_fiscale(match[0].upper()):
        yield *match.span(), "national_id"


def numbers(text: str, at: int) -> Iterator[Found]:
    """Yield a French or Swiss number, whose check digits and shape are strong enough alone."""
    for shape, check in ((_NIR, _is_nir), (_AHV, _is_ahv)):
        match = shape.match(text, at)
        if match and check(_plain(match[0])):
            yield *match.span(), "national_id"


def _passport(text: str, at: int) -> Iterator[Found]:
    match = _PASSPORT.search(text, at + 4, at + 56)
    if match and "\n" not in text[at : match.start()] and _is_passport(match[0]):
        yield *match.span(), "passport"


def _is_passport(value: str) -> bool:
    digits = sum(map(str.isdigit, value))
    return digits >= 3 and not (digits == len(value) and (digits < 8 or re.match(r"(?:19|20)\d\d[01]\d", value)))


def zone(text: str, at: int) -> Iterator[Found]:
    """Yield a line of a passport's machine-readable zone (ICAO 9303); `at` is at its first `<<<`."""
    before = text[max(0, at - 44) : at]
    begin = at - len(before) + len(before.rstrip(_ZONE_SIGNS))
    match = _ZONE.match(text, begin)
    if match and not all(_is_checked(match[0], *part) for part in ((0, 9), (13, 19), (21, 27))):
        return
    if match := match or _ZONE_NAME.match(text, begin):
        yield *match.span(), "passport"


def _is_checked(line: str, start: int, end: int) -> bool:
    values = [0 if c == "<" else int(c, 36) for c in line[start:end]]
    return sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10 == int(line[end])


def _words() -> dict[Word, Finder]:
    kinds: dict[str, list[_Id]] = {}
    for kind in _IDS:
        for word in kind.words:
            kinds.setdefault(word, []).append(kind)
    short = {word: len(word) < 5 for word in kinds}
    return {
        Word(word, whole=short[word], near=_NEAR): partial(_any_beside, tuple(found)) for word, found in kinds.items()
    }


def _any_beside(kinds: tuple[_Id, ...], text: str, at: int) -> Iterator[Found]:
    for kind in kinds:
        yield from _beside(kind, text, at)


WORDS: dict[Word, Finder] = {**_words(), **{Word(word, near=56): _passport for word in _PASSPORTS}}
