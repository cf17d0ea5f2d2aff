"""C4's rules at work on lines: which it keeps and why it drops the others, in one pass over Arrow's bytes.

    measured = kept_lines(byte_view(texts))
    measured.of("sentences")                 int64[texts], see `COUNTS`
    measured.spans, .kinds, .first           text t has spans[first[t]:first[t + 1]]: the lines dropped for another
                                             reason than their ending, joined where they touch; kinds index `KINDS`

Lines are Python's `splitlines`, stripped; words here are what white space parts. Marks of citation ([1], [edit]) are
as if absent, once words are counted. Sentences are those of `scapa.text.pieces`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.classes import BREAK, DIGIT, IGNORED, KIND, SINGLE, SPACE, TERMINAL, UPPER, WORD, classes
from scapa.text.compiled import leaf, njit
from scapa.text.interning import Bytes, character

COUNTS = (
    "lines", "long_word_lines", "few_word_lines", "javascript_lines", "policy_lines", "unended_lines", "kept_lines",
    "sentences", "lorem_lines", "brace_lines", "kept_any", "sentences_any", "lorem_any", "brace_any",
)  # fmt: skip
"""Of filled lines. Each has the first that applies of: a word too long, (not ended), too few words, “lorem ipsum”,
“javascript”, a curly bracket, a phrase of policies; else it is kept and its sentences count.

From `unended_lines` to `brace_lines` lines must end as C4 says; the other counts are without that rule.
"""

KINDS = ("too_long_word", "too_few_words", "javascript", "policy")
LONGEST_WORD = 1_000
FEWEST_WORDS = 3

_LONG, _FEW, _SCRIPT, _POLICY, _KEPT, _LOREM, _BRACE = range(7)


def _phrase(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


_JAVASCRIPT = _phrase("javascript")
_IPSUM, _LOREM_ = _phrase("ipsum"), _phrase("lorem ")
_USE, _TERMS = _phrase("use"), _phrase("terms of ")
_POLICY_, _PRIVACY, _COOKIE = _phrase("policy"), _phrase("privacy "), _phrase("cookie ")
_COOKIES, _USES, _USE_OF, _USE_ = _phrase("cookies"), _phrase("uses "), _phrase("use of "), _phrase("use ")
_EDIT, _NEEDED = _phrase("[edit]"), _phrase("[citation needed]")
_OPEN, _CLOSE, _BRACKET, _DOT, _SPACE = ord("["), ord("]"), ord("{"), ord("."), ord(" ")
_RETURN, _FEED, _C, _I, _J, _P, _U = (ord(c) for c in "\r\ncijpu")
_QUESTION, _BANG, _DOUBLE, _QUOTE = (ord(c) for c in "?!\"'")

# What `_line` finds out about one line, by place.
_WORDS, _LONGEST, _SENTENCES, _HAS_LOREM, _HAS_SCRIPT, _HAS_POLICY, _HAS_BRACE, _HAS_OPEN, _FIRST, _END = range(10)


class KeptLines(NamedTuple):
    """See the module's text."""

    counts: NDArray[np.int64]
    spans: NDArray[np.int64]
    kinds: NDArray[np.int8]
    first: NDArray[np.int64]

    def of(self, name: str) -> NDArray[np.int64]:
        """Return one count of every text."""
        column: NDArray[np.int64] = self.counts[:, COUNTS.index(name)]
        return column


def kept_lines(texts: Bytes) -> KeptLines:
    """Return what C4 does with the lines of every text."""
    return KeptLines(*_measure(texts.data, texts.offsets, classes()))


