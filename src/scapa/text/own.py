"""Own words: those that touch no span of a quote, signature or the like.

keep = outside(tokens, *ranges(spans))      bool a word
own = kept(tokens, keep)                    the tokens without the others
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.kernels import Tokens


def ranges(spans: pa.ListArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (int64[n, 2] half-open byte ranges, int64[rows + 1] whose they are); a null row has none."""
    counts = spans.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    flat = spans.flatten()
    ends = [flat.field(name).to_numpy(zero_copy_only=False).astype(np.int64) for name in ("start", "end")]
    return np.stack(ends, axis=1), np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def outside(tokens: Tokens, spans: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say of every word whether it touches no span; text t has the spans `spans[rows[t]:rows[t + 1]]`.

    `spans` is int64[n, 2], half-open byte ranges within the text, in any order.
    """
    kept: NDArray[np.bool_] = _outside(tokens.starts, tokens.ends, tokens.first, spans, rows)
    return kept


def kept(tokens: Tokens, keep: NDArray[np.bool_]) -> Tokens:
    """Return the tokens to `keep`."""
    first = np.concatenate([[0], np.cumsum(keep)])[tokens.first].astype(np.int64)
    return Tokens(tokens.hashes[keep], tokens.starts[keep], tokens.ends[keep], first)


@njit
def _outside(starts: Any, ends: Any, first: Any, spans: Any, rows: Any) -> Any:
    keep = np.ones(len(starts), np.bool_)
    for text in range(len(first) - 1):
        words = starts[first[text] : first[text + 1]]
        for s in range(rows[text], rows[text + 1]):
            low, high = spans[s, 0], spans[s, 1]
            if low >= high:
                continue
            # The word before may reach into the span.
            word = first[text] + max(0, np.searchsorted(words, low) - 1)
            while word < first[text + 1] and starts[word] < high:
                if ends[word] > low:
                    keep[word] = False
                word += 1
    return keep
