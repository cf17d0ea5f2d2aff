"""Telephones, cards, accounts (IBAN) and addresses of machines (IP), each by its check or its numbering plan."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scapa.judges.finders import Finder, Found, Word

_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b")
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "CH": 21,
    "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18,
    "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24,
    "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PT": 25, "QA": 29, "RO": 24, "RS": 22,
    "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "XK": 20,
}  # fmt: skip

_RUN = re.compile(r"\d[\d ()./+-]*+")
_CARD = re.compile(
    r"(?<![\d.+/-])(?<!\d,)(?:\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}(?:[ -]\d{3})?|3\d{3}[ -]\d{6}[ -]\d{4,5}|\d{14,19})"
    r"(?![\d-])"
)
_ISSUERS = re.compile(
    r"4(?=.{12}(?:.{3}){0,2}\Z)|(?:5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720))(?=.{12,14}\Z)|3[47](?=.{13}\Z)|"
    r"3(?:0[0-5]|[689])(?=.{11,13}\Z)|(?:6(?:011|5|4[4-9])|35(?:2[89]|[3-8])|62)(?=.{12,17}\Z)"
)
_NO_CARD = re.compile(
    r"\b(?:order|tracking|invoice|serial|imei|ean|isbn|sendung|bestell|rechnung|kunden|auftrag|artikel|timestamp)"
    r"[^\W\d_]{0,12}[^\w\n]{1,3}(?:(?:no|nr|number|nummer|id)\b[^\w\n]{1,3})?\Z",
    re.IGNORECASE,
)

_DIAL = r"(?<![A-Za-zÀ-ɏ\d_.+/#@-])(?<!\d[,:=])"
_PHONE = re.compile(
    r"(?:(?<![A-Za-zÀ-ɏ\d_.+/#@])\+ ?[1-9]\d{0,2}(?:[ .\-/]?\(0?\d{0,5}\))?(?:[ .\-/]?\d{1,5}){2,7}"  # +44 20 7946 0958
    rf"|{_DIAL}(?:(?<!\d )(?:00[1-9]\d(?:[ /-]?\d{{2,5}}){{2,5}}"  # 0049 30 123456
    r"|(?:1[ .-])?\([2-9]\d\d\)[ -]?[2-9]\d\d[ .-]\d{4}"  # (555) 234-5678
    r"|(?:1[ .-])?[2-9]\d\d([-.])[2-9]\d\d\1\d{4}"  # 555-234-5678
    r"|0[1-9](?:([ .-])\d\d)(?:\2\d\d){3}(?!\2?\d)"  # 06 12 34 56 78
    r"|0[1-9]\d{1,4} ?[/-] ?\d{3,4}[ -]?\d{2,5}(?:[ -]\d{1,4})?"  # 030 / 1234567
    r"|0[1-9]\d{0,2}-\d{3,4}-\d{4}|0[1-9]\d\d-\d\d-\d{4}|0[1-9][ -]\d{8}"  # 03-5417-2986, 06-41872930
    r"|0[1-9]\d{2,4} \d{3,4} ?\d{3,4}"  # 0171 1234567, 020 7946 0958
    r"|0[1-9] \d{3,4} \d{4}|0[1-9]\d{1,4} \d{4,5} \d{2,4}"  # 030 23125 471
    r"|0(?:30|40|69|89) \d{6,8}"  # 030 23125471
    r"|0[1-9]\d{1,3} ?[ /-] ?\d{3} \d\d \d\d|0[1-9]\d{1,2}-\d\d \d\d \d\d"  # 020 817 44 09
    r"|0[1-9]\d?-\d{3} \d{3} \d\d"  # 08-123 456 78
    r"|\(0[1-9]\d{1,4}\) ?\d{3,4}[ -]?\d{3,5}"  # (030) 123456
    r")))(?![A-WYZa-wyzÀ-ɏ\d_]|-\d|[.,:/]\d|@)"
)
_CALLED = re.compile(r"\+?\(?\d[\d ()./-]{4,20}\d(?![A-WYZa-wyzÀ-ɏ\d_]|[.,:]\d)")
_DATE = re.compile(
    r"(?:(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d))(?:[^\d./-]|$)|"
    r"(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d$"
)
_NAMED = re.compile(r"[^\W\d_]+(?:[^\d\n+(]|\((?!\d)){0,14}?(?=[+(\d])")
_ASKED = re.compile(r"[^\W\d_]+(?:[^\d\n+(]|\((?!\d)){0,32}?(?=[+(\d])")
_OTHER_NUMBER = re.compile(
    r"\b(?:order|account|invoice|customer|serial|tracking|reference|model|part|case|ticket|confirmation|item|id|"
    r"bank|member|registration|fiscal|card|credit|routing|pedido|cuenta|conto|commande|compte) \Z",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"(?:[036-9]\d{1,3}(?:[ .-]\d{2,4}){2,4}|\d\d(?: \d\d){3}|[2-9]\d\d \d{3} \d{4})\Z")
_DIRECT = (
    "tel", "tél", "telephone", "téléphone", "teléfono", "telefono", "telefon", "telefone", "telefoon", "telephon",
    "phone", "ph", "mobile", "mobil", "móvil", "telemóvel", "cell", "cellphone", "cellulare", "fax", "telefax",
    "handy", "gsm", "tlf", "mob", "whatsapp", "portable", "携帯", "電話", "komórka", "mobiel", "cel", "celular",
    "handynummer", "telefonnummer", "rufnummer", "telefoonnummer", "phonenumber", "phone_number", "pager", "sms",
    "tfno", "tlfno", "telf", "telef", "tlm",
    "handynr", "telefonnr", "tel-nr", "mobilnummer", "mobilnr", "contact",
)  # fmt: skip
_VERBS = (
    "call", "ring", "dial", "ruf", "rufe", "rückruf", "anrufen", "erreichst", "erreichen", "erreichbar", "bel",
    "appelle", "appelez", "appeler", "rappelle", "rappeler", "joindre", "llama", "llame", "llámame", "liga", "ligue",
    "zadzwoń", "dzwoń", "chiama", "chiamami", "chiamare", "reach", "text", "zadzwonić", "puh", "ringe",
)  # fmt: skip
_NUMBERS = ("number", "nummer", "numero", "número", "numéro", "numer")

_OCTETS = re.compile(r"(?<![\w./-])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?!\w|/(?!32\b)\d|\.\d|-\d)")
_VERSION = re.compile(
    r"(?:\bv|ver|version|revision|rev|firmware|release|build|section|abschnitt|kernel|oid|rfc|driver|update)\b[^\n]{0,24}\Z",
    re.IGNORECASE,
)
_RESOLVERS = frozenset(
    [
        "8.8.8.8",
        "8.8.4.4",
        "1.1.1.1",
        "1.0.0.1",
        "9.9.9.9",
        "149.112.112.112",
        "208.67.222.222",
        "208.67.220.220",
        "4.2.2.2",
        "4.2.2.1",
    ]
)
_IP6 = re.compile(r"(?<![\w:.])[23][0-9a-f]{3}(?::{1,2}[0-9a-f]{1,4}){1,7}(?:::)?(?![\w:/])", re.IGNORECASE)


def iban(text: str, at: int) -> Iterator[Found]:
    """Yield the account number that begins at `at`."""
    match = _IBAN.match(text, at)
    if match:
        size = _IBAN_LENGTHS.get(match[0][:2], 0)
        end = _after(match[0], size)
        if size and end and is_iban(match[0][:end]):
            yield at, at + end, "iban"


def _after(value: str, size: int) -> int:
    """Return where the first `size` letters and digits of `value` end; 0: it has fewer, or the word goes on."""
    count = 0
    for i, sign in enumerate(value):
        count += sign.isalnum()
        if count == size:
            return i + 1 if not value[i + 1 : i + 2].isalnum() else 0
    return 0


def numbers(text: str, at: int) -> Iterator[Found]:
    """Yield the cards and telephones in the run of digits that begins at `at`, whatever stands before it."""
    run = _RUN.match(text, at)
    if not run:
        return
    start, end = at - len(text[max(0, at - 2) : at]) + len(text[max(0, at - 2) : at].rstrip("+( ")), run.end()
    for match in _CARD.finditer(text, start, min(end + 1, len(text))):
        if is_card(match[0]) and not _NO_CARD.search(text, max(0, match.start() - 40), match.start()):
            yield *match.span(), "card"
    for match in _PHONE.finditer(text, start, min(end + 2, len(text))):
        if 8 <= len(_digits(match[0])) <= 15 and not _DATE.match(match[0]):
            yield *match.span(), "phone"


def _named(text: str, at: int) -> Iterator[Found]:
    yield from _called(_NAMED, 6, text, at)


def _asked(text: str, at: int) -> Iterator[Found]:
    yield from _called(_ASKED, 7, text, at)


def _numbered(text: str, at: int) -> Iterator[Found]:
    """Yield a number called `number`, which many are: only one grouped like a telephone's counts."""
    if _OTHER_NUMBER.search(text, max(0, at - 16), at):
        return
    for start, end, kind in _called(_ASKED, 8, text, at):
        if _GROUPED.match(text[start:end]):
            yield start, end, kind


