"""Decide: a policy over the features gives every document one outcome, its reasons and its masks."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scapa.corpus.features import Features, cutoff, features
from scapa.corpus.judging import judge_new, judges, keys
from scapa.corpus.labels import snapshot
from scapa.corpus.matching import search_new
from scapa.corpus.policy import Policy, columns, load_policy
from scapa.corpus.relations import Labels, open_grants
from scapa.corpus.rules import answer
from scapa.corpus.verdict import DUPLICATE, KEPT, MASKS, OUTCOMES, Verdict, apply_rules, compose_masks
from scapa.errors import UnknownName
from scapa.ledger import Ledger
from scapa.records import Conservation, Progress, silent
from scapa.rights.grants import Grants
from scapa.seal.canonical import canonical, digest, digest_of
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.schema import TIME
from scapa.store.segments import is_there, read_table, write_table

DECISIONS = pa.schema(
    [
        ("id", pa.string()),
        ("outcome", pa.string()),
        ("reasons", pa.list_(pa.string())),
        ("role", pa.string()),
        ("duplicate_of", pa.string()),
        ("masks", MASKS),
        ("generations", pa.list_(pa.string())),
        ("thread", pa.string()),
        ("cluster", pa.string()),
        ("unit", pa.string()),
        ("kind", pa.string()),
        ("grade", pa.string()),
        ("claimed_start", TIME),
        ("claimed_end", TIME),
        ("existed_by", TIME),
        ("era", pa.string()),
        ("basis", pa.string()),
        ("shareable", pa.bool_()),
        ("licence", pa.string()),
        ("words", pa.int64()),
        ("machine_words", pa.int64()),
    ]
)
"""`era` is before, after, across or unknown: the claimed interval against the cut-off. `words` are own words."""


@dataclass(frozen=True)
class DecisionSet:
    """A frozen set of decisions, named by the digest of its rows and of what they were made from."""

    digest: str
    policy: str
    inputs: Mapping[str, Any]
    counts: Mapping[str, Any]
    path: Path

    @property
    def law(self) -> Conservation:
        return Conservation("documents", self.counts["documents"], {name: self.counts[name] for name in OUTCOMES})

    def table(self) -> pa.Table:
        return read_table(self.path)


@dataclass(frozen=True)
class Curated:
    """What a `curate` did: the decisions, and the CPU-seconds each judge took for what was new."""

    decisions: DecisionSet
    seconds: Mapping[str, float]

    def summary(self) -> dict[str, Any]:
        """Return the JSON of a `curate`."""
        decisions = self.decisions
        return {
            "decision": decisions.digest, "policy": decisions.policy, **decisions.counts, "seconds": self.seconds,
            "conserved": decisions.law.holds,
        }  # fmt: skip


@dataclass(frozen=True)
class Prepared:
    """All that decisions are made from: the features, what names them, and the CPU-seconds of the judges."""

    features: Features
    inputs: Mapping[str, Any]
    seconds: Mapping[str, float]


def curate(home: Home, *, policy: str | None = None, progress: Progress = silent) -> Curated:
    """Judge what is new, match it against the ledger, and decide. Nothing new and the same policy: the same set."""
    rules = load_policy(policy or home.settings.curate.policy)
    with home.writing("curate") as catalog:
        standing = current(home, rules)
        if standing:
            return Curated(standing, {})
        prepared = prepare(home, catalog, progress=progress)
        table = decision_table(home, prepared, rules)
        return Curated(_freeze(home, catalog, rules, prepared.inputs, table), prepared.seconds)


def current(home: Home, policy: Policy) -> DecisionSet | None:
    """Return the newest decision set if it is what deciding again by `policy` would give."""
    try:
        newest = latest(home)
    except UnknownName:
        return None
    same = newest.inputs == {**_inputs(home, open_grants(home), _ledger(home)), "policy": policy.digest}
    files = [newest.path, *(home.path / segment.name for segment in home.catalog.segments("documents"))]
    return newest if same and all(map(is_there, files)) else None


def _ledger(home: Home) -> Ledger:
    return Ledger.open(home.folder("generations"), now=home.now)


def _inputs(home: Home, grants: Grants, ledger: Ledger) -> dict[str, Any]:
    """Return the names of everything a decision depends on but the policy."""
    catalog, settings = home.catalog, home.settings
    relations = {
        "documents": [segment.name for segment in catalog.segments("occurrences")],
        "sources": [list(row) for row in catalog.rows("SELECT id, removed IS NULL FROM source")],
        "grants": grants.snapshot(home.now()),
        "ledger": ledger.snapshot(),
        "labels": snapshot(catalog),
        "me": sorted(settings.me.addresses),
        "settings": [settings.curate.cutoff, settings.curate.near_duplicate, *astuple(settings.ledger)],
    }
    return {"judges": keys(judges(home.path)), "relations": digest_of(relations)}


def prepare(home: Home, catalog: Catalog, *, progress: Progress = silent) -> Prepared:
    """Judge and match what is new, then gather the features; needs the writer's lock. What is judged reads no text."""
    seconds = judge_new(home, catalog, progress=progress)
    ledger, grants = _ledger(home), open_grants(home)
    search_new(home, catalog, ledger, progress=progress)
    return Prepared(features(home, catalog, grants, ledger), _inputs(home, grants, ledger), seconds)


