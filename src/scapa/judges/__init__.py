"""Judges: one file, one judge. A judgement is a pure function of one record and the judgements it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from scapa.registry import Registry

if TYPE_CHECKING:
    import pyarrow as pa

Type = Literal[
    "bool", "int", "float", "text", "texts", "time", "spans", "hash", "hashes", "small_hashes", "counts", "bytes",
]  # fmt: skip
"""What a column holds; `scapa.store.schema.TYPES` says as which Arrow type."""


class Column(NamedTuple):
    """One column of a judgement: what it holds, and what that means, for people who write policies."""

    type: Type
    about: str


class Judge(Protocol):
    """`judge(batch)` returns one row per row of `batch`, in order: `scapa.store.schema.judgement_schema(columns)`.

    `batch` has the columns of `scapa.store.schema.DOCUMENTS` and one struct column per judgement in `needs`.
    The last column, `error`, is null, or says why this record could not be judged (the other columns are then null).
    `data()` returns the digests of what else the judgement depends on (models, tables): they are part of the cache key.

    A judge that `learns` from what its user decides, or goes by settings of the home, is made with `home=`, that home
    (None: as it comes). What it learnt, or goes by, is part of `data()`.

    `source` says where its rules come from, `failures` what it is known to get wrong; with the class's docstring and
    `columns` they make docs/judges.md. Modules of judges load pyarrow, numba and models only when they judge: to find
    that nothing is new, all judges must be known, and that is to be quick.
    """

    name: str
    version: int
    learns: bool

    @property
    def needs(self) -> tuple[str, ...]: ...

    @property
    def source(self) -> str: ...

    @property
    def failures(self) -> tuple[str, ...]: ...

    @property
    def columns(self) -> Mapping[str, Column]: ...

    def data(self) -> tuple[str, ...]: ...

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch: ...


JUDGES: Registry[Judge] = Registry("scapa.judges")
