"""What stands below an author's last words: signatures, footers, notices. Each run of own lines is read from its end.

Bounded: of a run no more than its last `_PARAGRAPHS` paragraphs of at most `_LINES` lines are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scapa.judges.ending_words import (
    DISCLAIMER_STARTS,
    EXCUSES,
    FOOTED,
    FOOTER_STARTS,
    LAWYERS,
    MOBILE,
    REGISTERED,
    SCANNED,
)
from scapa.judges.name_blocks import block_start

_PARAGRAPHS = 14
_LINES = 40
_LONG = 400
_PROSE = 4000
_MOST = 60  # lines of a signature behind “-- ”
_LOOSE = 10  # behind “--” without its space, which is also a rule in a text

_MOBILE = re.compile("|".join(MOBILE))
_EXCUSE = re.compile(EXCUSES)
_STARTS = re.compile(r"[*_\s>【\[(]{0,4}(?:" + "|".join(DISCLAIMER_STARTS) + ")")
_LAWYERS = re.compile(LAWYERS)
_SCANNED = re.compile(SCANNED)
_REGISTERED = re.compile(REGISTERED)
_FOOTED = re.compile(FOOTED)
_FORMAL = re.compile(r"https?://|www\.|\S@\S|click|\||^copyright|©|\(c\) ?\d|all rights reserved|reply (?:to|with)")
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|i'd|ich|je|yo|ik|jeg|io|eu)\b")
RULE = re.compile(r"[-_=*~#+.·•─━═―＝＊*☆★◇◆□■○●♪/\\|┌┐└┘╭╮╰╯^:<>oO ]{3,}$")
"""A line without a word: what boxes are drawn with."""
_LONG_RULE = re.compile(r"[_=*~-]{18,}$|-{3,}$|_{10,}$")

Labels = list[str | None]


def label_ends(lines: Sequence[str], bare: Sequence[str], labels: Labels, marks: Sequence[int]) -> None:
    """Label in `labels` what ends each run of own lines; `marks` are the lines that begin with a dash, and others."""
    dashed = [at for at in marks if labels[at] is None and bare[at][0] in "-—–"]
    if dashed:
        _armour(bare, labels, dashed)
        _separated(lines, bare, labels, dashed)
    runs = list(_runs(bare, labels))
    for place, (start, end) in enumerate(runs):
        last = place == len(runs) - 1
        if last or place == 0:
            _end(bare, labels, start, end, whole=True)
        else:
            _mobile(bare, labels, start, end)
    _banner(bare, labels)
    if labels and labels[-1] in ("quote", "forward"):
        _footed_quote(bare, labels)


def _runs(bare: Sequence[str], labels: Labels) -> Iterator[tuple[int, int]]:
    """Yield the runs of lines that are own or a signature, those of blank lines alone left out."""
    start, words = -1, False
    for at, label in enumerate(labels):
        if label is None or label == "signature":
            if start < 0:
                start, words = at, False
            words = words or bool(bare[at])
        elif start >= 0:
            if words:
                yield start, at
            start = -1
    if start >= 0 and words:
        yield start, len(labels)


# blocks that a mark opens


def _armour(bare: Sequence[str], labels: Labels, dashed: Sequence[int]) -> None:
    """Label the lines that PGP puts around and below a text (RFC 4880 sections 6.2 and 7)."""
    done = 0
    for at in dashed:
        if at < done or not bare[at].startswith("-----BEGIN PGP "):
            continue
        done = at + 1
        if "SIGNED MESSAGE" in bare[at]:
            while done < len(bare) and bare[done] and done < at + 6:
                done += 1
        else:
            while done < len(bare) and not bare[done - 1].startswith("-----END PGP "):
                done += 1
        labels[at:done] = ["signature"] * (done - at)


def _separated(lines: Sequence[str], bare: Sequence[str], labels: Labels, dashed: Sequence[int]) -> None:
    """Label from “-- ” to the next marker or the end; from a bare “--” only if little follows, and no sentence."""
    for at in dashed:
        if labels[at] or bare[at] not in ("--", "—", "––", "- --"):
            continue
        strict = lines[at].rstrip("\r") in ("-- ", "- -- ")
        most = _MOST if strict else _LOOSE
        end, left = at, most
        while end < len(lines) and labels[end] is None and left >= 0:
            left -= bool(bare[end])
            end += 1
        if strict or (left >= 0 and not _goes_on(bare, at)):
            labels[at:end] = ["signature"] * (end - at)


def _goes_on(bare: Sequence[str], at: int) -> bool:
    """Say whether what follows a bare “--” is a sentence, or the line above it a line of the same dialogue."""
    below = bare[at + 1] if at + 1 < len(bare) else ""
    above = bare[at - 1] if at else ""
    return above.startswith("-- ") or (len(below) > 45 and below[-1:] in (".", ",") and below[:1] not in "\"'“«")


# the ends of own runs


def _end(bare: Sequence[str], labels: Labels, start: int, end: int, *, whole: bool) -> None:
    """Label what ends the run from below, paragraph by paragraph, then a block of names above it."""
    below = end
    for _ in range(_PARAGRAPHS):
        while below > start and not bare[below - 1]:
            below -= 1
        if below <= start or labels[below - 1] == "signature" and not _foots(bare, start, below):
            break
        top = _top(bare, start, below)
        kind, at = _classified(bare, top, below, alone=below == end or labels[below:below + 1] != [None])
        if not kind:
            at = _bridge(bare, start, top)
            if not at:
                break
            kind, at = "footer", at
        at = _with_rule(bare, start, at)
        labels[at:below] = [kind] * (below - at)
        below = at
    if whole and below > start and labels[below - 1] is None:
        at = block_start(bare, _own_start(labels, start, below), below, at_end=below == len(bare) or True)
        if at >= 0:
            labels[at:below] = ["signature"] * (below - at)
            _mobile(bare, labels, start, at)


def _own_start(labels: Labels, start: int, below: int) -> int:
    """Return where the own lines that end at `below` begin: behind a signature, if there is one in the run."""
    for at in range(below - 1, max(start - 1, below - 60), -1):
        if labels[at] is not None:
            return at + 1
    return start


def _top(bare: Sequence[str], start: int, below: int) -> int:
    """Return the first line of the paragraph that ends at `below`; a rule or a separator opens one, too."""
    at = below - 1
    while at > start and below - at < _LINES and bare[at - 1] and not (RULE.match(bare[at]) and len(bare[at]) < 120):
        at -= 1
    return at


def _with_rule(bare: Sequence[str], start: int, at: int) -> int:
    """Return where a block at `at` begins if the rule directly above it belongs to it."""
    above = at - 1
    if above > start and not bare[above]:
        above -= 1
    return above if above >= start and bare[above] and _LONG_RULE.match(bare[above]) else at


def _foots(bare: Sequence[str], start: int, below: int) -> bool:
    top = _top(bare, start, below)
    return bool(_classified(bare, top, below, alone=True)[0])


def _classified(bare: Sequence[str], top: int, below: int, *, alone: bool) -> tuple[str, int]:
    """Return the kind of the paragraph and where it begins, ("", 0) for the author's own words."""
    last = bare[below - 1]
    if len(last) <= 120 and is_mobile(last):
        return "signature", below - 1
    if below - top > 1 and last.startswith("http") and " " not in last and is_mobile(bare[below - 2]):
        return "signature", below - 2
    text = " ".join(line[:_PROSE] for line in bare[top:below])[:_PROSE].lower()
    if _is_footer(text, bare[top], below - top):
        return "footer", top
    if _is_notice(text.lstrip("-_=* ")):
        return "disclaimer", top
    return "", 0


