"""Arrow schemas of what the store keeps, and the way from records to rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from scapa.records import Document

SPANS = pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64()), ("kind", pa.string())]))
TIME = pa.timestamp("us", tz="UTC")

TYPES: Mapping[str, pa.DataType] = {
    "bool": pa.bool_(),
    "int": pa.int32(),
    "float": pa.float64(),
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "time": TIME,
    "spans": SPANS,
    "hash": pa.uint64(),
    "hashes": pa.list_(pa.uint64()),
    "small_hashes": pa.list_(pa.uint32()),
    "counts": pa.list_(pa.uint16()),
    "bytes": pa.binary(),
}
"""The Arrow type of each type that a judgement's column may have."""

DOCUMENTS = pa.schema(
    [
        ("id", pa.string()),
        ("kind", pa.string()),
        ("text", pa.string()),
        ("author", pa.string()),
        ("author_name", pa.string()),
        ("title", pa.string()),
        ("recipients", pa.list_(pa.string())),
        ("claimed_start", TIME),
        ("claimed_end", TIME),
        ("claimed_source", pa.string()),
        ("claimed_raw", pa.string()),
        ("message_id", pa.string()),
        ("references", pa.list_(pa.string())),
        ("conversation", pa.string()),
        ("licence", pa.string()),
        ("spans", SPANS),
        ("attachments", pa.list_(pa.string())),
        ("headers", pa.binary()),
        ("body_sha256", pa.string()),
        ("metadata", pa.map_(pa.string(), pa.string())),
        ("ingested", TIME),
    ]
)

# Licence and custody are what was stated when these very bytes were added: evidence belongs to an occurrence.
OCCURRENCES = pa.schema(
    [
        ("document", pa.string()),
        ("source", pa.int64()),
        ("locator", pa.string()),
        ("raw_sha256", pa.string()),
        ("flaws", pa.list_(pa.string())),
        ("licence", pa.string()),
        ("custodian", pa.string()),
        ("existed_by", TIME),
        ("sequence", pa.int64()),
    ]
)

RAW = pa.schema([("raw_sha256", pa.string()), ("raw", pa.binary())])


def judgement_schema(columns: Mapping[str, tuple[str, str]]) -> pa.Schema:
    """Return the schema of a judgement whose columns have these (type, meaning), with `error` last."""
    named = [(name, TYPES[type_]) for name, (type_, _) in columns.items()]
    return pa.schema([*named, ("error", pa.string())])


def document_rows(documents: Iterable[tuple[str, Document]], ingested: int) -> pa.Table:
    """Return the `DOCUMENTS` table of (id, document) pairs first ingested at `ingested` (UTC microseconds)."""
    rows = [_row(id_, document, ingested) for id_, document in documents]
    return pa.Table.from_pylist(rows, schema=DOCUMENTS)


def _row(id_: str, document: Document, ingested: int) -> dict[str, object]:
    claimed = document.claimed
    return {
        "id": id_,
        "kind": document.kind,
        "text": document.text,
        "author": document.author,
        "author_name": document.author_name,
        "title": document.title,
        "recipients": list(document.recipients),
        "claimed_start": claimed.start if claimed else None,
        "claimed_end": claimed.end if claimed else None,
        "claimed_source": claimed.source if claimed else None,
        "claimed_raw": claimed.raw if claimed else None,
        "message_id": document.message_id,
        "references": list(document.references),
        "conversation": document.conversation,
        "licence": document.licence,
        "spans": [{"start": s.start, "end": s.end, "kind": s.kind} for s in document.spans],
        "attachments": list(document.attachments),
        "headers": document.headers,
        "body_sha256": document.body_sha256,
        "metadata": list(document.metadata),
        "ingested": ingested,
    }
