"""Clusters of generated signatures: `python -m bench.duplicates_millions MILLIONS` prints seconds, peak and recall.

Nine in ten documents are like no other; one in ten is a near copy of an earlier one, whose true similarity is from .7
to 1; and one template has 1 % of all. Without texts to compare, the share of equal places stands for the similarity.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.text.clusters import Labels, alike, clusters, connect, flatten
from scapa.text.minhash import PLACES

_CHUNK = 200_000
THRESHOLD = 0.8


def generated(count: int, rng: np.random.Generator) -> tuple[NDArray[np.uint8], Labels]:
    """Return signatures, and which row each is a copy of (−1: of none)."""
    signatures = np.empty((count, PLACES), np.uint8)
    for start in range(0, count, _CHUNK):
        part = signatures[start : start + _CHUNK]
        part[:] = np.frombuffer(rng.bytes(part.size), np.uint8).reshape(part.shape)
    of = np.full(count, -1, np.int64)
    copies = np.sort(rng.choice(np.arange(1, count), count // 10, replace=False))
    of[copies] = rng.integers(0, copies)
    of[rng.choice(np.arange(1, count), count // 100, replace=False)] = 0
    copies = np.flatnonzero(of >= 0)
    similarity = rng.uniform(0.7, 1, len(copies))
    for start in range(0, len(copies), _CHUNK):
        rows = copies[start : start + _CHUNK]
        kept = rng.random((len(rows), PLACES)) < similarity[start : start + _CHUNK, None]
        signatures[rows] = np.where(kept, signatures[of[rows]], signatures[rows])
    return signatures, of


def by_estimate(signatures: NDArray[np.uint8], left: Labels, right: Labels, root: Labels) -> tuple[Any, Any]:
    """Stand in for the comparison of texts."""
    found = alike(signatures, left, right, sparse=False)
    near = found >= THRESHOLD
    connect(left[near], right[near], root)
    flatten(root)
    return found, np.ones(len(left), bool)


def run(count: int) -> dict[str, Any]:
    """Return what the module prints."""
    signatures, of = generated(count, np.random.default_rng(5))
    exact = np.arange(1, count + 1, dtype=np.uint64)
    pairs = [0]

    def compare(left: Labels, right: Labels, root: Labels) -> tuple[Any, Any]:
        pairs[0] += len(left)
        return by_estimate(signatures, left, right, root)

    before = peak()
    start = time.process_time()
    labels = clusters(signatures, exact, THRESHOLD, compare)
    seconds = time.process_time() - start
    planted = np.flatnonzero(of >= 0)
    equal = alike(signatures, of[planted], planted, sparse=False)
    sure = planted[equal >= THRESHOLD]
    return {
        "name": f"{count:,} signatures clustered", "ours": peak() / 1e9, "peer": 8.0, "ratio": 8e9 / peak(),
        "unit": "GB at the peak", "low": before / 1e9, "high": peak() / 1e9, "cpu_seconds": seconds,
        "candidates": pairs[0], "recall_of_near": float((labels[sure] == labels[of[sure]]).mean()),
        "clusters": int((labels == np.arange(count)).sum()),
    }  # fmt: skip


def peak() -> float:
    """Return the most memory this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


if __name__ == "__main__":
    run(1_000)  # compile first
    print(json.dumps(run(int(float(sys.argv[1]) * 1e6))))
