"""Thousands of phrases looked for in one pass over the words of many texts: one look-up a word, whatever their number.

    phrases = Phrases([Phrase("bitcoin"), Phrase("Windows", steps=((7,), (10,))), Phrase("AIDS", near=("virus",))])
    hits = phrases.find(texts)       rows, phrases, steps, places

A phrase is found where its words follow each other, whole. A capital in it must be a capital in the text, other letters
may be either; a space or hyphen stands for any run of white space and hyphens, other signs for themselves; `^` in front
means the beginning of a line, `~` in front that no hyphen stands before. The last word may be followed by “s” or “’s”.
`near` wants one of its words within `WINDOW` words, `far` wants none of its there. A phrase with `steps` is found only
before a version number, and the highest step that is not above the number is reported; above the last step's first
number nothing is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import Texts, Tokens, Utf8, tokenise, utf8

WINDOW = 20
_BITS = 18
_TOP = np.uint64(64 - _BITS)
_PARTS = (26, 20, 17)  # bits of a version's first, second and third number
_REST = _PARTS[1] + _PARTS[2]
_RUN = re.compile(rb"[ -]{2,}")
_LONGEST_GAP = 12
_GLUE = 12


class Phrase(NamedTuple):
    """What to find; see the module's text. A phrase with steps needs no `near` word where its number has a dot."""

    form: str
    near: tuple[str, ...] = ()
    far: tuple[str, ...] = ()
    steps: tuple[tuple[int, ...], ...] = ()
    every: bool = False
    """Report every place, not only the first in each text."""


class Hits(NamedTuple):
    """Found phrase `phrases[i]` in text `rows[i]` at byte `places[i]`; `steps[i]` is −1 where it has none."""

    rows: NDArray[np.int64]
    phrases: NDArray[np.int64]
    steps: NDArray[np.int64]
    places: NDArray[np.int64]


class _Slots(NamedTuple):
    """A hash table with chains: word to the phrases that are looked up by it."""

    gate: NDArray[np.uint8]
    keys: NDArray[np.uint64]
    heads: NDArray[np.int32]
    following: NDArray[np.int32]
    owner: NDArray[np.int32]


class _Index(NamedTuple):
    """Which phrases a word may belong to, and their words."""

    slots: _Slots
    anchor: NDArray[np.int32]
    first: NDArray[np.int32]
    words: NDArray[np.uint64]
    endings: NDArray[np.uint64]
    every: NDArray[np.uint8]
    plain: NDArray[np.uint8]


class _Rest(NamedTuple):
    """What else phrases want; p's share of an array is `of[p]:of[p + 1]`, by column: capitals, near, far, steps."""

    of: NDArray[np.int32]
    capitals: NDArray[np.int64]
    gap_first: NDArray[np.int32]
    gaps: NDArray[np.uint8]
    near: NDArray[np.uint64]
    far: NDArray[np.uint64]
    steps: NDArray[np.int64]


