"""The fast tokenisation: Arrow strings or a list of texts to word hashes and byte offsets, no Python strings made.

    tokens = tokenise(["Don’t stop!", "中文"])
    tokens.hashes          uint64[n], `word_hash` of every word of every text
    tokens.starts, .ends   int64[n], half-open byte offsets within the word's own text
    tokens.first           int64[texts + 1]: text t has the words first[t]:first[t + 1]

Equal to `words.spans` for every text (the tests compare them). Null texts have no words; a byte that is not UTF-8
separates words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from scapa.text.characters import APOSTROPHE, EXPANSION, IGNORED, LETTER, SEPARATOR, SINGLE, characters
from scapa.text.compiled import njit
from scapa.text.words import HASH_START, HASH_STEP, MIX_1, MIX_2

Texts: TypeAlias = "Sequence[str | None] | pa.Array | pa.ChunkedArray"

_START, _STEP = np.uint64(HASH_START), np.uint64(HASH_STEP)
_MIX_1, _MIX_2 = np.uint64(MIX_1), np.uint64(MIX_2)
_KIND, _CODE, _QUOTE = np.uint32(7), np.uint32(3), np.uint64(39)
_S27, _S30, _S31 = np.uint64(27), np.uint64(30), np.uint64(31)


class Utf8(NamedTuple):
    """Text t is the bytes `data[offsets[t]:offsets[t + 1]]`."""

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]


class Tokens(NamedTuple):
    """The words of many texts; see the module's text."""

    hashes: NDArray[np.uint64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    first: NDArray[np.int64]


def tokenise(texts: Texts | Utf8) -> Tokens:
    """Return the words of every text; what `utf8` gave will do, too."""
    data, offsets = texts if isinstance(texts, Utf8) else utf8(texts)
    table = characters()
    return Tokens(*_tokenise(data, offsets, table.packed, table.first, table.items))


def utf8(texts: Texts) -> Utf8:
    """Return the bytes of texts and where each begins; a null text is empty. Arrow isn't copied."""
    array = texts if isinstance(texts, pa.Array | pa.ChunkedArray) else pa.array(texts, pa.large_string())
    if isinstance(array, pa.ChunkedArray):
        array = array.cast(pa.large_string()).combine_chunks()
        array = pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array
    if array.null_count:
        array = array.fill_null("")
    return _buffers(array)


def _buffers(array: pa.Array) -> Utf8:
    wide = pa.types.is_large_string(array.type) or pa.types.is_large_binary(array.type)
    if not wide and not (pa.types.is_string(array.type) or pa.types.is_binary(array.type)):
        array, wide = array.cast(pa.large_string()), True
    _, offsets, data = array.buffers()
    if not len(array) or offsets is None:
        return Utf8(np.frombuffer(b"", np.uint8), np.zeros(len(array) + 1, np.int64))
    ends = np.frombuffer(offsets, np.int64 if wide else np.int32)[array.offset : array.offset + len(array) + 1]
    return Utf8(np.frombuffer(data or b"", np.uint8), ends.astype(np.int64))


@njit
def mix(h: Any) -> Any:
    """Return the splitmix64 finaliser of a uint64, as `words.mix`."""
    h = (h ^ (h >> _S30)) * _MIX_1
    h = (h ^ (h >> _S27)) * _MIX_2
    return h ^ (h >> _S31)


@njit
def decode(data: Any, at: int, end: int) -> Any:
    """Return (code point, bytes) at `at`; (-1, 1) where the bytes are not UTF-8."""
    lead = np.int64(data[at])
    if lead < 0x80:
        return lead, 1
    size = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    if lead < 0xC2 or lead > 0xF4 or at + size > end:
        return -1, 1
    code = lead & (0xFF >> (size + 1))
    for i in range(at + 1, at + size):
        follow = np.int64(data[i])
        if follow & 0xC0 != 0x80:
            return -1, 1
        code = (code << 6) | (follow & 0x3F)
    return (code, size) if code <= 0x10FFFF else (-1, 1)


@njit
def _wider(array: Any, size: int) -> Any:
    grown = np.empty(size, array.dtype)
    grown[: len(array)] = array
    return grown


@njit
def _tokenise(data: Any, offsets: Any, packed: Any, expansion: Any, items: Any) -> Any:
    documents = len(offsets) - 1
    size = max(64, (offsets[-1] - offsets[0]) // 4)
    hashes, starts, ends = np.empty(size, np.uint64), np.empty(size, np.int64), np.empty(size, np.int64)
    first = np.zeros(documents + 1, np.int64)
    letter = np.zeros(256, np.uint8)
    for code in range(128):
        if (packed[code] & _KIND) == LETTER:
            letter[code] = packed[code] >> _CODE
    for document in range(documents):
        base, stop = offsets[document], offsets[document + 1]
        count = first[document]
        done = _one(data[base:stop], letter, packed, expansion, items, hashes[count:], starts[count:], ends[count:])
        while done < 0:
            size *= 2
            hashes, starts, ends = _wider(hashes, size), _wider(starts, size), _wider(ends, size)
            done = _one(data[base:stop], letter, packed, expansion, items, hashes[count:], starts[count:], ends[count:])
        first[document + 1] = count + done
    return hashes[: first[-1]].copy(), starts[: first[-1]].copy(), ends[: first[-1]].copy(), first


@njit
def _one(data: Any, letter: Any, packed: Any, expansion: Any, items: Any, hashes: Any, starts: Any, ends: Any) -> int:
    """Write the words of one text; return how many, -1 if there is no room."""
    # A word may be open (h is its hash so far), and an open word may have met an apostrophe that counts only if a
    # letter follows. Long on purpose: it reads downwards.
    count, room, at, stop = 0, len(hashes) - 2, 0, len(data)
    h, start, end, is_open, pending = _START, 0, 0, False, False
    while at < stop:
        lead = data[at]
        width, entry = 1, packed[lead]
        if lead >= 0x80:
            code, width = decode(data, at, stop)
            entry = packed[code] if code >= 0 else np.uint32(SEPARATOR)
        if (entry & _KIND) == LETTER:
            if not is_open:
                h, start, is_open = _START, at, True
            if pending:
                h, pending = (h ^ _QUOTE) * _STEP, False
            h = (h ^ np.uint64(entry >> _CODE)) * _STEP
            at += width
            while at < stop and letter[data[at]]:  # nearly all of most texts: plain ASCII letters
                h = (h ^ np.uint64(letter[data[at]])) * _STEP
                at += 1
            end = at
            continue
        low, high = 0, 1
        expanded = (entry & _KIND) == EXPANSION
        if expanded:
            low, high = expansion[entry >> _CODE], expansion[(entry >> _CODE) + 1]
        for item in range(low, high):
            if expanded:
                entry = items[item]
            kind = entry & _KIND
            if kind == LETTER:
                if not is_open:
                    h, start, is_open = _START, at, True
                if pending:
                    h, pending = (h ^ _QUOTE) * _STEP, False
                h = (h ^ np.uint64(entry >> _CODE)) * _STEP
                end = at + width
                continue
            if kind == IGNORED:
                continue
            if kind == APOSTROPHE and is_open and not pending:
                pending = True
                continue
            if count >= room:
                return -1
            if is_open:
                hashes[count], starts[count], ends[count] = mix(h), start, end
                count += 1
                is_open, pending = False, False
            if kind == SINGLE:
                hashes[count] = mix((_START ^ np.uint64(entry >> _CODE)) * _STEP)
                starts[count], ends[count] = at, at + width
                count += 1
        at += width
    if is_open:
        if count >= room:
            return -1
        hashes[count], starts[count], ends[count] = mix(h), start, end
        count += 1
    return count
