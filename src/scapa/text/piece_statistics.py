"""What Gopher's rules count in a text, in one pass over Arrow's bytes: pieces, words, symbols, lines, repetition.

    measured = piece_statistics(byte_view(texts))
    measured.counts        int64[texts, len(COUNTS)], see `COUNTS`
    measured.bad           bool[texts]: the bytes are not UTF-8

Pieces are those of `scapa.text.pieces`, lengths are in characters, lines end where Python's `splitlines` ends them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.classes import ALPHABETIC, APOSTROPHE, BREAK, IGNORED, KIND, MARK, SPACE, WORD, classes
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
_HASH, _DOT, _DASH, _RETURN, _FEED = ord("#"), ord("."), ord("-"), ord("\r"), ord("\n")
_BULLET, _ELLIPSIS, _QUOTE = ord("•"), ord("…"), ord("'")


class PieceStatistics(NamedTuple):
    """See the module's text."""

    counts: NDArray[np.int64]
    bad: NDArray[np.bool_]

    def of(self, name: str) -> NDArray[np.int64]:
        """Return one count of every text."""
        column: NDArray[np.int64] = self.counts[:, COUNTS.index(name)]
        return column


def piece_statistics(texts: Bytes) -> PieceStatistics:
    """Return the statistics of every text."""
    return PieceStatistics(*_measure(texts.data, texts.wide, texts.offsets, classes(), SEED))


@njit
def _measure(data: Any, wide: Any, offsets: Any, table: Any, seed: Any) -> Any:
    texts = len(offsets) - 1
    counts, bad = np.zeros((texts, len(COUNTS)), np.int64), np.zeros(texts, np.bool_)
    size = min(max(64, (offsets[1:] - offsets[:-1]).max()), MOST) if texts else 64
    lows, sizes, lengths = np.empty(size, np.int64), np.empty(size, np.int32), np.empty(size, np.int32)
    letters = np.zeros(256, np.uint16)
    for byte in range(128):
        if table[byte] & KIND == WORD:
            letters[byte] = table[byte] ^ MARK
    ids, ends, slots = np.empty(size, np.int32), np.zeros(size + 1, np.int64), np.zeros(room(size), np.int64)
    places, grams, times, keys, first = room_for_runs(size)
    known, hashes, widths = np.empty(size, np.int64), np.empty(size, np.uint64), np.empty(size, np.int32)
    for text in range(texts):
        low, high = offsets[text], offsets[text + 1]
        row, use = counts[text], (LEVELS + 1) * text + 1
        row[0] = characters_in(data, wide, low, high)
        bad[text] = _scan(data, table, letters, low, high, lows, sizes, lengths, row)
        pieces = min(row[1], size)
        if not bad[text]:
            row[_STOP_WORDS] = _number(data, wide, lows, sizes, lengths, pieces, seed, slots, use, known, widths,
                                       hashes, ids, ends, times)  # fmt: skip
            repetition(ids, pieces, ends, seed, slots, use + 1, places, grams, times, keys, first, row, _STOP_WORDS + 1)
    return counts, bad


@leaf
def word_rest(data: Any, table: Any, at: Any, high: Any, length: Any, seen: Any) -> Any:
    """Go on from within a word, where its next byte is no plain letter; return (its end, its characters, flags seen).

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
def _scan(
    data: Any, table: Any, letters: Any, low: Any, high: Any, lows: Any, sizes: Any, lengths: Any, row: Any
) -> Any:
    """Count in one text and write its pieces; say whether it isn't UTF-8. Long on purpose: it reads downwards."""
    pieces, words, word_characters, alphabetic, hashes, ellipses, dots = 0, 0, 0, 0, 0, 0, 0
    lines, bullets, ending, dots_end = 0, 0, 0, low
    # A line began at `line`, nothing of it but white space was seen while it is `fresh`; what was seen ends at `seen`.
    at, line, seen, fresh, bad = low, low, low, True, False
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
            if at < high and (data[at] >= 0x80 or data[at] == _QUOTE):
                at, length, marks = word_rest(data, table, at, high, length, marks)
        else:
            flags, width, code = character(data, table, at, high)
            kind = flags & KIND
            bad |= code < 0
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
                at, length, marks = word_rest(data, table, start, high, 0, marks)
            else:
                length, marks = 1, flags ^ MARK
                bullets += fresh and code in (_DASH, _BULLET)
                hashes += code == _HASH
                ellipses += code == _ELLIPSIS
                if code == _DOT:
                    dots, dots_end = (dots + 1 if start == dots_end else 1), at
                    if dots == 3:
                        ellipses, dots = ellipses + 1, 0
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
    return bad


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
