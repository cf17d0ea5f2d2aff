"""One peer's near duplicates of a JSONL file, run inside the peer's own virtual environment (see `bench.duplicates`).

`python duplicates_peer.py ARM FILE` prints {"seconds": CPU-seconds, "dropped": [id…]}; imports and models are loaded
before the clock starts. Arms: datatrove (as shipped), datatrove-regex (its tokenizer replaced), rensa.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

WORD = re.compile(r"\w+(?:'\w+)*")


class Regex:
    """Stands in for datatrove's tokenizer."""

    def word_tokenize(self, text: str) -> list[str]:
        return WORD.findall(text)


def with_datatrove(path: Path, *, regex: bool) -> dict[str, Any]:
    execute = import_module("datatrove.executor").LocalPipelineExecutor
    dedup = import_module("datatrove.pipeline.dedup")
    read = import_module("datatrove.pipeline.readers").JsonlReader
    write = import_module("datatrove.pipeline.writers.jsonl").JsonlWriter
    signature = dedup.MinhashDedupSignature("unused")
    if regex:
        signature.word_tokenizer = Regex()
    signature.get_shingles("The models are loaded by this sentence of eight words.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        (folder / "in" / path.name).symlink_to(path.absolute())

        def reader() -> Any:
            return read(str(folder / "in"))

        made = dedup.MinhashDedupSignature(str(folder / "signatures"))
        made.word_tokenizer = signature.word_tokenizer
        cluster = dedup.MinhashDedupCluster(str(folder / "buckets"), str(folder / "remove"))
        keep = dedup.MinhashDedupFilter(str(folder / "remove"))
        writer = write(str(folder / "out"))
        start = time.process_time()
        for steps, tasks in (
            ([reader(), made], 1),
            ([dedup.MinhashDedupBuckets(str(folder / "signatures"), str(folder / "buckets"))], 14),
            ([cluster], 1),
            ([reader(), keep, writer], 1),
        ):
            execute(pipeline=steps, tasks=tasks, workers=1, logging_dir=None).run()
        seconds = time.process_time() - start
        kept: set[str] = set()
        for file in (folder / "out").glob("*.jsonl.gz"):
            with gzip.open(file, "rt", encoding="utf-8") as stream:
                kept.update(json.loads(line)["id"] for line in stream)
    return {"seconds": seconds, "dropped": [n for n in ids(path) if n not in kept]}


def with_rensa(path: Path) -> dict[str, Any]:
    rensa = import_module("rensa")
    start = time.process_time()
    names, made = [], []
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            words = WORD.findall(row["text"].lower())
            shingles = [" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))]
            signature = rensa.RMinHash(112, 1)
            signature.update(shingles)
            names.append(row["id"])
            made.append(signature)
    index = rensa.RMinHashLSH(0.8, 112, 14)
    dropped = []
    for n, signature in enumerate(made):
        # The first of its kind stays; its candidates are verified by the estimate, all that is left of them.
        if any(made[other].jaccard(signature) >= 0.8 for other in index.query(signature)):
            dropped.append(names[n])
        index.insert(n, signature)
    return {"seconds": time.process_time() - start, "dropped": dropped}


def ids(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line)["id"] for line in stream]


def main(arm: str, path: Path) -> None:
    # datatrove logs to both streams; only the answer goes to stdout.
    answer = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        made = with_rensa(path) if arm == "rensa" else with_datatrove(path, regex=arm == "datatrove-regex")
    print(json.dumps(made), file=answer)


if __name__ == "__main__":
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    main(sys.argv[1], Path(sys.argv[2]))
