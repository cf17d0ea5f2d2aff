"""The base of judges that look at one record at a time: Arrow in, a typed row to the judge, Arrow out.

A judge subclasses `RowWise`, names the columns it `reads` and returns one value per field from `row`:

    @JUDGES.register
    class Shouting(RowWise):
        name, version = "shouting", 1
        reads = ("text",)
        columns = {"loud": Column("bool", "every letter is a capital")}

        def row(self, row: Row) -> tuple[object, ...]:
            return (row.text.isupper(),)

Whatever `row` raises becomes that row's `error` (the exception's type name: messages may hold private text) and nulls.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scapa.judges import Column
from scapa.records import UNKNOWN, Span

if TYPE_CHECKING:
    import pyarrow as pa


class Unjudged(Exception):
    """A judgement that this row needs has itself failed."""


class BadSpan(Exception):
    """A span of the reader does not lie within the text."""


@dataclass(slots=True)
class Row:
    """One record as a judge sees it; only the columns that the judge `reads` are filled, the others hold defaults.

    Times are UTC microseconds.
    """

    text: str = ""
    kind: str = "document"
    author: str = UNKNOWN
    author_name: str = ""
    title: str = ""
    recipients: list[str] = field(default_factory=list)
    claimed_start: int | None = None
    claimed_end: int | None = None
    claimed_source: str | None = None
    claimed_raw: str | None = None
    licence: str = UNKNOWN
    spans: list[Span] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    headers: bytes = b""
    metadata: dict[str, str] = field(default_factory=dict)
    ingested: int | None = None
    needed: dict[str, Mapping[str, Any]] = field(default_factory=dict)


class RowWise(ABC):
    """A judge by rows (see the module's text); `data` and `needs` are empty unless a subclass says otherwise."""

    name: str = ""
    version: int = 1
    learns: bool = False
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ("text",)
    source: str = ""
    failures: tuple[str, ...] = ()
    columns: Mapping[str, Column] = {}

    @abstractmethod
    def row(self, row: Row) -> tuple[object, ...]:
        """Return one value per column of `columns`, in order; raising makes the row an errored one."""

    def data(self) -> tuple[str, ...]:
        return ()

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the judgement of every row of `batch`, in order, with `error`."""
        import pyarrow as pa

        from scapa.store.schema import judgement_schema

        values, errors = self.rows(batch, len(self.columns))
        columns = [*(zip(*values, strict=True) if values else [()] * len(self.columns)), errors]
        schema = judgement_schema(self.columns)
        arrays = [pa.array(column, type=f.type) for column, f in zip(columns, schema, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def rows(self, batch: pa.RecordBatch, width: int) -> tuple[list[tuple[Any, ...]], list[str | None]]:
        """Return what `row` says of every row, `width` values each, and the errors; nulls where there is an error."""
        nothing = (None,) * width
        values: list[tuple[Any, ...]] = []
        errors: list[str | None] = []
        for cells in self._cells(batch):
            try:
                values.append(_fits(self.row(_row(self.reads, self.needs, cells)), width))
                errors.append(None)
            except Exception as error:  # noqa: BLE001 - a bad record is counted, whatever is wrong with it
                values.append(nothing)
                errors.append(type(error).__name__)
        return values, errors

    def _cells(self, batch: pa.RecordBatch) -> Iterator[tuple[object, ...]]:
        return zip(*(_values(batch.column(name)) for name in (*self.reads, *self.needs)), strict=True)


def _values(column: pa.Array) -> list[object]:
    """Return the column's values; one that cannot be decoded stands for itself as the exception."""
    if str(column.type).startswith("timestamp"):
        column = column.cast("int64")  # microseconds; a datetime could not hold every one
    try:
        return list(column.to_pylist())
    except ValueError:  # bytes that are no UTF-8
        return [_value(cell) for cell in column]


def _value(cell: pa.Scalar) -> object:
    try:
        return cell.as_py()
    except ValueError as error:
        return error


def _row(reads: tuple[str, ...], needs: tuple[str, ...], cells: tuple[object, ...]) -> Row:
    row = Row()
    for name, value in zip((*reads, *needs), cells, strict=True):
        if isinstance(value, Exception):
            raise value
        if name in needs:
            row.needed[name] = _judged(value)
        elif value is not None or name in _OPTIONAL:
            setattr(row, name, _CONVERT[name](value) if name in _CONVERT else value)
        elif name == "text":
            raise TypeError(name)
    return row


def _judged(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict) or value.get("error") is not None:
        raise Unjudged
    return value


def _spans(value: Any) -> list[Span]:
    return [Span(item["start"], item["end"], item["kind"]) for item in value]


_OPTIONAL = {"claimed_start", "claimed_end", "claimed_source", "claimed_raw", "ingested"}
_CONVERT: dict[str, Callable[[Any], object]] = {"spans": _spans, "metadata": dict}


def _fits(values: tuple[object, ...], width: int) -> tuple[object, ...]:
    if len(values) != width:
        raise ValueError(width)
    return values


def byte_offsets(text: str, places: list[int]) -> list[int]:
    """Return the UTF-8 byte offset of each character offset in `places`, which must be in ascending order."""
    if text.isascii():
        return places
    found, at, offset = [], 0, 0
    for place in places:
        offset += len(text[at:place].encode())
        at = place
        found.append(offset)
    return found
