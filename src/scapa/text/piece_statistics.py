"""What Gopher's rules count in a text, in one pass over Arrow's bytes: pieces, words, symbols, lines, repetition.

    piece_statistics(byte_view(texts)).of("words")      int64[texts], see `COUNTS`

Pieces are those of `scapa.text.pieces`, lengths are in characters, lines end where Python's `splitlines` ends them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.classes import ALPHABETIC, APOSTROPHE, BREAK, DIGIT, IGNORED, KIND, MARK, SPACE, WORD, classes
from scapa.text.compiled import leaf, njit
from scapa.text.interning import SEED, Bytes, character, characters_in, range_number, room
from scapa.text.repetition import DUPLICATE, LEVELS, TOP, repetition, room_for_runs

STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")
COUNTS = (
    "characters", "pieces", "words", "word_characters", "alphabetic", "hashes", "ellipses", "lines", "bullet_lines",
    "ellipsis_lines", "stop_words", *(f"top_{n}" for n in TOP), *(f"duplicate_{n}" for n in DUPLICATE),
)  # fmt: skip
"""Words are pieces other than marks; `alphabetic` are pieces with a letter; stop words are distinct ones.

`top_n` and `duplicate_n` are characters, see `repetition`.
"""

MOST = 4_000_000
"""Repetition is measured in a text's first so many pieces."""

_STOP_WORDS = COUNTS.index("stop_words")
_STOPS = np.array([int.from_bytes(word.encode(), "little") for word in STOP_WORDS], np.uint64)
_HASH, _DOT, _DASH, _TILDE, _RETURN, _FEED, _BULLET, _ELLIPSIS = (ord(c) for c in "#.-~\r\n•…")
_COLON, _SLASH = ord(":"), ord("/")
# What may follow a plain letter of a word and still belong to its piece: joins words; joins digits; may be either.
_JOINS, _JOINS_DIGITS, _OTHER = 1, 2, 3


class PieceStatistics(NamedTuple):
    """`COUNTS`, a row a text."""

    counts: NDArray[np.int64]

    def of(self, name: str) -> NDArray[np.int64]:
        """Return one count of every text."""
        column: NDArray[np.int64] = self.counts[:, COUNTS.index(name)]
        return column


def piece_statistics(texts: Bytes) -> PieceStatistics:
    """Return the statistics of every text."""
    return PieceStatistics(_measure(texts.data, texts.wide, texts.offsets, classes(), SEED))


@njit
def _measure(data: Any, wide: Any, offsets: Any, table: Any, seed: Any) -> Any:
    texts = len(offsets) - 1
    counts = np.zeros((texts, len(COUNTS)), np.int64)
    size = min(max(64, (offsets[1:] - offsets[:-1]).max()), MOST) if texts else 64
    lows, sizes, lengths = np.empty(size, np.int64), np.empty(size, np.int32), np.empty(size, np.int32)
    letters, goes_on = np.zeros(256, np.uint16), _goes_on()
    for byte in range(128):
        if table[byte] & KIND == WORD:
            letters[byte] = table[byte] ^ MARK
    ids, ends, slots = np.empty(size, np.int32), np.zeros(size + 1, np.int64), np.zeros(room(0), np.int64)
    places, grams, times, keys, first = room_for_runs(size)
    known, hashes, widths = np.empty(size, np.int64), np.empty(size, np.uint64), np.empty(size, np.int32)
    for text in range(texts):
        low, high = offsets[text], offsets[text + 1]
        row, use = counts[text], (LEVELS + 1) * text + 1
        row[0] = characters_in(data, wide, low, high)
        _scan(data, table, letters, goes_on, low, high, lows, sizes, lengths, row)
        pieces = min(row[1], size)
        if room(pieces) > len(slots):
            slots = np.zeros(room(pieces), np.int64)
        row[_STOP_WORDS] = _number(data, wide, lows, sizes, lengths, pieces, seed, slots, use, known, widths,
                                   hashes, ids, ends, times)  # fmt: skip
        repetition(ids, pieces, ends, seed, slots, use + 1, places, grams, times, keys, first, row, _STOP_WORDS + 1)
    return counts


