"""Private: addresses, telephone and account numbers and keys, as spans of the whole text. Precision comes first."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator

from scapa.judges import JUDGES, Column
from scapa.judges.rowwise import Row, RowWise, byte_offsets

Found = tuple[int, int, str]

KINDS = ("secret", "iban", "card", "email", "phone")
"""What is found; where two overlap, the one named first here stays."""

_LOCAL = re.compile(r"(?<![\w.+%-])\w[\w.+%'-]{0,63}\Z")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24}(?![\w-]|\.\w)")
_NO_TOP = frozenset(["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "ts", "py", "html", "zip", "pdf", "txt"])

_SECRETS = {
    "AKIA": r"[A-Z2-7]{16}\b",
    "ASIA": r"[A-Z2-7]{16}\b",
    **{f"gh{kind}_": r"[A-Za-z0-9]{36,255}\b" for kind in "pousr"},
    "github_pat_": r"[A-Za-z0-9_]{60,255}\b",
    "glpat-": r"[\w-]{20,64}",
    "xox": r"[abeprs]-[A-Za-z0-9-]{10,250}",
    "hooks.slack.com/services/": r"T\w{6,12}/B\w{6,14}/\w{20,30}",
    "AIza": r"[\w-]{35}(?![\w-])",
    "ya29.": r"[\w-]{20,250}",
    "sk-": r"(?=[\w-]{0,60}\d)[\w-]{32,250}",
    "sk_live_": r"[A-Za-z0-9]{16,250}",
    "rk_live_": r"[A-Za-z0-9]{16,250}",
    "hf_": r"[A-Za-z]{34}\b",
    "npm_": r"[A-Za-z0-9]{36}\b",
    "pypi-AgEI": r"[\w-]{50,250}",
    "SG.": r"[\w-]{22}\.[\w-]{43}(?![\w-])",
    "eyJ": r"[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{16,1000}",
}
"""What a key begins with, which must not stand within a word, and how it goes on."""
_SECRET = {hint: re.compile(f"{re.escape(hint)}(?<![\\w-]{re.escape(hint)}){rest}") for hint, rest in _SECRETS.items()}
_BOT = re.compile(r"(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])")
_KEY_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END (?:[A-Z0-9]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----")
_LONGEST_KEY = 20_000
_PASSWORD_WORDS = ("pass", "kennwort", "contrase", "wachtwoord", "senha", "adgangskode")
_PASSWORD = re.compile(
    r"(?:pass(?:word|wd|phrase|wort|code|e)|kennwort|contrase(?:ñ|n)a|wachtwoord|senha|adgangskode)"
    r" ?(?:is ?:|ist ?:|[:=]) ?(?P<value>[^\s,;\"'<>]{4,64})",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(r"://[^\s/:@]{1,64}:(?P<value>[^\s/@]{3,64})@")

_IBAN = re.compile(r"[A-Z](?<!\w[A-Z])[A-Z]\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "CH": 21,
    "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18,
    "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24,
    "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PT": 25, "QA": 29, "RO": 24, "RS": 22,
    "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "XK": 20,
}  # fmt: skip

_CARD = re.compile(
    r"(?<![\d.,+/-])(?:\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}(?:[ -]\d{3})?|3\d{3}[ -]\d{6}[ -]\d{5}|\d{14,19})"
    r"(?![\d-])"
)
_ISSUERS = re.compile(r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|36|6(?:011|5|4[4-9])|35(?:2[89]|[3-8])")

_DIAL = r"(?<![\w.,+/=#:@-])"
_PHONE = re.compile(
    rf"{_DIAL}(?:"
    r"\+[1-9]\d{0,2}(?:[ .\-/]?\(0?\d{0,5}\))?(?:[ .\-/]?\d{1,5}){2,7}"  # +44 20 7946 0958
    r"|(?<!\d )(?:00[1-9]\d(?:[ /-]?\d{2,5}){2,5}"  # 0049 30 123456
    r"|(?:1[ .-])?\([2-9]\d\d\)[ -]?[2-9]\d\d[ .-]\d{4}"  # (555) 234-5678
    r"|(?:1[ .-])?[2-9]\d\d([-.])[2-9]\d\d\1\d{4}"  # 555-234-5678
    r"|0[1-9](?:([ .-])\d\d)(?:\2\d\d){3}"  # 06 12 34 56 78
    r"|0[1-9]\d{1,4} ?[/-] ?\d{3,4}[ -]?\d{2,5}(?:[ -]\d{1,4})?"  # 030 / 1234567
    r"|0[1-9]\d{2,4} \d{3,4} ?\d{3,4}"  # 0171 1234567, 020 7946 0958
    r"|\(0[1-9]\d{1,4}\) ?\d{3,4}[ -]?\d{3,5}"  # (030) 123456
    r"))(?:[ ]?(?:x|ext\.?|Durchwahl)[ ]?\d{1,5})?(?![\w-]|[.,:/]\d|@)"
)
_NUMBER = re.compile(r"\d[\d ()./+-]{5,}")
_CALL = re.compile(
    r"\b(?:tel(?:efono|efon|ephone|éfono|efone)?|phone|ph|mobile?|mobil|cell|fax|handy|call me (?:at|on)|ring me on|"
    r"portable|móvil|telemóvel|cellulare|gsm|tlf|mob|whatsapp)\b\.?(?: (?:nr|no|number|nummer)\b\.?)?[ :=]{1,3}\Z",
    re.IGNORECASE,
)
_CALLED = re.compile(r"\+?\(?\d[\d ()./-]{4,20}\d(?!\w|[.,]\d)")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:\D|$)|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d$")


@JUDGES.register
class Private(RowWise):
    """Personal data and secrets, in the whole text: quotes hold other people's."""

    name = "private"
    version = 1
    reads = ("text",)
    source = "published shapes of keys, check digits of accounts and cards, numbering plans"
    failures = ("names of people and places of living are not found", "a number without its prefix is no telephone")
    columns = {
        "spans": Column("spans", f"disjoint; kinds: {', '.join(KINDS)}"),
        "count": Column("int", "how many spans"),
    }

    def row(self, row: Row) -> tuple[object, ...]:
        found = find_private(row.text)
        places = byte_offsets(row.text, [place for start, end, _ in found for place in (start, end)])
        spans = [
            {"start": places[2 * i], "end": places[2 * i + 1], "kind": kind} for i, (_, _, kind) in enumerate(found)
        ]
        return spans, len(spans)


