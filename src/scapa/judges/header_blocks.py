"""Blocks of header lines above a quoted or forwarded message."""

from __future__ import annotations

from collections.abc import Sequence

from scapa.judges.mail_signs import LONG, gives_date, header_role, is_raw_header, names_someone

_LINES = 40


def header_block(lines: Sequence[str], bare: Sequence[str], start: int, least: int) -> tuple[int, bool]:
    """Return where the header lines from `start` on end, and whether they are a block.

    A block has a sender and `least` kinds of line; one of three kinds needs no mark above it, so it must have a sender
    that could be somebody and a date with its year.
    """
    roles: dict[str, str] = {}
    end = line = start
    while line < len(bare) and line < start + _LINES:
        role = header_role(bare[line])
        if role:
            roles.setdefault(role, bare[line])
            end = line + 1
        elif not _continues(lines, bare, line, end):
            break
        line += 1
    if header_role(bare[start]) in ("", "cc") or "from" not in roles or len(roles.keys() - {"other"}) < least:
        return end, False
    return end, least < 3 or (names_someone(roles["from"]) and gives_date(roles.get("date", "")))


def _continues(lines: Sequence[str], bare: Sequence[str], line: int, end: int) -> bool:
    """Say whether a line without a label still belongs to a header block: one blank, or a folded value."""
    if not bare[line]:
        return line == end and line + 1 < len(bare) and bool(header_role(bare[line + 1]))
    above = bare[line - 1]
    if len(bare[line]) > LONG or not above:
        return False
    if len(bare[line]) < 40 and line == end and line + 1 < len(bare) and header_role(bare[line + 1]):
        return True
    return lines[line][0] in " \t" or above[-1] in ",;" or (bare[line][0] == "[" and "mailto:" in bare[line])


def is_shown(block: Sequence[str], above: str) -> bool:
    """Say whether an author shows raw headers: a line announces them, and programs copy no such into a quote."""
    return above[-1:] in (":", "：") and any(is_raw_header(line) for line in block)


def column_block(lines: Sequence[str], bare: Sequence[str]) -> tuple[int, int] | None:
    """Return (first line, end) of the header that Lotus Notes prints in two columns, the right one with the labels."""
    for at, line in enumerate(bare):
        if "  Subject: " not in line or len(line) > LONG or at < 3:
            continue
        top, end = at, at + 1
        while top and at - top < 8 and lines[top - 1][:4] == "    " and bare[top - 1]:
            top -= 1
        while end < len(lines) and end - at < 8 and (not bare[end] or lines[end][:10] == " " * 10):
            end += 1
        if any("  To: " in above for above in bare[top:at]):
            return top, end
    return None
