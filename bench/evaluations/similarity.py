"""Copies, containment and templates: planted ones in prose and technical text, and labelled real mail (fetched)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
from tests.corpora import spam_assassin

from bench.duplicates_corpus import documents, edited, jaccard
from bench.quality import Figure
from scapa.corpus.templates import FEW, templates
from scapa.judges import JUDGES
from scapa.measure.interval import wilson
from scapa.records import Document, Found
from scapa.sources.eml import Eml
from scapa.store.schema import document_rows
from scapa.text.clusters import clusters
from scapa.text.holders import holders
from scapa.text.kernels import tokenise, utf8
from scapa.text.minhash import fingerprint
from scapa.text.overlap import Words, contained, identify, join
from scapa.text.passages import choose

LABELLED = Path("tests/judges/labelled/mail.tsv")
THRESHOLD = 0.8
FRAME = 0.3


def figures() -> Iterator[Figure]:
    """Yield every figure."""
    texts = list(documents(12e6))
    yield from copies_found(texts)
    yield from containers_found(texts)
    yield from templates_found()


def share(measure: str, on: str, hits: int, items: int) -> Figure:
    """Return a share with its Wilson interval."""
    found = wilson(hits, items)
    return Figure(measure, on, items, hits / max(1, items), found.low, found.high)


def copies_found(texts: list[str]) -> Iterator[Figure]:
    """Yield what is found of copies with words replaced, in whole documents and in short pieces of them."""
    rng = Random(11)
    short = [" ".join(text.split()[:60]) for text in texts]
    for name, originals in (("5 kB", texts), ("60 words", short)):
        pairs = [(text, edited(text, rng.uniform(0, 0.045), rng)) for text in originals]
        truth = np.array([jaccard(*pair) for pair in pairs])
        linked = joined([text for pair in pairs for text in pair])
        found = linked[0::2] == linked[1::2]
        on = f"planted copies of prose and source, {name}"
        near = truth >= THRESHOLD
        yield share("pairs with exact Jaccard ≥ .8 found", on, int(found[near].sum()), int(near.sum()))
        edge = near & (truth < 0.85)
        yield share("of these with Jaccard .8 to .85", on, int(found[edge].sum()), int(edge.sum()))
        yield share("reported pairs with exact Jaccard > .7", on, int((truth[found] > 0.7).sum()), int(found.sum()))


def joined(texts: list[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the cluster of every text."""
    data = utf8(texts)
    tokens = tokenise(data)
    made, words = fingerprint(tokens.hashes, tokens.first), Words(identify(data, tokens), tokens.first)
    place = np.arange(len(texts))
    return clusters(
        made.signatures,
        made.exact,
        THRESHOLD,
        lambda left, right, root: join(words, place, left, right, root, THRESHOLD),
    )


def containers_found(texts: list[str]) -> Iterator[Figure]:
    """Yield how often the longer text that an excerpt was set into is named for it."""
    rng = Random(12)
    for low, high in ((20, 30), (30, 60), (60, 200)):
        inner, outer = [], []
        for n in range(0, len(texts) - 1, 2):
            words, around = texts[n].split(), texts[n + 1].split()
            size = rng.randrange(low, high)
            start = rng.randrange(max(1, len(words) - size))
            inner.append(" ".join(words[start : start + size]))
            at = rng.randrange(len(around))
            outer.append(" ".join([*around[:at], inner[-1], *around[at:]]))
        data = utf8(inner + outer)
        tokens = tokenise(data)
        passages = choose(tokens.hashes, tokens.first, np.ones(len(tokens.hashes), np.bool_))
        rows = np.arange(2 * len(inner))
        held = holders(passages, rows, np.diff(tokens.first))
        named = np.flatnonzero(held.inside >= 0)
        words_of = Words(identify(data, tokens), tokens.first)
        whole = contained(words_of, words_of, named, held.inside[named]) >= 0.9
        right = named[whole & (held.inside[named] == named + len(inner))]
        on = f"excerpts of {low} to {high} words set into other documents"
        yield share("container named", on, int((right < len(inner)).sum()), len(inner))


def templates_found() -> Iterator[Figure]:
    """Yield which labelled real mails a rule over `templates` takes for templates, by class."""
    table = _mail(spam_assassin())
    relation = templates(*(table[name].combine_chunks() for name in ("id", "author", "similarity")))
    size, frame = (relation.field(name).to_numpy() for name in ("size", "frame"))
    taken = dict(zip(table["id"].to_pylist(), ((size >= FEW) | (frame >= FRAME)).tolist(), strict=True))
    for half in ("development", "heldout"):
        for name in ("automated", "announcement", "person", "spam"):
            rows = [
                row["file"] for row in _labels() if row["half"] == half and row["class_1"] == row["class_2"] == name
            ]
            hits = sum(taken.get(row, False) for row in rows)
            on = f"SpamAssassin mail of the class {name}, {half}"
            yield share(f"templates.size ≥ {FEW} or templates.frame ≥ {FRAME}", on, hits, len(rows))
    ham = [hit for name, hit in taken.items() if "ham" in name]
    yield share("the same rule", "all SpamAssassin ham", sum(ham), len(ham))


def _labels() -> list[dict[str, str]]:
    lines = LABELLED.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


def _mail(folder: Path) -> pa.Table:
    """Return the mails with their judgements, by date; a mail's id is its path."""
    found: list[tuple[str, Document]] = []
    for path in sorted(folder.rglob("*.txt")):
        found += [
            (str(path.relative_to(folder)), item.document) for item in Eml().read(path) if isinstance(item, Found)
        ]
    table = document_rows(found, 0)
    for name in ("quotes", "similarity"):
        judge, _ = JUDGES.make(name)
        parts = [judge.judge(batch) for batch in table.combine_chunks().to_batches(max_chunksize=512)]
        table = table.append_column(name, pa.Table.from_batches(parts).to_struct_array())
    return table.sort_by([("claimed_start", "ascending"), ("id", "ascending")])
