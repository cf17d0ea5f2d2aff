"""How much of a text its repeated runs of pieces hold: Gopher's most frequent and duplicate n-grams.

Runs are compared exactly, piece by piece, each pair of runs one shorter getting a number of its own. A run can only
repeat if both runs one shorter within it do, so that the longer, the fewer remain to be looked at.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from scapa.text.compiled import leaf, njit
from scapa.text.interning import pair_slot, room

TOP = (2, 3, 4)
DUPLICATE = (5, 6, 7, 8, 9, 10)
LEVELS = DUPLICATE[-1] - TOP[0] + 1
"""How many lengths of runs there are, and how many uses of `slots` one text needs."""

_FIRST, _LAST_TOP, _LAST = TOP[0], TOP[-1], DUPLICATE[-1]
_HALF = np.uint64(32)


@njit
def room_for_runs(pieces: Any) -> Any:
    """Return the arrays that `repetition` works in, for texts of up to so many pieces."""
    places, grams, times = np.empty(pieces, np.int32), np.empty(pieces, np.int32), np.zeros(pieces, np.int32)
    return places, grams, times, np.empty(pieces, np.uint64), np.empty(pieces, np.int32)


@leaf
def repetition(
    ids: Any, count: Any, ends: Any, seed: Any, slots: Any, use: Any, places: Any, grams: Any, times: Any, keys: Any,
    first: Any, out: Any, at: Any,
) -> None:  # fmt: skip
    """Write the characters of the most frequent 2- to 4-gram and of duplicate 5- to 10-grams to `out`, from `at` on.

    `ids[:count]` are the pieces' numbers in order of first occurrence, `ends[i]` the characters of the first i pieces,
    `times` how often each number occurs. The most frequent run counts with a space between pieces, all its
    occurrences; of two the earlier. Duplicates are found as Gopher's users do: from the left, each that is no repeat is
    noted, each that repeats a noted one is skipped whole.
    """
    kept = 0
    for i in range(count):
        places[kept], grams[kept] = i, ids[i]
        kept += times[ids[i]] > 1
    for n in range(_FIRST, _LAST + 1):
        found, distinct = _pairs(places, grams, kept, seed, slots, use + n - _FIRST, keys, first, times)
        if n <= _LAST_TOP:
            out[at + n - _FIRST] = _top(times, first, distinct, ends, count, n)
        kept = _repeated(places, grams, found, times)
        if n > _LAST_TOP:
            out[at + n - _FIRST] = _duplicates(places, grams, kept, times, ends, n)


@leaf
def _pairs(
    places: Any, grams: Any, kept: Any, seed: Any, slots: Any, use: Any, keys: Any, first: Any, times: Any
) -> Any:
    """Make runs of two neighbours each, in place; return how many there are, and how many distinct ones."""
    mask = room(kept) - 1
    found, distinct = 0, 0
    for j in range(kept - 1):
        if places[j + 1] != places[j] + 1:
            continue
        key = (np.uint64(grams[j]) << _HALF) | np.uint64(grams[j + 1])
        slot = pair_slot(key, seed, slots, keys, mask, use)
        if slots[slot] >> 32 != use:
            keys[distinct], first[distinct], times[distinct] = key, places[j], 0
            slots[slot] = use << 32 | distinct
            distinct += 1
        gram = slots[slot] & 0xFFFFFFFF
        times[gram] += 1
        places[found], grams[found] = places[j], gram
        found += 1
    return found, distinct


@leaf
def _repeated(places: Any, grams: Any, found: Any, times: Any) -> Any:
    kept = 0
    for j in range(found):
        places[kept], grams[kept] = places[j], grams[j]
        kept += times[grams[j]] > 1
    return kept


@leaf
def _top(times: Any, first: Any, distinct: Any, ends: Any, count: Any, n: Any) -> Any:
    if count < n:
        return np.int64(0)
    place, most = np.int64(0), np.int64(1)
    for gram in range(distinct):
        if times[gram] > most:
            place, most = np.int64(first[gram]), np.int64(times[gram])
    return (ends[place + n] - ends[place] + n - 1) * most


@leaf
def _duplicates(places: Any, grams: Any, kept: Any, times: Any, ends: Any, n: Any) -> Any:
    total, free = np.int64(0), np.int64(0)
    for j in range(kept):
        place, gram = np.int64(places[j]), grams[j]
        if place < free:
            continue
        if times[gram] > 0:
            times[gram] = 0  # noted
            free = place + 1
        else:
            total += ends[place + n] - ends[place]
            free = place + n
    return total
