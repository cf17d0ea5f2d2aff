"""Segments: sorted fingerprints and whose they are, one immutable file each, memory-mapped.

A file is an eight-byte magic, the count n (little-endian uint64), n prints (uint64, ascending) and n owners (uint32,
the generation's number, ascending among equal prints). Prints are as good as uniform, so looking one up is guessing
its place and searching near it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.errors import HomeError
from scapa.files import write_atomic
from scapa.text.compiled import njit

_MAGIC = b"scapaSG1"
SUFFIX = ".prints"
OWNERS = 32
"""Of a print that more generations share, only the oldest so many are looked at."""


class Segment(NamedTuple):
    """`prints` ascending; `owners[i]` is the number of the generation that `prints[i]` belongs to."""

    prints: NDArray[np.uint64]
    owners: NDArray[np.uint32]


EMPTY = Segment(np.empty(0, np.uint64), np.empty(0, np.uint32))


def merge(parts: list[Segment]) -> Segment:
    """Return one segment of several, given oldest first."""
    prints = np.concatenate([p.prints for p in parts or [EMPTY]])
    owners = np.concatenate([p.owners for p in parts or [EMPTY]])
    order = np.lexsort((owners, prints))
    return Segment(prints[order], owners[order])


def without(segment: Segment, owner: int) -> Segment:
    """Return the segment less all prints of one generation."""
    keep = segment.owners != owner
    return Segment(segment.prints[keep], segment.owners[keep])


def write_segment(path: Path, segment: Segment) -> None:
    """Write a segment file durably."""
    count = np.array([len(segment.prints)], "<u8").tobytes()
    body = segment.prints.astype("<u8").tobytes() + segment.owners.astype("<u4").tobytes()
    write_atomic(path, _MAGIC + count + body)


def read_segment(path: Path) -> Segment:
    """Map a segment file; raises `HomeError` if it isn't one, `FileNotFoundError` if a merge has just replaced it."""
    data: NDArray[np.uint8] = np.memmap(path, np.uint8, "r")
    count = int(data[8:16].view("<u8")[0]) if len(data) >= 16 else -1
    if data[:8].tobytes() != _MAGIC or len(data) != 16 + 12 * count:
        raise HomeError("not a whole segment of fingerprints", where=str(path), next="restore it from a backup")
    return Segment(data[16 : 16 + 8 * count].view("<u8"), data[16 + 8 * count :].view("<u4"))


def find(segment: Segment, wanted: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (index into `wanted`, owner) of every match, at most `OWNERS` oldest owners a print."""
    if not len(segment.prints) or not len(wanted):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    low, count = _find(np.asarray(segment.prints), wanted)
    index = np.flatnonzero(count)
    times = count[index]
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    owners = segment.owners[np.repeat(low[index], times) + within]
    return np.repeat(index, times), owners.astype(np.int64)


@njit
def _place(prints: Any, wanted: Any) -> int:
    """Return the first index whose print is not below `wanted`: guess from the value, widen, halve."""
    n = len(prints)
    guess = min(n - 1, int(np.float64(wanted) / 18446744073709551616.0 * n))
    low, high, step = guess, guess + 1, 8
    while low > 0 and prints[low - 1] >= wanted:
        high, low, step = low, max(0, low - step), step * 2
    step = 8
    while high < n and prints[high - 1] < wanted:
        low, high, step = high, min(n, high + step), step * 2
    while low < high:
        middle = (low + high) >> 1
        if prints[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@njit
def _find(prints: Any, wanted: Any) -> Any:
    low, count = np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
    for i in range(len(wanted)):
        at = _place(prints, wanted[i])
        low[i] = at
        while at < len(prints) and prints[at] == wanted[i] and count[i] < OWNERS:
            count[i] += 1
            at += 1
    return low, count
