"""The clean unigram prior: how surprising a word is, in bits, from word lists frozen in 2021.

    Prior.load().bits(tokenise(texts).hashes)     float32[n], −log2 p of every word

The table (`unigrams.npz`, its licence in `unigrams.NOTICE`, made by tools/unigrams.py) holds the commoner words of
42 languages by hash, each with its highest probability in any of them; any other word counts as `UNKNOWN` bits.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit

STEPS = 8
UNKNOWN = 20.0
_TABLE = Path(__file__).with_name("unigrams.npz")
_TOP, _SHORT = np.uint64(48), np.uint64(32)


class Prior:
    """Bits by word hash. `keys` are the first 32 bits of the hashes, sorted; `steps` the bits times `STEPS`."""

    def __init__(self, keys: NDArray[np.uint32], steps: NDArray[np.uint8], unknown: float = UNKNOWN) -> None:
        self.keys, self.steps, self.unknown = keys, steps, unknown
        tops = np.arange(1 << 16, dtype=np.uint64) << np.uint64(16)
        self._first = np.append(np.searchsorted(keys, tops), len(keys)).astype(np.int64)

    @staticmethod
    @cache
    def load() -> Prior:
        """Return the shipped prior."""
        with np.load(_TABLE) as stored:
            gaps = np.ascontiguousarray(stored["gaps"].T).view(np.uint32).ravel()
            return Prior(np.cumsum(gaps, dtype=np.uint32), stored["bits"])

    @property
    def digest(self) -> str:
        """Name the table: part of whatever is computed from it."""
        return hashlib.sha256(self.keys.tobytes() + self.steps.tobytes() + repr(self.unknown).encode()).hexdigest()

    def bits(self, hashes: NDArray[np.uint64]) -> NDArray[np.float32]:
        """Return −log2 p of each word; words that the table doesn't know have `unknown` bits."""
        return self.look_up(hashes)[0]

    def known(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Say of each word whether the table has it."""
        return self.look_up(hashes)[1]

    def look_up(self, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return both, the bits of each word and whether the table has it."""
        steps = _look_up(hashes, self.keys, self.steps, self._first)
        bits = np.where(steps < 0, np.float32(self.unknown), steps / np.float32(STEPS)).astype(np.float32)
        return bits, np.asarray(steps >= 0)


@njit
def _look_up(hashes: Any, keys: Any, steps: Any, first: Any) -> Any:
    found = np.full(len(hashes), -1, np.int16)
    for i in range(len(hashes)):
        top, short = hashes[i] >> _TOP, np.uint32(hashes[i] >> _SHORT)
        for at in range(first[top], first[top + np.uint64(1)]):
            if keys[at] >= short:
                if keys[at] == short:
                    found[i] = steps[at]
                break
    return found