@njit
def _goes_on() -> Any:
    """Return what each byte after a plain letter may mean, see `_JOINS`; 0: the piece ends."""
    table = np.zeros(256, np.uint8)
    for byte in b"._@":
        table[byte] = _JOINS
    for byte in b",/:":
        table[byte] = _JOINS_DIGITS
    table[ord("'")] = _OTHER
    table[128:] = _OTHER
    return table


@leaf
def _piece_rest(data: Any, table: Any, goes_on: Any, at: Any, high: Any, length: Any, seen: Any) -> Any:
    """Go on from within a piece that began as a word; return (its end, characters, flags seen, hashes, ellipses)."""
    end, length, seen = _word_rest(data, table, at, high, length, seen)
    while end + 1 < high and goes_on[data[end]] in (_JOINS, _JOINS_DIGITS):
        flags, width, _ = character(data, table, end + 1, high)
        if flags & KIND != WORD:
            break
        if goes_on[data[end]] == _JOINS_DIGITS and not (flags & DIGIT and _digit_before(data, table, end)):
            break
        end, length, seen = _word_rest(data, table, end + 1 + width, high, length + 2, seen | (flags ^ MARK))
    if end + 2 < high and data[end] == _COLON and data[end + 1] == _SLASH and data[end + 2] == _SLASH:
        return _address(data, table, end, high, length, seen)
    return end, length, seen, 0, 0


@leaf
def _digit_before(data: Any, table: Any, end: Any) -> Any:
    at = end - 1
    while at > 0 and at > end - 4 and data[at] & 0xC0 == 0x80:
        at -= 1
    flags, width, _ = character(data, table, at, end)
    return at + width == end and flags & DIGIT != 0


@leaf
def _word_rest(data: Any, table: Any, at: Any, high: Any, length: Any, seen: Any) -> Any:
    """Go on from within a word; return (its end, its characters, flags seen).

    Ignored characters and one apostrophe belong to the word if a letter follows.
    """
    end, waiting, quoted = at, 0, False
    while at < high:
        flags, width, _ = character(data, table, at, high)
        kind = flags & KIND
        if kind == WORD:
            at += width
            end, length, waiting, quoted = at, length + waiting + 1, 0, False
            seen |= flags ^ MARK
        elif kind == IGNORED or (kind == APOSTROPHE and not quoted):
            at, waiting, quoted = at + width, waiting + 1, quoted or kind == APOSTROPHE
        else:
            break
    return end, length, seen


@leaf
def _address(data: Any, table: Any, colon: Any, high: Any, length: Any, seen: Any) -> Any:
    """Go on from the colon of an address; return what `_piece_rest` does."""
    at, end = colon + 3, colon + 3
    while at < high:
        flags, width, code = character(data, table, at, high)
        if flags & KIND == SPACE or code in (0x22, 0x3C, 0x3E):  # " < >
            break
        at += width
        if flags & KIND != APOSTROPHE and code not in (0x2E, 0x2C, 0x3B, 0x3A, 0x21, 0x3F, 0x29, 0x5D):  # .,;:!?)]
            end = at
    if end == colon + 3:
        return colon, length, seen, 0, 0
    at, hashes, ellipses, dots = colon, 0, 0, 0
    while at < end:
        flags, width, code = character(data, table, at, end)
        at, length = at + width, length + 1
        seen |= flags & ALPHABETIC
        hashes += code == _HASH
        dots = dots + 1 if code == _DOT else 0
        ellipses += code == _ELLIPSIS or (dots > 0 and dots % 3 == 0)
    return end, length, seen, hashes, ellipses


