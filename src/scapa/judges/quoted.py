"""What is quoted, for judges that work on whole batches: the spans of the judgement `quotes` as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


def quoted_spans(quotes: pa.StructArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (int64[n, 2] byte ranges, int64[rows + 1] whose they are); a null judgement has no spans."""
    import numpy as np

    lists = quotes.field("spans")
    counts = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    flat = lists.flatten()
    ends = [flat.field(name).to_numpy(zero_copy_only=False).astype(np.int64) for name in ("start", "end")]
    rows = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return np.stack(ends, axis=1), rows


def unjudged(batch: pa.RecordBatch) -> NDArray[np.bool_]:
    """Say which rows have no text or failed in `quotes`: their own words are not known."""
    import numpy as np
    import pyarrow.compute as pc

    known = pc.and_(pc.is_null(batch.column("quotes").field("error")), pc.is_valid(batch.column("text")))
    return ~np.asarray(known.to_numpy(zero_copy_only=False), bool)


def errors(failed: NDArray[np.bool_]) -> pa.Array:
    """Return the column `error` of a judgement of which these rows failed."""
    import pyarrow as pa

    return pa.array(["Unjudged" if row else None for row in failed.tolist()], pa.string())
