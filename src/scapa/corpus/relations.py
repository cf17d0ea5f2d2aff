"""Relations: what can change when other records arrive. Built at decide time from keys and hashes, never from text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scapa.rights.grants import Grants
from scapa.rights.permission import allowed
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.schema import OCCURRENCES, TIME
from scapa.store.segments import read_table

Labels = np.ndarray[tuple[int], np.dtype[np.int64]]

CUSTODY = pa.struct([("existed_by", TIME), ("custodian", pa.string())])
SOURCE = pa.struct([("removed", pa.bool_()), ("occurrences", pa.int32()), ("id", pa.int64())])
RIGHTS = pa.struct(
    [("allowed", pa.bool_()), ("shareable", pa.bool_()), ("basis", pa.string()), ("evidence", pa.string())]
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Per document: the earliest custody over its live occurrences, whether one is left and the source of the first, a
    licence stated of one.
    """

    custody: pa.Array
    source: pa.Array
    licence: pa.Array


def provenance(home: Home, catalog: Catalog, ids: pa.Array) -> Provenance:
    """Join the occurrences of live sources to the documents `ids`; `removed` where none is left."""
    removed = {row["id"] for row in catalog.rows("SELECT id FROM source WHERE removed IS NOT NULL")}
    outgrown = {tuple(row) for row in catalog.rows("SELECT document, source, locator FROM outgrown")}
    columns = ["document", "source", "licence", "custodian", "existed_by", *(["locator"] if outgrown else [])]
    tables = [read_table(home.path / s.name, columns) for s in catalog.segments("occurrences")]
    met = pa.concat_tables([OCCURRENCES.empty_table().select(columns), *tables])
    gone = pc.is_in(met["source"], value_set=pa.array(sorted(removed), pa.int64()))
    met = met.append_column("row", pc.index_in(met["document"], value_set=ids)).filter(pc.invert(gone))
    met = met.filter(pc.is_valid(met["row"]))
    if outgrown:
        places = zip(*(met[name].to_pylist() for name in ("document", "source", "locator")), strict=True)
        met = met.filter(pa.array([place not in outgrown for place in places], pa.bool_()))
    count = np.bincount(met["row"].to_numpy(), minlength=len(ids)).astype(np.int32)
    first = _first_of_row(met["row"], met["source"], len(ids))
    held = met.filter(pc.is_valid(met["existed_by"])).sort_by("existed_by")
    custody = held.select(["existed_by", "custodian"]).to_struct_array()
    return Provenance(
        _first_of_row(held["row"], custody, len(ids)),
        pa.StructArray.from_arrays([pa.array(count == 0), pa.array(count), first], fields=list(SOURCE)),
        _first_of_row(met["row"].filter(pc.is_valid(met["licence"])), pc.drop_null(met["licence"]), len(ids)),
    )


def _first_of_row(rows: pa.ChunkedArray, values: pa.ChunkedArray, count: int) -> pa.Array:
    """Return, for each of `count` rows, the first value that belongs to it, or null."""
    row, first = np.unique(rows.to_numpy(), return_index=True)
    place = np.full(count, -1, np.int64)
    place[row] = first
    return pa.concat_arrays(values.chunks or [pa.array([], values.type)]).take(pa.array(place, mask=place < 0))


def permissions(
    authors: Sequence[str], licences: Sequence[str], me: Sequence[str], grants: Grants, now: int
) -> pa.Array:
    """Return per document whether training on it is permitted, on what basis (own, licence, grant, none), and whether
    it may be shared, which is a purpose of its own.
    """
    place: dict[tuple[str, str], int] = {}
    values: list[dict[str, object]] = []
    rows = []
    for pair in zip(authors, licences, strict=True):
        if pair not in place:
            place[pair] = len(values)
            train, share = (allowed(*pair, purpose, me, grants, now) for purpose in ("train", "share"))
            values.append(
                {"allowed": train.allowed, "shareable": share.allowed, "basis": train.basis, "evidence": train.evidence}
            )
        rows.append(place[pair])
    return pa.array(values, RIGHTS).take(pa.array(rows, pa.int64()))


def components(count: int, row: Labels, key: Labels) -> Labels:
    """Return the smallest row of each row's connected component, where rows that share a key are connected.

    `row` and `key` are parallel: row[i] has key[i]. Labels spread by minima and jump to their own label's label, so
    that long chains take few rounds.
    """
    label = np.arange(count, dtype=np.int64)
    while True:
        least = np.full(int(key.max(initial=-1)) + 1, count, np.int64)
        np.minimum.at(least, key, label[row])
        spread = label.copy()
        np.minimum.at(spread, row, least[key])
        spread = spread[spread]
        if np.array_equal(spread, label):
            return label
        label = spread


def threads(message_ids: pa.Array, references: pa.Array, conversations: pa.Array) -> Labels:
    """Return the thread of every document: mail joined by Message-ID and References (also through messages that are
    not here), chat by its conversation; anything else is a thread of its own.
    """
    count = len(message_ids)
    own = np.arange(count, dtype=np.int64)
    lengths = pc.fill_null(pc.list_value_length(references), 0).to_numpy(zero_copy_only=False)
    row = np.concatenate([own, np.repeat(own, lengths), own])
    names = [message_ids.cast(pa.string()), references.flatten().cast(pa.string()), conversations.cast(pa.string())]
    kinds = ["m", "m", "c"]
    marked = [pc.binary_join_element_wise(kind, pc.fill_null(n, ""), "") for kind, n in zip(kinds, names, strict=True)]
    keys = pa.concat_arrays(marked)
    used = pc.greater(pc.binary_length(keys), 1).to_numpy(zero_copy_only=False)
    codes = keys.dictionary_encode().indices.to_numpy().astype(np.int64)
    return components(count, row[used], codes[used])


def units(thread: Labels, cluster: Labels) -> Labels:
    """Return the split units: the finest sets that contain every thread and every set of copies whole."""
    own = np.arange(len(thread), dtype=np.int64)
    return components(len(thread), np.concatenate([own, own]), np.concatenate([thread, len(thread) + cluster]))
