"""What a document resembles: hashes, signature, shape and prints of its words, for duplicates at decide time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scapa.judges import JUDGES, Column

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@JUDGES.register
class Similarity:
    """Fingerprints of the words outside the spans of `quotes`: quoted text does not make two replies duplicates.

    `scapa.text.minhash`, `shapes` and `passages` say what they are; `scapa.corpus.duplicates` and `templates` compare
    documents by them, and whatever may cost a document its place is then compared word by word.
    """

    name = "similarity"
    version = 3
    learns = False
    needs = ("quotes",)
    source = "MinHash: Broder 1997; one byte a place: Li and König 2010; winnowing: Schleimer, Wilkerson and Aiken 2003"
    failures = (
        "texts that share less than four fifths of their runs of five words are not near",
        "a passage of fewer than twenty words leaves no print",
        "a template filled in with more new words than it has of its own has no common shape",
    )
    columns = {
        "exact": Column("hash", "hash of all own words in order; 0: there are none"),
        "signature": Column("bytes", "MinHash of runs of five own words, one byte a place"),
        "shape": Column("bytes", "sketch of the own words with names and numbers masked; all 0: too few"),
        "frame": Column("small_hashes", "its first and last masked runs of three own words"),
        "prints": Column("small_hashes", "winnowed runs of five words, quoted ones, too; lowest bit 1: own words"),
        "words": Column("int", "own words"),
    }

    def data(self) -> tuple[str, ...]:
        return ()

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        import numpy as np
        import pyarrow as pa

        from scapa.store.schema import judgement_schema
        from scapa.text.kernels import tokenise, utf8
        from scapa.text.minhash import fingerprint
        from scapa.text.own import kept, outside, ranges
        from scapa.text.passages import choose
        from scapa.text.shapes import shape

        texts = utf8(batch.column("text"))
        tokens = tokenise(texts)
        own = outside(tokens, *ranges(batch.column("quotes").field("spans")))
        mine = kept(tokens, own)
        made = fingerprint(mine.hashes, mine.first)
        shapes = shape(texts, tokens, own)
        passages = choose(tokens.hashes, tokens.first, own)
        columns = [
            pa.array(made.exact),
            _bytes(made.signatures),
            _bytes(shapes.bins),
            _lists(shapes.frames, shapes.first),
            _lists(passages.prints, passages.first),
            pa.array(np.diff(mine.first).astype(np.int32)),
            pa.nulls(len(batch), pa.string()),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=judgement_schema(self.columns))


def _lists(values: NDArray[np.uint32], first: NDArray[np.int64]) -> pa.Array:
    """Return one list a row of values that stand in a row."""
    import pyarrow as pa

    return pa.ListArray.from_arrays(pa.array(first.astype("int32")), pa.array(values))


def _bytes(rows: NDArray[np.uint8]) -> pa.Array:
    """Return one binary value a row of a matrix."""
    import numpy as np
    import pyarrow as pa

    count, width = rows.shape
    offsets = np.arange(count + 1, dtype=np.int32) * width
    return pa.BinaryArray.from_buffers(pa.binary(), count, [None, pa.py_buffer(offsets), pa.py_buffer(rows)])
