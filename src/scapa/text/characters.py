"""What each character means to the one tokenisation: letter, separator, ignored, a word by itself, or an apostrophe.

`define` is the definition; the table that the kernels use is made from it once and shipped (`characters.npz`), so
that a fingerprint means the same under every Python, whatever Unicode version it brings.
Remake it with `python -m scapa.text.characters` (Python 3.11, Unicode 14).
"""

from __future__ import annotations

import sys
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # loaded only to read or make the table: all judges import this, also when nothing is new
    import numpy as np
    from numpy.typing import NDArray

SEPARATOR, LETTER, IGNORED, SINGLE, APOSTROPHE, EXPANSION = range(6)
UNICODE = "14.0.0"
_SHIPPED = Path(__file__).with_name("characters.npz")

_APOSTROPHES = "'’ʼ‛"
# Marks that come and go without changing the word: accents, Hebrew points, Arabic vowel signs, kana voicing,
# variation selectors. Marks that carry sound in their script (Devanagari vowels …) are letters.
_LOOSE = (
    (0x0300, 0x036F),
    (0x0591, 0x05BD),
    (0x05BF, 0x05C7),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0x3099, 0x309A),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)
# Scripts written without spaces: every character is a word (Thai, Lao, Myanmar, Khmer, kana, Han).
_SINGLES = (
    (0x0E01, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17D3),
    (0x3005, 0x3007),
    (0x3041, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


class Characters(NamedTuple):
    """`packed[c]` is value * 8 + class; of an EXPANSION the value is an index into `first`.

    Expansion e is the packed characters `items[first[e]:first[e + 1]]`.
    """

    packed: NDArray[np.uint32]
    first: NDArray[np.int64]
    items: NDArray[np.uint32]


def define(character: str) -> list[tuple[int, str]]:
    """Return the (class, character) pairs that one character stands for after folding; ignored ones are left out.

    Folding is compatibility decomposition and full case folding, then loose marks fall away: it looks at one
    character at a time, so "é" is the same composed or not, and text can be cut anywhere between characters.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    pairs = ((_class(c), "'" if c in _APOSTROPHES else c) for c in folded)
    return [(kind, c) for kind, c in pairs if kind != IGNORED]


def _class(c: str) -> int:
    category = unicodedata.category(c)
    if c in _APOSTROPHES:
        return APOSTROPHE
    if category == "Cf" or _within(ord(c), _LOOSE):
        return IGNORED
    if category[0] not in "LNM":
        return SEPARATOR
    return SINGLE if _within(ord(c), _SINGLES) else LETTER


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def build() -> Characters:
    """Return the table that `define` and this Python's Unicode data make."""
    import numpy as np

    packed = np.zeros(sys.maxunicode + 1, np.uint32)
    first, items = [0], []
    for code in range(sys.maxunicode + 1):
        parts = [] if 0xD800 <= code < 0xE000 else [ord(c) * 8 + kind for kind, c in define(chr(code))]
        if len(parts) == 1:
            packed[code] = parts[0] if parts[0] % 8 != SEPARATOR else SEPARATOR
        elif not parts:
            packed[code] = SEPARATOR if 0xD800 <= code < 0xE000 else IGNORED
        else:
            packed[code] = (len(first) - 1) * 8 + EXPANSION
            items += parts
            first.append(len(items))
    return Characters(packed, np.array(first, np.int64), np.array(items, np.uint32))


@cache
def characters() -> Characters:
    """Return the shipped table."""
    import numpy as np

    with np.load(_SHIPPED) as stored:
        return Characters(*(stored[name] for name in Characters._fields))


def _write() -> None:
    import numpy as np

    if unicodedata.unidata_version != UNICODE:
        raise SystemExit(f"needs a Python with Unicode {UNICODE}, this one has {unicodedata.unidata_version}")
    np.savez_compressed(_SHIPPED, **build()._asdict())


if __name__ == "__main__":
    _write()
