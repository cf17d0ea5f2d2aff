"""Segments: immutable Parquet files below the home, written whole and named before the catalog knows them.

write_table(path, table)                       read_table(path, columns)
with writing(path, schema) as put: put(table)  groups(path), a piece at a time in memory
read_rows(path, start, count, columns)         read only the groups that hold these rows
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from scapa.errors import HomeError
from scapa.files import is_there, replacing

T = TypeVar("T")
ROWS = 2_000
"""Rows of a row group, which is what is read, judged and held in memory at once."""
_BYTES = 32_000_000  # … or fewer rows, where they are long
_UNIQUE = {"id", "text", "headers", "raw", "message_id", "body_sha256", "raw_sha256", "locator", "document"}
"""Columns whose values do not come twice."""


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file, whole or not at all."""
    with writing(path, table.schema) as put:
        put(table)


@contextmanager
def writing(path: Path, schema: pa.Schema, *, rows: int = ROWS, **options: Any) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that appends a table to a Parquet file, which is there, whole, once the block ends.

    Short tables are gathered into groups of `rows`; `options` go to the writer of Parquet.
    """
    chosen = {"compression": "zstd", "use_dictionary": list(_repeating(schema)), "write_page_checksum": True} | options
    with replacing(path) as temporary, pq.ParquetWriter(temporary, schema, **chosen) as writer:
        waiting: list[pa.Table] = []

        def put(table: pa.Table) -> None:
            waiting.append(table)
            while sum(map(len, waiting)) >= rows or sum(part.nbytes for part in waiting) >= _BYTES:
                whole = pa.concat_tables(waiting)
                count = _fitting(whole, rows)
                writer.write_table(whole.slice(0, count).combine_chunks(), row_group_size=rows)
                waiting[:] = [whole.slice(count)] if count < len(whole) else []

        yield put
        if waiting:
            writer.write_table(pa.concat_tables(waiting).combine_chunks(), row_group_size=rows)


def _repeating(schema: pa.Schema) -> Iterator[str]:
    """Yield the paths of the columns whose values come again: looking for equal hashes or texts is time for nothing."""
    for field in schema:
        of = field.type.value_type if pa.types.is_list(field.type) else field.type
        path = field.name if of is field.type else f"{field.name}.list.element"
        if pa.types.is_struct(of):
            yield from (f"{path}.{of.field(n).name}" for n in range(of.num_fields))
        elif field.name not in _UNIQUE and not pa.types.is_unsigned_integer(of) and not pa.types.is_binary(of):
            yield path


def _fitting(table: pa.Table, rows: int) -> int:
    """Return how many of the first rows make one group: one at least."""
    count = min(rows, len(table))
    while count > 1 and table.slice(0, count).nbytes > 2 * _BYTES:
        count //= 2
    return count


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a Parquet file. Raises `HomeError` if it is missing or damaged."""
    return _reading(
        path, lambda: pq.read_table(path, columns=columns, partitioning=None, page_checksum_verification=True)
    )


def check_there(paths: Iterable[Path]) -> None:
    """Raise `HomeError` if one of the files is gone."""
    for path in paths:
        if not is_there(path):
            raise _damaged(path)


def extents(path: Path) -> list[tuple[int, int]]:
    """Return (first row, rows) of every row group."""
    with _opened(path) as file:
        return _extents(file)


def read_rows(path: Path, start: int, count: int, columns: Sequence[str] | None = None) -> pa.Table:
    """Read the rows from `start` on. Raises `HomeError` if the file is missing or damaged, or ends before."""
    with _opened(path) as file:
        wanted = [(n, at) for n, (at, rows) in enumerate(_extents(file)) if at < start + count and start < at + rows]
        if not wanted or file.metadata.num_rows < start + count:
            raise _damaged(path)
        table = _reading(path, lambda: file.read_row_groups([n for n, _ in wanted], columns=columns))
        return table.slice(start - wanted[0][1], count)


def groups(path: Path, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """Yield the row groups of a Parquet file, one at a time in memory."""
    with _opened(path) as file:
        for n in range(file.num_row_groups):
            yield _reading(path, lambda n=n: file.read_row_group(n, columns=columns))  # type: ignore[misc]


def schema_of(path: Path) -> pa.Schema:
    """Return the schema of a Parquet file."""
    with _opened(path) as file:
        return file.schema_arrow


def _extents(file: pq.ParquetFile) -> list[tuple[int, int]]:
    rows = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    return [(low, high - low) for low, high in pairwise(accumulate(rows, initial=0))]


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    file = _reading(path, lambda: pq.ParquetFile(path, page_checksum_verification=True))
    with file:
        yield file


def _reading(path: Path, read: Callable[[], T]) -> T:
    try:
        return read()
    except (OSError, pa.ArrowInvalid) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> HomeError:
    cached = path.parent.name in ("judgements", "decisions", "features")
    then = "delete it and run: scapa curate" if cached else "restore it from a backup of the home"
    return HomeError("a data file is missing or damaged", where=str(path), next=then)
