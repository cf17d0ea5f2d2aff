"""Relatives: the documents that are a given text, or nearly, or hold it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from scapa.corpus.compared import own_words
from scapa.corpus.duplicates import CONTAINED, prints, signatures
from scapa.corpus.relations import Labels
from scapa.judges import JUDGES
from scapa.records import Document
from scapa.store.home import Home
from scapa.store.schema import document_rows
from scapa.store.segments import read_table
from scapa.text.clusters import alike, bar
from scapa.text.overlap import contained, similar


def relatives(home: Home, text: str) -> list[str]:
    """Return the ids of documents as near to `text` as duplicates are, or holding nine tenths of it, best first."""
    pasted = _judged(text)
    ids, texts, spans = [], [pasted["text"].combine_chunks().cast(pa.large_string())], [_spans(pasted["quotes"])]
    files = _files(home)
    for segment, names in files.items():
        rows = _candidates(pasted, read_table(home.path / names["similarity"]), home.settings.curate.near_duplicate)
        if len(rows):
            table = read_table(home.path / segment, ["id", "text"]).take(pa.array(rows))
            ids += table["id"].to_pylist()
            texts.append(table["text"].combine_chunks().cast(pa.large_string()))
            quotes = read_table(home.path / names["quotes"], ["spans"]).to_struct_array()
            spans.append(_spans(quotes).take(pa.array(rows)))
    words = own_words(pa.concat_arrays(texts), pa.concat_arrays(spans))
    mine, others = np.zeros(len(ids), np.int64), np.arange(1, len(ids) + 1)
    near, held = similar(words, words, mine, others), contained(words, words, mine, others)
    found = (near >= home.settings.curate.near_duplicate) | (held >= CONTAINED)
    return [ids[n] for n in np.lexsort((ids, -held, -near)) if found[n]]


def _judged(text: str) -> pa.Table:
    table = document_rows([("0" * 64, Document("document", text))], 0)
    for name in ("quotes", "similarity"):
        batch = JUDGES.make(name)[0].judge(table.combine_chunks().to_batches()[0])
        table = table.append_column(name, pa.Table.from_batches([batch]).to_struct_array())
    return table


def _spans(quotes: pa.ChunkedArray) -> pa.Array:
    return quotes.combine_chunks().field("spans")


def _files(home: Home) -> dict[str, dict[str, str]]:
    """Return {segment: {judge: file}} of the segments that have the judgements needed."""
    found: dict[str, dict[str, str]] = {}
    for row in home.catalog.rows("SELECT segment, judge, name FROM judgement WHERE judge IN ('quotes', 'similarity')"):
        found.setdefault(row["segment"], {})[row["judge"]] = row["name"]
    return {segment: names for segment, names in sorted(found.items()) if len(names) == 2}


def _candidates(pasted: pa.Table, judgement: pa.Table, threshold: float) -> Labels:
    """Return the rows of a segment whose signature is like the pasted text's, or that have half of its prints."""
    mine, theirs = pasted["similarity"].combine_chunks(), judgement.to_struct_array().combine_chunks()
    rows = np.arange(1, len(theirs) + 1)
    like = alike(np.concatenate([signatures(mine), signatures(theirs)]), np.zeros_like(rows), rows, sparse=False)
    wanted, (found, first) = prints(mine).prints | 1, prints(theirs)
    hits = np.concatenate([[0], np.cumsum(np.isin(found | 1, wanted))])
    shared = hits[first[1:]] - hits[first[:-1]]
    worded = theirs.field("words").fill_null(0).to_numpy() > 0
    return np.flatnonzero(worded & ((like >= bar(threshold)[0]) | ((shared > 0) & (2 * shared >= len(wanted)))))
