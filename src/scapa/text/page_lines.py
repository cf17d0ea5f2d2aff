"""The lines of pages, and what each one taken alone says it is: furniture (how surely, of which kind), or nothing.

    lines = page_lines(texts, tree)
    lines.starts, .ends       int64[n]: byte offsets within the text of the n lines that are not blank, as stripped
    lines.scores, .kinds      int8[n]: 0 nothing, 1 weak, 2 middle, 3 sure; the kind, −1 for none
    lines.sizes, .shapes      characters; `ENDED`, `HARD`, `SHORT` and the rest
    lines.first               int64[texts + 1]

Lines end at line feeds. `tree` has marks 8 · score + kind by use: `COVER` (lines made of such phrases alone), `START`
and `COLON` (lines that begin so; a colon follows), `DATED` (…and hold a year or a time), `INSIDE`, `END`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import leaf, njit
from scapa.text.kernels import Utf8, tokenise
from scapa.text.phrase_tree import PhraseTree, begins, step

USES = ("cover", "start", "colon", "dated", "inside", "end")
COVER, START, COLON, DATED, INSIDE, END = range(len(USES))
KINDS = ("menu", "share", "prompt", "related", "legal", "notice", "advert", "stamp")
_MENU, _LEGAL = KINDS.index("menu"), KINDS.index("legal")

ENDED, HARD, COMMA, ASKED, RULED, COPYRIGHT, DIGIT, SHORT, WHEN = (1 << bit for bit in range(9))
"""A line ends as sentences do; has a sign of code or speech; a comma; a question mark; two marks that part items at
least; a ©; a digit; is of two words and 20 characters at most; has a year or a time of day."""

_LONGEST = 300  # characters: no longer line is furniture
_LONG, _HEADING, _STAMP, _BRIEF = 160, 100, 60, 30
_MOST_WORDS = 60
_WEAK, _MIDDLE, _SURE = 1, 2, 3
_EARLY = 6  # words before a phrase that a notice has
_INDENTED = 4


def _sign_table() -> NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    for signs, flag in (('="{};<$_`\\', HARD), (",", COMMA), ("?", ASKED), ("0123456789", DIGIT)):
        table[[ord(sign) for sign in signs]] = flag
    return table


_SIGNS = _sign_table()
_OPENERS = np.zeros(256, np.bool_)  # of comments, quotes and rows of tables
_OPENERS[[ord(sign) for sign in ">#|'/\\%;~"]] = True


class PageLines(NamedTuple):
    """See the module's text."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    scores: NDArray[np.int8]
    kinds: NDArray[np.int8]
    sizes: NDArray[np.int32]
    shapes: NDArray[np.int16]
    first: NDArray[np.int64]


def page_lines(texts: Utf8, tree: PhraseTree) -> PageLines:
    """Return the lines of every text."""
    return PageLines(*_read(texts.data, texts.offsets, *tokenise(texts), tree, _SIGNS, _OPENERS))


@njit
def _read(
    data: Any, offsets: Any, hashes: Any, starts: Any, ends: Any, first: Any, tree: Any, signs: Any,
    openers: Any,
) -> Any:  # fmt: skip
    room = 0
    for i in range(offsets[0], offsets[-1]):
        room += data[i] == 10
    room += len(offsets)
    lows, highs = np.empty(room, np.int64), np.empty(room, np.int64)
    scores, kinds = np.empty(room, np.int8), np.empty(room, np.int8)
    sizes, shapes = np.empty(room, np.int32), np.empty(room, np.int16)
    of, count = np.zeros(len(offsets), np.int64), 0
    for text in range(len(offsets) - 1):
        base, at, stop, token = offsets[text], offsets[text], offsets[text + 1], first[text]
        while at < stop:
            end = at
            while end < stop and data[end] != 10:
                end += 1
            low, high, margin = at, end, 0
            while low < high and data[low] <= 32:
                low += 1
            while high > low and data[high - 1] <= 32:
                high -= 1
            margin, at = low - at, end + 1
            if low == high:
                continue
            head = token
            while token < first[text + 1] and starts[token] < high - base:
                token += 1
            size, shape = _shape(data, low, high, signs)
            if token - head <= 2 and size <= 20:
                shape |= SHORT
            mark = np.int64(0)
            if size <= _LONGEST and token - head <= _MOST_WORDS and token > head and not openers[data[low]]:
                mark = _mark(data, base, low, high, size, shape, hashes, starts, ends, head, token, tree)
            if margin >= _INDENTED and mark >> 3 < _SURE:
                mark = np.int64(0)
            lows[count], highs[count], scores[count] = low - base, high - base, mark >> 3
            kinds[count], sizes[count], shapes[count] = (mark & 7) if mark else -1, size, shape
            count += 1
        of[text + 1] = count
    return lows[:count], highs[:count], scores[:count], kinds[:count], sizes[:count], shapes[:count], of


@leaf
def _digits(data: Any, at: Any) -> Any:
    return 48 <= data[at] <= 57


