"""datatrove's side of the bench of the web rules: `bench.web` runs it in datatrove's own environment, a task a process.

    python web_peer.py ARM TASK CORPUS      prints one line of JSON

ARM is `shipped` (datatrove's own tokenizer for English, spaCy's) or `same` (Scapa's pieces and sentences). TASK is
`speed` (read and filter as its FineWeb recipe orders the filters, each document until the first that drops it) or
`decisions` (every filter's answer to every document as it was read).
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from datatrove.data import Document  # type: ignore[import-not-found]
from datatrove.pipeline.filters import (  # type: ignore[import-not-found]
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.pipeline.readers import JsonlReader  # type: ignore[import-not-found]
from datatrove.utils.word_tokenizers import WordTokenizer  # type: ignore[import-not-found]

from scapa.text.pieces import pieces, sentences

RULES = {
    "gopher repetition": GopherRepetitionFilter, "gopher quality": GopherQualityFilter, "c4": C4QualityFilter,
    "fineweb": FineWebQualityFilter,
}  # fmt: skip


class Pieces(WordTokenizer):  # type: ignore[misc]
    """Scapa's tokenisation, as datatrove wants it."""

    def word_tokenize(self, text: str) -> list[str]:
        return pieces(text)

    def sent_tokenize(self, text: str) -> list[str]:
        return [text[start:end] for start, end in sentences(text)]

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        return sentences(text)


def filters(arm: str) -> dict[str, Any]:
    language = Pieces() if arm == "same" else "en"
    return {name: rule(language=language) for name, rule in RULES.items()}


def decisions(arm: str, corpus: Path) -> dict[str, dict[str, str]]:
    """Return, by document and rule set, why it is dropped; "" where it is kept."""
    answers: dict[str, dict[str, str]] = {}
    made = filters(arm)
    with corpus.open(encoding="utf-8") as stream:
        for line in map(json.loads, stream):
            found = {}
            for name, rule in made.items():
                answer = rule.filter(Document(line["text"], line["id"]))
                found[name] = "" if answer is True else answer[1] if isinstance(answer, tuple) else "dropped"
            answers[line["id"]] = found
    return answers


def speed(arm: str, corpus: Path) -> dict[str, float]:
    """Return the cost of reading a corpus and filtering it in one pipeline, once everything is loaded."""
    made = filters(arm)
    for rule in made.values():
        rule.filter(Document("Warm the tokenizer up. It loads when it is first used.", "0"))
    cpu, wall = process_time(), perf_counter()
    documents: Iterator[Any] = JsonlReader(str(corpus.parent), glob_pattern=corpus.name).run()
    for rule in made.values():
        documents = rule.run(documents)
    kept = sum(1 for _ in documents)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": process_time() - cpu, "wall": perf_counter() - wall, "peak": peak, "kept": kept}


if __name__ == "__main__":
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    task = speed if sys.argv[2] == "speed" else decisions
    print(json.dumps(task(sys.argv[1], Path(sys.argv[3]))))
