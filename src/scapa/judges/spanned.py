"""Spanned: the Arrow columns of a judge that finds spans, made column by column, since most rows have few or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scapa.judges import Column

if TYPE_CHECKING:
    import pyarrow as pa

Found = tuple[int, int, str]
"""(start, end, kind)."""


def spanned(
    found: Sequence[list[Found]], errors: Sequence[str | None], columns: Mapping[str, Column]
) -> pa.RecordBatch:
    """Return the judgement with the columns `spans` and `count`, offsets in bytes; a row with an error has neither."""
    import numpy as np
    import pyarrow as pa

    from scapa.store.schema import SPANS, judgement_schema

    counts = np.array([len(spans) for spans in found], np.int32)
    flat = [span for spans in found for span in spans]
    starts, ends, kinds = zip(*flat, strict=True) if flat else ((), (), ())
    values = pa.StructArray.from_arrays(
        [pa.array(starts, pa.int64()), pa.array(ends, pa.int64()), pa.array(kinds, pa.string())],
        fields=list(SPANS.value_type),
    )
    invalid = np.array([error is not None for error in errors], bool)
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32))
    lists = pa.ListArray.from_arrays(offsets, values, mask=pa.array(invalid))
    made = [lists.cast(SPANS), pa.array(counts, mask=invalid), pa.array(errors, pa.string())]
    return pa.RecordBatch.from_arrays(made, schema=judgement_schema(columns))
