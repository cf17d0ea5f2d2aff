"""Fingerprints: the hashes that relations compare, of all documents at once, in files that are mapped, not loaded.

    spool = Spool(folder); spool.put(judgement); …; spool.column(order)     a struct array, a row a document

Columns of many hashes lie in files; what compares documents reads a few of them, and only their pages are in memory.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from scapa.files import storage_errors
from scapa.judges import Column

MANY = ("hashes", "small_hashes", "bytes")
"""Types of columns that only relations read: never a policy, whose features leave them out."""


_ROWS = 4_096
Labels = NDArray[np.int64]


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def many(columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Return the names of the columns of many hashes."""
    return tuple(name for name, column in columns.items() if column.type in MANY)


class Spool:
    """The columns of one judgement, put together a table at a time."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._plain: dict[str, list[pa.Array]] = {}
        self._lists: dict[str, _Lists] = {}

    def put(self, judgement: pa.Table) -> None:
        """Append the rows of a judgement."""
        for field in judgement.schema:
            array = judgement[field.name].combine_chunks()
            array = pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array
            array = _as_lists(array) if pa.types.is_binary(array.type) else array
            if _is_list(array.type) and pa.types.is_primitive(array.type.value_type):
                path = self._folder / f"{self._name}.{field.name}"
                self._lists.setdefault(field.name, _Lists(path, array.type.value_type)).put(array)
            else:
                self._plain.setdefault(field.name, []).append(array)

    def column(self, order: Labels | None = None) -> pa.StructArray:
        """Return all rows, once everything has been put in; in `order` if that is given, put together anew."""
        if order is not None:
            rows, again = self.column(), Spool(self._folder, f"{self._name}.ordered")
            for start in range(0, len(order), _ROWS):
                again.put(pa.Table.from_struct_array(rows.take(pa.array(order[start : start + _ROWS]))))
            return again.column()
        plain = {name: pa.concat_arrays(parts) for name, parts in self._plain.items()}
        arrays = plain | {name: lists.array() for name, lists in self._lists.items()}
        return pa.StructArray.from_arrays(list(arrays.values()), list(arrays))


def _as_lists(array: pa.BinaryArray) -> pa.ListArray:
    """Return bytes as lists of numbers, copying nothing."""
    _, offsets, data = array.buffers()
    ends = pa.Array.from_buffers(pa.int32(), len(array) + 1, [None, offsets], offset=array.offset)
    values = pa.Array.from_buffers(pa.uint8(), data.size if data else 0, [None, data or pa.py_buffer(b"")])
    return pa.ListArray.from_arrays(ends, values, mask=array.is_null() if array.null_count else None)


class _Lists:
    """A column of lists of numbers: the numbers in a file, the lengths in memory (−1: null)."""

    def __init__(self, path: Path, kind: pa.DataType) -> None:
        self._path, self._kind = path, kind
        self._lengths: list[NDArray[np.int32]] = []

    def put(self, lists: pa.ListArray) -> None:
        self._lengths.append(lists.value_lengths().fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32))
        with storage_errors(self._path), self._path.open("ab") as file:
            file.write(lists.flatten().to_numpy(zero_copy_only=False).tobytes())

    def array(self) -> pa.LargeListArray:
        lengths = np.concatenate(self._lengths)
        offsets = np.concatenate([[0], np.cumsum(np.maximum(lengths, 0), dtype=np.int64)])
        missing = pa.array(lengths < 0) if (lengths < 0).any() else None
        return pa.LargeListArray.from_arrays(pa.array(offsets), self._values(int(offsets[-1])), mask=missing)

    def _values(self, count: int) -> pa.Array:
        if not count:
            return pa.array([], self._kind)
        with self._path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        return pa.Array.from_buffers(self._kind, count, [None, pa.py_buffer(mapped)])
