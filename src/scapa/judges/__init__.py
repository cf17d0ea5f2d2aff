"""Judges: one file, one judge. A judgement is a pure function of one record and the judgements it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from scapa.registry import Registry

if TYPE_CHECKING:
    import pyarrow as pa


class Judge(Protocol):
    """`judge(batch)` returns one row per row of `batch`, in order, with the columns of `fields()` plus `error`.

    `batch` has the columns of `scapa.store.schema.DOCUMENTS` and one struct column per judgement in `needs`.
    `error` is null, or says why this record could not be judged (its other columns are then null).
    `data()` returns the digests of what else the judgement depends on (models, tables): they are part of the cache key.
    """

    name: str
    version: int
    needs: tuple[str, ...]

    def fields(self) -> pa.Schema: ...

    def data(self) -> tuple[str, ...]: ...

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch: ...


JUDGES: Registry[Judge] = Registry("scapa.judges")