@leaf
def _shape(data: Any, low: Any, high: Any, signs: Any) -> Any:
    """Return (characters, flags) of a line."""
    size, shape, rules = 0, 0, 0
    for i in range(low, high):
        byte = data[i]
        size += byte & 0xC0 != 0x80
        shape |= signs[byte]
        if byte == 32 and i + 2 < high:
            after = data[i + 1]
            rules += (after == 124 or after == 62 or after == 47) and data[i + 2] == 32  # | > /
            if (after == 0xC2 or after == 0xE2) and i + 4 < high:  # · » and • › →
                wide = after == 0xE2
                rules += data[i + 2 + wide] in (0xB7, 0xBB, 0xA2, 0xBA, 0x92) and data[i + 3 + wide] == 32
        elif (
            byte == 58 and low < i < high - 2 and _digits(data, i - 1) and _digits(data, i + 1) and _digits(data, i + 2)
        ):
            shape |= WHEN
        elif (byte == 49 or byte == 50) and i + 3 < high and (i == low or not _digits(data, i - 1)):
            year = data[i + 1] == (57 if byte == 49 else 48) and _digits(data, i + 2) and _digits(data, i + 3)
            if year and (i + 4 == high or not _digits(data, i + 4)):
                shape |= WHEN
        elif byte == 0xC2 and i + 1 < high and data[i + 1] == 0xA9:
            shape |= COPYRIGHT
        elif byte == 0xE2 and i + 2 < high and data[i + 1] == 0x80 and 0x9C <= data[i + 2] <= 0x9F:
            shape |= HARD  # “ ” „
        elif byte == 0xE3 and i + 2 < high and data[i + 1] == 0x80 and data[i + 2] in (0x81, 0x8C, 0x8D):
            shape |= COMMA  # 、「」
    if rules >= 2:
        shape |= RULED
    last = data[high - 1]
    if last == 46 or last == 33 or last == 63 or last == 34 or last == 59:
        shape |= ENDED
    wide = high - low > 2 and data[high - 2] in (0x80, 0xBC) and data[high - 3] in (0xE2, 0xE3, 0xEF)
    if wide and last in (0x82, 0x9D, 0x81, 0x9F, 0xA6):  # 。 ” ！ ？ …
        shape |= ENDED
    return size, shape


@leaf
def _mark(
    data: Any, base: Any, low: Any, high: Any, size: Any, shape: Any, hashes: Any, starts: Any, ends: Any,
    head: Any, tail: Any, tree: Any,
) -> Any:  # fmt: skip
    """Return 8 · score + kind of a line with the words `head:tail`; 0: nothing. Long on purpose: it reads downwards."""
    best, cover, bare, parts, opened, at = np.int64(0), np.int64(0), 0, 0, False, head
    capital = data[low] >= 128 or 65 <= data[low] <= 90
    while at < tail:
        node, end, mark = np.int64(0), at, np.int64(0)
        if begins(tree, hashes[at]):
            i = at
            while i < tail:
                node = step(tree, node, hashes[i])
                if node == 0:
                    break
                i += 1
                if tree.marks[node, 0]:
                    end, mark = i, np.int64(tree.marks[node, 0])
                if at == head:
                    best = max(best, _opening(data, base, high, size, shape, tree.marks[node], ends[i - 1], i - at,
                                              capital))  # fmt: skip
                inside = np.int64(tree.marks[node, 4])
                if inside and capital:
                    sure = at - head <= _EARLY
                    best = max(best, inside if sure else inside - 8)
                closing = np.int64(tree.marks[node, 5])
                if closing and i == tail and size <= _LONG and not shape & HARD:
                    best = max(best, closing)
        if mark:
            cover = max(cover, mark) if mark >> 3 > cover >> 3 else cover
            if mark >> 3:
                parts += 1
                opened |= at == head
            at = end
            continue
        digit = data[base + starts[at]]
        bare += not 48 <= digit <= 57
        at += 1
    if bare == 0 and parts > 0:
        best = max(best, _covered(shape, cover, parts, capital or not _small(data[low])))
    elif opened and parts >= 2 and 2 * parts >= bare and shape & RULED and not shape & (HARD | ENDED | DIGIT):
        best = max(best, np.int64(8 * _SURE + _MENU))
    if best == 0 and shape & COPYRIGHT and size <= _LONG and data[low] == 0xC2 and data[low + 1] == 0xA9:
        best = np.int64(8 * _SURE + _LEGAL)
    return best


@leaf
def _opening(
    data: Any, base: Any, high: Any, size: Any, shape: Any, marks: Any, end: Any, words: Any, capital: Any
) -> Any:
    """Return the mark of a line for the phrase that it begins with, which ends at `end`."""
    best = np.int64(0)
    if marks[1] and capital and not shape & HARD:
        sure = words >= 4
        if sure or (size <= _HEADING and not shape & ENDED) or size <= _BRIEF:
            best = np.int64(marks[1]) if sure else np.int64(marks[1]) - 8
    if marks[2] and capital and size <= _LONG:
        at = base + end
        while at < high and data[at] == 32:
            at += 1
        if at < high - 1 and (data[at] == 58 or (data[at] == 0xEF and data[at + 1] == 0xBC)):
            best = max(best, np.int64(marks[2]) - 8)
    if marks[3] and capital and shape & WHEN and size <= _HEADING and not shape & HARD:
        brief = size <= _STAMP and (not shape & ENDED or words >= 4)
        best = max(best, np.int64(marks[3]) if brief or words >= 5 else np.int64(marks[3]) - 8)
    return best


@leaf
def _small(byte: Any) -> Any:
    return 97 <= byte <= 122


@leaf
def _covered(shape: Any, mark: Any, parts: Any, begun: Any) -> Any:
    """Return the mark of a line that is made of phrases alone: `parts` of them, the strongest has `mark`."""
    score = mark >> 3
    if shape & HARD or (shape & ENDED and not begun):
        return np.int64(0)
    if score == _SURE and not begun:  # of a sentence that is broken into lines
        mark, score = mark - 8, _MIDDLE
    if score < _SURE:
        if shape & (COMMA | ASKED | ENDED):
            return np.int64(0)
        if parts >= 3 and shape & RULED:
            return np.int64(8 * _SURE) + (mark & 7)
    return mark