def _called(before: re.Pattern[str], least: int, text: str, at: int) -> Iterator[Found]:
    begin = before.match(text, at, at + 80)
    match = _CALLED.match(text, begin.end()) if begin else None
    if match and least <= len(_digits(match[0])) <= 15 and not _DATE.match(match[0]):
        yield *match.span(), "phone"


def ip(text: str, at: int) -> Iterator[Found]:
    """Yield the public IPv4 addresses among the numbers and dots that begin at `at`; versions look the same."""
    run = _RUN.match(text, at)
    for match in _OCTETS.finditer(text, at, min(run.end() + 2, len(text)) if run else at):
        octets = [int(part) for part in match.groups()]
        if (
            _is_public(octets)
            and match[0] not in _RESOLVERS
            and not _VERSION.search(text, max(0, match.start() - 40), match.start())
        ):
            yield *match.span(), "ip"


def _is_public(octets: list[int]) -> bool:
    a, b = octets[:2]
    if max(octets) > 255 or max(octets) < 32 or a in (0, 10, 127, 255) or a >= 224:
        return False
    if a < 3 and octets[2] % 2 == 0 and max(octets[2:]) < 100:
        return False  # 1.115.2.12: a revision on a branch of CVS
    return not (
        (a == 192 and b == 168)
        or (a == 172 and 16 <= b < 32)
        or (a == 169 and b == 254)
        or (a == 100 and 64 <= b < 128)
    )


