"""Matching: what every document shares with anything generated here, found again only when text or ledger changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scapa.corpus.chain import judges, keys
from scapa.files import is_there
from scapa.ledger import Ledger, Match
from scapa.ledger.matching import Hits, join
from scapa.records import Progress, silent
from scapa.seal.canonical import digest_of
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.segments import extents, read_rows, read_table, write_table
from scapa.text.kernels import utf8

LEDGER = "ledger"
VERSION = 1
"""Of the way matches are found; a new one finds them all again."""
MATCHED = pa.struct(
    [
        ("bits", pa.float64()),
        ("share", pa.float64()),
        ("words", pa.int64()),
        ("generations", pa.list_(pa.string())),
        ("spans", pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64()), ("kind", pa.string())]))),
    ]
)
"""`bits` of the strongest generation; `share`, `words` and `spans` of all that count, never of quotes."""
_NONE = Hits(*(np.empty(0, kind) for kind in ("i8", "i8", "u8", "i8", "f8", "i8", "i8", "i8", "i8")))
"""No hits; for most texts that is all."""


def search_new(home: Home, catalog: Catalog, ledger: Ledger, *, progress: Progress = silent) -> None:
    """Search the own words of every segment that was not searched in this state of the ledger; keep the hits.

    Old documents are searched, too: what they had before a generation is not held against later ones.
    """
    state = digest_of([ledger.snapshot(), keys(judges(home.path))["quotes"], VERSION])
    rows = catalog.rows("SELECT segment, key, name FROM judgement WHERE judge = ?", (LEDGER,))
    done = {row["segment"] for row in rows if row["key"] == state and is_there(home.path / row["name"])}
    segments = [segment for segment in catalog.segments("documents") if segment.name not in done]
    quotes = _files(catalog, "quotes")
    empty = not ledger.stats()["prints"]
    for n, segment in enumerate(segments):
        files = home.path / segment.name, home.path / quotes[segment.name]
        hits = join([_NONE] if empty else [_NONE, *_searched(ledger, *files)])
        name = f"judgements/{Path(segment.name).stem}.{LEDGER}-{state[:12]}.parquet"
        write_table(home.path / name, pa.table(hits._asdict()))
        with catalog.transaction():
            catalog.run("INSERT OR REPLACE INTO judgement VALUES (?, ?, ?, ?, 0)", (segment.name, LEDGER, state, name))
        progress("match", n + 1, len(segments), "segments")


def _searched(ledger: Ledger, documents: Path, quotes: Path) -> Iterator[Hits]:
    """Yield the hits of a segment, a row group of its texts in memory at a time."""
    for start, rows in extents(documents):
        table = read_rows(documents, start, rows, ["text", "ingested"])
        spans = read_rows(quotes, start, rows, ["spans"])["spans"].combine_chunks()
        known = table["ingested"].cast(pa.int64()).to_numpy()
        yield ledger.search(without_spans(table["text"].combine_chunks(), spans), known, offset=start)


def moved(hits: pa.Table, by: int) -> pa.Table:
    """Return the hits of a segment whose texts come `by` texts later."""
    at = hits.schema.get_field_index("text")
    return hits.set_column(at, "text", pc.add(hits["text"], by))


def settle(home: Home, catalog: Catalog, ledger: Ledger, existed_by: pa.Array) -> pa.Array:
    """Return a `MATCHED` for every document, in the order of the segments: the matches of all of them together.

    `existed_by` (a time or null a document) counts where it is earlier than the first ingestion.
    """
    proved = existed_by.cast(pa.int64()).fill_null(np.iinfo(np.int64).max).to_numpy()
    files = _files(catalog, LEDGER)
    batches, offset = [], 0
    for segment in catalog.segments("documents"):
        columns = read_table(home.path / files[segment.name])
        hits = Hits(**{name: columns[name].to_numpy() for name in Hits._fields})
        hits = hits._replace(text=hits.text + offset)
        batches.append(hits._replace(known=np.minimum(hits.known, proved[hits.text])))
        offset += segment.rows
    matches = ledger.settle(batches, offset, floor=home.settings.ledger.mask_bits)
    # Most documents match nothing: one empty value stands for them all.
    some = [n for n, found in enumerate(matches) if found]
    place = np.zeros(offset, np.int64)
    place[some] = np.arange(1, len(some) + 1)
    return pa.array([_matched([]), *(_matched(matches[n]) for n in some)], MATCHED).take(pa.array(place))


def without_spans(texts: pa.Array, spans: pa.Array) -> pa.Array:
    """Return `texts` with the bytes in their `spans` turned into line ends, so that every offset stays true."""
    data, starts = utf8(texts)
    data = data.copy()
    for text, ranges in enumerate(spans.to_pylist()):
        for span in ranges or ():
            data[starts[text] + span["start"] : starts[text] + span["end"]] = ord("\n")
    return pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(starts.astype(np.int64)), pa.py_buffer(data))


def _matched(found: list[Match]) -> dict[str, object]:
    spans = sorted({span for match in found for span in match.spans})
    return {
        "bits": max((match.bits for match in found), default=0.0),
        # Several generations divide the shared prints among them, so their words add up.
        "share": min(1.0, sum(match.share for match in found)),
        "words": sum(match.words for match in found),
        "generations": [match.generation for match in found],
        "spans": [{"start": start, "end": end, "kind": "generated"} for start, end in spans],
    }


def _files(catalog: Catalog, judge: str) -> dict[str, str]:
    rows = catalog.rows("SELECT segment, name FROM judgement WHERE judge = ?", (judge,))
    return {row["segment"]: row["name"] for row in rows}
