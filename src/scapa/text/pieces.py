"""Words and symbols as they are written: what the web rules count. The plain reference of their kernels.

A word's bounds are those of the one tokenisation (`words`), but it keeps its case and accents, and as in the word
tokenisers that the rules' users have (spaCy's for English)

- words joined by one of `. _ @`, and digits by one of `. , / :`, are one piece, and so is an address with `://`, up to
  white space, `<`, `>` or a double quote, without marks at its end;
- every other character that is neither white space nor ignored is a piece, but a run of `-`, `.` or `~` is one.

    pieces("Don’t stop, 3.5!")        ["Don’t", "stop", ",", "3.5", "!"]
    sentences("It’s 3.5. Is it?")     [(0, 9), (10, 16)]      characters

`words` differs in that it folds case, compatibility forms and accents, joins nothing, and has no symbols.
"""

from __future__ import annotations

import re
from functools import cache

from scapa.text.classes import DIGIT, KIND, SYMBOL, TERMINAL, UPPER, WORD, classes

_LETTERS = "yws'i "  # a letter a kind, in the order of the kinds; d for digits; ASCII symbols stand for themselves
_WORD = "[wd](?:i*(?:'i*)?[wd])*"
_ADDRESS = '[^ <>"]*[^ <>".,;:!?)\'\\]]'
_PIECE = re.compile(f"{_WORD}(?:(?:[._@]|(?<=d)[,/:](?=d)){_WORD})*(?:://{_ADDRESS})?|-+|\\.+|~+|[^ wdi]")
_PART = re.compile(f"{_WORD}|[^ wdi]")


class _Letters(dict[int, str]):
    """A `str.translate` table, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        flags = int(classes()[code])
        plain = chr(code) if code < 128 and flags & KIND == SYMBOL else _LETTERS[flags & KIND]
        self[code] = "d" if plain == "w" and flags & DIGIT else plain
        return self[code]


@cache
def _letters() -> _Letters:
    return _Letters()


def pieces(text: str) -> list[str]:
    """Return the words and symbols of `text`, in order, as they are written."""
    return [text[found.start() : found.end()] for found in _PIECE.finditer(text.translate(_letters()))]


def _parts(line: str) -> list[tuple[int, int]]:
    """Return the bounds of the words and symbols of `line`, nothing joined, in characters."""
    return [found.span() for found in _PART.finditer(line.translate(_letters()))]


def sentences(line: str) -> list[tuple[int, int]]:
    """Return where each sentence of a line starts and ends, in characters; white space is in none.

    A sentence ends before the first word after a terminal mark. A mark within a word (3.5), one of several full stops
    in a row and the one after an initial (J. Smith) don't count; `.`, `!` and `?` need white space after the word or
    the symbols they end.
    """
    found, start, before, seen, pending = list[tuple[int, int]](), -1, 0, False, False
    for low, high in _parts(line):
        spaced = before < low and any(character.isspace() for character in line[before:low])
        seen |= pending and spaced
        if _is_word(line[low]):
            if seen:
                found.append((start, before))
                start, seen = -1, False
            pending = False
        else:
            mark, plain = _mark(line, low)
            pending = (pending and not spaced) or (mark and plain)
            seen |= mark and not plain
        start, before = (low if start < 0 else start), high
    return [*found, (start, before)] if start >= 0 else found


def _is_word(character: str) -> bool:
    return int(classes()[ord(character)]) & KIND in (WORD, WORD + 1)


def _mark(line: str, at: int) -> tuple[bool, bool]:
    """Say whether the character ends a sentence, and whether that needs white space."""
    if not int(classes()[ord(line[at])]) & TERMINAL:
        return False, False
    if line[at] != ".":
        return True, line[at] in "!?"
    initial = at > 0 and bool(int(classes()[ord(line[at - 1])]) & UPPER)
    initial = initial and (at < 2 or not _is_word(line[at - 2]))
    return not (initial or line[at - 1 : at] == "." or line[at + 1 : at + 2] == "."), True