def decision_table(home: Home, prepared: Prepared, policy: Policy) -> pa.Table:
    """Return what `policy` decides of every document: a `DECISIONS` table in the order of the features."""
    return _decide(prepared.features, policy, cutoff(home.settings), home.path)


def latest(home: Home, digest: str | None = None) -> DecisionSet:
    """Return the newest decision set, or the one whose digest starts with `digest`."""
    rows = home.catalog.rows(
        "SELECT * FROM decision WHERE digest LIKE ? ORDER BY created DESC LIMIT 1", (f"{digest or ''}%",)
    )
    if not rows:
        what = f"no decision set {digest}" if digest else "nothing has been decided yet"
        raise UnknownName(what, where=str(home.path), next="run: scapa curate")
    row = rows[0]
    path = home.path / "decisions" / f"{row['digest']}.parquet"
    return DecisionSet(row["digest"], row["policy"], json.loads(row["inputs"]), json.loads(row["counts"]), path)


def _decide(data: Features, policy: Policy, limit: int, place: Path) -> pa.Table:
    table = data.table
    answers = _answers(table, policy, place)
    verdict = apply_rules(table["error"], policy, [answers[f"r{n}"] for n in range(len(policy.rules))])
    duplicate_of = _duplicates(table, data.cluster, verdict)
    ids = table["id"].combine_chunks()
    target = pc.fill_null(pc.and_(answers[f"r{len(policy.rules)}"], _column(table, "rights", "allowed")), False)
    rows = {
        "id": ids,
        "outcome": verdict.outcomes(),
        "reasons": verdict.reasons(),
        "role": pc.if_else(target, "target", "context"),
        "duplicate_of": ids.take(pa.array(duplicate_of, pa.int64(), mask=duplicate_of < 0)),
        "masks": compose_masks(table, policy, verdict),
        "generations": _column(table, "ledger", "generations"),
        **{name: ids.take(pa.array(getattr(data, name))) for name in ("thread", "cluster", "unit")},
        "kind": table["kind"],
        **{name: _column(table, "dates", name) for name in ("grade", "claimed_start", "claimed_end", "existed_by")},
        "era": _eras(table, limit),
        "basis": _column(table, "rights", "basis"),
        "shareable": _column(table, "rights", "shareable"),
        "licence": _column(table, "licence", "spdx"),
        "words": pc.fill_null(_column(table, "quotes", "own_words").cast(pa.int64()), 0),
        "machine_words": pc.fill_null(_column(table, "ledger", "words"), 0),
    }
    return pa.table(rows).cast(DECISIONS).combine_chunks()


def _column(table: pa.Table, column: str, field: str) -> pa.ChunkedArray:
    return pc.struct_field(table[column], field)


