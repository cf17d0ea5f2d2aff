"""Debris: what transfer, decoding and tricks left in a text that nobody wrote, counted in one pass.

found = debris(utf8(texts))
found.lost          int64[texts]  replacement characters U+FFFD: what was here cannot be known again
found.controls      control characters that are no white space
found.invisible     characters that show nothing and join nothing: zero-width spaces, tags, variation selectors
found.directions    characters that turn the reading direction (bidi embeddings, overrides, isolates, marks)
found.residues      leftovers of quoted-printable (“=3D”, “=20” at a line's end) and of HTML (“&nbsp;”, “&#39;”)
found.beyond_ascii  bool[texts]   whether there is any character beyond ASCII
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import Utf8, decode


class Debris(NamedTuple):
    """See the module's text."""

    lost: NDArray[np.int64]
    controls: NDArray[np.int64]
    invisible: NDArray[np.int64]
    directions: NDArray[np.int64]
    residues: NDArray[np.int64]
    beyond_ascii: NDArray[np.bool_]


def debris(texts: Utf8) -> Debris:
    """Return what is counted in each text."""
    counts = _debris(texts.data, texts.offsets)
    lost, controls, invisible, directions, residues, beyond_ascii = counts
    return Debris(lost, controls, invisible, directions, residues, beyond_ascii > 0)


@njit
def _debris(data: Any, offsets: Any) -> Any:
    counts = np.zeros((6, len(offsets) - 1), np.int64)
    for text in range(len(offsets) - 1):
        at, end = offsets[text], offsets[text + 1]
        while at < end:
            byte = data[at]
            if byte >= 128:
                code, size = decode(data, at, end)
                counts[5, text] = 1
                counts[0, text] += code == 0xFFFD
                counts[1, text] += 0x80 <= code <= 0x9F and code != 0x85
                counts[2, text] += code == 0xFEFF and at > offsets[text]  # at the start it is a mark
                counts[2, text] += _invisible(code, data[at - 1] if at > offsets[text] else np.uint8(10))
                counts[3, text] += _turns(code)
                at += size
                continue
            if byte < 32:
                counts[1, text] += not 9 <= byte <= 13
            elif byte == 61 or byte == 38:
                counts[4, text] += _residue(data, at, end)
            elif byte == 127:
                counts[1, text] += 1
            at += 1
    return counts


@njit
def _turns(code: int) -> bool:
    return 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069 or code in (0x200E, 0x200F, 0x061C)


@njit
def _invisible(code: Any, before: Any) -> bool:
    """Say whether `code`, after the byte `before`, shows nothing; a joiner behind a letter beyond ASCII is meant."""
    if code in (0x200B, 0x2060, 0x00AD, 0x180E) or 0xE0000 <= code <= 0xE007F:
        return True
    if code == 0xFE0F and (48 <= before <= 57 or before == 35 or before == 42):
        return False  # keycaps
    if code in (0x200C, 0x200D) or 0xFE00 <= code <= 0xFE0F:
        return bool(before < 128)
    return False


@njit
def _residue(data: Any, at: int, end: int) -> bool:
    left = end - at
    if data[at] == 61:  # =3D, =C3=A9, =20 before a line's end
        if left < 3:
            return False
        high, low = data[at + 1], data[at + 2]
        if high == 51 and low == 68:
            return True
        if high == 50 and low == 48:
            return left == 3 or data[at + 3] == 10
        upper = 65 <= high <= 70 or high == 56 or high == 57
        hexadecimal = 48 <= low <= 57 or 65 <= low <= 70
        return upper and hexadecimal and left > 3 and data[at + 3] == 61
    if left >= 4 and data[at + 1] == 35 and (48 <= data[at + 2] <= 57 or data[at + 2] == 120):  # &#39; &#x27;
        return _has(data, at + 3, min(end, at + 9), 59)
    return (
        _follows(data, at, end, b"nbsp;")
        or _follows(data, at, end, b"amp;")
        or _follows(data, at, end, b"quot;")
        or _follows(data, at, end, b"lt;")
        or _follows(data, at, end, b"gt;")
    )


@njit
def _has(data: Any, low: int, high: int, byte: int) -> bool:
    for at in range(low, high):  # noqa: SIM110 - numba
        if data[at] == byte:
            return True
    return False


@njit
def _follows(data: Any, at: int, end: int, word: bytes) -> bool:
    if at + len(word) >= end:
        return False
    for i in range(len(word)):  # noqa: SIM110 - numba
        if data[at + 1 + i] != word[i]:
            return False
    return True
