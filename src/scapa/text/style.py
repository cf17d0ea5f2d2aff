"""Style by counts: one pass over the words and what stands between them, for texts at the speed of reading.

    counts = count(texts, spans, rows, Lists.of(...), Prior.load())     float64[texts, len(NAMES)]

What lies in a text's `spans` (half-open byte ranges; text t has spans[rows[t]:rows[t + 1]]) is as if absent. Word
lists and phrases are looked up by hash; a sentence ends at `.`, `!`, `?` before white space, and at an empty line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import Texts, Utf8, tokenise, utf8
from scapa.text.prior import Prior
from scapa.text.words import HASH_START, HASH_STEP, mix, word_hash

NAMES = (
    "words", "bytes", "bits", "bits_squared", "unknown", "sentences", "sentence_squares", "lower_starts", "commas",
    "dashes", "listed", "lines", "distinct", "distinct_of", "first_list",
)  # fmt: skip
"""The columns of `count`; from `first_list` on, one a list, the number of different words of list 0, and one a word of
`Lists.each`.
"""

_START, _STEP = np.uint64(HASH_START), np.uint64(HASH_STEP)
_MASK = (1 << 64) - 1
_SLOTS = 4_096  # of the look-up tables: a few hundred entries in them
_FILTER = np.uint64(_SLOTS - 1)
_OPENING = 3  # words by which phrases are found
_WINDOW, _SEEN = 100, 256  # words of a text whose distinct ones are counted, and slots to do it in


class Lists(NamedTuple):
    """Words and phrases by hash. `keys` and `openings` are slot tables; beside them lie, a slot, what the word counts
    for (−1: nothing) and whether a phrase begins with it, and which phrases begin with these words.
    """

    keys: NDArray[np.uint64]
    list_of: NDArray[np.int64]
    each_at: NDArray[np.int64]
    opens: NDArray[np.bool_]
    openings: NDArray[np.uint64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    chains: NDArray[np.uint64]
    lengths: NDArray[np.int64]
    phrase_list: NDArray[np.int64]
    number: int
    each: int

    @classmethod
    def of(
        cls, words: Mapping[int, Sequence[str]], phrases: Mapping[int, Sequence[Sequence[str]]], each: Sequence[str]
    ) -> Lists:
        """Index lists of words and of phrases (three words or more), each by the number of its list, and words that are
        counted one by one.

        A word that is in several lists counts for the highest of them only.
        """
        listed = {word_hash(word): n for n, table in words.items() for word in table}
        single = {word_hash(word): n for n, word in enumerate(each)}
        found = sorted(
            (_chain(hashes[:_OPENING]), len(hashes), _chain(hashes), n, hashes[0])
            for n, table in phrases.items()
            for hashes in ([word_hash(word) for word in phrase] for phrase in table)
        )
        begins = {row[4] for row in found}
        keys = _slots({*listed, *single, *begins})
        openings = _slots({row[0] for row in found})
        of = [row[0] for row in found]
        return cls(
            keys,
            np.array([listed.get(key, -1) for key in keys.tolist()]),
            np.array([single.get(key, -1) for key in keys.tolist()]),
            np.array([key in begins for key in keys.tolist()]),
            openings,
            np.array([bisect_left(of, key) for key in openings.tolist()]),
            np.array([bisect_right(of, key) for key in openings.tolist()]),
            np.array([row[2] for row in found], np.uint64),
            np.array([row[1] for row in found], np.int64),
            np.array([row[3] for row in found], np.int64),
            1 + max([*words, *phrases]),
            len(each),
        )


def count(
    texts: Texts | Utf8, spans: NDArray[np.int64], rows: NDArray[np.int64], lists: Lists, prior: Prior
) -> NDArray[np.float64]:
    """Return the counts of every text: see the module's text and `NAMES`."""
    data, offsets = texts if isinstance(texts, Utf8) else utf8(texts)
    own = Utf8(_blanked(data, offsets, spans, rows), offsets)
    tokens = tokenise(own)
    bits, known = prior.look_up(tokens.hashes)
    out: NDArray[np.float64] = _count(*own, *tokens, bits, known, *lists[:-2], lists.number, lists.each, len(NAMES) - 1)
    return out


def _slots(entries: Iterable[int]) -> NDArray[np.uint64]:
    """Return an open-addressed table of hashes; 0 is a free slot."""
    keys = np.zeros(_SLOTS, np.uint64)
    for key in sorted(entries):
        slot = key & (_SLOTS - 1)
        while keys[slot]:
            slot = (slot + 1) & (_SLOTS - 1)
        keys[slot] = key
    return keys


def _chain(hashes: Sequence[int]) -> int:
    """Return the hash of a run of words; `_extend` and `mix` in the kernel do the same."""
    h = HASH_START
    for word in hashes:
        h = ((h ^ word) * HASH_STEP) & _MASK
        h ^= h >> 32
    return mix(h)