@njit
def _measure(data: Any, offsets: Any, table: Any) -> Any:
    texts, size = len(offsets) - 1, 4 * len(offsets) + 64
    counts, first = np.zeros((texts, len(COUNTS)), np.int64), np.zeros(texts + 1, np.int64)
    spans, kinds, found = np.empty((size, 2), np.int64), np.empty(size, np.int8), np.zeros(10, np.int64)
    letters = np.zeros(256, np.bool_)
    for byte in range(128):
        letters[byte] = table[byte] & KIND == WORD
    for text in range(texts):
        base, at, high, count = offsets[text], offsets[text], offsets[text + 1], first[text]
        while at < high:
            line, at = at, _line(data, table, letters, at, high, found)
            if found[_FIRST] == found[_END]:
                continue
            ended = _ended(data, found[_FIRST], found[_END])
            if found[_HAS_OPEN]:
                ended = _cited(data, table, letters, found, ended)
            kind = _fate(found)
            _count(counts[text], kind, ended, found[_SENTENCES])
            if kind >= _KEPT:
                continue
            if count > first[text] and spans[count - 1, 1] == line - base and kinds[count - 1] == kind:
                spans[count - 1, 1] = at - base
                continue
            if count == len(kinds):
                grown, named = np.empty((2 * count, 2), np.int64), np.empty(2 * count, np.int8)
                grown[:count], named[:count] = spans, kinds
                spans, kinds = grown, named
            spans[count, 0], spans[count, 1], kinds[count] = line - base, at - base, kind
            count += 1
        first[text + 1] = count
    return counts, spans[: first[-1]].copy(), kinds[: first[-1]].copy(), first


@njit
def _cited(data: Any, table: Any, letters: Any, found: Any, ended: bool) -> Any:
    """Look at a line again without its marks of citation, but for its words; say whether it then is ended."""
    low, end, size = found[_FIRST], found[_END], 0
    words, longest = found[_WORDS], found[_LONGEST]
    rest, at = np.empty(end - low, np.uint8), low
    while at < end:
        width = _citation(data, table, at, end)
        if width:
            at += width
            continue
        rest[size] = data[at]
        size, at = size + 1, at + 1
    if size == end - low:
        return ended
    rest = rest[:size]
    _line(rest, table, letters, 0, size, found)
    found[_WORDS], found[_LONGEST] = words, longest
    return size > 0 and _ended(rest, 0, size)


@leaf
def _citation(data: Any, table: Any, at: Any, end: Any) -> Any:
    """Return how many bytes a mark of citation takes that starts at `at`; 0: none does."""
    if data[at] != _OPEN:
        return 0
    for phrase in (_EDIT, _NEEDED):
        if end - at >= len(phrase) and _same(data, at, phrase):
            return len(phrase)
    start, at = at, at + 1
    while at < end:
        flags, width, code = character(data, table, at, end)
        if code == _CLOSE:
            return at + 1 - start
        if not flags & DIGIT:
            break
        at += width
    return 0


@leaf
def _same(data: Any, at: Any, phrase: Any) -> Any:
    for i in range(len(phrase)):  # noqa: SIM110 - numba
        if data[at + i] != phrase[i]:
            return False
    return True


@leaf
def _fate(found: Any) -> Any:
    """Return what becomes of a line if its ending doesn't matter."""
    if found[_LONGEST] > LONGEST_WORD:
        return _LONG
    if found[_WORDS] < FEWEST_WORDS:
        return _FEW
    if found[_HAS_LOREM]:
        return _LOREM
    if found[_HAS_SCRIPT]:
        return _SCRIPT
    if found[_HAS_BRACE]:
        return _BRACE
    return _POLICY if found[_HAS_POLICY] else _KEPT


@leaf
def _count(row: Any, kind: Any, ended: bool, sentences: Any) -> None:
    row[0] += 1
    row[1] += kind == _LONG
    row[2] += kind == _FEW
    row[3] += kind == _SCRIPT
    row[4] += kind == _POLICY
    row[5] += kind != _LONG and not ended
    row[6] += ended and kind == _KEPT
    row[7] += sentences * (ended and kind == _KEPT)
    row[8] += ended and kind == _LOREM
    row[9] += ended and kind == _BRACE
    row[10] += kind == _KEPT
    row[11] += sentences * (kind == _KEPT)
    row[12] += kind == _LOREM
    row[13] += kind == _BRACE


@leaf
def _ended(data: Any, low: Any, end: Any) -> Any:
    last = data[end - 1]
    if last == _DOT:
        return not (end - low >= 3 and data[end - 2] == _DOT and data[end - 3] == _DOT)
    return last in (_QUESTION, _BANG, _DOUBLE, _QUOTE)


