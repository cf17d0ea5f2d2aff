"""Scapa's side of the bench of the web rules: run by `bench.web`, one task a process.

    python -m bench.web_ours TASK CORPUS    prints one line of JSON

TASK is `speed` (read the JSON lines, run the four judges that hold the four rule sets, a few times over), `judges`
(the same without reading) or `decisions` (every rule set's findings for every document).
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time

import pyarrow as pa
import pyarrow.json

from scapa.judges import JUDGES

JUDGE_NAMES = ("lines", "gopher", "fineweb", "c4")
FINDINGS = {
    "gopher repetition": ("gopher", "repetition"), "gopher quality": ("gopher", "quality"), "c4": ("c4", "findings"),
    "fineweb": ("fineweb", "findings"),
}  # fmt: skip
PASSES = 5
_ROWS = 512
_BLOCK = 4 << 20


def read(corpus: Path) -> Iterator[pa.RecordBatch]:
    """Yield a corpus in batches, a block of the file at a time."""
    options = pyarrow.json.ReadOptions(use_threads=False, block_size=_BLOCK)
    for block in pyarrow.json.open_json(corpus, read_options=options):
        for start in range(0, len(block), _ROWS):
            yield block.slice(start, _ROWS)


def judge(batch: pa.RecordBatch) -> dict[str, pa.RecordBatch]:
    """Return the judgements of the judges, as `scapa curate` makes them."""
    found: dict[str, pa.RecordBatch] = {}
    for name in JUDGE_NAMES:
        part = JUDGES.get(name)()
        given = batch
        for need in part.needs:
            given = given.append_column(need, found[need].to_struct_array())
        found[name] = part.judge(given)
    return found


def decisions(corpus: Path) -> dict[str, dict[str, list[str]]]:
    """Return, by document and rule set, the findings."""
    answers: dict[str, dict[str, list[str]]] = {}
    for batch in read(corpus):
        found = judge(batch)
        lists = {rule: found[name].column(column).to_pylist() for rule, (name, column) in FINDINGS.items()}
        for row, id_ in enumerate(batch.column("id").to_pylist()):
            answers[id_] = {rule: lists[rule][row] for rule in FINDINGS}
    return answers


def cost(corpus: Path, *, reading: bool) -> dict[str, float]:
    """Return the cost of one pass over a corpus (the mean of `PASSES`), once everything is loaded."""
    first = perf_counter()
    judge(pa.RecordBatch.from_pylist([{"id": "0", "text": "Warm the kernels up."}]))
    first = perf_counter() - first
    held = None if reading else list(read(corpus))
    cpu, wall = process_time(), perf_counter()
    for _ in range(PASSES):
        for batch in read(corpus) if held is None else held:
            judge(batch)
    cpu, wall = process_time() - cpu, perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": cpu / PASSES, "wall": wall / PASSES, "peak": peak, "first": first}


def main() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    task, corpus = sys.argv[1], Path(sys.argv[2])
    print(json.dumps(decisions(corpus) if task == "decisions" else cost(corpus, reading=task == "speed")))


if __name__ == "__main__":
    main()
