"""Our near duplicates of a JSONL or Parquet file, end to end: read, tokenise, sign, cluster, read again what to verify.

`python -m bench.duplicates_ours FILE` prints {"seconds", "parts", "dropped", "peak"}: CPU-seconds in all and by step,
ids of all but the first of each cluster, peak memory in bytes.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.json as pj
import pyarrow.parquet as pq
from numpy.typing import NDArray

from scapa.text.clusters import Labels, clusters
from scapa.text.kernels import tokenise, utf8
from scapa.text.minhash import PLACES, fingerprint
from scapa.text.overlap import Words, identify, join

THRESHOLD = 0.8
_ROWS = pa.schema([("id", pa.string()), ("text", pa.string())])


class Clock:
    """CPU-seconds by step."""

    def __init__(self) -> None:
        self.parts: defaultdict[str, float] = defaultdict(float)
        self._at = time.process_time()

    def __call__(self, step: str) -> None:
        now = time.process_time()
        self.parts[step] += now - self._at
        self._at = now


def batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield the rows {id, text} of a file in order."""
    if path.suffix == ".parquet":
        yield from pq.ParquetFile(path).iter_batches(1_024, columns=_ROWS.names, use_threads=False)
        return
    how = pj.ParseOptions(explicit_schema=_ROWS, unexpected_field_behavior="ignore")
    yield from pj.open_json(path, pj.ReadOptions(use_threads=False, block_size=1 << 22), how)


def near_duplicates(path: Path, clock: Clock) -> tuple[list[str], Labels]:
    """Return the ids and the row of each row's first copy."""
    ids: list[str] = []
    exact, signatures = [np.empty(0, np.uint64)], [np.empty((0, PLACES), np.uint8)]
    for batch in batches(path):
        ids += batch.column("id").to_pylist()
        clock("read")
        tokens = tokenise(batch.column("text"))
        clock("tokenise")
        made = fingerprint(tokens.hashes, tokens.first)
        exact.append(made.exact)
        signatures.append(made.signatures)
        clock("sign")

    def compare(left: Labels, right: Labels, root: Labels) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        clock("cluster")
        rows = np.union1d(left, right)
        words, place = own(path, rows, clock), np.full(len(ids), -1)
        place[rows] = np.arange(len(rows))
        found = join(words, place, left, right, root, THRESHOLD)
        clock("verify")
        return found

    labels = clusters(np.concatenate(signatures), np.concatenate(exact), THRESHOLD, compare)
    clock("cluster")
    return ids, labels


def own(path: Path, rows: Labels, clock: Clock) -> Words:
    """Return the words of some rows, read again."""
    data = utf8(lines(path, rows) if path.suffix == ".jsonl" else taken(path, rows))
    clock("read again")
    tokens = tokenise(data)
    return Words(identify(data, tokens), tokens.first)


def lines(path: Path, rows: Labels) -> pa.ChunkedArray:
    """Return the texts of some lines; the others are not parsed."""
    if not len(rows):
        return pa.chunked_array([], pa.string())
    data = np.memmap(path, np.uint8, "r")
    ends = np.flatnonzero(data == ord("\n")) + 1
    starts = np.concatenate([[0], ends])
    chosen = b"".join(data[starts[row] : ends[row]].tobytes() for row in rows.tolist())
    how = pj.ParseOptions(explicit_schema=_ROWS, unexpected_field_behavior="ignore")
    return pj.read_json(pa.BufferReader(chosen), pj.ReadOptions(use_threads=False, block_size=1 << 22), how)["text"]


def taken(path: Path, rows: Labels) -> pa.ChunkedArray:
    """Return the texts of some rows of a Parquet file."""
    texts, at = [pa.array([], pa.string())], 0
    for batch in batches(path) if len(rows) else ():
        here = rows[(rows >= at) & (rows < at + len(batch))] - at
        texts.append(batch.column("text").take(pa.array(here)))
        at += len(batch)
    return pa.chunked_array(texts)


def run(path: Path) -> dict[str, Any]:
    """Return what the module prints."""
    clock = Clock()
    ids, labels = near_duplicates(path, clock)
    dropped = [ids[row] for row in np.flatnonzero(labels != np.arange(len(labels))).tolist()]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"seconds": sum(clock.parts.values()), "parts": clock.parts, "dropped": dropped, "peak": peak}


if __name__ == "__main__":
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    run(Path(sys.argv[2]))  # the kernels are loaded (and compiled, the first time) before the clock starts
    print(json.dumps(run(Path(sys.argv[1]))))
