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
    place = pc.index_in(met["document"], value_set=ids.combine_chunks()).to_pylist()
    count = [0] * len(ids)
    existed: list[dict[str, object] | None] = [None] * len(ids)
    for row, source, n in zip(place, met["source"].to_pylist(), met["count_all"].to_pylist(), strict=True):
        held = sources[source]
        if row is None or held["removed"] is not None:
            continue
        count[row] += n
        before = existed[row]
        if held["existed_by"] is not None and (before is None or held["existed_by"] < before["existed_by"]):
            existed[row] = {"existed_by": held["existed_by"], "custodian": held["custodian"]}
    removed = [{"removed": n == 0, "occurrences": n} for n in count]
    return Provenance(pa.array(existed, CUSTODY), pa.array(removed, SOURCE))


def permissions(
    authors: Sequence[str], licences: Sequence[str], me: Sequence[str], grants: Grants, now: int
) -> pa.Array:
    """Return per document whether training on it is permitted, and on what basis (own, licence, grant, none)."""
    known: dict[tuple[str, str], dict[str, object]] = {}
    rows = []
    for author, licence in zip(authors, licences, strict=True):
        if (author, licence) not in known:
            permission = allowed(author, licence, "train", me, grants, now)
            known[author, licence] = {
                "allowed": permission.allowed, "basis": permission.basis, "evidence": permission.evidence,
            }  # fmt: skip
        rows.append(known[author, licence])
    return pa.array(rows, RIGHTS)


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