def ip6(text: str, at: int) -> Iterator[Found]:
    """Yield the global IPv6 address that begins at `at`."""
    match = _IP6.match(text, at)
    if match and _is_ip6(match[0]):
        yield *match.span(), "ip"


def _is_ip6(value: str) -> bool:
    groups = value.count(":") + 1
    return (value.count("::") == 1 and groups <= 8) or (groups == 8 and "::" not in value)


def is_iban(value: str) -> bool:
    """Whether the length fits its country and ISO 7064 mod 97-10 holds."""
    plain = "".join(filter(str.isalnum, value))
    if _IBAN_LENGTHS.get(plain[:2]) != len(plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def is_card(value: str) -> bool:
    """Whether an issuer has such numbers and Luhn's sum holds (ISO/IEC 7812)."""
    digits = _digits(value)
    if not _ISSUERS.match(digits) or len(set(digits)) < 2:
        return False
    return luhn(digits)


def luhn(digits: str) -> bool:
    """Whether the last digit is that of Luhn's sum (ISO/IEC 7812-1, annex B)."""
    doubled = [int(d) if i % 2 == 0 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _digits(value: str) -> str:
    return "".join(filter(str.isdecimal, value))


WORDS: dict[Word, Finder] = {
    **{Word(word, whole=True, near=20): _named for word in _DIRECT},
    **{Word(word, whole=True, near=40): _asked for word in _VERBS},
    **{Word(word, whole=True, near=40): _numbered for word in _NUMBERS},
}