class Phrases:
    """A table of phrases, made once. Raises `ValueError` for a phrase that has no word."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._index, self._rest = _tables(phrases)

    def find(self, texts: Texts | Utf8, tokens: Tokens | None = None) -> Hits:
        """Return every phrase found, in the order of texts and places; `tokens` are those of `texts`, if at hand."""
        encoded = texts if isinstance(texts, Utf8) else utf8(texts)
        words = tokens or tokenise(encoded)
        return Hits(*_find(encoded.data, encoded.offsets, *words, self._index, self._rest))


def _tables(phrases: Sequence[Phrase]) -> tuple[_Index, _Rest]:
    forms = [phrase.form.lstrip("^~") for phrase in phrases]
    tokens = tokenise(forms)
    counts = np.diff(tokens.first)
    if not counts.all():
        raise ValueError(f"no word in {forms[int(np.argmin(counts))]!r}")
    raw = [form.encode() for form in forms]
    owners = np.repeat(np.arange(len(forms)), counts).tolist()
    bounds = zip(owners, tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
    written = [raw[p][start:end] for p, start, end in bounds]
    anchors = _anchors(written, tokens.first)
    lasts = [written[end - 1].decode() for end in tokens.first[1:].tolist()]
    endings = np.stack([tokenise([word + ending for word in lasts]).hashes for ending in ("s", "'s")], axis=1)
    rest, plain = _rest(phrases, raw, tokens, written)
    every = np.array([phrase.every for phrase in phrases], np.uint8)
    slots = _slots(tokens, anchors, endings)
    return _Index(slots, anchors, tokens.first.astype(np.int32), tokens.hashes, endings, every, plain), rest


def _rest(
    phrases: Sequence[Phrase], raw: list[bytes], tokens: Tokens, written: list[bytes]
) -> tuple[_Rest, NDArray[np.uint8]]:
    """Return what phrases want beside their words, and which want nothing."""
    bounds = tokens.first.tolist()
    capitals = [_capital_letters(written[a:b]) for a, b in pairwise(bounds)]
    gaps = _gaps(phrases, raw, tokens)
    gap_first = np.zeros(len(gaps) + 1, np.int32)
    np.cumsum([len(gap) for gap in gaps], out=gap_first[1:])
    lists = capitals, [p.near for p in phrases], [p.far for p in phrases], [p.steps for p in phrases]
    sizes = np.array([[len(column[p]) for column in lists] for p in range(len(phrases))], np.int32).reshape(-1, 4)
    of = np.concatenate([np.zeros((1, 4), np.int32), np.cumsum(sizes, axis=0, dtype=np.int32)])
    bare = [len(b"".join(gaps[a + p : b + p + 1])) == 0 for p, (a, b) in enumerate(pairwise(bounds))]
    steps = np.array([number(step) for phrase in phrases for step in phrase.steps] or [0], np.int64)
    flat = np.array([letter for letters in capitals for letter in letters] or [0], np.int64)
    letters = np.frombuffer(b"".join(gaps) or b"\0", np.uint8)
    rest = _Rest(of, flat, gap_first, letters, _hashed(lists[1]), _hashed(lists[2]), steps)
    return rest, ((sizes.sum(axis=1) == 0) & np.array(bare, np.bool_)).astype(np.uint8)


def _capital_letters(words: list[bytes]) -> list[int]:
    """Return (word, offset, letter) of each capital A to Z, packed."""
    return [
        (i << 32) | (at << 8) | letter
        for i, word in enumerate(words)
        for at, letter in enumerate(word)
        if 65 <= letter <= 90
    ]


def _anchors(written: list[bytes], first: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return which word of each phrase to look up: the longest, since long words are rare, no digits if possible."""
    sizes = [len(word) / 8 if word.isdigit() else len(word) for word in written]
    best = (max(range(a, b), key=sizes.__getitem__) - a for a, b in pairwise(first.tolist()))
    return np.fromiter(best, np.int32)


def _slots(tokens: Tokens, anchors: NDArray[np.int32], endings: NDArray[np.uint64]) -> _Slots:
    first, count = tokens.first, len(anchors)
    last = anchors == np.diff(first) - 1
    owner = np.concatenate([np.arange(count), np.flatnonzero(last), np.flatnonzero(last)]).astype(np.int32)
    keys = np.concatenate([tokens.hashes[first[:-1] + anchors], endings[last, 0], endings[last, 1]])
    gate = np.zeros(1 << _BITS, np.uint8)
    gate[(keys >> _TOP).astype(np.int64)] = 1
    size = 1 << max(4, (2 * len(keys)).bit_length())
    slots, heads, following = np.zeros(size, np.uint64), np.full(size, -1, np.int32), np.full(len(keys), -1, np.int32)
    _chain(keys, slots, heads, following)
    return _Slots(gate, slots, heads, following, owner)


@njit
def _chain(keys: Any, slots: Any, heads: Any, following: Any) -> None:
    mask = np.uint64(len(slots) - 1)
    for i in range(len(keys)):
        at = keys[i] & mask
        while heads[at] >= 0 and slots[at] != keys[i]:
            at = (at + np.uint64(1)) & mask
        slots[at], following[i], heads[at] = keys[i], heads[at], i


def _gaps(phrases: Sequence[Phrase], raw: list[bytes], tokens: Tokens) -> list[bytes]:
    """Return what stands before, between and after the words of each phrase: one more than it has words."""
    gaps = []
    for p, form in enumerate(raw):
        low, high = tokens.first[p], tokens.first[p + 1]
        ends = [0, *tokens.ends[low:high].tolist()]
        starts = [*tokens.starts[low:high].tolist(), len(form)]
        found = [form[a:b] if a == 0 else _RUN.sub(b" ", form[a:b]) for a, b in zip(ends, starts, strict=True)]
        mark = phrases[p].form[:1].encode() if phrases[p].form[:1] in ("^", "~") else b""
        gaps += [mark + found[0], *found[1:]]
    return gaps


