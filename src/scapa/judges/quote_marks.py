"""Which lines may begin something, and which are marked as quoted: `>` or initials and `>` in front of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scapa.judges.mail_signs import INITIALS, LONG

_FIRST = frozenset(">-_=*—–‐")
_LAST = frozenset(":：")
_NOT_INITIALS = ("SQL", "PS", "C")
_FACE = re.compile(r">[:;=_.][-']?[()<>\[/\\DPOp_.o]")
_PROMPT = re.compile(r"[$#%] \S|\d{1,5}(?:,\d{1,5})?[acd]\d{1,5}|< ?\S")
_PYTHON = re.compile(r">>> (?:import |from |def |for |print|[\w.\[\]\"']{1,40} ?[=(\[,])")
_MORE = re.compile(r">\s?\d")
_LESS = re.compile(r"<\s?\d")


def marked_lines(text: str, bare: Sequence[str]) -> list[int]:
    """Return the lines that may begin something; what the text does not have is not looked for in its lines."""
    if ">" not in text and "：" not in text:
        return [
            at for at, line in enumerate(bare) if line and (line[0] in _FIRST or line[-1] == ":" or ":" in line[:28])
        ]
    return [
        at
        for at, line in enumerate(bare)
        if line and (line[0] in _FIRST or line[-1] in _LAST or ":" in line[:28] or ">" in line[1:5] or "：" in line)
    ]


def quoted_lines(bare: Sequence[str], marks: Sequence[int]) -> bytearray:
    """Return 1 for each line that its beginning marks as quoted, less those where the mark means something else."""
    quoted = bytearray(len(bare))
    initials: dict[str, list[int]] = {}
    for at in marks:
        line = bare[at]
        if line[0] == ">":
            quoted[at] = 1
        elif ">" in line[1:5] and (match := INITIALS.match(line)) and match[1] not in _NOT_INITIALS:
            initials.setdefault(match[1], []).append(at)
    _drop_unquoted(bare, quoted)
    for places in initials.values():
        if len(places) > 1:
            for at in places:
                quoted[at] = 1
    return quoted


def _drop_unquoted(bare: Sequence[str], quoted: bytearray) -> None:
    """Take the mark from groups of lines that are shell, diff, Python, a comparison, a face or mbox's `>From`."""
    at = 0
    while (at := quoted.find(1, at)) >= 0:
        end = at + 1
        while end < len(bare) and quoted[end]:
            end += 1
        if _is_no_quote(bare, at, end):
            quoted[at:end] = bytes(end - at)
        at = end


def _is_no_quote(bare: Sequence[str], at: int, end: int) -> bool:
    first, above = bare[at], bare[at - 1] if at else ""
    if end - at == 1 and (first.startswith(">From ") or _FACE.match(first)):
        return True
    if above.endswith("\\") or _PYTHON.match(first):
        return True
    if above and (_PROMPT.match(above) or (above == "---" and at > 1 and bare[at - 2][:1] == "<")):
        return True
    if end - at > 3 or not all(_MORE.match(line) for line in bare[at:end]):
        return False
    below = bare[end] if end < len(bare) else ""
    return any(_LESS.search(line[:LONG]) for line in (above, below, *bare[at:end]))
