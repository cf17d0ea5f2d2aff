"""Marks: one pass over many texts for the places where something of interest may begin; what it is, others decide.

A mark is a listed word at the beginning of a word, or one of the shapes below. Most of a text has none, so a judge
that looks only at marks need not look at the rest, nor make a string of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import Utf8

AT, AT_WORD, NUMBER, DOTTED, LOGIN, ACCOUNT, FISCAL, FILLER, POSTCODE, BOT, PARTS, GROUPS, STAR = range(13)
"""Shapes, in order: `@`; `(at)` or `%40`; numbers with 8 digits at least; with three dots; `://user:password@`; two
capitals and two digits; six letters and two digits that begin a word of 16; `<<<`; digits as in a postcode beside a
place; 8 to 10 digits, a colon and an A; 24 letters or digits that begin with M, N or O; four hexadecimal digits and a
colon; a star and a digit. Word i of a lexicon is mark `SHAPES + i`."""
SHAPES = 13

_OTHER, _DIGIT, _LOWER, _UPPER, _LETTER, _WIDE, _INNER = range(7)


class Word(NamedTuple):
    """A word to mark, in small letters unless `exact`; `whole`: no letter or digit follows; `near`: a digit follows
    within so many bytes (0: need not).
    """

    text: str
    exact: bool = False
    whole: bool = False
    near: int = 0


class Lexicon(NamedTuple):
    """Words in chains by their first two bytes in small letters: `heads[256 * first + second]`, then `nexts` (-1: end).

    Word i is `letters[firsts[i]:firsts[i + 1]]`.
    """

    heads: NDArray[np.int32]
    nexts: NDArray[np.int32]
    letters: NDArray[np.uint8]
    firsts: NDArray[np.int64]
    exact: NDArray[np.bool_]
    whole: NDArray[np.bool_]
    near: NDArray[np.int64]


class Marks(NamedTuple):
    """Mark i is of kind `kinds[i]`, at byte `places[i]` of text `texts[i]`; in order. `plain[t]`: text t is ASCII."""

    texts: NDArray[np.int32]
    places: NDArray[np.int64]
    kinds: NDArray[np.int32]
    plain: NDArray[np.bool_]


def lexicon(words: Sequence[Word]) -> Lexicon:
    """Return words as they are looked up; each has two bytes at least."""
    raw = [word.text.encode() for word in words]
    heads, nexts = np.full(65_536, -1, np.int32), np.full(len(words), -1, np.int32)
    for i, letters in enumerate(raw):
        key = int.from_bytes(letters[:2].lower(), "big")
        nexts[i], heads[key] = heads[key], i
    return Lexicon(
        heads,
        nexts,
        np.frombuffer(b"".join(raw), np.uint8),
        np.cumsum([0, *map(len, raw)]).astype(np.int64),
        np.array([word.exact for word in words], np.bool_),
        np.array([word.whole for word in words], np.bool_),
        np.array([word.near for word in words], np.int64),
    )


def marks(texts: Utf8, words: Lexicon, *, shapes: bool = True) -> Marks:
    """Return the marks of every text, in order of text and place; of words alone without `shapes`."""
    room = len(texts.data) // 64 + 1_024
    while True:
        whose, places, kinds = np.empty(room, np.int32), np.empty(room, np.int64), np.empty(room, np.int32)
        plain = np.ones(len(texts.offsets) - 1, np.bool_)
        count = _scan(texts.data, texts.offsets, *words, _CLASSES, shapes, whose, places, kinds, plain)
        if count >= 0:
            return Marks(whose[:count], places[:count], kinds[:count], plain)
        room *= 4


def _classes() -> NDArray[np.uint8]:
    table = np.full(256, _OTHER, np.uint8)
    table[ord("0") : ord("9") + 1] = _DIGIT
    table[ord("a") : ord("z") + 1] = _LOWER
    table[ord("A") : ord("Z") + 1] = _UPPER
    table[0x80:0xC0] = _INNER
    table[0xC0:0xE0] = _LETTER
    table[0xE0:] = _WIDE  # scripts without spaces, and signs: they neither begin nor end a word of ours
    return table


_CLASSES = _classes()
_IN_NUMBER = np.zeros(256, np.bool_)
_IN_NUMBER[[ord(sign) for sign in "0123456789 ()./+-"]] = True


@njit
def _small(byte: Any) -> Any:
    return byte + 32 if 65 <= byte <= 90 else byte


@njit
def _is_digit(data: Any, at: int, stop: int) -> bool:
    return at < stop and 48 <= data[at] <= 57


@njit
def _is_upper(data: Any, at: int, stop: int) -> bool:
    return 0 <= at < stop and 65 <= data[at] <= 90


@njit
def _are_upper(data: Any, at: int, stop: int) -> bool:
    return _is_upper(data, at, stop) and _is_upper(data, at + 1, stop)


@njit
def _is_hex(data: Any, at: int, stop: int) -> bool:
    return at < stop and (48 <= data[at] <= 57 or 97 <= _small(data[at]) <= 102)


@njit
def _is_plain(data: Any, at: int, stop: int) -> bool:
    """Whether an ASCII letter or digit stands there."""
    return at < stop and (48 <= data[at] <= 57 or 97 <= _small(data[at]) <= 122)


@njit
def _plain_run(data: Any, at: int, stop: int) -> int:
    end = at
    while _is_plain(data, end, stop):
        end += 1
    return end - at


@njit
def _digits(data: Any, at: int, stop: int) -> int:
    end = at
    while _is_digit(data, end, stop):
        end += 1
    return end - at


@njit
def _is_word(data: Any, at: int, stop: int, letters: Any, exact: bool, whole: bool, near: int) -> bool:
    size = len(letters)
    if at + size > stop:
        return False
    for i in range(size):
        if (data[at + i] if exact else _small(data[at + i])) != letters[i]:
            return False
    if whole and _is_plain(data, at + size, stop):
        return False
    if near == 0:
        return True
    i = at + size
    while i < min(stop, at + size + near) and not 48 <= data[i] <= 57:
        i += 1
    return i < min(stop, at + size + near)


@njit
def _is_login(data: Any, at: int, stop: int) -> bool:
    """Whether `://user:password@` stands there."""
    if at + 2 >= stop or data[at + 1] != 47 or data[at + 2] != 47:
        return False
    colon = False
    for i in range(at + 3, min(stop, at + 160)):
        byte = data[i]
        if byte == 64:
            return colon
        if byte <= 32 or byte == 47 or byte == 34 or byte == 60 or byte == 62:
            return False
        colon |= byte == 58
    return False


@njit
def _is_fiscal(data: Any, at: int, stop: int) -> bool:
    if not (_is_digit(data, at + 6, stop) and _is_plain(data, at + 15, stop) and not _is_digit(data, at + 5, stop)):
        return False
    return _plain_run(data, at, min(stop, at + 17)) == 16


@njit
def _after_comma(data: Any, start: int, at: int) -> bool:
    """Whether what stands before is a comma, semicolon, dash, new line or nothing; `D-` may be between."""
    i = at - 1
    if i - 1 >= start and data[i] == 45 and 65 <= data[i - 1] <= 90:
        i -= 2
    spaces = 0
    while i >= start and data[i] == 32 and spaces < 4:
        i -= 1
        spaces += 1
    if i < start:
        return True
    byte = data[i]
    return bool(byte == 44 or byte == 10 or byte == 59 or byte == 45 or byte == 46 or byte >= 128)


@njit
def _before_place(data: Any, at: int, stop: int) -> bool:
    return at + 1 < stop and data[at] == 32 and (65 <= data[at + 1] <= 90 or data[at + 1] >= 0xC3)


@njit
def _is_postcode(data: Any, start: int, at: int, stop: int) -> bool:
    size = _digits(data, at, stop)
    after = at + size
    if size == 1 and _is_upper(data, after, stop) and _is_digit(data, after + 1, stop):  # M5H 2N2
        return at - 2 >= start and data[at - 1] == 32 and _is_upper(data, at - 2, stop)
    if size == 1:  # LS8 2PT
        if at - 2 < start or data[at - 1] != 32 or not (_are_upper(data, after, stop)):
            return False
        return (_is_upper(data, at - 2, stop) or 48 <= data[at - 2] <= 57) and not _is_plain(data, after + 2, stop)
    if size == 5 and at - 3 >= start and data[at - 1] == 32:  # WI 53703, Wisconsin 53703
        before = at - 2
        while before > start and data[before] == 32 and at - before < 4:
            before -= 1
        if _is_plain(data, before, stop) and not 48 <= data[before] <= 57:
            return True
    if size == 4 and at - 4 >= start and data[at - 1] == 32 and _are_upper(data, at - 3, stop):  # VIC 3065
        return True
    if size == 4 and _are_upper(data, after, stop):  # 3523KL Utrecht
        return _before_place(data, after + 2, stop) and _after_comma(data, start, at)
    if size == 3 and after < stop and data[after] == 32 and _digits(data, after + 1, stop) == 2:  # 114 55 Stockholm
        return _before_place(data, after + 3, stop) and _after_comma(data, start, at)
    if (size == 2 or size == 4) and after < stop and data[after] == 45 and _digits(data, after + 1, stop) == 3:
        return _after_comma(data, start, at) and _before_place(data, after + 4, stop)
    if size == 3 and after < stop and data[after] == 45 and _digits(data, after + 1, stop) == 4:  # Tokyo 154-0019
        return at - 2 >= start and data[at - 1] == 32 and _is_plain(data, at - 2, stop)
    if size == 5 and at > start and data[at - 1] == 32:
        return _before_place(data, after, stop)
    return (size == 4 or size == 5) and _before_place(data, after, stop) and _after_comma(data, start, at)


@njit
def _is_groups(data: Any, at: int, stop: int) -> bool:
    """Whether what may be a global IPv6 address begins there."""
    if data[at] != 50 and data[at] != 51:
        return False
    for i in range(at + 1, at + 4):
        if not _is_hex(data, i, stop):
            return False
    return at + 5 < stop and data[at + 4] == 58 and (_is_hex(data, at + 5, stop) or data[at + 5] == 58)


@njit
def _number(data: Any, at: int, stop: int) -> Any:
    """Return (end, digits, dots) of the run of digits, and what may separate them, that begins there."""
    end, digits, dots, last = at, 0, 0, 0
    while end < stop and _IN_NUMBER[data[end]]:
        if 48 <= data[end] <= 57:
            digits += 1
            last = end
        elif data[end] == 46:
            dots += 1
        elif data[end] == 32 and end - last > 3:
            break
        end += 1
    return last + 1, digits, dots


@njit
def _scan(
    data: Any,
    offsets: Any,
    heads: Any,
    nexts: Any,
    letters: Any,
    firsts: Any,
    exact: Any,
    whole: Any,
    near: Any,
    classes: Any,
    shapes: bool,
    texts: Any,
    places: Any,
    kinds: Any,
    plain: Any,
) -> int:
    """Write the marks and return how many; -1 if there is no room. Long on purpose: it reads downwards."""
    count, room = 0, len(texts) - 64
    for text in range(len(offsets) - 1):
        start, stop = offsets[text], offsets[text + 1]
        at, inside, small = start, False, False  # inside a word; after a small letter
        number_end = start
        while at < stop:
            if count >= room:
                return -1
            byte = data[at]
            kind = classes[byte]
            before = count
            if kind == _OTHER:
                inside = small = False
                if not shapes:
                    pass
                elif byte == 64:
                    kinds[count] = AT
                    count += 1
                elif byte == 58:
                    if _is_login(data, at, stop):
                        kinds[count] = LOGIN
                        count += 1
                elif byte == 60:
                    if (
                        at + 2 < stop
                        and data[at + 1] == 60
                        and data[at + 2] == 60
                        and (at == start or data[at - 1] != 60)
                    ):
                        kinds[count] = FILLER
                        count += 1
                elif byte == 42:
                    if _is_digit(data, at + 1, stop) or (
                        at + 1 < stop and data[at + 1] == 32 and _is_digit(data, at + 2, stop)
                    ):
                        kinds[count] = STAR
                        count += 1
                elif byte == 37:
                    if at + 2 < stop and data[at + 1] == 52 and data[at + 2] == 48:
                        kinds[count] = AT_WORD
                        count += 1
                elif byte == 40 or byte == 91 or byte == 123:
                    next_ = at + 1 + (at + 1 < stop and data[at + 1] == 32)
                    if (
                        next_ + 2 < stop
                        and _small(data[next_]) == 97
                        and _small(data[next_ + 1]) == 116
                        and (
                            data[next_ + 2] == 41
                            or data[next_ + 2] == 93
                            or data[next_ + 2] == 125
                            or data[next_ + 2] == 32
                        )
                    ):
                        kinds[count] = AT_WORD
                        count += 1
            elif kind == _DIGIT:
                if shapes and not inside and at >= number_end:
                    number_end, digits, dots = _number(data, at, stop)
                    if digits >= 8:
                        kinds[count] = NUMBER
                        count += 1
                    if dots >= 3 and digits >= 4:
                        kinds[count] = DOTTED
                        count += 1
                    size = _digits(data, at, stop)
                    if 8 <= size <= 10 and at + size + 1 < stop and data[at + size] == 58 and data[at + size + 1] == 65:
                        kinds[count] = BOT
                        count += 1
                if shapes and not inside:
                    if _is_postcode(data, start, at, stop):
                        kinds[count] = POSTCODE
                        count += 1
                    if _is_groups(data, at, stop):
                        kinds[count] = GROUPS
                        count += 1
                inside, small = True, False
            elif kind == _INNER:
                plain[text] = False
            else:
                if not inside or (small and kind == _UPPER):
                    second = data[at + 1] if at + 1 < stop else 0
                    word = heads[256 * np.int64(_small(byte)) + _small(second)]
                    while word >= 0:
                        if _is_word(
                            data,
                            at,
                            stop,
                            letters[firsts[word] : firsts[word + 1]],
                            exact[word],
                            whole[word],
                            near[word],
                        ):
                            if count >= room:
                                return -1
                            kinds[count] = SHAPES + word
                            count += 1
                        word = nexts[word]
                    if shapes and not inside and kind <= _UPPER:
                        if _are_upper(data, at, stop) and _digits(data, at + 2, min(stop, at + 4)) == 2:
                            kinds[count] = ACCOUNT
                            count += 1
                        if _is_fiscal(data, at, stop):
                            kinds[count] = FISCAL
                            count += 1
                        if 77 <= byte <= 79 and _plain_run(data, at, min(stop, at + 24)) == 24:
                            kinds[count] = PARTS
                            count += 1
                if kind >= _LETTER:
                    plain[text] = False
                inside, small = kind != _WIDE, kind == _LOWER
            for i in range(before, count):
                texts[i], places[i] = text, at - start
            at += 1
    return count
