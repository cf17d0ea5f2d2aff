"""The author's words inside an unmarked quote, where each begins with a tag, and below a forward that nothing ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scapa.judges.mail_signs import LONG

_TAG = re.compile(r"(\[[A-Za-z][\w .'-]{0,20}\])\s*\S|([A-Z]{2,3}) ?[:>]\s*\S|(→|=>|->|>>>|==>|##|\*\*\*)\s*\S")
_NO_TAGS = ("PS", "RE", "FW", "FYI", "CC", "TO", "SQL")
_ABOVE = 40  # lines in which the author may have said how the answers are marked
_SIGNED_OFF = 8  # own lines at most below a forward


def give_back_tagged(
    bare: Sequence[str], labels: list[str | None], at: int, end: int, names: frozenset[str] = frozenset()
) -> None:
    """Unlabel paragraphs of the unmarked quote `at:end` that begin with a tag of the author's.

    A tag in brackets stands there twice; any other, and one that stands there once, is in the text above or in the
    author's initials.
    """
    places: dict[str, list[int]] = {}
    for line in range(at, end):
        if bare[line] and (line == at or not bare[line - 1]) and (match := _TAG.match(bare[line])):
            tag = next(group for group in match.groups() if group)
            if tag.strip("[]") not in _NO_TAGS:
                places.setdefault(tag, []).append(line)
    if not places:
        return
    above = " ".join(line[:LONG] for line in bare[max(at - _ABOVE, 0) : at])
    initials = {"".join(word[0] for word in name.split()).upper() for name in names}
    for tag, starts in places.items():
        if tag in above or tag.strip("[]") in initials or (tag[0] == "[" and len(starts) > 1):
            for start in starts:
                _unlabel(bare, labels, start, end)


def _unlabel(bare: Sequence[str], labels: list[str | None], at: int, end: int) -> None:
    while at < end and bare[at]:
        labels[at] = None
        at += 1


def give_back_comment(bare: Sequence[str], labels: list[str | None], at: int, end: int) -> None:
    """Unlabel a few lines behind a gap of two blank lines at the end of the forward `at:end`: a remark about it."""
    last = end
    while last > at and not bare[last - 1]:
        last -= 1
    words, line = 0, last
    while line > at and words <= _SIGNED_OFF and (bare[line - 1] or bare[line - 2]):
        line -= 1
        words += bool(bare[line])
    if 0 < words <= _SIGNED_OFF and any(bare[at : line - 1]) and _is_comment(" ".join(bare[line:last])):
        labels[line:last] = [None] * (last - line)


def _is_comment(text: str) -> bool:
    """Say whether this reads like a remark: sentences, no addresses, no rules."""
    if len(text) > 2 * LONG or any(sign in text for sign in ("@", "://", "www.", "___", "--")):
        return False
    return any(sign in text for sign in "?!.。？！…:")