@leaf
def _scan(
    data: Any,
    table: Any,
    letters: Any,
    goes_on: Any,
    low: Any,
    high: Any,
    lows: Any,
    sizes: Any,
    lengths: Any,
    row: Any,
) -> Any:
    """Count in one text and write its pieces. Long on purpose: it reads downwards."""
    pieces, words, word_characters, alphabetic, hashes, ellipses = 0, 0, 0, 0, 0, 0
    lines, bullets, ending = 0, 0, 0
    # A line began at `line`, nothing of it but white space was seen while it is `fresh`; what was seen ends at `seen`.
    at, line, seen, fresh = low, low, low, True
    while at < high:
        byte = data[at]
        start, length, marks = at, 0, 0
        flags: Any = np.int64(letters[byte])
        if flags:
            at += 1
            while at < high and letters[data[at]]:  # nearly all of most texts: plain ASCII letters
                flags |= letters[data[at]]
                at += 1
            length, marks = at - start, flags
            if at < high and goes_on[data[at]]:
                at, length, marks, more, dots = _piece_rest(data, table, goes_on, at, high, length, marks)
                hashes, ellipses = hashes + more, ellipses + dots
        else:
            flags, width, code = character(data, table, at, high)
            kind = flags & KIND
            at += width
            if kind == SPACE:
                if flags & BREAK:
                    lines += 1
                    ending += _ends_in_ellipsis(data, line, seen)
                    at += byte == _RETURN and at < high and data[at] == _FEED
                    line, fresh = at, True
                continue
            if kind == IGNORED:
                seen, fresh = at, False
                continue
            if kind == WORD:
                at, length, marks, more, dots = _piece_rest(data, table, goes_on, start, high, 0, marks)
                hashes, ellipses = hashes + more, ellipses + dots
            else:
                length, marks = 1, flags ^ MARK
                bullets += fresh and code in (_DASH, _BULLET)
                hashes += code == _HASH
                ellipses += code == _ELLIPSIS
                if code in (_DASH, _DOT, _TILDE):
                    while at < high and data[at] == byte:
                        at += 1
                    length = at - start
                    ellipses += (code == _DOT) * (length // 3)
        seen, fresh = at, False
        if pieces < len(lows):
            lows[pieces], sizes[pieces], lengths[pieces] = start, at - start, length
        pieces += 1
        alphabetic += marks & ALPHABETIC != 0
        if marks & MARK:
            words += 1
            word_characters += length
    if line < high:
        lines += 1
        ending += _ends_in_ellipsis(data, line, seen)
    row[1], row[2], row[3], row[4], row[5] = pieces, words, word_characters, alphabetic, hashes
    row[6], row[7], row[8], row[9] = ellipses, lines, bullets, ending


@leaf
def _ends_in_ellipsis(data: Any, line: Any, end: Any) -> Any:
    if end - 3 < line:
        return False
    a, b, c = data[end - 3], data[end - 2], data[end - 1]
    return (a == _DOT and b == _DOT and c == _DOT) or (a == 0xE2 and b == 0x80 and c == 0xA6)


@leaf
def _number(
    data: Any, wide: Any, lows: Any, sizes: Any, lengths: Any, pieces: Any, seed: Any, slots: Any, use: Any, known: Any,
    widths: Any, hashes: Any, ids: Any, ends: Any, times: Any,
) -> Any:  # fmt: skip
    """Number the pieces, count each number's `times`, and return how many distinct ones are stop words."""
    distinct, stops, mask = 0, 0, room(pieces) - 1
    for i in range(pieces):
        low, size = lows[i], np.int64(sizes[i])
        number = range_number(data, wide, low, low + size, seed, slots, mask, use, known, widths, hashes, distinct)
        if number == distinct:
            distinct += 1
            times[number] = 0
            stops += _is_stop(data, low, size)
        times[number] += 1
        ids[i] = number
        ends[i + 1] = ends[i] + lengths[i]
    return stops


@leaf
def _is_stop(data: Any, low: Any, size: Any) -> Any:
    if size < 2 or size > 4:
        return False
    value = np.uint64(0)
    for i in range(size):
        value |= np.uint64(data[low + i]) << np.uint64(8 * i)
    for stop in _STOPS:  # noqa: SIM110 - numba
        if stop == value:
            return True
    return False