def _is_footer(text: str, first: str, lines: int) -> bool:
    found = set(_FOOTED.findall(text))
    if not found:
        return False
    text = text.lstrip("-_=*~# ([")
    if text.startswith(FOOTER_STARTS) and (len(found) > 1 or _FORMAL.search(text) or not _FIRST_PERSON.search(text)):
        return True
    if RULE.match(first) and lines > 1 and len(text) < 1200 and not _FIRST_PERSON.search(text):
        return True
    if _FIRST_PERSON.search(text):
        return False
    return len(found) > 1 or bool(_FORMAL.search(text)) or len(text) < 200


def _is_notice(text: str) -> bool:
    words = set(_LAWYERS.findall(text))
    if _STARTS.match(text) and len(words) >= 2:
        return True
    if len(words) >= 4 and not _FIRST_PERSON.search(text):
        return True
    if len(text) < _LONG and _SCANNED.search(text):
        return True
    return len(set(_REGISTERED.findall(text))) >= 2


def _bridge(bare: Sequence[str], start: int, top: int) -> int:
    """Return where a footer begins that has this short paragraph inside it; 0 where there is none above."""
    return 0


def _mobile(bare: Sequence[str], labels: Labels, start: int, end: int) -> None:
    """Label the last line of the run if a mobile program wrote it."""
    while end > start and not bare[end - 1]:
        end -= 1
    if end > start and labels[end - 1] is None and len(bare[end - 1]) <= 120 and is_mobile(bare[end - 1]):
        labels[end - 1] = "signature"


def is_mobile(bare: str) -> bool:
    """Say whether this is the whole of a line such as “Sent from my phone”, perhaps with an excuse for its typing."""
    low = bare.lower().strip("*_()[]|- ").rstrip(".。! ")
    if _MOBILE.fullmatch(low):
        return low.count(" ") < 12
    head, dot, rest = low.partition(". ") if ". " in low else low.partition("。")
    if not dot:
        head, dot, rest = low.partition(", ")
    return bool(dot) and bool(_EXCUSE.search(rest)) and bool(_MOBILE.fullmatch(head.strip()))


# ends that are not ends of own runs


def _banner(bare: Sequence[str], labels: Labels) -> None:
    """Label a warning that a firm's server puts above a mail from outside."""
    at = 0
    while at < len(bare) and not bare[at]:
        at += 1
    end = at
    while end < len(bare) and end < at + 8 and bare[end]:
        end += 1
    if end == at or labels[at] or len(bare) <= end:
        return
    text = " ".join(line[:_LONG] for line in bare[at:end]).lower().lstrip("*[_ ")
    if text.startswith(_WARNINGS) and len(set(_LAWYERS.findall(text))) >= 2:
        labels[at:end] = ["disclaimer"] * (end - at)


_WARNINGS = (
    "caution", "warning", "external", "this email originated", "this message originated", "you don't often get",
    "achtung", "vorsicht", "hinweis", "attention", "atención", "atenção", "attenzione", "let op", "advarsel", "obs",
    "uwaga", "注意", "【注意", "ce message provient", "diese e-mail kommt", "diese nachricht stammt",
)  # fmt: skip


def _footed_quote(bare: Sequence[str], labels: Labels) -> None:
    """Label what a list has added below an unmarked quote or forward."""
    below = len(bare)
    for _ in range(2):
        while below and not bare[below - 1]:
            below -= 1
        start = max(0, below - _LINES)
        top = _top(bare, start, below)
        if not top or labels[top] not in ("quote", "forward") or bare[top][:1] == ">":
            return
        text = " ".join(line[:_PROSE] for line in bare[top:below])[:_PROSE].lower()
        at = _with_rule(bare, start, top)
        if not (RULE.match(bare[at]) and _is_footer(text, bare[at], below - at)):
            return
        labels[at:below] = ["footer"] * (below - at)
        below = at