def find_private(text: str) -> list[Found]:
    """Return the private data of `text` as sorted, disjoint (start, end, kind) in characters."""
    found = list(_secrets(text))
    found += _matches(_IBAN, "iban", text, _is_iban)
    found += _emails(text)
    for number in _NUMBER.finditer(text):
        start = number.start()
        found += _numbers(text, start - (text[start - 1 : start] in ("+", "(")), number.end())
    return _disjoint(found)


def _emails(text: str) -> Iterator[Found]:
    at = text.find("@")
    while at >= 0:
        domain = _DOMAIN.match(text, at + 1)
        local = _LOCAL.search(text[max(0, at - 66) : at]) if domain else None
        if local and domain and _is_email(local[0], domain[0]):
            yield at - len(local[0]), domain.end(), "email"
        at = text.find("@", at + 1)


def _numbers(text: str, start: int, end: int) -> Iterator[Found]:
    """Yield the card and telephone numbers of a run of digits and what may separate them."""
    if sum(map(str.isdecimal, text[start : start + 60])) < 6:
        return
    after = end + 12  # an extension; and what must not follow
    yield from _matches(_CARD, "card", text, _is_card, start, after)
    yield from _matches(_PHONE, "phone", text, _is_phone, start, after)
    if _CALL.search(text[max(0, start - 40) : start]):
        called = _CALLED.match(text, start)
        if called and _is_called(called[0]):
            yield start, called.end(), "phone"


def _secrets(text: str) -> Iterator[Found]:
    for hint, pattern in _SECRET.items():
        if hint in text:
            yield from _matches(pattern, "secret", text, bool)
    if ":AA" in text:
        yield from _matches(_BOT, "secret", text, bool)
    if "PRIVATE KEY" in text:
        yield from _keys(text)
    yield from _passwords(text)
    if "://" in text:
        yield from _matches(_CREDENTIALS, "secret", text, _is_credential)


def _passwords(text: str) -> Iterator[Found]:
    lower = text.lower() if len(text.lower()) == len(text) else text
    for word in _PASSWORD_WORDS:
        at = lower.find(word)
        while at >= 0:
            match = _PASSWORD.match(text, at)
            if match and _is_password(match["value"]):
                yield match.start("value"), match.end("value"), "secret"
            at = lower.find(word, at + 1)


def _keys(text: str) -> Iterator[Found]:
    """Yield private key blocks, to their END line if that is near, else the BEGIN line alone."""
    ends = [match.end() for match in _KEY_END.finditer(text)]
    for begin in _KEY_BEGIN.finditer(text):
        at = bisect_right(ends, begin.end())
        near = at < len(ends) and ends[at] - begin.end() <= _LONGEST_KEY
        yield begin.start(), ends[at] if near else begin.end(), "secret"


def _matches(
    pattern: re.Pattern[str],
    kind: str,
    text: str,
    is_one: Callable[[str], bool],
    start: int = 0,
    end: int = sys.maxsize,
) -> Iterator[Found]:
    group = "value" if "value" in pattern.groupindex else 0
    for match in pattern.finditer(text, start, end):
        if is_one(match[group]):
            yield match.start(group), match.end(group), kind


def _disjoint(found: list[Found]) -> list[Found]:
    """Return the spans without those that overlap one of a kind named earlier, or an earlier one of their own."""
    kept: list[Found] = []
    last = 0
    for start, end, kind in sorted(found, key=lambda s: (s[0], KINDS.index(s[2]), -s[1])):
        if start >= last:
            kept.append((start, end, kind))
            last = end
        elif KINDS.index(kind) < KINDS.index(kept[-1][2]) and (len(kept) < 2 or kept[-2][1] <= start):
            kept[-1] = (start, end, kind)
            last = end
    return kept


def _is_email(local: str, domain: str) -> bool:
    return domain.rpartition(".")[2].lower() not in _NO_TOP and local != "git" and ".." not in local


def _is_password(value: str) -> bool:
    return (
        any(map(str.isdigit, value))
        and (len(value) > 5 or value.isdigit())
        and not value.startswith(("http", "$", "{"))
    )


def _is_credential(value: str) -> bool:
    return value.lower() not in ("password", "pass", "passwd", "secret", "pwd", "***", "token")


def _is_iban(value: str) -> bool:
    plain = value.replace(" ", "")
    if _IBAN_LENGTHS.get(plain[:2]) != len(plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _is_card(value: str) -> bool:
    digits = _digits(value)
    if not 14 <= len(digits) <= 19 or not _ISSUERS.match(digits) or len(set(digits)) < 2:
        return False
    doubled = [int(d) if i % 2 == 0 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _is_phone(value: str) -> bool:
    return 8 <= len(_digits(value)) <= 15 and not _DATE.match(value)


def _is_called(value: str) -> bool:
    return 6 <= len(_digits(value)) <= 15 and not _DATE.match(value)


def _digits(value: str) -> str:
    return "".join(filter(str.isdecimal, value))