@leaf
def _line(data: Any, table: Any, letters: Any, at: Any, high: Any, found: Any) -> Any:
    """Look at the line that starts at `at`; return where the next one does. Long on purpose: it reads downwards."""
    words, length, longest, sentences, before, previous = 0, 0, 0, 0, np.int64(0), np.int64(0)
    lorem, script, policy, brace, bracket = False, False, False, False, False
    # A sentence is `over` once white space follows its mark; `pending` until then.
    over, pending, first, end = False, False, -1, at
    while at < high:
        byte = data[at]
        start = at
        if letters[byte]:
            while at < high and letters[data[at]]:
                script |= data[at] | 0x20 == _J and _starts(data, at, high, _JAVASCRIPT)
                at += 1
            initial = data[start] | 0x20
            if first >= 0 and initial in (_C, _I, _P, _U):
                if initial == _I:
                    lorem |= _starts(data, start, high, _IPSUM) and _ends(data, first, start, _LOREM_)
                elif initial == _U:
                    policy |= _starts(data, start, high, _USE) and _ends(data, first, start, _TERMS)
                elif initial == _P:
                    policy |= _starts(data, start, high, _POLICY_) and (
                        _ends(data, first, start, _PRIVACY) or _ends(data, first, start, _COOKIE)
                    )
                else:
                    policy |= _starts(data, start, high, _COOKIES) and (
                        _ends(data, first, start, _USES)
                        or _ends(data, first, start, _USE_OF)
                        or _ends(data, first, start, _USE_)
                    )
            length += at - start
            before = np.int64(table[data[at - 2]]) if at - start > 1 else previous
            previous = np.int64(table[data[at - 1]])
            sentences += over or sentences == 0
            over, pending = False, False
            first, end = (start if first < 0 else first), at
            continue
        flags, width, code = character(data, table, at, high)
        kind = flags & KIND
        at += width
        if kind == SPACE:
            words, length, longest = words + (length > 0), 0, max(longest, length)
            over, pending = over or pending, False
            before, previous = previous, flags
            if flags & BREAK:
                at += byte == _RETURN and at < high and data[at] == _FEED
                break
            continue
        length += 1
        if kind in (WORD, SINGLE):
            sentences += over or sentences == 0
            over, pending = False, False
        elif kind != IGNORED:
            sentences += sentences == 0
            brace |= code == _BRACKET
            bracket |= code == _OPEN
            if flags & TERMINAL and not over:
                plain = code in (_BANG, _QUESTION)
                if code == _DOT:
                    doubled = (first >= 0 and start > first and data[start - 1] == _DOT) or (
                        at < high and data[at] == _DOT
                    )
                    lone = previous & UPPER != 0 and not (before & KIND == WORD or before & KIND == SINGLE)
                    plain = not doubled and not lone
                    pending |= plain
                elif plain:
                    pending = True
                else:
                    over = True
        before, previous = previous, flags
        first, end = (start if first < 0 else first), at
    words, longest = words + (length > 0), max(longest, length)
    found[_WORDS], found[_LONGEST], found[_SENTENCES], found[_HAS_LOREM] = words, longest, sentences, lorem
    found[_HAS_SCRIPT], found[_HAS_POLICY], found[_HAS_BRACE], found[_HAS_OPEN] = script, policy, brace, bracket
    found[_FIRST], found[_END] = (first, end) if first >= 0 else (at, at)
    return at


@leaf
def _starts(data: Any, at: Any, high: Any, phrase: Any) -> Any:
    if high - at < len(phrase):
        return False
    for i in range(len(phrase)):  # noqa: SIM110 - numba
        if data[at + i] | 0x20 != phrase[i]:
            return False
    return True


@leaf
def _ends(data: Any, low: Any, end: Any, phrase: Any) -> Any:
    start = end - len(phrase)
    if start < low:
        return False
    for i in range(len(phrase)):
        byte = data[start + i]
        if byte != phrase[i] and (phrase[i] == _SPACE or byte | 0x20 != phrase[i]):
            return False
    return True
