"""How surprising blocks of text are to a fixed reference model, and both tails of it.

A recursion moves the mode down, to text that the first model finds all too likely, *and* grows a tail of text that
it would hardly have written (arXiv 2305.17493). One mean hides both. A block's loss is its mean negative log
likelihood in nats; its perplexity is e to that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scapa.errors import UsageError
from scapa.measure.interval import Interval, wilson

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BIN = 0.1
MOST = 16.0
EDGES: Floats = np.exp(np.linspace(0.0, MOST, round(MOST / BIN) + 1))
"""Edges of the perplexity bins, the same for every model and corpus: a tenth of a nat each, from 1 to 8.9 million."""
LEAST_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class Band:
    """The 1st and 99th percentile of the loss of human blocks, in nats, under the same reference model."""

    low: float
    high: float

    @classmethod
    def of(cls, human: ArrayLike) -> Band:
        """Return the band of these blocks; raises `UsageError` for fewer than 100: their percentiles mean nothing.

        Take blocks that the reference model was not trained on, of the length of those to be held against them.
        """
        losses = _losses(human)
        if len(losses) < LEAST_BLOCKS:
            raise UsageError(f"percentiles need {LEAST_BLOCKS} human blocks, not {len(losses)}")
        return cls(*(float(q) for q in np.quantile(losses, [0.01, 0.99])))


@dataclass(frozen=True, slots=True)
class Surprise:
    """Blocks against a `Band`. Human text has 1 % on each side of it.

    `too_likely` and `too_unlikely` are the shares below and above the band with Wilson's interval, which takes
    blocks as independent and the band as known; `mode` (middle of the fullest bin), `median` and `mean` (e to the mean
    loss) are perplexities.
    """

    blocks: int
    too_likely: Interval
    too_unlikely: Interval
    mode: float
    median: float
    mean: float


def histogram(losses: ArrayLike) -> Ints:
    """Return how many blocks lie in each bin of `EDGES`; what is beyond its end counts in the last bin."""
    placed = (_losses(losses) / BIN + 1e-9).astype(np.int64)
    return np.bincount(np.minimum(placed, len(EDGES) - 2), minlength=len(EDGES) - 1)


def bins(losses: ArrayLike) -> list[tuple[float, float, int]]:
    """Return the bins that hold anything, as (low, high, blocks), perplexities."""
    counts = histogram(losses)
    return [(float(EDGES[i]), float(EDGES[i + 1]), int(counts[i])) for i in np.flatnonzero(counts)]


def surprise(losses: ArrayLike, band: Band) -> Surprise:
    """Return the summary of blocks from their losses in nats, shape (blocks,); raises `UsageError` for none."""
    values = _losses(losses)
    if len(values) == 0:
        raise UsageError("no blocks to be surprised at")
    fullest = int(np.argmax(histogram(values)))
    return Surprise(
        blocks=len(values),
        too_likely=wilson(int(np.count_nonzero(values < band.low)), len(values)),
        too_unlikely=wilson(int(np.count_nonzero(values > band.high)), len(values)),
        mode=float(np.sqrt(EDGES[fullest] * EDGES[fullest + 1])),
        median=float(np.exp(np.median(values))),
        mean=float(np.exp(values.mean())),
    )


def _losses(losses: ArrayLike) -> Floats:
    values = np.asarray(losses, dtype=float)
    if values.ndim != 1 or not np.all(np.isfinite(values)) or values.min(initial=0.0) < -1e-6:
        raise UsageError("losses are one finite mean negative log likelihood a block, in nats, not below zero")
    return np.asarray(np.maximum(values, 0.0))
