"""Where houses stand: street, number, postcode and place. The postcode is the mark, and read backwards from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scapa.judges.finders import Finder, Found, Word

_LONGEST = 120
_CITY = r"(?:St\.|[^\W\d_a-zß-ÿ][^\W\d_]{1,20})"
_PLACE = re.compile(
    rf"(?:\d{{4}} ?[A-Z]{{2}}|\d\d-\d{{3}}|\d{{3}} \d\d|\d{{4}}-\d{{3}}|\d{{4,5}}) {_CITY}"
    rf"(?:[ -](?:(?:am|an der|de|di|del|la|le|les|sur|sous|en|ob der|bei|im|in) )?(?:{_CITY}|[A-ZÆØÅ]{{1,2}}\b)){{0,2}}"
    r"(?: \([A-Z]{2}\))?"
)
_NO_DUTCH = frozenset(
    ["AM", "AS", "AT", "BY", "DO", "GO", "IF", "IN", "IS", "IT", "NO", "OF", "ON", "OR", "PM", "SO", "TO"]
)
"""Words between a year and a place that look like the letters of a Dutch postcode."""
_COUNTRY = re.compile(r"(?<![\w-])[A-Z]{1,2}-\Z")
_STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|"
    "Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|"
    "Montana|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|York)|(?:North|South) (?:Carolina|Dakota)|Ohio|Oklahoma|"
    "Oregon|Pennsylvania|Rhode Island|Tennessee|Texas|Utah|Vermont|(?:West )?Virginia|Washington|Wisconsin|Wyoming"
)
_STATE = re.compile(
    r"[, \n](?:A[KLRZ]|C[AOT]|D[CE]|D\. ?C\.|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|"
    rf"S[CD]|T[NX]|UT|V[AT]|W[AIVY]|NSW|VIC|QLD|TAS|ACT|{_STATES})\.?,? {{1,3}}\Z"
)
_OUTWARD = re.compile(r"[ ,\n](?:[A-Z]{1,2}\d[A-Z\d]?|(?:AB|BC|MB|NB|N[LSTU]|ON|PE|QC|SK|YT),? [A-Z]\d[A-Z]) \Z")
_ROMAN = re.compile(r"\d{1,3}(?:-\d{1,4}){1,3},? [A-Z][\w-]{1,30}(?:,? [A-Z][\w-]{1,20}){0,3}, [A-Z][a-z]{2,12} \Z")
_JAPANESE = re.compile(
    r"(?:〒? ?\d{3}-\d{4}[ 　]?)?(?:東京都|北海道|京都府|大阪府|[一-鿿]{2,3}県)"
    r"[一-鿿ぁ-ヿー]{1,40}\d{1,3}(?:[-−丁目番地号の]{1,3}\d{0,4}){0,4}"
)
_CARD = re.compile(
    r"ADR[^:\n]{0,60}:[^;\n]{0,40};[^;\n]{0,40};(?P<value>[^;\n]{2,60};[^;\n]{1,40};[^;\n]{0,40};[^;\n]{2,12})"
)

_BREAK = re.compile(r"[,;\n:|\t\"„“”=(]| [-–—] | {3,}")
_TOKEN = re.compile(r"\S+")
_HOUSE = re.compile(r"(?:Nr\.?|No\.?|n\.?[°ºo])?\d{1,5}[a-zA-Z]?(?:[/-][\dA-Za-z]{1,4}){0,2}\Z")
_AFTER_HOUSE = frozenset([
    "bis", "ter", "quater", "a", "b", "c", "d", "e", "f", "A", "B", "C", "D", "E", "F"
])  # fmt: skip
_FLAT = re.compile(
    r"(?:\d{1,2}[.ºªo°]{0,2} ?(?:\w{1,8}\.?)?(?: \w{1,4}\.?)?|(?:\d{1,2}\.?[ºª°] ?){1,2}|"
    r"(?:st|kl|sal)\.?(?: t[hv]\.?)?|[NS]\.?[EW]?\.?|[EW]\.?|"
    r"[\w-]{1,6}\.? (?:floor|stock|etage|og|sal))\Z",
    re.IGNORECASE,
)
_ROOM = re.compile(
    r"(?<!\w)(?:flat|apt|apartment|unit|suite|ste|room|rm|floor|whg|wohnung|piso|esc|app|appt|int|interno|lok|m|bus|box|bte|bldg|"
    r"building|#)\.? ?#?\w{1,5}\Z",
    re.IGNORECASE,
)
_BOX = re.compile(
    r"(?<!\w)(?:P\. ?O\. ?Box|PO Box|P O Box|Postfach|Postbus|Boîte postale|BP|Apartado|Postboks) ?\d[\d ]{0,7}\Z"
)
_TYPES = frozenset([
    "rue", "avenue", "av.", "allée", "boulevard", "bd", "bd.", "chemin", "quai", "impasse", "via", "viale", "piazza",
    "corso", "vicolo", "largo", "strada", "calle", "c/", "avenida", "avda.", "avda", "plaza", "paseo", "ronda",
    "carrer", "rua", "travessa", "praça", "ul.", "ul", "al.", "pl.", "os.", "aleja", "plac"
])  # fmt: skip
_SMALL = frozenset([
    "de", "des", "del", "della", "dei", "delle", "degli", "di", "da", "do", "dos", "das", "du", "la", "le", "les",
    "el", "los", "las", "van", "von", "der", "den", "dem", "het", "of", "the", "y", "e", "an", "am", "zur", "zum",
    "im", "und", "et", "ob"
])  # fmt: skip
_OPENING = frozenset([
    "Am", "An", "Auf", "Im", "In", "Zum", "Zur", "Unter", "Hinter", "Vor", "Bei", "Beim", "Alter", "Alte", "Oude",
    "Korte", "Lange", "Nieuwe"
])  # fmt: skip
_COMPOUND = re.compile(
    r"\w{2,}(?:stra(?:ß|ss)e|str\.|allee|weg|gasse|platz|ring|damm|ufer|deich|laan|straat|plein|gracht|kade|dreef|pad|"
    r"vej|gade|vænget|gatan|vägen|gata|veien)\Z",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_a-zß-ÿ][\w.'’-]{0,24}\Z|\d{1,3}(?:st|nd|rd|th|\.)\Z")
_LONGEST_NAME = 6

Segment = tuple[int, str]
"""Where a part of the text before begins, and the part."""


def postcode(text: str, at: int) -> Iterator[Found]:
    """Yield the address that ends in the postcode at `at`, or in the place after it."""
    first = max(0, at - _LONGEST)
    before = text[first:at]
    if state := _STATE.search(before):
        start, end = _before_city(before[: state.start() + 1]), _zip_end(text, at)
    elif outward := _OUTWARD.search(before):
        start, end = _before_city(before[: outward.start() + 1]), at + 3
    elif roman := _ROMAN.search(before):
        start, end = roman.start(), at + 8
    elif (place := _PLACE.match(text, at)) and text[at + 4 : at + 8].strip() not in _NO_DUTCH:
        start, end = _street(_segments(_COUNTRY.sub("", before))), place.end()
    else:
        return
    if start >= 0:
        yield first + start, end, "address"


def _zip_end(text: str, at: int) -> int:
    if not text[at + 4 : at + 5].isdecimal():
        return at + 4
    more = text[at + 5 : at + 10]
    return at + (10 if more[:1] == "-" and len(more) == 5 and more[1:].isdecimal() else 5)


def _before_city(before: str) -> int:
    """Return where the address begins that goes on after `before` with a state or a postcode; -1: none does."""
    segments = _segments(before)
    for _ in range(2):  # a village and its town
        if not segments or not _is_city(segments[-1][1]):
            break
        found = _street(segments[:-1])
        if found >= 0:
            return found
        segments.pop()
    return _street(segments)


def _is_city(part: str) -> bool:
    words = part.split()
    return len(words) <= 4 and not part[0].isdigit() and all(_WORD.match(word) or word in _SMALL for word in words)


def _segments(before: str) -> list[Segment]:
    """Return the parts of `before` between commas, lines and the like, without those that are empty."""
    found, at = [], 0
    for match in [*_BREAK.finditer(before), None]:
        part = before[at : match.start() if match else len(before)]
        stripped = part.strip(" >*")
        if stripped:
            found.append((at + part.find(stripped), stripped))
        at = match.end() if match else 0
    return found


def _street(segments: list[Segment]) -> int:
    """Return where the street begins whose number, and perhaps flat, end the segments; -1: none does."""
    for i in range(len(segments) - 1, max(-1, len(segments) - 5), -1):
        start, part = segments[i]
        offset = _street_at(part)
        if offset < 0 and i + 1 < len(segments) and _HOUSE.match(segments[i + 1][1].replace(" ", "")):
            offset = _name_at(part)  # Rua da Amoreira, 52
        if (
            offset < 0
            and i
            and part.split()[0].lower() in _TYPES
            and _name_at(part) == 0
            and (house := _house_at(segments[i - 1][1])) >= 0
        ):
            start, offset = segments[i - 1][0], house  # 8, allée des Mésanges
        if offset >= 0:
            return _with_room(segments[:i], start + offset)
        if not (_FLAT.match(part) or _ROOM.match(part) or _HOUSE.match(part.replace(" ", ""))):
            return -1
    return -1


def _with_room(before: list[Segment], start: int) -> int:
    room = _ROOM.search(before[-1][1]) if before else None
    return before[-1][0] + room.start() if room else start


def _street_at(part: str) -> int:
    """Return where in `part` a street with its number begins that ends it; -1: none does."""
    if box := _BOX.search(part):
        return box.start()
    room = _ROOM.search(part)
    tokens = list(_TOKEN.finditer(part[: room.start()] if room else part))
    house = _house(tokens)
    if house >= 0:
        return _name(tokens[:house])
    first = len(tokens)
    while first > 0 and len(tokens) - first < _LONGEST_NAME and _is_name(tokens[first - 1][0]):
        first -= 1
    house = _house(tokens[:first])
    return tokens[house].start() if house >= 0 and _name(tokens[first:]) >= 0 else -1


def _is_name(word: str) -> bool:
    return bool(_WORD.match(word)) or word in _SMALL or word.lower() in _TYPES


def _house(tokens: list[re.Match[str]]) -> int:
    """Return the index of the house number that ends the tokens; -1: none does."""
    last = len(tokens) - 1
    if last > 1 and tokens[last - 1][0] in _AFTER_HOUSE and all(_HOUSE.match(tokens[i][0]) for i in (last - 2, last)):
        return last - 2  # Mannerheimintie 12 A 5
    if last > 0 and tokens[last][0] in _AFTER_HOUSE and _HOUSE.match(tokens[last - 1][0]):
        return last - 1
    return last if last >= 0 and _HOUSE.match(tokens[last][0]) else -1


def _house_at(part: str) -> int:
    tokens = list(_TOKEN.finditer(part))
    house = _house(tokens)
    return tokens[house].start() if house >= 0 else -1


def _name_at(part: str) -> int:
    return _name(list(_TOKEN.finditer(part)))


def _name(tokens: list[re.Match[str]]) -> int:
    """Return where the name of a street begins that ends the tokens; -1: none does."""
    words = [token[0] for token in tokens]
    first = len(words)
    while first > 0 and len(words) - first < _LONGEST_NAME:
        word = words[first - 1]
        if word.lower() in _TYPES or _COMPOUND.match(word):
            first -= 1
            break
        if not (_WORD.match(word) or word in _SMALL):
            break
        first -= 1
    if first > 1 and words[first - 2] in _OPENING:  # Am alten Deich
        first -= 2
    elif first > 0 and words[first - 1] in _OPENING:
        first -= 1
    while first < len(words) and words[first] in _SMALL:
        first += 1
    return tokens[first].start() if any(len(word) > 2 and _WORD.match(word) for word in words[first:]) else -1


def _japanese(text: str, at: int) -> Iterator[Found]:
    if match := _JAPANESE.search(text, at, at + 80):
        yield *match.span(), "address"


def _card(text: str, at: int) -> Iterator[Found]:
    if match := _CARD.match(text, at):
        yield *match.span("value"), "address"


WORDS: dict[Word, Finder] = {
    Word("〒", near=8): _japanese,
    Word("住所", near=40): _japanese,
    Word("ADR", exact=True, whole=True): _card,
}
