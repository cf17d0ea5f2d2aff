"""The base of judges that look at a whole batch at once: Arrow's buffers to kernels and back, no Python object a row.

A judge subclasses `Columnar` and returns one array per column from `arrays`:

    @JUDGES.register
    class Size(Columnar):
        name, version = "size", 1
        columns = {"bytes": Column("int", "bytes of UTF-8")}

        def arrays(self, batch: pa.RecordBatch) -> list[pa.Array]:
            return [pc.binary_length(batch.column("text"))]

Rows without a text, with a text that is no UTF-8, or with a failed judgement among `needs` become errored rows,
whatever `arrays` made of them (it sees an empty text there).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scapa.judges import Column

if TYPE_CHECKING:
    import pyarrow as pa


class Columnar(ABC):
    """A judge by batches (see the module's text); `data` and `needs` are empty unless a subclass says otherwise."""

    name: str = ""
    version: int = 1
    learns: bool = False
    needs: tuple[str, ...] = ()
    source: str = ""
    failures: tuple[str, ...] = ()
    columns: Mapping[str, Column] = {}

    @abstractmethod
    def arrays(self, batch: pa.RecordBatch) -> list[pa.Array]:
        """Return one array per column of `columns`, in order, a value a row."""

    def data(self) -> tuple[str, ...]:
        return ()

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the judgement of every row of `batch`, in order, with `error`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        from scapa.store.schema import judgement_schema

        error = _errors(batch, self.needs)
        sound = error.is_null()
        failed = error.null_count < len(error)
        if failed:
            text = pc.if_else(sound, batch.column("text").view(pa.binary()), b"").view(pa.string())
            batch = batch.set_column(batch.schema.get_field_index("text"), "text", text)
        arrays = self.arrays(batch)
        schema = judgement_schema(self.columns)
        if failed:
            rows = pc.if_else(sound, pa.array(range(len(batch)), pa.int64()), None)
            arrays = [array.take(rows) for array in arrays]
        arrays = [array.cast(field.type) for array, field in zip([*arrays, error], schema, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _errors(batch: pa.RecordBatch, needs: tuple[str, ...]) -> pa.Array:
    """Return per row what keeps it from being judged, null where nothing does."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = batch.column("text")
    error = pc.if_else(text.is_null(), "TypeError", pa.scalar(None, pa.string()))
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        bad = pa.array([not _is_utf8(cell) for cell in text.view(pa.binary())], pa.bool_())
        error = pc.if_else(bad, "UnicodeDecodeError", error)
    for name in needs:
        needed = batch.column(name)
        unjudged = needed.is_null()
        if needed.type.get_field_index("error") >= 0:
            unjudged = pc.or_(unjudged, needed.field("error").is_valid())
        error = pc.if_else(unjudged, "Unjudged", error)
    return error


def _is_utf8(cell: pa.BinaryScalar) -> bool:
    try:
        (cell.as_py() or b"").decode()
    except UnicodeDecodeError:
        return False
    return True
