"""What a document's own words resemble: exact hash, MinHash signature and sketch, for duplicates at decide time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scapa.judges import JUDGES, Column
from scapa.judges.quoted import quoted_spans

if TYPE_CHECKING:
    import pyarrow as pa


@JUDGES.register
class Similarity:
    """Fingerprints of the words outside the spans of `quotes`: quoted text does not make two replies duplicates.

    `scapa.text.minhash` says what they are, `scapa.text.clusters` makes clusters of them.
    """

    name = "similarity"
    version = 2
    learns = False
    needs = ("quotes",)
    source = "Broder 1997 (MinHash), Cohen and Kaplan 2007 (bottom sketches)"
    failures = ("texts that share less than four fifths of their runs of five words are not near",)
    columns = {
        "exact": Column("hash", "hash of all own words in order; 0: there are none"),
        "signature": Column("small_hashes", "MinHash of runs of five words"),
        "sketch": Column("small_hashes", "the smallest hashes of runs of five words, all of them in a short text"),
        "words": Column("int", "own words"),
    }

    def data(self) -> tuple[str, ...]:
        return ()

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        import numpy as np
        import pyarrow as pa

        from scapa.store.schema import judgement_schema
        from scapa.text.kernels import tokenise
        from scapa.text.minhash import PLACES, fingerprint, without

        tokens = tokenise(batch.column("text"))
        hashes, first = without(tokens, *quoted_spans(batch.column("quotes")))
        made = fingerprint(hashes, first)
        columns = [
            pa.array(made.exact),
            pa.ListArray.from_arrays(np.arange(len(batch) + 1, dtype=np.int32) * PLACES, made.signatures.ravel()),
            pa.ListArray.from_arrays(pa.array(made.first.astype(np.int32)), pa.array(made.sketches)),
            pa.array(np.diff(first).astype(np.int32)),
            pa.nulls(len(batch), pa.string()),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=judgement_schema(self.columns))
