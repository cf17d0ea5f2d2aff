"""Mapped tables: Arrow files below the home that are read where they lie, never into memory as a whole.

with appending(path, schema) as put: put(table)     written a piece at a time, whole or not at all
table = Mapped(path).table                          columns lie in the file; what is not touched is not read
mapped.rest()                                       give back the memory of what was touched so far
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as ipc

from scapa.errors import HomeError
from scapa.files import replacing


@contextmanager
def appending(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that appends a table to an Arrow file, which is there, whole, once the block ends."""
    with replacing(path) as temporary, ipc.new_file(temporary, schema) as writer:

        def put(table: pa.Table) -> None:
            for batch in table.combine_chunks().to_batches():
                writer.write_batch(batch)

        yield put


class Mapped:
    """An Arrow file in memory by mapping: `table` has a chunk a batch that was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
            self.table: pa.Table = ipc.open_file(pa.py_buffer(self._map)).read_all()
        except (OSError, ValueError, pa.ArrowInvalid) as error:
            raise HomeError(
                "a data file is missing or damaged", where=str(path), next="delete it and run: scapa curate"
            ) from error

    def rest(self) -> None:
        """Give back the memory of what was read so far, where the system can: it is read again when it is needed."""
        if hasattr(self._map, "madvise"):
            self._map.madvise(mmap.MADV_DONTNEED)