def _hashed(lists: Sequence[Sequence[str]]) -> NDArray[np.uint64]:
    """Return the hashes of the words in all lists, in order. Many share their words, so each word is hashed once."""
    flat = [word for words in lists for word in words]
    distinct = sorted(set(flat))
    tokens = tokenise(distinct)
    if not (np.diff(tokens.first) == 1).all():
        raise ValueError("words that stand near are single words")
    known = dict(zip(distinct, tokens.hashes.tolist(), strict=True))
    return np.array([known[word] for word in flat] or [0], np.uint64)


def number(step: Sequence[int]) -> int:
    """Return a version as one comparable integer of three parts; a part that is too large counts as the largest."""
    value = 0
    for part, bits in zip((*step, 0, 0), _PARTS, strict=False):
        value = (value << bits) + min(part, (1 << bits) - 1)
    return value


@njit
def _find(data: Any, offsets: Any, hashes: Any, starts: Any, ends: Any, first: Any, index: Any, rest: Any) -> Any:
    # The words of a phrase are compared here and not in `_matches`: to call it costs more than most comparisons.
    rows, found = np.empty(256, np.int64), np.empty(256, np.int64)
    steps, places = np.empty(256, np.int64), np.empty(256, np.int64)
    slots, anchor, bounds, words, endings, every, plain = index
    gate, keys, heads, following, owner = slots
    seen, size = np.full(len(anchor), -1, np.int64), 0
    mask = np.uint64(len(keys) - 1)
    for row in range(len(offsets) - 1):
        low, high = first[row], first[row + 1]
        for word in range(low, high):
            h = hashes[word]
            if not gate[h >> _TOP]:
                continue
            at = h & mask
            while heads[at] >= 0 and keys[at] != h:
                at = (at + np.uint64(1)) & mask
            link = heads[at]
            while link >= 0:
                p, link = owner[link], following[link]
                begin, length = word - anchor[p], bounds[p + 1] - bounds[p]
                if begin < low or begin + length > high or (seen[p] == row and not every[p]):
                    continue
                last, there = length - 1, bounds[p]
                same = True
                for i in range(last):
                    same = same and hashes[begin + i] == words[there + i]
                h_last = hashes[begin + last]
                if not same or (h_last != words[there + last] and h_last != endings[p, 0] and h_last != endings[p, 1]):
                    continue
                step = -1
                if not plain[p]:
                    text = data[offsets[row] : offsets[row + 1]]
                    step = _matches(text, hashes, starts, ends, low, high, begin, length, there + p, p, rest)
                if step < -1:
                    continue
                seen[p] = row
                if size == len(rows):
                    rows, found, steps, places = _more(rows), _more(found), _more(steps), _more(places)
                rows[size], found[size], steps[size], places[size] = row, p, step, starts[begin]
                size += 1
    return rows[:size], found[:size], steps[:size], places[:size]


@njit
def _more(array: Any) -> Any:
    grown = np.empty(2 * len(array), array.dtype)
    grown[: len(array)] = array
    return grown


@njit
def _matches(
    text: Any, hashes: Any, starts: Any, ends: Any, low: int, high: int, begin: int, size: int, gap: int, p: int, t: Any
) -> int:
    """Return the step found, −1 for a phrase without steps, −2 where the phrase, whose words are here, is not."""
    of, capitals, gap_first, gaps, near, far, steps = t
    for i in range(of[p, 0], of[p + 1, 0]):
        word, letter = begin + (capitals[i] >> 32), capitals[i] & 0xFF
        at = starts[word] + ((capitals[i] >> 8) & 0xFFFFFF)
        if at >= ends[word] or text[at] != letter:
            return -2
    for i in range(size + 1):
        a = ends[begin + i - 1] if i else 0
        b = starts[begin + i] if i < size else len(text)
        if not _gap(text, a, b, gaps, gap_first[gap + i], gap_first[gap + i + 1], i == 0, i == size):
            return -2
    if _around(hashes, low, high, begin, size, far, of[p, 2], of[p + 1, 2]):
        return -2
    step, dotted = -1, False
    if of[p, 3] < of[p + 1, 3]:
        after = gap_first[gap + size + 1] - gap_first[gap + size]
        value, dotted = _version(text, ends[begin + size - 1] + after)
        step = _step(value, steps, of[p, 3], of[p + 1, 3])
        if step < 0:
            return -2
    if dotted or of[p, 1] == of[p + 1, 1]:
        return step
    return step if _around(hashes, low, high, begin, size, near, of[p, 1], of[p + 1, 1]) else -2


