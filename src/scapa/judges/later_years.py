"""Years after the claim in sentences that speak of them as past: “the minutes of 14 September 1992 were read”, in 1987.

    read(text, place, year)      what the year at byte `place` proves, if its sentence does not look forward

A year alone may be a number, a forecast, a term of a loan. It counts where a word just before it dates a paper or a
deed (dated, signed, minutes of, born in, published), where a past verb stands before a whole date, or in the form of a
reference (Norton, 1987). Nothing counts near words of the future.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scapa.judges.dated_lines import Line
from scapa.text.dates import claim, epoch_claim

_BEFORE, _AFTER = 110, 60
_MONTH = (
    rb"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    rb"sept?(?:ember)?|oct(?:ober)?|"
    rb"nov(?:ember)?|dec(?:ember)?)"
)
_DAY = (
    rb"(?:\d{1,2}(?:st|nd|rd|th)?(?: of)?[ -]" + _MONTH + rb"\.?,?[ -]|"
    rb"" + _MONTH + rb"\.? \d{1,2}(?:st|nd|rd|th)?,? )"
)
_WHOLE = re.compile(rb"\b" + _DAY + rb"$", re.IGNORECASE)
_MONTHLY = rb"(?:" + _DAY + rb"|" + _MONTH + rb"\.?,? |(?:spring|summer|autumn|fall|winter)(?: of)? )?"
_PAPER = re.compile(
    rb"(?:\b(?:dated|signed|minutes of|minutes of the meeting (?:of|on|held on)|letter of|letter dated|e-?mail of|"
    rb"message of|note of|memo of|born|born in|born on|died|died in|died on|printed|published|"
    rb"published in|written|"
    rb"written in|written on|founded in|established in|built in|opened in|bought in|made in|recorded in|filmed in|"
    rb"retired in|married in|moved here in|graduated in|happened in|introduced in|adopted in|"
    rb"invented in|released in|"
    rb"approved|approved on|received on|posted on|taken on|held on|joined in|back in|way back in|"
    rb"photograph taken in|"
    rb"reprint(?:ed)?|edition of|edition,|photo:|date:|version of|copied|transcribed|typed|typed up|"
    rb"scanned)[ ,:(]{1,2}"
    rb"(?:the |in |on |early |late |mid-)?" + _MONTHLY + rb")$",
    re.IGNORECASE,
)
_PAST = re.compile(
    rb"\b(?:was|were|had|came|went|held|read|took|met|saw|heard|wrote|sent|left|got|gave|won|lost|"
    rb"died|fell|signed|"
    rb"received|approved|arrived|happened|opened|closed|moved|bought|sold|built|began|ended|broke|"
    rb"thanks|thank|enjoyed|"
    rb"played|stayed|visited|married|elected|retired|since|ago|yesterday|last)\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    rb"\b(?:will|shall|won.t|would|until|till|by|before|expires?|expiring|valid|due|next|matur\w*|"
    rb"plan\w*|schedul\w*|"
    rb"deadline|postpone\w*|set for|to be|in time for|through|should|might|could|hopes?|hoping|expect\w*|"
    rb"forecast\w*|predict\w*|project\w*|coming|upcoming|future|going to|if|from now|as of|"
    rb"effective|bonds?|loans?|"
    rb"notes|lease|term|novel|story|imagin\w*|fiction|dream\w*|prophe\w*|fiscal|ending|end of|"
    rb"terminat\w*|take effect|took effect|into effect|into force|beginning|from and after|on and after|estimates?|"
    rb"appropriat\w*|extend\w*|contract\w*|let us|mark your|save the)\b",
    re.IGNORECASE,
)
_TO = re.compile(rb"\b(?:to|of|for|is|are|after) (?:the )?(?:" + _DAY + rb")?$", re.IGNORECASE)
_CITED = re.compile(
    rb"(?:\([A-Z][\w .&-]{2,40}: [A-Z][\w .&\x27-]{2,50}, |\b(?:Press|Verlag|Books|Norton|Routledge|"
    rb"Macmillan|Penguin|Wiley|Springer|"
    rb"Blackwell|Elsevier|University|Publishers), )$"
)
_REFERENCE = re.compile(rb"\([A-Z][a-z]{2,20}(?:,| and [A-Z][a-z]{2,20},|(?: &|,)? et al\.?,?)? $")
_CLOSE = re.compile(rb"\d{4}[a-d]?(?:, pp?\. ?\d{1,4})?\)")
_NUMBER = re.compile(
    rb"\d{4}(?:[.,:/]\d|-\d\d\d|\d| ?(?:men|people|pounds|dollars|miles|feet|tons|years|votes|"
    rb"copies|yards|troops|persons|%))"
)
_SENTENCE = re.compile(rb"[.!?;]\s{1,3}(?=[A-Z])|\n\s{0,4}\n")
_OPEN = re.compile(
    rb"(?:[\[@]|audit\(|[?&]_?t=|\bts=|\btime=|time\x22: ?|stamp\x22: ?|"
    rb"_at\x22: ?)$",
    re.IGNORECASE,
)


def read(text: bytes, at: int, value: int) -> Iterator[Line]:
    """Yield what the number `value` at byte `at` says: a year, or seconds since 1970 in brackets or a field."""
    if value > 9_999:
        yield from _seconds(text, at, value)
        return
    before, after = _sentence(text, at)
    if _NUMBER.match(text, at) or (at and text[at - 1] in b"$\xa3#+/.-"):
        return
    if not _past(before, after) and not _cited(before, text, at):
        return
    found = claim(f"{value}", "text")
    if found:
        yield Line(f"past:{value}", found.start)


def _seconds(text: bytes, at: int, value: int) -> Iterator[Line]:
    found = epoch_claim(value, "text")
    if found and _OPEN.search(text[max(0, at - 12) : at]) and not text[at : at + 14].startswith(b"-"):
        yield Line("epoch", found.start)


def _sentence(text: bytes, at: int) -> tuple[bytes, bytes]:
    """Return what stands before and after in the sentence, a hundred bytes at most."""
    before, after = text[max(0, at - _BEFORE) : at], text[at + 4 : at + _AFTER]
    ends = [match.end() for match in _SENTENCE.finditer(before)]
    stop = _SENTENCE.search(after)
    return before[ends[-1] :] if ends else before, after[: stop.start()] if stop else after


def _past(before: bytes, after: bytes) -> bool:
    if _FUTURE.search(before) or _FUTURE.search(after):
        return False
    if _PAPER.search(before):
        return True
    if _TO.search(before):
        return False
    whole = _WHOLE.search(before)
    return bool(whole and (_PAST.search(before[: whole.start()]) or _PAST.search(after)))


def _cited(before: bytes, text: bytes, at: int) -> bool:
    return bool(_CITED.search(before) or (_REFERENCE.search(before) and _CLOSE.match(text, at)))
