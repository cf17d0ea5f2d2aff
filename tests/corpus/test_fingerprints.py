from __future__ import annotations

import numpy as np
import pyarrow as pa

from scapa.corpus.fingerprints import Spool, many
from scapa.judges import Column

ROWS = [
    {"exact": 7, "sketch": [1, 2, 3], "error": None},
    {"exact": None, "sketch": None, "error": "ValueError"},
    {"exact": 9, "sketch": [], "error": None},
    {"exact": 2**64 - 1, "sketch": [2**32 - 1], "error": None},
]
SCHEMA = pa.schema([("exact", pa.uint64()), ("sketch", pa.list_(pa.uint32())), ("error", pa.string())])


def test_what_was_put_in_comes_out_whatever_the_parts(tmp_path):
    for size in (1, 3, 4):
        spool = Spool(tmp_path, f"by-{size}")
        for start in range(0, len(ROWS), size):
            spool.put(pa.Table.from_pylist(ROWS[start : start + size], SCHEMA))
        assert sorted(spool.column().to_pylist(), key=str) == sorted(ROWS, key=str)
        assert spool.column().field("sketch").is_valid().to_pylist() == [True, False, True, True]
        order = np.array([3, 1, 0, 2])
        assert [row["exact"] for row in spool.column(order).to_pylist()] == [2**64 - 1, None, 7, 9]
        assert spool.column(order).field("sketch").to_pylist() == [[2**32 - 1], None, [1, 2, 3], []]


def test_a_column_of_empty_lists_needs_no_file(tmp_path):
    spool = Spool(tmp_path, "empty")
    spool.put(pa.Table.from_pylist([{"exact": 1, "sketch": [], "error": None}], SCHEMA))
    assert spool.column().field("sketch").to_pylist() == [[]]


def test_only_hashes_are_many():
    kinds = {"a": "hash", "b": "hashes", "c": "small_hashes", "d": "spans"}
    columns = {name: Column(kind, "") for name, kind in kinds.items()}
    assert many(columns) == ("b", "c")
