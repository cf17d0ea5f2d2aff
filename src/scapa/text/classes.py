"""What each character is to the web rules: part of a word, symbol, white space, and what else their authors ask.

Where words begin and end is the one tokenisation's matter (`characters`); a character that stands for several there
(½, ㍿) is whole here. `define` is the definition; the table is made from it once and shipped (`classes.npz`), so that
a rule decides the same under every Python. Remake it with `python -m scapa.text.classes` (Python 3.11, Unicode 14).
"""

from __future__ import annotations

import sys
import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scapa.text import characters as words_table

SYMBOL, WORD, SINGLE, APOSTROPHE, IGNORED, SPACE = range(6)
KIND = 7
"""The lowest bits say which of these a character is; the others are flags."""

ALPHABETIC = 8
MARK = 16
"""A word of nothing but these is a symbol to Gopher (CCNet's punctuation and control characters)."""
TERMINAL = 32
"""Ends a sentence: Unicode's property Sentence_Terminal."""
BREAK = 64
"""Ends a line for Python's `splitlines`."""
UPPER = 128
DIGIT = 256

_SHIPPED = Path(__file__).with_name("classes.npz")
_KINDS = {
    words_table.LETTER: WORD, words_table.SINGLE: SINGLE, words_table.APOSTROPHE: APOSTROPHE,
    words_table.IGNORED: IGNORED,
}  # fmt: skip
_STRONGEST = (WORD, SINGLE, APOSTROPHE)
_MARKS = (
    "00AB 00B4 00BB 2013 2014 2019 201C 201D 201E 2026 2236 2501 25BA 3001 3002 3008-300D 3010-3011 FF01 FF05 "
    "FF08 FF09 FF0C FF0E FF11 FF1A FF1B FF1F FF5E 0-8 B-1F 21-2F 3A-40 5B-60 7B-9F"
)
_TERMINALS = (
    "21 2E 3F 589 61D-61F 6D4 700-702 7F9 837 839 83D-83E 964-965 104A-104B 1362 1367-1368 166E 1735-1736 "
    "17D4-17D6 17D9-17DA 1803 1809 1944-1945 1AA8-1AAB 1B5A-1B5B 1B5E-1B5F 1B7D-1B7E 1C3B-1C3C 1C7E-1C7F "
    "203C-203D 2047-2049 2E2E 2E3C 2E53-2E54 3002 A4FF A60E-A60F A6F3 A6F7 A876-A877 A8CE-A8CF A92F A9C8-A9C9 "
    "AA5D-AA5F AAF0-AAF1 ABEB FE52 FE56-FE57 FF01 FF0E FF1F FF61 10A56-10A57 10F55-10F59 10F86-10F89 "
    "11047-11048 110BE-110C1 11141-11143 111C5-111C6 111CD 111DE-111DF 11238-11239 1123B-1123C 112A9 "
    "1144B-1144C 115C2-115C3 115C9-115D7 11641-11642 1173C-1173E 11944 11946 11A42-11A43 11A9B-11A9C "
    "11C41-11C42 11EF7-11EF8 11F43-11F44 16A6E-16A6F 16AF5 16B37-16B38 16B44 16E98 1BC9F 1DA88"
)
_BREAKS = "A-D 1C-1E 85 2028-2029"


@cache
def _set(ranges: str) -> frozenset[int]:
    bounds = [[int(end, 16) for end in part.split("-")] for part in ranges.split()]
    return frozenset(code for bound in bounds for code in range(bound[0], bound[-1] + 1))


def define(character: str) -> int:
    """Return a character's kind and flags."""
    code = ord(character)
    flags = ALPHABETIC * character.isalpha() + UPPER * character.isupper()
    flags += DIGIT * (unicodedata.category(character) == "Nd") + BREAK * (code in _set(_BREAKS))
    terminal = code in _set(_TERMINALS)
    return _kind(character) + flags + TERMINAL * terminal + MARK * (terminal or code in _set(_MARKS))


def _kind(character: str) -> int:
    if character.isspace():
        return SPACE
    parts = {_KINDS.get(kind, SYMBOL) for kind, _ in words_table.define(character)}
    if not parts and not "\ud800" <= character <= "\udfff":
        return IGNORED
    return next((kind for kind in _STRONGEST if kind in parts), SYMBOL)


@cache
def classes() -> NDArray[np.uint16]:
    """Return the shipped table: kind and flags of every code point."""
    with np.load(_SHIPPED) as stored:
        table: NDArray[np.uint16] = stored["classes"]
        return table


def _write() -> None:
    if unicodedata.unidata_version != words_table.UNICODE:
        raise SystemExit(f"needs a Python with Unicode {words_table.UNICODE}")
    table = np.array([define(chr(code)) for code in range(sys.maxunicode + 1)], np.uint16)
    np.savez_compressed(_SHIPPED, classes=table)


if __name__ == "__main__":
    _write()
