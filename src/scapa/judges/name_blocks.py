"""Signatures without “-- ”: a block of a name and more (profession, firm, telephone, address) below the last words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scapa.judges.ending_words import CLOSINGS, TITLES

_MOST = 12
_WIDE = 100
_CLOSING = re.compile(CLOSINGS, re.IGNORECASE)
_TITLE = re.compile(TITLES)
_PHONE = re.compile(
    r"(?:tel|phone|fax|mob|tlf|tél|cell|handy|gsm|fon|direct|voice|office|icq|ext|電話|携帯|℡|[tmfpeo])[\w ./()éø]{0,20}"
    r"[.:：]{0,2}\s{0,10}[+(]{0,2}\d[\d ()./–-]{3,}|(?:^|[\s|,])\(?\+?\d[\d ()./–-]{8,}(?:$|[\s|,])",
    re.IGNORECASE,
)
_REACH = re.compile(r"https?://\S+|www\.\S+|\S@\S+\.\S|mailto:|(?:^|\s)[\w-]+\.(?:com|org|net|de|co\.uk|fr|it)\b", re.IGNORECASE)
_PLACE = re.compile(r"\b\d{4,5} [A-ZÀ-Ý]\w|, ?[A-Z]{2}\b(?: \d{5})?|〒|\b[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b")
_NAME = re.compile(
    r"(?:(?:dr|prof|mr|mrs|ms|ing|dott|avv|mag|dipl|i\. ?a|i\. ?v|p\. ?p|sr|sra|mme|lic|mgr|inż|drs|ir)\.?[ ]?[-\w.]{0,6} ?|"
    r"- ?|/)?(?:[A-ZÀ-ÝŁŚŻÖÄÜØÅÆČŠŽА-Я][\w.'’-]{0,24}|[\"“(][\w ]{1,20}[\"”)]|de|da|do|di|von|van|der|den|la|le|el|dos|y|e|und)"
    r"(?: (?:[A-ZÀ-ÝŁŚŻÖÄÜØÅÆČŠŽА-Я][\w.'’-]{0,24}|[\"“(][\w ]{1,20}[\"”)]|de|da|do|di|von|van|der|den|la|le|el|dos|y|e|und)){0,5},?$",
    re.IGNORECASE if False else 0,
)
_CJK_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々 　・]{2,14}$")
_SENTENCE = re.compile(r"[a-zà-ÿ]{2} [a-zà-ÿ]{2,} [a-zà-ÿ]{2,} [a-zà-ÿ]{2,}|[.!?] [A-Z][a-z]+ [a-z]+ |[。？！]")
_RULE = re.compile(r"(?![>.:<|\\/oO ])[-_=*~#+.·•─━═―＝＊☆★◇◆□■○●♪/\\|┌┐└┘╭╮╰╯^:<>oO ]{4,}$")


def block_start(bare: Sequence[str], start: int, end: int, *, at_end: bool) -> int:
    """Return where the name block that ends at `end` begins, -1 where there is none; closing words stay above it."""
    ruled = _ruled(bare, start, end)
    if ruled >= 0:
        return ruled
    top = end - 1
    while top > start and end - top <= _MOST + 1 and bare[top - 1]:
        top -= 1
    closed = False
    for at in range(top, min(end, top + 3)):
        if _CLOSING.fullmatch(bare[at][:_WIDE]):
            top, closed = at + 1, True
    if top >= end or end - top > _MOST:
        return -1
    above = top - 1
    while above > start and not bare[above]:
        above -= 1
    closed = closed or (above >= start and bool(_CLOSING.fullmatch(bare[above][:_WIDE])))
    if not _is_block(bare[top:end], closed, bare[above] if above >= start and above < top else ""):
        return -1
    return _with_name(bare, start, top, end)


def _with_name(bare: Sequence[str], start: int, top: int, end: int) -> int:
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


def _contact(line: str) -> bool:
    """Say whether the line tells how to reach somebody, and nothing in a sentence."""
    return len(line) <= _WIDE and bool(_PHONE.search(line) or _REACH.search(line) or _PLACE.search(line))


def _is_block(lines: Sequence[str], closed: bool, above: str) -> bool:
    if any(len(line) > _WIDE for line in lines) or above[-1:] in (":", "："):
        return False
    if len(lines) == 1:
        return _is_one_line(lines[0], closed)
    first = lines[0]
    if sum(bool(_SENTENCE.search(line)) for line in lines) > len(lines) // 4:
        return False
    contacts = sum(_contact(line) for line in lines)
    titles = sum(bool(_TITLE.search(line.lower())) or _is_title(line) for line in lines)
    named = _is_name(first) or _is_name(re.split(r"[,|/–·]| {3,}|\t", first)[0].strip())
    if contacts and (named or closed or contacts >= 2):
        return named or contacts + titles >= 2
    if named and titles and (closed or titles >= 2 or len(lines) == 2):
        return True
    return closed and named and len(lines) >= 3 and all(len(line) <= 45 for line in lines)


def _is_title(line: str) -> bool:
    return line[0] == "(" and line[-1] == ")" and len(line) < 40


def _is_one_line(line: str, closed: bool) -> bool:
    """Say whether one line holds name and more, as in “Ann Other | Records Office | Ext. 4471”."""
    parts = [part.strip() for part in re.split(r"[|·•]| {3,}|\t", line) if part.strip()]
    if len(parts) == 1:
        return bool(re.fullmatch(r"<?\S{1,40}@\S{1,60}>?", line)) and closed
    if _SENTENCE.search(line) or line[0] in "|>" or line[-1] == "|":
        return False
    more = any(_contact(part) or _TITLE.search(part.lower()) for part in parts[1:])
    return more and (_is_name(parts[0]) or closed)


def _ruled(bare: Sequence[str], start: int, end: int) -> int:
    """Return where a box at the end begins: a rule, a few short lines that name or reach somebody, perhaps a rule."""
    top, rules, last = end, [], max(start, end - _MOST - 2)
    for at in range(end - 1, last - 1, -1):
        if bare[at] and _RULE.match(bare[at]) and len(set(bare[at].replace(" ", ""))) <= 4:
            rules.append(at)
            top = at
            if len(rules) == 2 and end - 1 in rules:
                break
    if not rules or (len(rules) == 1 and rules[0] == end - 1):
        return -1
    inside = [line for line in bare[top + 1 : end] if line and not _RULE.match(line)]
    if not 0 < len(inside) <= _MOST or any(len(line) > _WIDE for line in inside):
        return -1
    contacts = sum(_contact(line) for line in inside)
    boxed = rules[0] == end - 1 and len(rules) > 1
    first = re.split(r"[,|/]| {3,}|\t", inside[0])[0].strip()
    if contacts and (boxed or _is_name(first)):
        return top
    return top if boxed and _is_name(first) and sum(map(len, inside)) < 300 else -1
