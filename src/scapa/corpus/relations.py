"""Relations: what can change when other records arrive. Built at decide time from keys and hashes, never from text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scapa.rights.grants import Grants
from scapa.rights.permission import allowed
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.schema import TIME
from scapa.store.segments import read_table
from scapa.text.clusters import clusters

Labels = np.ndarray[tuple[int], np.dtype[np.int64]]

CUSTODY = pa.struct([("existed_by", TIME), ("custodian", pa.string())])
SOURCE = pa.struct([("removed", pa.bool_()), ("occurrences", pa.int32())])
RIGHTS = pa.struct([("allowed", pa.bool_()), ("basis", pa.string()), ("evidence", pa.string())])


@dataclass(frozen=True, slots=True)
class Provenance:
    """Per document: the earliest custody over all its occurrences, and whether every source of it was removed."""

    custody: pa.Array
    source: pa.Array


def provenance(home: Home, catalog: Catalog, ids: pa.ChunkedArray) -> Provenance:
    """Join the occurrences of live sources to the documents `ids`; `removed` where none is left."""
    sources = {row["id"]: row for row in catalog.rows("SELECT * FROM source")}
    tables = [read_table(home.path / s.name, ["document", "source"]) for s in catalog.segments("occurrences")]
    if not tables:
        return Provenance(pa.nulls(len(ids), CUSTODY), pa.nulls(len(ids), SOURCE))
    met = pa.concat_tables(tables).group_by(["document", "source"]).aggregate([([], "count_all")])
    row = pc.index_in(met["document"], value_set=ids.combine_chunks())
    live = pa.array([sources[n]["removed"] is None for n in met["source"].to_pylist()], pa.bool_())
    kept = pc.and_(live, pc.is_valid(row)).to_numpy(zero_copy_only=False)
    rows, origins = row.to_numpy(zero_copy_only=False)[kept].astype(np.int64), met["source"].to_numpy()[kept]
    count = np.bincount(rows, weights=met["count_all"].to_numpy()[kept], minlength=len(ids)).astype(np.int32)
    removed = pa.StructArray.from_arrays([pa.array(count == 0), pa.array(count)], fields=list(SOURCE))
    return Provenance(_earliest_custody(len(ids), rows, origins, sources), removed)


def _earliest_custody(count: int, rows: Labels, origins: Labels, sources: Mapping[int, Any]) -> pa.Array:
    """Return each row's earliest custody: sources are ranked by their time, and the lowest rank of a row wins."""
    held = sorted((s for s in sources.values() if s["existed_by"] is not None), key=lambda s: s["existed_by"])
    rank_of = {source["id"]: rank for rank, source in enumerate(held)}
    best = np.full(count, len(held), np.int64)
    np.minimum.at(best, rows, np.array([rank_of.get(n, len(held)) for n in origins.tolist()], np.int64))
    values: list[dict[str, Any] | None] = [{key: s[key] for key in ("existed_by", "custodian")} for s in held]
    return pa.array([*values, None], CUSTODY).take(pa.array(best))


def permissions(
    authors: Sequence[str], licences: Sequence[str], me: Sequence[str], grants: Grants, now: int
) -> pa.Array:
    """Return per document whether training on it is permitted, and on what basis (own, licence, grant, none)."""
    place: dict[tuple[str, str], int] = {}
    values: list[dict[str, object]] = []
    rows = []
    for pair in zip(authors, licences, strict=True):
        if pair not in place:
            place[pair] = len(values)
            permission = allowed(*pair, "train", me, grants, now)
            values.append({key: getattr(permission, key) for key in ("allowed", "basis", "evidence")})
        rows.append(place[pair])
    return pa.array(values, RIGHTS).take(pa.array(rows, pa.int64()))


class Unions:
    """Union-find over the rows 0 … n − 1; a set's label is its smallest row."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def find(self, row: int) -> int:
        parent = self._parent
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    def join(self, a: int, b: int) -> None:
        a, b = self.find(a), self.find(b)
        self._parent[max(a, b)] = min(a, b)

    def labels(self) -> Labels:
        return np.array([self.find(row) for row in range(len(self._parent))], dtype=np.int64)


def threads(message_ids: Sequence[str], references: Sequence[Sequence[str]], conversations: Sequence[str]) -> Labels:
    """Return the thread of every document: mail joined by Message-ID and References (also through messages that are
    not here), chat by its conversation; anything else is a thread of its own.
    """
    unions = Unions(len(message_ids))
    first: dict[str, int] = {}
    for row, (message_id, refers, conversation) in enumerate(zip(message_ids, references, conversations, strict=True)):
        keys = [f"m{key}" for key in (message_id, *refers) if key] + ([f"c{conversation}"] if conversation else [])
        for key in keys:
            unions.join(first.setdefault(key, row), row)
    return unions.labels()


def copies(similarity: pa.StructArray, threshold: float) -> Labels:
    """Return the duplicate cluster of every row of a `similarity` judgement: the first row of equal or near texts."""
    kind = similarity.type.field("signature").type
    width = kind.list_size
    sketches = similarity.field("sketch")
    flat = sketches.flatten()
    lengths = sketches.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    count = len(similarity)
    signatures = similarity.field("signature").fill_null(pa.scalar([0] * width, kind))
    return clusters(
        signatures.flatten().to_numpy().reshape(count, width),
        flat.to_numpy(),
        np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]),
        similarity.field("exact").fill_null(0).to_numpy(),
        threshold,
        np.arange(count, dtype=np.int64),
    )


def units(thread: Labels, cluster: Labels) -> Labels:
    """Return the split units: the finest sets that contain every thread and every duplicate cluster whole."""
    unions = Unions(len(thread))
    for labels in (thread, cluster):
        for row, label in enumerate(labels.tolist()):
            unions.join(label, row)
    return unions.labels()


def open_grants(home: Home) -> Grants:
    """Return the home's consents; its own signing key is the owner's."""
    key = home.path / "keys" / "signing.pub"
    return Grants.open(home.folder("rights"), [key.read_text()] if key.exists() else [])
