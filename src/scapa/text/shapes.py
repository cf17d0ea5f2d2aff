"""Shapes: what is left of a text when names, numbers and dates are masked, as a small sketch, to find templates.

    made = shape(texts, tokens, own)
    made.bins              uint8[texts, 63]
    made.frames, .first    text t has the distinct hashes frames[first[t]:first[t + 1]], uint32

A word with a digit in it or a capital at its beginning is masked, and masked words in a row are one. Runs of three of
what is left are thrown into `PLACES` bins, of which each keeps the least hash as one byte (one permutation hashing: Li,
Owen and Zhang, 2012); 0 means that the bin is empty. The share of equal bins, of those that either text fills,
estimates the Jaccard similarity of two shapes. The frame is the first and the last `EDGE` runs: what a robot puts
around words that differ from message to message.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import Tokens, Utf8, mix
from scapa.text.words import mix as plain_mix

BANDS, ROWS = 21, 3
PLACES = BANDS * ROWS
RUN = 3
LEAST = 12
"""A text of fewer runs has neither shape (all bins are 0) nor frame."""
EDGE = 16

_MASK = np.uint64(1)
_A, _B, _C = (np.uint64(plain_mix(2_000 + i) | 1) for i in range(RUN))
_HALF, _255, _FREE = np.uint64(32), np.uint64(255), np.uint64(0xFFFFFFFFFFFFFFFF)


class Shapes(NamedTuple):
    """See the module's text."""

    bins: NDArray[np.uint8]
    frames: NDArray[np.uint32]
    first: NDArray[np.int64]


def shape(texts: Utf8, tokens: Tokens, own: NDArray[np.bool_]) -> Shapes:
    """Return the shapes and frames of every text's `own` words."""
    return Shapes(*_shape(texts.data, texts.offsets, tokens.hashes, tokens.starts, tokens.ends, tokens.first, own))


@njit
def _shape(data: Any, offsets: Any, hashes: Any, starts: Any, ends: Any, first: Any, own: Any) -> Any:
    shapes = np.zeros((len(first) - 1, PLACES), np.uint8)
    frames, begins = np.empty(2 * EDGE * (len(first) - 1), np.uint32), np.zeros(len(first), np.int64)
    for text in range(len(first) - 1):
        base = offsets[text]
        words, count = np.empty(first[text + 1] - first[text], np.uint64), 0
        for i in range(first[text], first[text + 1]):
            if not own[i]:
                continue
            masked = _is_name(data[base + starts[i] : base + ends[i]])
            if not masked or count == 0 or words[count - 1] != _MASK:
                words[count] = _MASK if masked else hashes[i]
                count += 1
        begins[text + 1] = begins[text]
        if count >= RUN + LEAST - 1:
            runs = np.empty(count - RUN + 1, np.uint64)
            for i in range(len(runs)):
                runs[i] = mix(words[i] * _A + words[i + 1] * _B + words[i + 2] * _C)
            _throw(runs, shapes[text])
            begins[text + 1] += _frame(runs, frames[begins[text] :])
    return shapes, frames[: begins[-1]].copy(), begins


@njit
def _is_name(word: Any) -> bool:
    """Say whether a word begins with a capital (Latin, Greek, Cyrillic) or holds a digit (0 to 9)."""
    lead = word[0]
    if 65 <= lead <= 90:
        return True
    if len(word) > 1 and (
        (lead == 0xC3 and word[1] <= 0x9E)
        or (lead == 0xCE and 0x91 <= word[1] <= 0xA9)
        or (lead == 0xD0 and word[1] <= 0xAF)
    ):
        return True
    for byte in word:  # noqa: SIM110 - numba
        if 48 <= byte <= 57:
            return True
    return False


@njit
def _throw(runs: Any, out: Any) -> None:
    least = np.full(PLACES, _FREE)
    for value in runs:
        place = ((value >> _HALF) * np.uint64(PLACES)) >> _HALF
        least[place] = min(least[place], value)
    for place in range(PLACES):
        if least[place] != _FREE:
            out[place] = np.uint8(1 + (least[place] & np.uint64(0xFFFFFFFF)) % _255)


@njit
def _frame(runs: Any, out: Any) -> int:
    """Write the distinct hashes of the first and last runs, ascending; return how many."""
    edges = np.concatenate((runs[:EDGE], runs[max(0, len(runs) - EDGE) :]))
    edges.sort()
    count = 0
    for i in range(len(edges)):
        value = np.uint32(edges[i] >> _HALF)
        if count == 0 or out[count - 1] != value:
            out[count] = value
            count += 1
    return count
