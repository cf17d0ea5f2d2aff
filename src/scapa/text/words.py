"""The one tokenisation: what a word is, everywhere in Scapa. This is the plain reference; `kernels` is the fast one.

A word is a run of letters, digits and sound-carrying marks, case-folded, without accents, with single apostrophes
inside it ("don’t" = "don't"). Zero-width characters, soft hyphens and direction controls are as if absent. In
scripts written without spaces every character is a word. Everything else separates.

    words("Don’t stop!")         ['don't', 'stop']
    spans("Don’t stop!")         [('don't', 0, 7), ('stop', 8, 12)]     bytes of the UTF-8 text
    word_hash("don't")           64 bits, the same in the kernels
"""

from __future__ import annotations

import re
from functools import cache

from scapa.text.characters import APOSTROPHE, EXPANSION, IGNORED, SEPARATOR, SINGLE, characters

_WORD = re.compile("[^ ']+(?:'[^ ']+)*")
_MASK = (1 << 64) - 1
HASH_START, HASH_STEP = 0xCBF29CE484222325, 0x100000001B3
MIX_1, MIX_2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


class _Folding(dict[int, str]):
    """A `str.translate` table filled as characters are met: separators become spaces, single words get spaces."""

    def __missing__(self, code: int) -> str:
        table = characters()
        packed = int(table.packed[code])
        parts = [packed]
        if packed % 8 == EXPANSION:
            parts = [int(p) for p in table.items[table.first[packed // 8] : table.first[packed // 8 + 1]]]
        self[code] = "".join(_piece(p) for p in parts)
        return self[code]


def _piece(packed: int) -> str:
    kind, code = packed % 8, packed // 8
    plain = {SEPARATOR: " ", IGNORED: "", APOSTROPHE: "'"}.get(kind)
    if plain is not None:
        return plain
    return f" {chr(code)} " if kind == SINGLE else chr(code)


@cache
def _folding() -> _Folding:
    return _Folding()


def words(text: str) -> list[str]:
    """Return the normalised words of `text`, in order."""
    return _WORD.findall(text.translate(_folding()))


def spans(text: str) -> list[tuple[str, int, int]]:
    """Return (word, start, end) with half-open byte offsets into the UTF-8 form of `text`."""
    folding, folded, starts, ends, at = _folding(), [], [], [], 0
    for character in text:
        after = at + len(character.encode("utf-8", "surrogatepass"))
        piece = folding[ord(character)]
        folded.append(piece)
        starts += [at] * len(piece)
        ends += [after] * len(piece)
        at = after
    found = _WORD.finditer("".join(folded))
    return [(m.group(), starts[m.start()], ends[m.end() - 1]) for m in found]


def word_hash(word: str) -> int:
    """Return the 64-bit hash of a normalised word: FNV-1a over its code points, then the splitmix64 finaliser."""
    h = HASH_START
    for character in word:
        h = ((h ^ ord(character)) * HASH_STEP) & _MASK
    return mix(h)


def mix(h: int) -> int:
    """Return the splitmix64 finaliser of a 64-bit integer (a bijection)."""
    h = ((h ^ (h >> 30)) * MIX_1) & _MASK
    h = ((h ^ (h >> 27)) * MIX_2) & _MASK
    return h ^ (h >> 31)