@njit
def _loose(byte: int) -> bool:
    # white space, hyphen, underscore, a quotation mark at a line's beginning, bytes of no-break space and hyphens
    return byte in (32, 9, 10, 13, 45, 95, 62, 0xC2, 0xA0, 0xE2, 0x80, 0x90, 0x91)


@njit
def _gap(text: Any, a: int, b: int, gaps: Any, low: int, high: int, front: bool, back: bool) -> bool:
    """Say whether `text[a:b]` is the gap; before the phrase it is read backwards, after it as a prefix."""
    if front:
        at = b
        for i in range(high - 1, low - 1, -1):
            if gaps[i] == 94 and i == low:
                return at == 0 or text[at - 1] == 10
            if gaps[i] == 126 and i == low:
                return at == 0 or text[at - 1] != 45
            at -= 1
            if at < a or text[at] != gaps[i]:
                return False
        return True
    if not back and b - a > _LONGEST_GAP:
        return False
    at = a
    for i in range(low, high):
        if gaps[i] == 32 or gaps[i] == 45:
            if at >= b or not _loose(text[at]):
                return False
            while at < b and _loose(text[at]):
                at += 1
        else:
            if at >= b or text[at] != gaps[i]:
                return False
            at += 1
    return back or at == b


@njit
def _around(hashes: Any, low: int, high: int, begin: int, size: int, wanted: Any, a: int, b: int) -> bool:
    for word in range(max(low, begin - WINDOW), min(high, begin + size + WINDOW)):
        if begin <= word < begin + size:
            continue
        for i in range(a, b):
            if hashes[word] == wanted[i]:
                return True
    return False


@njit
def _version(text: Any, at: int) -> Any:
    """Return (number, has a dot) of the version that follows `at`; (−1, False) where none does."""
    stop, begun = len(text), at
    while at < stop and at - begun < _GLUE and text[at] in (32, 9, 45, 95, 47, 40, 118, 86, 34):
        at += 1
    for letter in b"ersion. ":  # of “version”, whose v is passed already
        if at < stop and text[at] | 32 == letter | 32:
            at += 1
    value, parts, dotted = 0, 0, False
    while parts < 3:
        begun, part = at, 0
        while at < stop and 48 <= text[at] <= 57 and at - begun < 9:
            part = part * 10 + text[at] - 48
            at += 1
        if at == begun:
            break
        value = (value << _PARTS[parts]) + min(part, (1 << _PARTS[parts]) - 1)
        parts += 1
        if parts < 3 and at + 1 < stop and text[at] == 46 and 48 <= text[at + 1] <= 57:
            at += 1
            dotted = True
        else:
            break
    if not parts or _unit(text, at, stop):
        return -1, False
    for i in range(parts, 3):
        value <<= _PARTS[i]
    return value, dotted


@njit
def _unit(text: Any, at: int, stop: int) -> bool:
    """Say whether what follows a number makes it no version: an ordinal, a time, a thousand, a share, 9x."""
    if at >= stop:
        return False
    if text[at] in (37, 58, 120, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57):
        return True
    if at + 1 < stop:
        if text[at] == 44 and 48 <= text[at + 1] <= 57:
            return True
        a, b = text[at] | 32, text[at + 1] | 32
        for c, d in ((116, 104), (115, 116), (110, 100), (114, 100), (97, 109), (112, 109), (109, 109), (107, 103)):
            if a == c and b == d:
                return True
    return False


@njit
def _step(value: int, steps: Any, low: int, high: int) -> int:
    """Return the highest step not above `value`, counted from the phrase's first; −1 below all or beyond the last."""
    if value < 0 or value >> _REST > steps[high - 1] >> _REST:
        return -1
    found = -1
    for i in range(low, high):
        if steps[i] <= value:
            found = i - low
    return found
