"""Stretches: the paragraphs of own words of many texts, cleaned of what has no language (addresses of mail and web).

    found = stretches(utf8(texts), spans, rows)
    found.data                  uint8[bytes], the words of all stretches with single spaces between
    found.starts, .ends         int64[stretches], where each one's words are in `data`
    found.text, .first, .last   which text it is of, and its bytes there, half-open
    found.letters, .words       how many of each it has
    found.of                    int64[texts + 1]: text t has the stretches of[t]:of[t + 1]

Words are as models of text know them: letters that stand apart from their accents are composed (NFC), and stretches in
capitals alone are written small, as far as ASCII goes. A stretch ends at a blank line and where a span begins. Spans
are half-open byte ranges, sorted and disjoint; text t has `spans[rows[t]:rows[t + 1]]`.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from scapa.text.characters import EXPANSION, LETTER, SINGLE, characters
from scapa.text.compiled import njit
from scapa.text.kernels import Utf8, decode

_KIND = np.uint32(7)


class Stretches(NamedTuple):
    """See the module's text."""

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    text: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    letters: NDArray[np.int64]
    words: NDArray[np.int64]
    of: NDArray[np.int64]


def stretches(texts: Utf8, spans: NDArray[np.int64], rows: NDArray[np.int64]) -> Stretches:
    """Return the stretches of the bytes that lie outside the spans."""
    data, table, of, decomposed = _stretches(texts.data, texts.offsets, spans, rows, characters().packed)
    starts, ends, text, first, last, letters, words = table
    found = Stretches(data, starts, ends, text, first, last, letters, words, of)
    return _composed(found, decomposed) if decomposed.any() else found


def _composed(found: Stretches, decomposed: NDArray[np.bool_]) -> Stretches:
    """Return `found` with the words of the texts marked in `decomposed` in NFC: few texts are written so."""
    parts, ends = [], found.ends.copy()
    for i, text in enumerate(found.text):
        part = bytes(found.data[found.starts[i] : found.ends[i]])
        parts.append(normalize("NFC", part.decode("utf-8", "replace")).encode() if decomposed[text] else part)
        ends[i] = len(parts[-1])
    starts = np.concatenate([[0], np.cumsum(ends + 1)[:-1]])
    return found._replace(data=np.frombuffer(b" ".join([*parts, b""]), np.uint8), starts=starts, ends=starts + ends)


@njit
def _stretches(data: Any, offsets: Any, spans: Any, rows: Any, packed: Any) -> Any:
    texts = len(offsets) - 1
    out = np.empty(offsets[-1] - offsets[0] + len(spans) + texts + 2, np.uint8)
    table = np.empty((7, 1024), np.int64)
    of, decomposed = np.zeros(texts + 1, np.int64), np.zeros(texts, np.bool_)
    at, count = 0, 0
    for text in range(texts):
        base, stop = offsets[text], offsets[text + 1]
        low = base
        for s in range(rows[text], rows[text + 1] + 1):
            high = base + spans[s, 0] if s < rows[text + 1] else stop
            while low < high:
                low = _after_blank(data, low, high)
                end = _paragraph_end(data, low, high)
                if count == table.shape[1]:
                    table = _wider(table)
                after, letters, words, combining = _clean(data, low, end, out, at, packed)
                decomposed[text] |= combining
                if after > at:
                    table[0, count], table[1, count], table[2, count] = at, after, text
                    table[3, count], table[4, count] = low - base, end - base
                    table[5, count], table[6, count] = letters, words
                    count += 1
                    out[after] = 32
                    at = after + 1
                low = end
            if s < rows[text + 1]:
                low = base + spans[s, 1]
        of[text + 1] = count
    return out[:at].copy(), table[:, :count].copy(), of, decomposed


@njit
def _wider(table: Any) -> Any:
    grown = np.empty((table.shape[0], 2 * table.shape[1]), table.dtype)
    grown[:, : table.shape[1]] = table
    return grown


@njit
def _after_blank(data: Any, at: int, end: int) -> int:
    while at < end and data[at] <= 32:
        at += 1
    return at


@njit
def _paragraph_end(data: Any, at: int, end: int) -> int:
    """Return where the paragraph at `at` ends: the end of the line above a blank one."""
    while at < end:
        if data[at] == 10:
            below = at + 1
            while below < end and (data[below] == 32 or data[below] == 9 or data[below] == 13):
                below += 1
            if below >= end or data[below] == 10:
                return at
        at += 1
    return end


@njit
def _clean(data: Any, low: int, high: int, out: Any, at: int, packed: Any) -> Any:
    """Write the words of `data[low:high]` to `out[at:]`; return (end, letters, words, whether accents are apart)."""
    start, letters, words, small, combining = at, 0, 0, False, False
    place = low
    while place < high:
        while place < high and data[place] <= 32:
            place += 1
        begin, own, address, low_case = place, 0, False, False
        while place < high and data[place] > 32:
            byte = data[place]
            if byte < 128:
                letter = 97 <= byte | 32 <= 122
                low_case |= letter and byte >= 97
                own += letter
                address |= byte == 64 or (byte == 58 and place + 2 < high and data[place + 1] == 47 == data[place + 2])
                place += 1
                continue
            code, size = decode(data, place, high)
            if code >= 0:
                kind = packed[code] & _KIND
                own += kind in (LETTER, SINGLE, EXPANSION)
                combining |= 0x300 <= code <= 0x36F
                low_case = True
            place += size
        if address or place == begin:
            continue
        if at > start:
            out[at] = 32
            at += 1
        out[at : at + place - begin] = data[begin:place]
        at += place - begin
        small |= low_case
        letters += own
        words += own > 0
    if not small:
        for i in range(start, at):
            if 65 <= out[i] <= 90:
                out[i] += 32
    return at, letters, words, combining
