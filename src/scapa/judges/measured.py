"""The base of judges that measure, and say which of their published limits a text breaks.

A judge subclasses `Measured` and returns its columns by name from `measure`:

    columns = {"words": Column("int", "…"), "findings": Column("texts", "…")}
    limits = {"findings": (Limit("too_few_words", "words", least=50),)}

Each column of findings names, of its limits, those that a text's other columns break.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from scapa.judges.columnar import Columnar

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


class Measured(Columnar):
    """A judge by numbers (see the module's text)."""

    limits: Mapping[str, tuple[Limit, ...]] = {}

    @abstractmethod
    def measure(self, batch: pa.RecordBatch) -> dict[str, Any]:
        """Return every column but the findings, a row a text."""

    def arrays(self, batch: pa.RecordBatch) -> list[pa.Array]:
        import pyarrow as pa

        found = self.measure(batch)
        found |= {name: findings(found, limits) for name, limits in self.limits.items()}
        return [value if isinstance(value, pa.Array) else pa.array(value) for value in map(found.get, self.columns)]


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
