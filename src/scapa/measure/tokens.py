"""The tail gauges of `scapa.measure.tails` over blocks of token ids, against the counts of a reference.

Every gauge depends on the number of tokens: compare only blocks of equal number and length.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scapa.errors import UsageError
from scapa.measure import tails
from scapa.measure.diversity import distinct_n

Ints = NDArray[np.int64]
TAIL = 0.05


def count_tokens(blocks: ArrayLike, vocabulary: int) -> Ints:
    """Return how often each of the `vocabulary` token ids occurs; raises `UsageError` for an id outside of it."""
    tokens = np.asarray(blocks)
    if tokens.size and not (np.issubdtype(tokens.dtype, np.integer) and 0 <= tokens.min() <= tokens.max() < vocabulary):
        raise UsageError(f"token ids must be whole numbers from 0 to {vocabulary - 1}")
    return np.bincount(tokens.ravel().astype(np.int64), minlength=vocabulary)


def lowest(reference: ArrayLike, share: float = TAIL) -> NDArray[np.intp]:
    """Return the rarest states of the reference whose masses together stay within `share` of all; one at least.

    States that the reference lacks are no part of its tail. Raises `UsageError` for a reference without mass.
    """
    mass = np.asarray(reference, dtype=float)
    if mass.ndim != 1 or mass.size == 0 or mass.min() < 0 or mass.sum() <= 0:
        raise UsageError("a reference is a list of counts or masses with something in it")
    order = np.argsort(mass, kind="stable")
    order = order[mass[order] > 0]
    within = np.searchsorted(np.cumsum(mass[order]), share * mass.sum(), side="right")
    return order[: max(1, int(within))]


def lowest_mass_ratio(counts: ArrayLike, reference: ArrayLike, share: float = TAIL) -> float:
    """Return the mass on the reference's tail (`lowest`) now over its mass there at first; nan for empty counts.

    1 is a tail kept. In expectation an unselective recursion keeps it at 1 while its states die out: look at
    `surviving_support` and `tails.rare_coverage` beside it.
    """
    here, there = _same_states(counts, reference)
    tail = lowest(there, share)
    if here.sum() == 0:
        return float("nan")
    return float(here[tail].sum() / here.sum() / (there[tail].sum() / there.sum()))


def surviving_support(counts: ArrayLike, reference: ArrayLike) -> float:
    """Return the share of the reference's states that still occur; nan if it has none."""
    here, there = _same_states(counts, reference)
    alive = there > 0
    return float(np.count_nonzero(here[alive]) / np.count_nonzero(alive)) if alive.any() else float("nan")


def gauges(blocks: ArrayLike, reference: ArrayLike, share: float = TAIL) -> dict[str, float]:
    """Return every gauge of the blocks by name, against the reference's count of each token id.

    `missing_mass` (Good–Turing, the hapax share), `rare_coverage`, `chao1`, `vocabulary` and `entropy` are those of
    `tails`; `support` is `surviving_support`, `tail_mass` is `lowest_mass_ratio`; `distinct_2` and `distinct_3`.
    """
    there = np.asarray(reference)
    counts = count_tokens(blocks, len(there))
    found = tails.gauges(counts, there)
    return {
        "missing_mass": found.missing_mass,
        "rare_coverage": _number(found.rare_coverage),
        "chao1": found.chao1,
        "vocabulary": float(found.vocabulary),
        "entropy": found.entropy,
        "support": surviving_support(counts, there),
        "tail_mass": lowest_mass_ratio(counts, there, share),
        "distinct_2": distinct_n(blocks, 2),
        "distinct_3": distinct_n(blocks, 3),
    }


def _same_states(counts: ArrayLike, reference: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    here, there = np.asarray(counts), np.asarray(reference)
    if here.ndim != 1 or here.shape != there.shape:
        raise UsageError(f"counts {here.shape} and reference {there.shape} must be over the same states")
    return here, there


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
