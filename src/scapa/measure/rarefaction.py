"""What a corpus would measure if only n of its N words had been kept: expectations, without drawing.

A word seen c times is seen j times in n of N words drawn without replacement with the hypergeometric chance
C(c,j)·C(N−c,n−j)/C(N,n) (Hurlbert 1971). Expectations instead of draws keep the noise of thinning out of intervals.
"""

from __future__ import annotations

from math import lgamma

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
EXACT = 40
"""Counts up to here enter the entropy exactly, larger ones by a second-order expansion (error below 1e-4 nats)."""

_log_factorial = np.vectorize(lambda n: lgamma(n + 1) if n >= 0 else np.inf, otypes=[float])


def chance(count: Ints, seen: Ints, total: int, kept: int) -> Floats:
    """Return P(a word seen `count` times in `total` is seen `seen` times in `kept`), elementwise."""
    rest, others = total - count, kept - seen
    logs = _choose(count, seen) + _choose(rest, others) - _choose(np.array(total), np.array(kept))
    return np.asarray(np.exp(logs))


def spectrum(counts: Ints, total: int, kept: int, most: int) -> Floats:
    """Return the expected number of words seen 0, 1, … `most` times in `kept` of the `total` words."""
    values, words = np.unique(counts[counts > 0], return_counts=True)
    return np.asarray(words @ chance(values[:, None], np.arange(most + 1)[None, :], total, kept))


def entropy(counts: Ints, total: int, kept: int) -> float:
    """Return the expected plug-in unigram entropy of `kept` words, in nats."""
    values, words = np.unique(counts[counts > 0], return_counts=True)
    few = values <= EXACT
    seen = np.arange(1, min(EXACT, kept) + 1)
    share = seen / kept
    small = chance(values[few][:, None], seen[None, :], total, kept) @ (-share * np.log(share))
    x = values[~few] / total
    variance = x * (1 - x) / kept * (total - kept) / max(total - 1, 1)
    large = -x * np.log(x) - variance / (2 * x)
    return float(words[few] @ small + words[~few] @ large)


def _choose(whole: Ints, part: Ints) -> Floats:
    with np.errstate(invalid="ignore"):
        logs = _log_factorial(whole) - _log_factorial(part) - _log_factorial(whole - part)
    return np.where((part < 0) | (part > whole), -np.inf, logs)