@njit
def _blanked(data: Any, offsets: Any, spans: Any, rows: Any) -> Any:
    """Return a copy of the bytes with line ends in the place of spans."""
    out = data.copy()
    for text in range(len(offsets) - 1):
        size = offsets[text + 1] - offsets[text]
        for s in range(rows[text], rows[text + 1]):
            low, high = max(spans[s, 0], 0), min(spans[s, 1], size)
            if low < high:
                out[offsets[text] + low : offsets[text] + high] = 10
    return out


@njit
def _slot(keys: Any, key: Any) -> Any:
    """Return where `key` is in a table, or -1."""
    slot = np.int64(key & _FILTER)
    while keys[slot] != 0:
        if keys[slot] == key:
            return slot
        slot = (slot + 1) & np.int64(_SLOTS - 1)
    return np.int64(-1)


@njit
def _extend(h: Any, word: Any) -> Any:
    h = (h ^ word) * _STEP
    return h ^ (h >> np.uint64(32))


@njit
def _mixed(h: Any) -> Any:
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return h ^ (h >> np.uint64(31))


@njit
def _between(data: Any, low: int, high: int, row: Any) -> Any:
    """Count what stands between two words; say whether a sentence ends there. Columns as in `NAMES`."""
    ends, breaks, fresh = False, 0, False
    for at in range(low, high):
        byte = data[at]
        if byte == 10:
            breaks += 1
            fresh = True
            continue
        if byte == 32 or byte == 13 or byte == 9:
            continue
        if byte == 44:
            row[8] += 1
        elif byte == 46 or byte == 33 or byte == 63:
            if at + 1 < high and (data[at + 1] <= 32 or data[at + 1] == 34):
                ends = True
        elif byte == 0x94 and at >= low + 2 and data[at - 1] == 0x80 and data[at - 2] == 0xE2:
            row[9] += 1
        if fresh and (byte == 45 or byte == 42 or byte == 35):
            row[10] += 1
        fresh = False
    row[11] += min(breaks, 1)
    return ends or breaks > 1


@njit
def _count(
    data: Any, offsets: Any, hashes: Any, starts: Any, ends: Any, first: Any, bits: Any, known: Any, keys: Any,
    list_of: Any, each_at: Any, opens: Any, openings: Any, opening_first: Any, opening_last: Any, chains: Any,
    lengths: Any, phrase_list: Any, number: int, more: int, base: int,
) -> Any:  # fmt: skip
    texts = len(first) - 1
    out = np.zeros((texts, base + number + 1 + more))
    seen_in = np.full(_SLOTS, -1, np.int64)
    for text in range(texts):
        row, at = out[text], offsets[text]
        length, begins = 0, True
        row[13] = min(_WINDOW, first[text + 1] - first[text])
        row[12] = _distinct(hashes[first[text] : first[text] + int(row[13])])
        for i in range(first[text], first[text + 1]):
            letter = data[at + starts[i]]
            row[7] += begins and 97 <= letter <= 122
            length, begins = length + 1, False
            row[1] += ends[i] - starts[i]
            row[2] += bits[i]
            row[3] += bits[i] * bits[i]
            row[4] += not known[i]
            slot = _slot(keys, hashes[i])
            if slot >= 0:
                if list_of[slot] >= 0:
                    row[base + list_of[slot]] += 1
                if list_of[slot] == 0 and seen_in[slot] != text:
                    seen_in[slot] = text
                    row[base + number] += 1
                if each_at[slot] >= 0:
                    row[base + number + 1 + each_at[slot]] += 1
                if opens[slot] and i + _OPENING <= first[text + 1]:
                    _phrase(
                        hashes, i, first[text + 1], openings, opening_first, opening_last, chains, lengths,
                        phrase_list, row[base:],
                    )  # fmt: skip
            stop = starts[i + 1] if i + 1 < first[text + 1] else offsets[text + 1] - at
            if _between(data, at + ends[i], at + stop, row) or i + 1 == first[text + 1]:
                row[5] += 1
                row[6] += length * length
                length, begins = 0, True
        row[0] = first[text + 1] - first[text]
    return out


@njit
def _phrase(
    hashes: Any, i: int, stop: int, openings: Any, first: Any, last: Any, chains: Any, lengths: Any, of: Any, row: Any
) -> None:
    """Count the longest phrase that begins at word `i`."""
    h = _START
    for k in range(_OPENING):
        h = _extend(h, hashes[i + k])
    slot = _slot(openings, _mixed(h))
    if slot < 0:
        return
    best, reached = -1, _OPENING
    for p in range(first[slot], last[slot]):  # in order of length
        if i + lengths[p] > stop:
            break
        while reached < lengths[p]:
            h = _extend(h, hashes[i + reached])
            reached += 1
        if _mixed(h) == chains[p]:
            best = p
    if best >= 0:
        row[of[best]] += 1


@njit
def _distinct(words: Any) -> int:
    """Return how many different words there are among at most `_WINDOW`."""
    seen, found = np.zeros(_SEEN, np.uint64), 0
    for word in words:
        slot = np.int64(word & np.uint64(_SEEN - 1))
        while seen[slot] != 0 and seen[slot] != word:
            slot = (slot + 1) & (_SEEN - 1)
        if seen[slot] == 0:
            seen[slot] = word
            found += 1
    return found
