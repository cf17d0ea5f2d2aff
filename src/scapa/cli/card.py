"""One document on a terminal: what strangers wrote, shown so that it can do nothing to the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scapa.corpus.review import Card, Waiting

KEYS = "[s]pam  [h]am  [k]eep  [r]eject  [n]ext, ask later  [u]ndo  [space] more  [q]uit"
_LONGEST = 20_000  # characters of a text that can be shown
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def visible(text: str) -> str:
    """Return `text` with every control, format and direction character as a visible mark: no text commands."""
    plain = text.replace("\r\n", "\n").replace("\t", "    ")
    return "".join("�" if c != "\n" and unicodedata.category(c) in _HIDDEN else c for c in plain)


def width(text: str) -> int:
    """Return how many columns `text` takes."""
    return sum(_width(c) for c in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """Return the beginning of the first line of `text` that fits, with … where it goes on."""
    line = " ".join(visible(text[:1_000]).split())
    if width(line) <= columns:
        return line
    kept, used = [], 1
    for character in line:
        used += _width(character)
        if used > columns:
            break
        kept.append(character)
    return "".join(kept) + "…"


def wrapped(text: str, columns: int) -> Iterator[str]:
    """Yield the lines of `text`, none wider than `columns`, at most one empty line in a row."""
    before = ""
    for line in visible(text[:_LONGEST]).strip("\n").split("\n"):
        if not line.strip() and not before.strip():
            continue
        yield from _broken(line.rstrip(), columns)
        before = line
    if len(text) > _LONGEST:
        yield f"… {len(text) - _LONGEST:,} characters more"


def _broken(line: str, columns: int) -> Iterator[str]:
    start = used = space = 0
    for at, character in enumerate(line):
        used += _width(character)
        if used > columns:
            end = space if space > start else at
            yield line[start:end].rstrip()
            start = end
            used = width(line[start : at + 1])
        if character == " ":
            space = at + 1
    yield line[start:]


def heading(card: Card, waiting: Waiting, columns: int) -> list[str]:
    """Return the lines over the text: subject, author, date, what the judge and the policy say."""
    why = f"; {waiting.outcome}: {', '.join(waiting.reasons)}" if waiting.outcome != "kept" and waiting.reasons else ""
    said = f"spam {waiting.probability:.2f} (headers {card.header_score:+.1f}, words {card.body_score:+.1f}){why}"
    sender = f"{card.author_name} <{card.author}>" if card.author_name else card.author
    lines = [f"Subject: {card.title}", f"From: {sender}   {card.written or 'no date'}   {card.id[:16]}", said]
    lines += [f"signs: {', '.join(card.signals)}"] if card.signals else []
    return [cut(line, columns) for line in lines]


def page(card: Card, waiting: Waiting, size: tuple[int, int], skipped: int) -> tuple[list[str], int]:
    """Return the lines of a screen of `size` (columns, lines) from text line `skipped` on, and how many text lines are
    left after it.
    """
    columns, lines = max(20, size[0]), max(10, size[1])
    top = [*heading(card, waiting, columns), "─" * columns]
    text = list(wrapped(card.text, columns)) or ["(no words of its own)"]
    if card.quoted:
        text.append(f"({card.quoted} quotes, signatures or footers left out)")
    room = lines - len(top) - 3
    shown = text[skipped : skipped + room]
    return [*top, *shown], max(0, len(text) - skipped - len(shown))