def _answers(table: pa.Table, policy: Policy, place: Path) -> pa.Table:
    """Ask the policy's expressions of the columns they read, spans left out and times without a zone (all are UTC)."""
    expressions = policy.expressions()
    arrays: dict[str, pa.Array] = {"row": pa.array(np.arange(len(table)))}
    for name in sorted(columns(expressions) & set(table.column_names)):
        arrays[name] = _plain(table[name].combine_chunks())
    return answer(pa.table(arrays), expressions, place)


def _plain(array: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(array.type):
        return array.cast(pa.timestamp("us"))
    if not pa.types.is_struct(array.type):
        return array
    heavy = {"spans", "signature", "sketch"}
    fields = [array.type.field(n).name for n in range(array.type.num_fields)]
    kept = [name for name in fields if name not in heavy]
    flat = dict(zip(fields, array.flatten(), strict=True))
    return pa.StructArray.from_arrays([_plain(flat[name]) for name in kept], kept)


def _duplicates(table: pa.Table, cluster: Labels, verdict: Verdict) -> Labels:
    """Of every cluster keep the earliest copy that the policy keeps; return what each later one is a copy of, or −1."""
    rows = np.flatnonzero(verdict.code == KEPT)
    _, first, which = np.unique(cluster[rows], return_index=True, return_inverse=True)
    duplicate_of = np.full(len(cluster), -1, np.int64)
    duplicate_of[rows] = np.where(rows == rows[first[which]], -1, rows[first[which]])
    later = np.flatnonzero(duplicate_of >= 0)
    exact = pc.fill_null(_column(table, "similarity", "exact"), 0).to_numpy()
    same = exact[later] == exact[duplicate_of[later]]
    verdict.replace(later, DUPLICATE, np.where(same, "exact_duplicate", "near_duplicate"))
    return duplicate_of


def _eras(table: pa.Table, limit: int) -> pa.Array:
    start, end = (_column(table, "dates", name).cast(pa.int64()) for name in ("claimed_start", "claimed_end"))
    known = pc.and_(pc.is_valid(start), pc.is_valid(end))
    before, after = pc.less_equal(end, limit), pc.greater_equal(start, limit)
    told = pc.if_else(before, "before", pc.if_else(after, "after", "across"))
    return pc.if_else(known, told, "unknown")


def _freeze(home: Home, catalog: Catalog, policy: Policy, given: Mapping[str, Any], table: pa.Table) -> DecisionSet:
    inputs = {**given, "policy": policy.digest}
    name = digest(canonical(inputs) + _bytes(table))
    counts = count(table)
    path = home.folder("decisions") / f"{name}.parquet"
    if not is_there(path):
        write_table(path, table)
    with catalog.transaction():
        catalog.run(
            "INSERT INTO decision VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO UPDATE SET created = excluded.created",
            (name, home.now(), policy.name, json.dumps(inputs), json.dumps(counts)),
        )
    return DecisionSet(name, policy.name, inputs, counts, path)


def _bytes(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue()


def count(table: pa.Table) -> dict[str, Any]:
    """Return the counts of a decision table: outcomes, masked, reasons, eras and grades of what is kept, words."""
    kept = table.filter(pc.equal(table["outcome"], "kept"))
    outcomes = _tally(table["outcome"])
    words, machine = pc.sum(table["words"]).as_py() or 0, pc.sum(table["machine_words"]).as_py() or 0
    return {
        "documents": len(table),
        **{name: outcomes.get(name, 0) for name in OUTCOMES},
        "masked": pc.sum(pc.greater(pc.list_value_length(kept["masks"]), 0)).as_py() or 0,
        "targets": _tally(kept["role"]).get("target", 0),
        "reasons": _tally(pc.list_flatten(table["reasons"])),
        "eras": _tally(kept["era"]),
        "grades": _tally(kept["grade"]),
        "words": words,
        "machine_words": machine,
        "machine_share": machine / words if words else 0.0,
    }


def _tally(values: pa.ChunkedArray) -> dict[str, int]:
    counted = pc.value_counts(values).to_pylist()
    return dict(sorted((row["values"], row["counts"]) for row in counted))
