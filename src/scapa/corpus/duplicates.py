"""Duplicates: which documents are copies of one another, and which stand in another one. A relation over all of them.

`COPIES` documents the columns that policies may use. "Earlier" is by claimed or proved date, then by id, never by
arrival. What is said of one document by a hash alone is only `elsewhere` and `quoted_in`; what may cost a document its
place (the cluster) and `contained_in` was compared word by word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from scapa.corpus.compared import Compared
from scapa.corpus.relations import Labels
from scapa.judges import Column
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.schema import TYPES
from scapa.text.clusters import alike, clusters, connect, flatten
from scapa.text.holders import Held, holders
from scapa.text.minhash import PLACES
from scapa.text.passages import Passages

COPIES: Mapping[str, Column] = {
    "size": Column("int", "documents in its cluster of equal and near copies, itself included"),
    "first": Column("text", "id of the earliest document of that cluster"),
    "contained_in": Column("text", "id of a longer document whose own words hold nine tenths of these; null: none"),
    "contained_share": Column("float", "share of its own runs of five words that this longer document has"),
    "quoted_in": Column("text", "id of the earliest document that quotes four fifths of it or more (estimated)"),
    "elsewhere": Column("float", "share of its own passages of twenty words that an earlier document has (estimated)"),
}
"""The columns of `copies`. Of a document of fewer than twenty words the last four are null or 0."""

CONTAINED = 0.9


@dataclass(frozen=True)
class Copies:
    """`cluster` is the first row of each row's copies; `family` joins with them what contains them; see `COPIES`."""

    cluster: Labels
    family: Labels
    columns: pa.StructArray


def copies(home: Home, catalog: Catalog, ids: pa.Array, similarity: pa.StructArray) -> Copies:
    """Return the relation over documents and their `similarity` in order of date; reads texts not yet compared.

    Needs the writer's lock: what was compared is kept.
    """
    words = similarity.field("words").fill_null(0).to_numpy().astype(np.int64)
    compared = Compared(home, catalog, ids, words)
    threshold = home.settings.curate.near_duplicate
    cluster = clusters(
        signatures(similarity),
        similarity.field("exact").fill_null(0).to_numpy(),
        threshold,
        lambda left, right, root: compared.similar(left, right, root, threshold),
    )
    held = holders(prints(similarity), cluster, words)
    inside, share = _inside(held, compared)
    compared.save()
    family = cluster.copy()
    rows = np.flatnonzero(inside >= 0)
    connect(rows, inside[rows], family)
    flatten(family)
    return Copies(cluster, family, _columns(ids, cluster, held, inside, share))


def likely_copies(similarity: pa.StructArray, threshold: float) -> Labels:
    """Return the clusters that signatures alone suggest, no text compared: enough to keep copies in one fold."""
    made = signatures(similarity)

    def compare(left: Labels, right: Labels, root: Labels) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        share = alike(made, left, right, sparse=False)
        near = share >= threshold
        connect(left[near], right[near], root)
        flatten(root)
        return share, np.ones(len(left), np.bool_)

    return clusters(made, similarity.field("exact").fill_null(0).to_numpy(), threshold, compare)


def signatures(similarity: pa.StructArray) -> NDArray[np.uint8]:
    """Return the MinHash of every row, zeros where there is none."""
    return matrix(similarity.field("signature"), PLACES)


def matrix(values: pa.Array, width: int) -> NDArray[np.uint8]:
    """Return bytes (or lists of them) of one width as a matrix, zeros for nulls."""
    if pa.types.is_binary(values.type):
        known = values.drop_null()
        _, offsets, data = known.buffers()
        start = int(np.frombuffer(offsets, np.int32)[known.offset]) if len(known) else 0
        rows = np.frombuffer(data or b"", np.uint8, len(known) * width, start).reshape(-1, width)
    else:
        rows = values.flatten().to_numpy().reshape(-1, width)
    if not values.null_count:
        return rows
    whole = np.zeros((len(values), width), np.uint8)
    whole[values.is_valid().to_numpy(zero_copy_only=False)] = rows
    return whole


def prints(similarity: pa.StructArray) -> Passages:
    """Return the prints of every row."""
    return Passages(*flat(similarity.field("prints")))


def flat(lists: pa.Array) -> tuple[NDArray[np.uint32], Labels]:
    """Return (values, int64[rows + 1] where each row's begin) of lists of hashes; a null has none."""
    lengths = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    return lists.flatten().to_numpy(), np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def _inside(held: Held, compared: Compared) -> tuple[Labels, NDArray[np.float64]]:
    """Return each row's container and the share that it holds, where the texts bear it out; else −1 and 0."""
    rows = np.flatnonzero(held.inside >= 0)
    found = compared.contained(rows, held.inside[rows])
    inside, share = np.full(len(held.inside), -1, np.int64), np.zeros(len(held.inside))
    whole = found >= CONTAINED
    inside[rows[whole]], share[rows[whole]] = held.inside[rows[whole]], found[whole]
    return inside, share


def _columns(ids: pa.Array, cluster: Labels, held: Held, inside: Labels, share: NDArray[np.float64]) -> pa.StructArray:
    size = np.bincount(cluster, minlength=len(cluster))[cluster].astype(np.int32)
    values = [
        pa.array(size), ids.take(pa.array(cluster)), named(ids, inside), pa.array(share), named(ids, held.quoted),
        pa.array(held.elsewhere),
    ]  # fmt: skip
    fields = [pa.field(name, TYPES[column.type]) for name, column in COPIES.items()]
    return pa.StructArray.from_arrays(values, fields=fields)


def named(ids: pa.Array, rows: Labels) -> pa.Array:
    """Return the ids of rows, null for −1."""
    return pc.take(ids, pa.array(rows, pa.int64(), mask=rows < 0))
