"""What stands below an author's last words: signatures, footers, notices. Each run of own lines is read from its end.

Bounded: of a run no more than its last `_PARAGRAPHS` paragraphs of at most `_LINES` lines are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from scapa.judges.ending_words import (
    DISCLAIMER_STARTS,
    EXCUSES,
    FOOTED,
    FOOTED_WEAKLY,
    FOOTER_STARTS,
    LAWYERS,
    MOBILE,
    MOBILE_HEADS,
    PROVIDERS,
    REGISTERED,
    SCANNED,
)
from scapa.judges.name_blocks import block_start, motto_start
from scapa.judges.vocabulary import Vocabulary, heads

_PARAGRAPHS = 16
_LINES = 40
_LONG = 400
_PROSE = 800  # characters of a paragraph that are read: a notice says what it is in its first sentences
_LONGEST = 3000  # characters of a paragraph that may end a mail
_TITLE = 40  # characters of the heading of a notice
_STRAY = 300  # characters of a paragraph between two of a footer
_MOST = 60  # lines of a signature behind “-- ”
_LOOSE = 10  # behind “--” without its space, which is also a rule in a text

_NOTICE = Vocabulary(LAWYERS)
_FOOT, _FOOT_WEAKLY, _PROVIDER = Vocabulary(FOOTED), Vocabulary(FOOTED_WEAKLY), Vocabulary(PROVIDERS)
_SCAN, _REGISTER = Vocabulary(SCANNED), Vocabulary(REGISTERED)
_MOBILE = re.compile("|".join(MOBILE))
_STARTS = re.compile(r"[*_\s>【\[(]{0,4}(?:" + "|".join(DISCLAIMER_STARTS) + ")")
_TITLES = ("disclaimer", "confidentiality", "legal notice", "important notice", "haftungsausschluss", "aviso legal")
_FORMAL = ("http://", "https://", "www.", "@", "click", " | ", "reply to", "reply with", "こちら")
_ENGLISH = (" the ", " to ", " a ", " my ", " it ", " in ")
_FIRST_PERSON = (" i'm ", " i've ", " i'd ", " ich ", " je ", " j'ai ", " yo ", " ik ", " jeg ", " io ", " eu ", "私")
_RULE = re.compile(r"[-_=*~#+.·•─━═―＝＊☆★◇◆□■○●♪/\\|┌┐└┘╭╮╰╯^:<>oO ]{3,}$")
_DRAWN = re.compile(r"[_=*~-]{18,}$|-{3,}$|_{10,}$")
_WARNINGS = (
    "caution", "warning", "external", "this email originated", "this message originated", "you don't often get",
    "achtung", "vorsicht", "hinweis", "attention", "atención", "atenção", "attenzione", "let op", "advarsel", "obs",
    "uwaga", "注意", "【注意", "ce message provient", "diese e-mail kommt", "diese nachricht stammt",
    "this message came", "ten e-mail pochodzi", "questa email proviene", "esta mensagem veio",
    "diese e-mail stammt", "dit bericht komt", "denne mail kommer", "deze e-mail komt", "este correo procede",
)  # fmt: skip

_OWN = frozenset((None, "signature"))

Labels = list[str | None]


def label_ends(lines: Sequence[str], bare: Sequence[str], labels: Labels, marks: Sequence[int]) -> None:
    """Label in `labels` what ends each run of own lines; `marks` are the lines that begin with a dash, and others."""
    dashed = [at for at in marks if labels[at] is None and bare[at][0] in "-—–"]
    if dashed:
        _armour(bare, labels, dashed)
        _separated(lines, bare, labels, dashed)
    runs = list(_runs(bare, labels))
    for place, (start, end) in enumerate(runs):
        top_posted = place == 0 and (len(runs) < 3 or labels[end] not in ("quote", "attribution"))
        if top_posted or place == len(runs) - 1:
            _end(bare, labels, start, end)
        else:
            _mobile(bare, labels, start, end)
    _banner(bare, labels)
    if labels and labels[-1] in ("quote", "forward"):
        _footed_quote(bare, labels)


def _runs(bare: Sequence[str], labels: Labels) -> Iterator[tuple[int, int]]:
    """Yield the runs of lines that are own or a signature, those of blank lines alone left out."""
    at = 0
    for own, run in groupby(labels, _OWN.__contains__):
        start, at = at, at + len(list(run))
        if own and any(bare[start:at]):
            yield start, at


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
        strict = _is_strict(lines[at])
        end, left = at, _MOST if strict else _LOOSE
        while end < len(lines) and labels[end] is None and left >= 0 and (end == at or not _is_strict(lines[end])):
            left -= bool(bare[end])
            end += 1
        if strict or (left >= 0 and not _goes_on(bare, at)):
            labels[at:end] = ["signature"] * (end - at)


def _is_strict(line: str) -> bool:
    return line.rstrip("\r") in ("-- ", "- -- ")


def _goes_on(bare: Sequence[str], at: int) -> bool:
    """Say whether what follows a bare “--” is a sentence, or the line above it a line of the same dialogue."""
    below = bare[at + 1] if at + 1 < len(bare) else ""
    above = bare[at - 1] if at else ""
    if above.startswith("-- "):
        return True
    return len(below) > 45 and below[-1] in ".," and below[0] not in "\"'“«" and not is_mobile(below)


# the ends of own runs


def _end(bare: Sequence[str], labels: Labels, start: int, end: int) -> None:
    """Label what ends the run: footers and notices from below, then the block of names above them."""
    below = end
    for top, kind in _ending(bare, labels, start, end):
        while not bare[below - 1]:
            below -= 1
        labels[top:below] = [kind] * (below - top)
        below = top
    while below > start and not bare[below - 1]:
        below -= 1
    if below <= start or labels[below - 1] is not None:
        return
    before_header = end < len(labels) and labels[end] == "header"
    own = _own_start(labels, start, below)
    at = motto_start(bare, own, below)
    if at < 0:
        at = block_start(bare, own, below, before_header)
    if at >= 0:
        labels[at:below] = ["signature"] * (below - at)
        _mobile(bare, labels, start, at)


def _ending(bare: Sequence[str], labels: Labels, start: int, end: int) -> list[tuple[int, str]]:
    """Return (first line, kind) of each paragraph that ends the run, the last one first."""
    found: list[tuple[int, str]] = []
    strays: list[tuple[int, str]] = []
    below = end
    for _ in range(_PARAGRAPHS):
        while below > start and not bare[below - 1]:
            below -= 1
        if below <= start:
            break
        top = _top(bare, start, below)
        kind, at = _classified(bare, top, below, found[-1][1] if found else "")
        if kind:
            found += [*((stray, kind) for stray, _ in strays), (_with_rule(bare, start, at), kind)]
            strays = []
        elif len(strays) == 3 or not _is_stray(bare, top, below, bool(found)) or labels[below - 1]:
            break
        else:
            strays.append((top, ""))
        below = found[-1][0] if kind else top
    return found


def _is_stray(bare: Sequence[str], top: int, below: int, within: bool) -> bool:
    """Say whether this paragraph may belong to a footer that goes on above it: short, and nobody says it."""
    text = " ".join(bare[top:below])
    if len(text) > _STRAY or below - top > 4:
        return False
    low = f" {text.lower()} "
    if _is_personal(low):
        return False
    return within or len(text) < 4 or any(sign in low for sign in ("http", "www.", "|", "@")) or _is_code(text)


def _is_personal(text: str) -> bool:
    """Say whether somebody says it of themselves; “i” alone is a word of other languages, too."""
    if " i " in text and any(word in text for word in _ENGLISH):
        return True
    return any(word in text for word in _FIRST_PERSON)


def _is_code(text: str) -> bool:
    """Say whether this is one word with digits in it, as senders of mass mail count their letters."""
    return len(text) > 6 and text.isalnum() and any(sign.isdigit() for sign in text)


def _own_start(labels: Labels, start: int, below: int) -> int:
    """Return where the own lines that end at `below` begin: behind a signature, if there is one in the run."""
    for at in range(below - 1, max(start - 1, below - 60), -1):
        if labels[at] is not None:
            return at + 1
    return start


def _top(bare: Sequence[str], start: int, below: int) -> int:
    """Return the first line of the paragraph that ends at `below`; a rule opens one, too."""
    at = below - 1
    while at > start and below - at < _LINES and bare[at - 1]:
        if at < below - 1 and bare[at][0] in "-_=*~#+.─━═" and _RULE.match(bare[at][:_LONG]):
            break
        at -= 1
    return at


def _with_rule(bare: Sequence[str], start: int, at: int) -> int:
    """Return where a block at `at` begins if the rule directly above it belongs to it."""
    above = at - 1
    if above > start and not bare[above]:
        above -= 1
    if above < start or not bare[above]:
        return at
    if len(bare[above]) < _TITLE and any(word in bare[above].lower() for word in _TITLES):
        return _with_rule(bare, start, above)
    return above if _DRAWN.match(bare[above][:_LONG]) else at


def _classified(bare: Sequence[str], top: int, below: int, beneath: str) -> tuple[str, int]:
    """Return the kind of the paragraph and where it begins, ("", 0) for own words; `beneath` is the kind below it."""
    last = bare[below - 1]
    if len(last) <= 120:
        if is_mobile(last):
            return "signature", below - 1
        if last[:4] == "http" and " " not in last:
            if "/listinfo/" in last:
                return "footer", below - 1
            if below - top > 1 and is_mobile(bare[below - 2]):
                return "signature", below - 2
    if below - top >= _LINES or sum(map(len, bare[top:below])) > _LONGEST:
        return "", 0
    text = _lowered(bare[top:below])
    found = heads(text)
    if _is_footer(text, found, bare[top], below - top, beneath == "footer"):
        return "footer", top
    if beneath == "footer" and _is_drawn_short(bare, top, below):
        return "footer", top
    if _is_notice(text, found, beneath == "disclaimer"):
        return "disclaimer", top
    return "", 0


def _lowered(lines: Sequence[str]) -> str:
    """Return the beginning of the lines as one line in lower case, a space at both ends."""
    return f" {' '.join(lines)[:_PROSE].lower()} "


def _is_drawn_short(bare: Sequence[str], top: int, below: int) -> bool:
    """Say whether a rule and a few lines stand directly on a footer: an advertisement."""
    return below - top in (2, 3, 4) and bool(_DRAWN.match(bare[top])) and below < len(bare) and bool(bare[below])


def _is_footer(text: str, heads_: set[str], first: str, lines: int, beneath: bool) -> bool:
    found = _FOOT.count(text, heads_)
    drawn = lines > 1 and bool(_RULE.match(first[:_LONG]))
    if not found and not (drawn and _PROVIDER.count(text, heads_)):
        return False
    if _is_personal(text):
        return False
    if drawn or text.lstrip(" -_=*~#([").startswith(FOOTER_STARTS):
        return True
    found += _FOOT_WEAKLY.count(text, heads_)
    return found > 1 or beneath or any(sign in text for sign in _FORMAL)


def _is_notice(text: str, heads_: set[str], beneath: bool) -> bool:
    words = _NOTICE.count(text, heads_)
    if words >= 2 and (beneath or _STARTS.match(text.lstrip(" -_=*"))):
        return True
    if words >= 5 and not _is_personal(text):
        return True
    if len(text) < _LONG and _SCAN.count(text, heads_):
        return True
    return len(text) < 2 * _LONG and _REGISTER.count(text, heads_) >= 2


def _mobile(bare: Sequence[str], labels: Labels, start: int, end: int) -> None:
    """Label the last line of the run if a mobile program wrote it."""
    while end > start and not bare[end - 1]:
        end -= 1
    if end > start and labels[end - 1] is None and len(bare[end - 1]) <= 120 and is_mobile(bare[end - 1]):
        labels[end - 1] = "signature"


def is_mobile(bare: str) -> bool:
    """Say whether this is the whole of a line such as “Sent from my phone”, perhaps with an excuse for its typing."""
    low = bare.lower().strip("*_()[]|- ").rstrip(".。! ")
    if low[:4] not in MOBILE_HEADS and low.isascii():
        return False
    if _MOBILE.fullmatch(low):
        return low.count(" ") < 12
    head, dot, rest = low.partition(". ") if ". " in low else low.partition("。")
    if not dot:
        head, dot, rest = low.partition(", ")
    return bool(dot) and any(word in rest for word in EXCUSES) and bool(_MOBILE.fullmatch(head.strip()))


# what does not end a run of own lines


def _banner(bare: Sequence[str], labels: Labels) -> None:
    """Label a warning that a firm's server puts above a mail from outside."""
    at = 0
    while at < len(bare) and not bare[at]:
        at += 1
    if at == len(bare) or labels[at] or not bare[at].lower().lstrip("*[_ ").startswith(_WARNINGS):
        return
    end = at
    while end < len(bare) and end < at + 8 and bare[end]:
        end += 1
    text = _lowered(bare[at:end])
    if end < len(bare) and _NOTICE.count(text, heads(text)) >= 2:
        labels[at:end] = ["disclaimer"] * (end - at)


def _footed_quote(bare: Sequence[str], labels: Labels) -> None:
    """Label what a list has added below an unmarked quote or forward."""
    below = len(bare)
    for _ in range(2):
        while below and not bare[below - 1]:
            below -= 1
        start = max(0, below - _LINES)
        top = _top(bare, start, below) if below else 0
        if not top or labels[top] not in ("quote", "forward") or bare[top][:1] == ">":
            return
        at = _with_rule(bare, start, top)
        text = _lowered(bare[at:below])
        if not (_RULE.match(bare[at][:_LONG]) and _is_footer(text, heads(text), bare[at], below - at, False)):
            return
        labels[at:below] = ["footer"] * (below - at)
        below = at
