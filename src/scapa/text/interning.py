"""Equal byte ranges get equal numbers, exactly: kernels that the statistics of pieces, lines and paragraphs share.

Hashes only find candidates; the bytes decide. They are seeded by process, so that no text can be built to collide,
and no result depends on the seed.
"""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.classes import SYMBOL
from scapa.text.compiled import leaf
from scapa.text.kernels import Texts, mix, utf8

SEED = np.uint64(secrets.randbits(64))
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], np.uint64)
_LEAST_ROOM = 64


class Bytes(NamedTuple):
    """Text t is `data[offsets[t]:offsets[t + 1]]`; `wide[i]` is the eight bytes from i on as one number."""

    data: NDArray[np.uint8]
    wide: NDArray[np.uint64]
    offsets: NDArray[np.int64]


def byte_view(texts: Texts) -> Bytes:
    """Return texts for kernels that read eight bytes at a time; Arrow isn't copied, a null text is empty."""
    data, offsets = utf8(texts)
    data.setflags(write=False)  # one type for all, so that kernels are compiled once
    size = max(0, len(data) - 7)
    if not size:
        return Bytes(data, np.ndarray((0,), np.uint64, np.zeros(8, np.uint8).data.toreadonly(), 0, (1,)), offsets)
    return Bytes(data, np.ndarray((size,), np.uint64, data.data, 0, (1,)), offsets)


@leaf
def room(count: Any) -> Any:
    """Return how many slots a table for `count` entries has: a power of two, at most half full."""
    slots = _LEAST_ROOM
    while slots < 2 * count:
        slots *= 2
    return slots


@leaf
def tail(data: Any, wide: Any, at: Any, size: Any) -> Any:
    """Return the `size` < 9 bytes from `at` on as one number."""
    if at < len(wide):
        return wide[at] & _MASKS[size]
    value = np.uint64(0)
    for i in range(size):
        value |= np.uint64(data[at + i]) << np.uint64(8 * i)
    return value


@leaf
def range_hash(data: Any, wide: Any, low: Any, high: Any, seed: Any) -> Any:
    """Return a hash of `data[low:high]`."""
    h = seed ^ np.uint64(high - low)
    while low + 8 <= high:
        h = mix(h ^ wide[low])
        low += 8
    return mix(h ^ tail(data, wide, low, high - low)) if low < high else mix(h)


@leaf
def equal(data: Any, wide: Any, a: Any, b: Any, size: Any) -> Any:
    """Say whether `size` bytes are the same from `a` and from `b` on."""
    while size >= 8:
        if wide[a] != wide[b]:
            return False
        a, b, size = a + 8, b + 8, size - 8
    return size == 0 or tail(data, wide, a, size) == tail(data, wide, b, size)


@leaf
def range_number(
    data: Any, wide: Any, low: Any, high: Any, seed: Any, slots: Any, mask: Any, use: Any, lows: Any, sizes: Any,
    hashes: Any, count: Any,
) -> Any:  # fmt: skip
    """Return the number of the byte range, which is `count` if none of the `count` before it equals it.

    A new one is written to `lows`, `sizes` and `hashes`; `slots` hold use << 32 | number, so that no table need ever be
    cleared: what another `use` left is free.
    """
    size, h = high - low, range_hash(data, wide, low, high, seed)
    slot = np.int64(h & np.uint64(mask))
    while slots[slot] >> 32 == use:
        other = slots[slot] & 0xFFFFFFFF
        # Of up to eight bytes and one size the hash is a bijection: nothing more to compare.
        if hashes[other] == h and sizes[other] == size and (size <= 8 or equal(data, wide, lows[other], low, size)):
            return other
        slot = (slot + 1) & mask
    slots[slot] = use << 32 | count
    lows[count], sizes[count], hashes[count] = low, size, h
    return count


@leaf
def pair_slot(key: Any, seed: Any, slots: Any, keys: Any, mask: Any, use: Any) -> Any:
    """Return the slot where the number of a pair stands or is to stand; `keys` hold the pairs by number.

    The hash is multiplication by a secret odd number: universal, so that no choice of pairs makes many collide.
    """
    slot = np.int64((key * (seed | np.uint64(1))) >> np.uint64(32)) & mask
    while slots[slot] >> 32 == use and keys[slots[slot] & 0xFFFFFFFF] != key:
        slot = (slot + 1) & mask
    return slot


@leaf
def characters_in(data: Any, wide: Any, low: Any, high: Any) -> Any:
    """Return how many code points UTF-8 bytes hold: the bytes that don't continue one."""
    count = high - low
    while low + 8 <= high:
        word = wide[low]
        marks = (word >> np.uint64(7)) & ~(word >> np.uint64(6)) & np.uint64(0x0101010101010101)
        if marks:
            count -= np.int64((marks * np.uint64(0x0101010101010101)) >> np.uint64(56))
        low += 8
    for at in range(low, high):
        count -= (data[at] & 0xC0) == 0x80
    return count


@leaf
def character(data: Any, table: Any, at: Any, high: Any) -> Any:
    """Return (class, bytes, code point) of the character at `at`; (symbol, 1, -1) where the bytes aren't UTF-8.

    `table` are `classes()`.
    """
    lead = np.int64(data[at])
    if lead < 0x80:
        return np.int64(table[lead]), 1, lead
    size = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    if lead < 0xC2 or lead > 0xF4 or at + size > high:
        return SYMBOL, 1, -1
    code = lead & (0xFF >> (size + 1))
    for i in range(at + 1, at + size):
        follow = np.int64(data[i])
        if follow & 0xC0 != 0x80:
            return SYMBOL, 1, -1
        code = (code << 6) | (follow & 0x3F)
    short = (size == 3 and code < 0x800) or (size == 4 and code < 0x10000)
    if short or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return SYMBOL, 1, -1
    return np.int64(table[code]), size, code
