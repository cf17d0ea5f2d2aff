"""Signatures without “-- ”: a block of a name and more (profession, firm, telephone, address) below the last words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scapa.judges.ending_words import CLOSING_HEADS, CLOSINGS, TITLES

_MOST = 12
_WIDE = 100
_WORDS = 12  # of a line, or it is a sentence
_CLOSING = re.compile(CLOSINGS, re.IGNORECASE)
_PHONE = re.compile(
    r"(?:tel|phone|fax|mob|tlf|tlm|tél|cell|handy|gsm|fon|direct|voice|"
    r"office|icq|ext|poste|durchwahl|interno|toestel|lokal|anexo|wewn|内線|電話|携帯|℡)[\w ./()éø]{0,20}"
    r"[.:：]{0,2}\s{0,10}[+(]{0,2}\d[\d ()./–-]{3,}|"
    r"\b[tmfpe][.:]{0,2} {0,3}[+(]{0,2}\d[\d ()./–-]{6,}|"
    r"(?:^|[\s|,])(?!\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\b)[+(]{0,2}\d[\d ()./–-]{7,24}\d(?:$|[\s|,])",
    re.IGNORECASE,
)
_MAIL = re.compile(r"\S@\S+\.\S")
_LINK = re.compile(
    r"(?:[\w.'-]{1,12}[:：]? {1,12}){0,3}<?(?:https?://\S+|www\.\S+|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|de|dk|"
    r"fr|it|es|nl|pl|pt|eu|co\.uk)/?\S*)>?$",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b\d{4,5} [A-ZÀ-Ý]\w|, ?[A-Z]{2}(?: \d{5})?(?:,? [A-Z]\w+)?$|〒|\b[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b"
)
_UPPER = "A-ZÀ-ÖØ-ÝŁŚŻŹĆČŠŽŘĎŤŇŐŰĞİŞА-ЯΑ-Ω"
_WORD = (
    rf"(?:[{_UPPER}][\w.'’-]{{0,24}}|[\"“(][\w ]{{1,20}}[\"”)]|"
    r"de|da|do|di|von|van|der|den|la|le|el|dos|y|e|und|zu|ten|af|av)"
)
_NAME = re.compile(
    r"(?:(?:mr|mrs|ms|dott|avv|drs|ir|ing|mag|dipl|lic|mgr|inż|i\. ?a|i\. ?v|p\. ?p|ppa)\.?(?:ssa)? ?|- ?|/)?"
    rf"{_WORD}(?: {_WORD}){{0,5}}[,.]?$"
)
_CJK_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々 　・]{2,14}$")
_SENTENCE = re.compile(
    r"[a-zà-ÿ]{2} [a-zà-ÿ]{2,15} [a-zà-ÿ]{2,15} [a-zà-ÿ]{2,15}\b|[.!?] [A-Z][a-z]{1,15} [a-z]{2,15} |[。？！]"
)
_BULLET = re.compile(r"\[\d|\d{1,2}[.)] |[*#>·•o-] |\(\d{1,2}\)")
_RULE = re.compile(r"(?![>.:<|\\/oO ])[-_=*~#+.·•─━═―＝＊☆★◇◆□■○●♪/\\|┌┐└┘╭╮╰╯^:<>oO ]{4,}$")
_OPENING, _ENDING = "\"“„«'‘", "\"”“»)'’"
_COLUMN = re.compile(r" {3,}|\t")
_FIRST_PART = re.compile(r"[,|/–·;]| {3,}|\t| - ")
_PARTS = re.compile(r"[|·•]| {3,}|\t")


def block_start(bare: Sequence[str], start: int, end: int, before_header: bool) -> int:
    """Return where the name block that ends at `end` begins, -1 where there is none; closing words stay above it."""
    last = bare[end - 1]
    if len(last) > _WIDE or (last[-1] in ".?!" and last.count(" ") > _WORDS // 2):
        return -1
    ruled = _ruled(bare, start, end)
    if ruled >= 0:
        return ruled
    top = end - 1
    while top > start and end - top <= _MOST + 1 and bare[top - 1]:
        top -= 1
    closing = _closing(bare, start, end)
    if closing >= 0:
        spread = [line for line in bare[closing + 1 : end] if line]
        if _is_block(spread, True, "", before_header):
            return _below_sign_off(bare, closing + 1, end)
        if closing >= top or not spread:
            return -1
    above = top - 1
    while above > start and not bare[above]:
        above -= 1
    stands_on = bare[above] if start <= above < top else ""
    if end - top > _MOST or not _is_block(bare[top:end], False, stands_on, before_header):
        return -1
    return _with_name(bare, start, top)


def motto_start(bare: Sequence[str], start: int, end: int) -> int:
    """Return where a saying in quotation marks below a first name begins, -1 where there is none."""
    top = end - 1
    while top > start and bare[top - 1] and end - top < 8:
        top -= 1
    if end - top > 6 or bare[top][0] not in _OPENING or not (bare[end - 1][-1] in _ENDING or bare[end - 1][0] in "-—–"):
        return -1
    above = top - 1
    while above > start and not bare[above]:
        above -= 1
    named = start <= above < top - 1 and bare[above].count(" ") < 3 and _is_name(bare[above])
    return top if named and above > start else -1


def _closing(bare: Sequence[str], start: int, end: int) -> int:
    """Return the line of the closing words among the last lines before `end`, -1 where there are none."""
    words = 0
    for at in range(end - 1, start - 1, -1):
        words += bool(bare[at])
        if words > _MOST + 1 or end - at > 3 * _MOST:
            break
        if bare[at] and len(bare[at]) < 60 and _is_closing(bare[at]):
            return at
    return -1


def _is_closing(line: str) -> bool:
    head = line.split(None, 1)[0].rstrip(",.!")[:4].lower()
    return (head in CLOSING_HEADS or not line.isascii()) and bool(_CLOSING.fullmatch(line))


def _below_sign_off(bare: Sequence[str], at: int, end: int) -> int:
    """Return where the block itself begins: a first name below the closing words and above the whole name is own."""
    first = next(line for line in range(at, end) if bare[line])
    whole = next((line for line in range(first + 1, end) if bare[line]), first)
    signed_off = " " not in bare[first] and whole > first + 1 and " " in bare[whole] and _is_name(bare[whole])
    return whole if signed_off else first


def _with_name(bare: Sequence[str], start: int, top: int) -> int:
    """Return where a block begins if its name stands a blank line above what else is known of its owner."""
    if _is_name(bare[top]) or top - 2 < start or bare[top - 1] or not bare[top - 2]:
        return top
    name = top - 2
    while name > start and bare[name - 1] and top - name < 4:
        name -= 1
    lines = bare[name : top - 1]
    if len(lines) > 2 or not _is_name(lines[0]) or any(_SENTENCE.search(line[:_WIDE]) for line in lines):
        return top
    return name


def _is_name(line: str) -> bool:
    return len(line) <= 60 and bool(_NAME.match(line) or _CJK_NAME.match(line))


def _names(line: str) -> bool:
    """Say whether the line is a name, or begins with one and goes on with what else is known of its owner."""
    if _is_name(line):
        return True
    first = _FIRST_PART.split(line, maxsplit=1)[0].strip()
    return _is_name(first) and (bool(_COLUMN.search(line)) or _contact(line) or _titled(line))


def _reaches(line: str) -> bool:
    """Say whether the line tells by which number or address to reach somebody."""
    return len(line) <= _WIDE and bool(_PHONE.search(line) or _MAIL.search(line))


def _contact(line: str) -> bool:
    """Say whether the line tells how to reach somebody, or where they are or publish."""
    return _reaches(line) or (len(line) <= _WIDE and bool(_LINK.match(line) or _PLACE.search(line)))


def _titled(line: str) -> bool:
    low = f" {line.lower()} "
    return (line[0] == "(" and line[-1] == ")" and len(line) < 40) or any(title in low for title in TITLES)


def _is_block(lines: Sequence[str], closed: bool, above: str, before_header: bool) -> bool:
    if not lines or len(lines) > _MOST or above[-1:] in (":", "："):
        return False
    if len(lines) > 1 and any(len(line) > _WIDE or _is_long(line) for line in lines):
        return False
    if len(lines) == 1:
        return _is_one_line(lines[0], closed, before_header)
    if any(_BULLET.match(line) for line in lines[1:]) or (_BULLET.match(lines[0]) and not _is_name(lines[0])):
        return False
    if any(_SENTENCE.search(line) and not _contact(line) and not _titled(line) for line in lines):
        return False
    named = _names(lines[0])
    contacts = sum(_contact(line) for line in lines)
    if named and contacts:
        return True
    if not named and not closed and not all(_contact(line) or _titled(line) for line in lines):
        return False
    titles = sum(_titled(line) for line in lines)
    if contacts + titles >= 2:
        return True
    if named and titles and (closed or len(lines) == 2):
        return True
    return closed and named and len(lines) >= 3 and all(len(line) <= 45 for line in lines)


def _is_long(line: str) -> bool:
    return line.count(" ") > _WORDS and len(line.split()) > _WORDS


def _is_one_line(line: str, closed: bool, before_header: bool) -> bool:
    """Say whether one line holds name and more, as in “Ann Other | Records Office | Ext. 4471”."""
    if line[:2] == "--" and line[2:3].isupper() and ("http" in line or _MAIL.search(line)):
        return True
    parts = [part for part in map(str.strip, _PARTS.split(line)) if part]
    if len(parts) < 2:
        return (closed or before_header) and " " not in line and bool(_MAIL.search(line))
    if line[0] in "|>" or line[-1] == "|" or _SENTENCE.search(line):
        return False
    return (_is_name(parts[0]) or closed) and any(_contact(part) or _titled(part) for part in parts[1:])


def _ruled(bare: Sequence[str], start: int, end: int) -> int:
    """Return where a box at the end begins: a rule, a few short lines that name or reach somebody, perhaps a rule."""
    rules: list[int] = []
    for at in range(end - 1, max(start, end - _MOST - 2) - 1, -1):
        if bare[at] and not bare[at][0].isalnum() and _RULE.match(bare[at][:_WIDE]) and len(set(bare[at])) <= 5:
            rules.append(at)
            if len(rules) == 3:
                break
    if not rules or rules == [end - 1]:
        return -1
    top = rules[1] if rules[0] == end - 1 else rules[-1]
    inside = [line for line in bare[top + 1 : end] if line and not _RULE.match(line[:_WIDE])]
    if not inside or any(len(line) > _WIDE for line in inside):
        return -1
    boxed = rules[0] == end - 1
    named = _names(inside[0])
    if any(_contact(line) for line in inside) and (boxed or named):
        return top
    return top if boxed and named and sum(map(len, inside)) < _WIDE * 3 else -1
