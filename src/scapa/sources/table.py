"""Tables of texts, JSON Lines or Parquet, with a mapping from what Scapa knows to the table's columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, get_args

from scapa.errors import UsageError
from scapa.records import UNKNOWN, DateClaim, Detection, Document, Found, Kind, Problem
from scapa.settings import Ingest
from scapa.sources import READERS, files
from scapa.sources.writing import author_of
from scapa.text.charset import canonical
from scapa.text.dates import claim, number_claim

USUAL: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "content", "body"),
    "author": ("author", "user", "username", "handle"),
    "date": ("date", "timestamp", "created_at", "created", "published"),
    "title": ("title", "subject"),
    "licence": ("licence", "license"),
    "id": ("id",),
    "kind": ("kind",),
    "url": ("url", "source_url"),
}
"""Column names looked for, best first, where the mapping does not name one."""

_KINDS = get_args(Kind)
_PARQUET = b"PAR1"
_PIECE = 1 << 20


@READERS.register
class Table:
    """`columns` maps text, author, date, title, licence, id, kind and url to column names; the usual ones are found.

    One JSON object a line (a bad line is one problem, wherever its bad byte is) or one Parquet row a record.
    A number in the date column is seconds, milliseconds or microseconds since 1970, told by its size. `kind` holds
    where no column says otherwise; `author` and `licence` likewise. Parquet cannot be resumed: its `Found.end` is 0.
    """

    name = "table"
    version = 1
    appendable = True

    def __init__(
        self,
        columns: Mapping[str, str] | None = None,
        kind: str = "document",
        author: str = "",
        licence: str = "",
        record_limit: int = Ingest().record_limit,
    ) -> None:
        unknown = sorted(set(columns or ()) - set(USUAL))
        if unknown or kind not in _KINDS:
            what = f"columns cannot map {', '.join(unknown)}" if unknown else f"no kind {kind!r}"
            raise UsageError(what, next=f"there are: {', '.join(USUAL if unknown else _KINDS)}")
        self.columns = {key: (columns[key],) if columns and key in columns else usual for key, usual in USUAL.items()}
        self.kind, self.author, self.licence, self.record_limit = kind, author, licence, record_limit

    def detect(self, path: Path) -> Detection | None:
        return files.detect(path, self.name, self.sniff)

    def sniff(self, path: Path, head: bytes) -> Detection | None:
        if head.startswith(_PARQUET):
            return Detection(self.name, 0.99, "begins as Parquet does")
        named = path.suffix.lower() in (".jsonl", ".ndjson")
        line, newline, _ = head.lstrip(b"\xef\xbb\xbf").partition(b"\n")
        row = _object(line)
        if isinstance(row, dict) and (newline or named):
            return Detection(self.name, 0.95 if named else 0.85, "its first line is a JSON object")
        return Detection(self.name, 0.7, f"the ending {path.suffix.lower()}") if named else None

    def files(self, path: Path) -> Iterator[Path | Problem]:
        return files.walk(path)

    def read(self, file: Path, start: int = 0) -> Iterator[Found | Problem]:
        name = files.shown(file.name)
        try:
            with files.open_regular(file) as stream:
                parquet = stream.read(4) == _PARQUET
                stream.seek(0 if parquet else start)
                yield from self._parquet(stream, name) if parquet else self._lines(stream, start, name)
        except OSError as error:
            yield Problem(name, files.reason(error))

    def _lines(self, stream: BinaryIO, at: int, name: str) -> Iterator[Found | Problem]:
        while line := stream.readline(self.record_limit + 1):
            where, begun, size = f"{name} at byte {at}", at, len(line)
            if size > self.record_limit and not line.endswith(b"\n"):
                line = b""
                while (piece := stream.readline(_PIECE)) and (size := size + len(piece)) and not piece.endswith(b"\n"):
                    pass
                yield Problem(where, f"a line of {size:,} bytes, more than {self.record_limit:,} (ingest.record_limit)")
            elif line.strip():
                row = _object(line.removeprefix(b"\xef\xbb\xbf") if not begun else line)
                bad = row if isinstance(row, str) else ""
                yield Problem(where, bad) if bad else self._row(row, line, where, str(begun), begun + size)
            at += size

    def _parquet(self, stream: BinaryIO, name: str) -> Iterator[Found | Problem]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        place = 0
        try:
            table = pq.ParquetFile(stream)
            wanted = {column for usual in self.columns.values() for column in usual}
            columns = [column for column in table.schema_arrow.names if column in wanted]
            for batch in table.iter_batches(batch_size=512, columns=columns):
                for row in batch.to_pylist():
                    yield self._row(row, _json(row), f"{name} row {place}", str(place), 0)
                    place += 1
        except (pa.ArrowException, ValueError, TypeError, OverflowError, OSError) as error:
            yield Problem(f"{name} row {place}", f"the Parquet cannot be read on from here ({type(error).__name__})")

    def _row(self, row: Any, raw: bytes, where: str, locator: str, end: int) -> Found | Problem:
        text = self._value(row, "text")
        if not isinstance(text, str):
            column = " or ".join(self.columns["text"])
            return Problem(where, f"no text: the column {column} is missing or no string")
        if len(text) > self.record_limit:
            return Problem(where, f"a text of {len(text):,} characters, more than ingest.record_limit")
        text, flaws = canonical(text)
        author, author_name = author_of(self._string(row, "author") or self.author)
        kind, claimed = self._string(row, "kind") or self.kind, self._claimed(row)
        if kind not in _KINDS:
            kind, flaws = self.kind, (*flaws, "unknown_kind")
        if claimed is None and self._value(row, "date") is not None:
            flaws = (*flaws, "bad_date")
        document = Document(
            kind=kind,  # type: ignore[arg-type]  # one of its values, checked above
            text=text.rstrip("\n"),
            author=author,
            author_name=author_name,
            title=" ".join(self._string(row, "title").split()),
            claimed=claimed,
            licence=self._string(row, "licence") or self.licence or UNKNOWN,
            metadata=tuple((key, value) for key in ("id", "url") if (value := self._string(row, key))),
        )
        return Found(locator, raw, document, end, flaws)

    def _value(self, row: Any, key: str) -> Any:
        return next((row[column] for column in self.columns[key] if row.get(column) is not None), None)

    def _string(self, row: Any, key: str) -> str:
        value = self._value(row, key)
        return canonical(str(value))[0] if isinstance(value, (str, int, float)) else ""

    def _claimed(self, row: Any) -> DateClaim | None:
        value, column = self._value(row, "date"), next((c for c in self.columns["date"] if c in row), "")
        source = f"column_{column}"
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return number_claim(value, source)
        return claim(value if isinstance(value, str) else _iso(value), source)


def _object(line: bytes) -> dict[str, Any] | str:
    """Return the object that a line holds, or why it holds none."""
    try:
        row = json.loads(line.decode("utf-8"), strict=False)
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start} of the line"
    except (ValueError, RecursionError):
        return "not JSON"
    return row if isinstance(row, dict) else "not a JSON object"


def _iso(value: object) -> str:
    """Return a Parquet date or time as ISO 8601."""
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat()) if isoformat else ""


def _json(row: dict[str, Any]) -> bytes:
    """A Parquet row has no bytes of its own; these stand for it."""
    return json.dumps(row, sort_keys=True, ensure_ascii=True, default=str).encode()
