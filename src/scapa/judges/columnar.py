"""The base of judges that look at all texts of a batch at once, by compiled kernels over Arrow's own bytes.

A judge subclasses `Columnar` and returns its columns as arrays from `measure`:

    columns = {"words": Column("int", "…"), "findings": Column("texts", "…")}
    limits = {"findings": (Limit("too_few_words", "words", least=50),)}

Each column of findings names, of its limits, those that a text's other columns break. A text that is null or is not
UTF-8 becomes an errored row.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from scapa.judges import Column

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class Limit(NamedTuple):
    """`finding` holds where `column` is below `least` or above `most`."""

    finding: str
    column: str
    least: float = -inf
    most: float = inf


class Columnar(ABC):
    """A judge by columns (see the module's text); `data` and `needs` are empty unless a subclass says otherwise."""

    name: str = ""
    version: int = 1
    learns: bool = False
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ("text",)
    source: str = ""
    failures: tuple[str, ...] = ()
    columns: Mapping[str, Column] = {}
    limits: Mapping[str, tuple[Limit, ...]] = {}

    @abstractmethod
    def measure(self, batch: pa.RecordBatch) -> dict[str, Any]:
        """Return every column but the findings, a row a text; what it says of a text that is not UTF-8 is ignored."""

    def data(self) -> tuple[str, ...]:
        return ()

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the judgement of every row of `batch`, in order, with `error`."""
        import pyarrow as pa

        from scapa.store.schema import judgement_schema

        found = self.measure(batch)
        found |= {name: findings(found, limits) for name, limits in self.limits.items()}
        errors = _errors(batch, self.needs)
        schema = judgement_schema(self.columns)
        arrays = [_array(found[field.name], field.type, errors) for field in list(schema)[:-1]]
        return pa.RecordBatch.from_arrays([*arrays, errors], schema=schema)


def ratio(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    """Return part / whole, 0 where there is nothing."""
    import numpy as np

    shares: NDArray[np.float64] = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    return shares


def findings(columns: Mapping[str, Any], limits: Sequence[Limit]) -> pa.ListArray:
    """Return for every row the names of the limits that it breaks, in their order."""
    import numpy as np
    import pyarrow as pa

    broken = [(columns[limit.column] < limit.least) | (columns[limit.column] > limit.most) for limit in limits]
    rows, which = np.nonzero(np.stack(broken, axis=1))
    ends = np.searchsorted(rows, np.arange(len(broken[0]) + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(ends, pa.array([limit.finding for limit in limits]).take(pa.array(which)))


def counted(judgement: pa.StructArray, column: str) -> NDArray[np.int64]:
    """Return a column of whole numbers of a judgement that is needed; 0 where it failed."""
    import pyarrow.compute as pc

    values: NDArray[np.int64] = pc.fill_null(pc.struct_field(judgement, column), 0).to_numpy(zero_copy_only=False)
    return values.astype("int64")


def _errors(batch: pa.RecordBatch, needs: Sequence[str]) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    text = batch.column("text")
    error = pc.if_else(text.is_null(), "TypeError", pa.scalar(None, pa.string()))
    try:
        text.validate(full=True)  # some gigabytes a second
    except pa.ArrowInvalid:
        error = pc.if_else(pa.array([not _is_utf8(cell) for cell in text]), "UnicodeDecodeError", error)
    for need in needs:
        judged = batch.column(need)
        sound = pc.and_(judged.is_valid(), pc.struct_field(judged, "error").is_null())
        error = pc.if_else(sound, error, "Unjudged")
    return error


def _is_utf8(cell: pa.Scalar) -> bool:
    try:
        cell.as_py()
    except UnicodeDecodeError:
        return False
    return True


def _array(values: Any, type_: pa.DataType, errors: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    array = values if isinstance(values, pa.Array) else pa.array(values)
    if not array.type.equals(type_):
        array = array.cast(type_)
    if errors.null_count == len(errors):
        return array
    return array.take(pc.if_else(errors.is_null(), pa.array(range(len(errors)), pa.int64()), None))
