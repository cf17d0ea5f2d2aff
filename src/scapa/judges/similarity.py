"""What a document's own words resemble: exact hash, MinHash signature and sketch, for duplicates at decide time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from scapa.judges import JUDGES
from scapa.text.kernels import tokenise
from scapa.text.minhash import PLACES, fingerprint, without

_FIELDS = pa.schema(
    [
        ("exact", pa.uint64()),
        ("signature", pa.list_(pa.uint32(), PLACES)),
        ("sketch", pa.list_(pa.uint32())),
        ("words", pa.int32()),
    ]
)


@JUDGES.register
class Similarity:
    """Fingerprints of the words outside the spans of `quotes`: quoted text does not make two replies duplicates.

    `exact` hashes all own words in order (0: there are none), `signature` and `sketch` are as in
    `scapa.text.minhash`, `words` counts own words. `scapa.text.clusters` makes clusters of them.
    """

    name = "similarity"
    version = 1
    needs: tuple[str, ...] = ("quotes",)

    def fields(self) -> pa.Schema:
        return _FIELDS

    def data(self) -> tuple[str, ...]:
        return ()

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        tokens = tokenise(batch.column("text"))
        hashes, first = without(tokens, *_spans(batch.column("quotes")))
        made = fingerprint(hashes, first)
        columns = [
            pa.array(made.exact),
            pa.FixedSizeListArray.from_arrays(pa.array(made.signatures.ravel()), PLACES),
            pa.ListArray.from_arrays(pa.array(made.first.astype(np.int32)), pa.array(made.sketches)),
            pa.array(np.diff(first).astype(np.int32)),
            pa.nulls(len(batch), pa.string()),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=_FIELDS.append(pa.field("error", pa.string())))


def _spans(quotes: pa.StructArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (int64[n, 2] byte ranges, int64[rows + 1] whose they are); a null judgement has no spans."""
    lists = quotes.field("spans")
    counts = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    flat = lists.flatten()
    ends = [flat.field(name).to_numpy(zero_copy_only=False).astype(np.int64) for name in ("start", "end")]
    rows = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return np.stack(ends, axis=1), rows
