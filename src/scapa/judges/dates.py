"""Dates: what a record claims about when it was written, and whether the record itself contradicts it."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from scapa.judges import JUDGES, Column, received
from scapa.judges.anachronisms import FOLDER, MAIL_TABLES, TEXT_TABLES, mail_table
from scapa.judges.findings import Claims, Findings, find
from scapa.judges.unicode_ages import AGES, SIGNS, UNICODE
from scapa.text.dates import DAY

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@JUDGES.register
class Dates:
    """The claimed interval, its grade, and the findings for and against it, none of them private.

    An anachronism proves that the record as it stands is younger than it claims, be it a later edition, a digitised
    copy or a forgery. That none is found proves nothing. Quoted text counts: what quotes a later thing is later.
    """

    name = "dates"
    version = 3
    learns = False
    needs: tuple[str, ...] = ()
    reads = ("text", "title", "kind", "headers", "claimed_start", "claimed_end", "claimed_source", "ingested")
    source = "own tables of first public attestations and releases; Unicode's ages; RFC 5322 dates and Received chains"
    failures = (
        "what the tables do not hold is not found: no finding is no proof",
        "a novel or a forecast that names a thing before the world did is called later",
    )
    columns = {
        "grade": Column("text", "E1: a claim that nothing here contradicts, else E0; custody may raise it to E2"),
        "claimed_start": Column("time", "the claim's first instant"),
        "claimed_end": Column("time", "the claim's end, exclusive"),
        "not_before": Column(
            "time", "before it something in the text or its program did not exist; null: nothing tells"
        ),
        "anachronisms": Column("texts", "what contradicts the claim, with its year: `word:bitcoin:2008`"),
        "evidence": Column("texts", "other findings, among them the newest thing that does not contradict"),
    }

    def data(self) -> tuple[str, ...]:
        return (f"unicode-{UNICODE}", _digest())

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the judgement of every row of `batch`, in order, with `error`."""
        import pyarrow as pa

        from scapa.store.schema import judgement_schema

        errors = _errors(batch.column("text"))
        if any(errors):
            sound = pa.array([None if error else value for error, value in zip(errors, _bytes(batch), strict=True)])
            batch = batch.set_column(batch.schema.get_field_index("text"), "text", sound.cast(pa.string()))
        rows = _rows(batch)
        kept = [(None,) * len(self.columns) if error else row for error, row in zip(errors, rows, strict=True)]
        columns = [*(zip(*kept, strict=True) if kept else [()] * len(self.columns)), errors]
        schema = judgement_schema(self.columns)
        arrays = [pa.array(column, type=f.type) for column, f in zip(columns, schema, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)


def grade(claimed_ok: bool, custody: bool = False) -> str:
    """Return the evidence grade: `E0` no claim or a contradicted one, `E1` a self-consistent claim, `E2` with a third
    party's custody besides (a list archive, a WARC, a release tarball: evidence of occurrences, not of the record).
    """
    return ("E2" if custody else "E1") if claimed_ok else "E0"


@cache
def _digest() -> str:
    """Return a name for the tables that the judgement depends on."""
    files = [FOLDER / f"{table}.tsv" for table in (*TEXT_TABLES, *MAIL_TABLES)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in (*files, AGES, SIGNS))).hexdigest()


def _errors(texts: pa.Array) -> list[str | None]:
    """Return why each text cannot be judged: it is missing, or its bytes are no UTF-8."""
    import pyarrow as pa

    try:
        texts.validate(full=True)
        bad = [False] * len(texts)
    except pa.ArrowInvalid:
        bad = [not _decodes(cell.as_buffer()) for cell in texts.cast(pa.binary())]
    valid = texts.is_valid().to_pylist()
    return ["TypeError" if not v else "UnicodeDecodeError" if b else None for v, b in zip(valid, bad, strict=True)]


def _bytes(batch: pa.RecordBatch) -> list[Any]:
    import pyarrow as pa

    return list(batch.column("text").cast(pa.binary()).to_pylist())


def _decodes(data: Any) -> bool:
    try:
        bytes(data or b"").decode()
    except UnicodeDecodeError:
        return False
    return True


def _rows(batch: pa.RecordBatch) -> list[tuple[object, ...]]:
    """Return the row of every record, as `Dates.columns`."""
    from scapa.text.kernels import utf8

    claims = _claims(batch)
    found, cues = find(batch, claims)
    mails = received.read(utf8(batch.column("headers")), cues, mail_table().cues)
    against, not_before, newest = _sorted_out(found, claims, batch.num_rows)
    ingested = _times(batch, "ingested")[0].tolist()
    sources = batch.column("claimed_source").to_pylist()
    columns = zip(*(column.tolist() for column in claims), not_before, newest, sources, ingested, strict=True)
    none, rows = received.Stamped(), []
    for row, (start, end, known, first, latest, source, now) in enumerate(columns):
        mail, names = mails.get(row, none), against.get(row, [])
        if known:
            names = [*names, *received.against(mail, start, end, now), *_in_future(start, now)]
        signs = {source, latest, *received.evidence(mail, start if known else None, bool(names))} - {None}
        interval = (start, end) if known else (None, None)
        rows.append((grade(known and not names), *interval, first, sorted(set(names)), sorted(signs)))
    return rows


def _claims(batch: pa.RecordBatch) -> Claims:
    starts, known = _times(batch, "claimed_start")
    ends, ended = _times(batch, "claimed_end")
    return Claims(starts, ends, known & ended)


def _times(batch: pa.RecordBatch, name: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return a column of times in UTC microseconds (0 where there is none), and where there is one."""
    import pyarrow as pa

    column = batch.column(name).cast(pa.int64())
    known = column.is_valid().to_numpy(zero_copy_only=False)
    return column.fill_null(0).to_numpy(zero_copy_only=False), known


def _in_future(start: int, now: int | None) -> list[str]:
    return ["date_in_future"] if now and start > now + DAY else []


def _sorted_out(
    found: Findings, claims: Claims, count: int
) -> tuple[dict[int, list[str]], list[int | None], list[str | None]]:
    """Return per record: what contradicts its claim; before when it was not written; the newest thing that agrees."""
    import numpy as np

    bad = claims.known[found.rows] & ((found.since >= claims.ends[found.rows]) | found.impossible)
    against: dict[int, list[str]] = {}
    for i in np.flatnonzero(bad).tolist():
        against.setdefault(int(found.rows[i]), []).append(found.names[found.ids[i]])
    none = np.iinfo(np.int64).min
    first = np.full(count, none, np.int64)
    dated = ~found.impossible
    np.maximum.at(first, found.rows[dated], found.since[dated])
    newest: list[str | None] = [None] * count
    rest = np.flatnonzero(~bad & dated)
    rest = rest[np.lexsort((found.ids[rest], found.since[rest], found.rows[rest]))]
    last = rest[np.append(np.diff(found.rows[rest]) != 0, np.ones(min(1, len(rest)), np.bool_))]
    for row, name in zip(found.rows[last].tolist(), found.ids[last].tolist(), strict=True):
        newest[row] = found.names[name]
    return against, [None if time == none else time for time in first.tolist()], newest
