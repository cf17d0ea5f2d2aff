"""Decide: a policy over the features gives every document one outcome, its reasons and its masks."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scapa.corpus.features import Features, cutoff, features
from scapa.corpus.judging import judge_new, judges, keys
from scapa.corpus.matching import search_new
from scapa.corpus.policy import Policy, columns, load_policy
from scapa.corpus.relations import Labels, open_grants
from scapa.corpus.rules import answer
from scapa.errors import UnknownName
from scapa.ledger import Ledger
from scapa.records import Conservation, Progress, silent
from scapa.rights.grants import Grants
from scapa.seal.canonical import canonical, digest, digest_of
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.schema import TIME
from scapa.store.segments import read_table, write_table

OUTCOMES = ("kept", "review", "rejected", "duplicate", "errored")
MASKS = pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64()), ("kind", pa.string()), ("style", pa.string())]))
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
        ("licence", pa.string()),
        ("words", pa.int64()),
        ("machine_words", pa.int64()),
    ]
)
"""`era` is before, after, across or unknown: the claimed interval against the cut-off. `words` are own words."""

_OUTCOME_OF = {"reject": "rejected", "review": "review", "keep": "kept"}


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
    return newest if same else None


def _ledger(home: Home) -> Ledger:
    return Ledger.open(home.folder("generations"), now=home.now)


def _inputs(home: Home, grants: Grants, ledger: Ledger) -> dict[str, Any]:
    """Return the names of everything a decision depends on but the policy."""
    catalog, settings = home.catalog, home.settings
    relations = {
        "documents": [segment.name for segment in catalog.segments("occurrences")],
        "sources": [list(row) for row in catalog.rows("SELECT id, removed IS NULL, custodian, existed_by FROM source")],
        "grants": grants.snapshot(home.now()),
        "ledger": ledger.snapshot(),
        "me": sorted(settings.me.addresses),
        "settings": [settings.curate.cutoff, settings.curate.near_duplicate, *astuple(settings.ledger)],
    }
    return {"judges": keys(judges()), "relations": digest_of(relations)}


def prepare(home: Home, catalog: Catalog, *, progress: Progress = silent) -> Prepared:
    """Judge and match what is new, then gather the features; needs the writer's lock. What is judged reads no text."""
    seconds = judge_new(home, catalog, progress=progress)
    ledger, grants = _ledger(home), open_grants(home)
    search_new(home, catalog, ledger, progress=progress)
    return Prepared(features(home, catalog, grants, ledger), _inputs(home, grants, ledger), seconds)


def decision_table(home: Home, prepared: Prepared, policy: Policy) -> pa.Table:
    """Return what `policy` decides of every document: a `DECISIONS` table in the order of the features."""
    return _decide(prepared.features, policy, cutoff(home.settings))


def latest(home: Home, digest: str | None = None) -> DecisionSet:
    """Return the newest decision set, or the one whose digest starts with `digest`."""
    rows = home.catalog.rows(
        "SELECT * FROM decision WHERE digest LIKE ? ORDER BY created DESC LIMIT 1", (f"{digest or ''}%",)
    )
    if not rows:
        raise UnknownName("nothing has been decided yet", where=str(home.path), next="run: scapa curate")
    row = rows[0]
    path = home.path / "decisions" / f"{row['digest']}.parquet"
    return DecisionSet(row["digest"], row["policy"], json.loads(row["inputs"]), json.loads(row["counts"]), path)


def _decide(data: Features, policy: Policy, limit: int) -> pa.Table:
    table = data.table
    answers = _answers(table, policy)
    outcome, reasons, masking = _apply(table, policy, answers)
    duplicate_of = _duplicates(table, data.cluster, outcome, reasons)
    ids = table["id"].to_pylist()
    target = [value is True for value in answers[f"r{len(policy.rules)}"].to_pylist()]
    permitted = pc.struct_field(table["rights"], "allowed").to_pylist()
    masks = _masks(table, policy, masking)
    rows = {
        "id": ids,
        "outcome": outcome,
        "reasons": reasons,
        "role": ["target" if t and p else "context" for t, p in zip(target, permitted, strict=True)],
        "duplicate_of": [None if d is None else ids[d] for d in duplicate_of],
        "masks": [mask if o == "kept" else [] for mask, o in zip(masks, outcome, strict=True)],
        "generations": [value or [] for value in _column(table, "ledger", "generations")],
        "thread": [ids[n] for n in data.thread.tolist()],
        "cluster": [ids[n] for n in data.cluster.tolist()],
        "unit": [ids[n] for n in data.unit.tolist()],
        "kind": table["kind"].to_pylist(),
        "grade": _column(table, "dates", "grade"),
        "claimed_start": _column(table, "dates", "claimed_start"),
        "claimed_end": _column(table, "dates", "claimed_end"),
        "existed_by": _column(table, "dates", "existed_by"),
        "era": _eras(table, limit),
        "basis": _column(table, "rights", "basis"),
        "licence": _column(table, "licence", "spdx"),
        "words": [value or 0 for value in _column(table, "quotes", "own_words")],
        "machine_words": [value or 0 for value in _column(table, "ledger", "words")],
    }
    return pa.Table.from_pydict(rows, schema=DECISIONS)


def _column(table: pa.Table, column: str, field: str) -> list[Any]:
    values: list[Any] = pc.struct_field(table[column], field).to_pylist()
    return values


def _answers(table: pa.Table, policy: Policy) -> pa.Table:
    """Ask the policy's expressions of the columns they read, spans left out and times without a zone (all are UTC)."""
    expressions = policy.expressions()
    arrays: dict[str, pa.Array] = {"row": pa.array(np.arange(len(table)))}
    for name in sorted(columns(expressions) & set(table.column_names)):
        arrays[name] = _plain(table[name].combine_chunks())
    return answer(pa.table(arrays), expressions)


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


def _apply(table: pa.Table, policy: Policy, answers: pa.Table) -> tuple[list[str], list[list[str]], list[list[bool]]]:
    """Return outcome, reasons and which masks apply. The first rule that is true, or unknown, decides."""
    truth = [answers[f"r{n}"].to_pylist() for n in range(len(policy.rules))]
    outcomes, reasons, masking = [], [], []
    for row, error in enumerate(table["error"].to_pylist()):
        outcome, why, masks = "kept", list[str](), list[bool]()
        decided = error is not None
        if decided:
            outcome, why = "errored", [f"{error}_failed"]
        for rule, values in zip(policy.rules, truth, strict=True):
            value = values[row]
            masks.append(rule.action == "mask" and value is True)
            if decided or value is False or (rule.action == "mask" and value):
                continue
            decided = True
            outcome = "review" if value is None else _OUTCOME_OF[rule.action]
            why = [f"{rule.reason}_unknown" if value is None else rule.reason] if outcome != "kept" else []
        if outcome == "kept":
            why = [rule.reason for rule, on in zip(policy.rules, masks, strict=True) if on]
        outcomes.append(outcome)
        reasons.append(why)
        masking.append(masks)
    return outcomes, reasons, masking


def _duplicates(table: pa.Table, cluster: Labels, outcome: list[str], reasons: list[list[str]]) -> list[int | None]:
    """Of every cluster keep the earliest copy that the policy keeps; the later ones become duplicates of it."""
    exact = _column(table, "similarity", "exact")
    first: dict[int, int] = {}
    duplicate_of: list[int | None] = [None] * len(outcome)
    for row, label in enumerate(cluster.tolist()):
        if outcome[row] != "kept":
            continue
        kept = first.setdefault(label, row)
        if kept != row:
            outcome[row] = "duplicate"
            reasons[row] = ["exact_duplicate" if exact[kept] == exact[row] else "near_duplicate"]
            duplicate_of[row] = kept
    return duplicate_of


def _masks(table: pa.Table, policy: Policy, masking: list[list[bool]]) -> list[list[dict[str, Any]]]:
    used = {rule.spans for rule in policy.rules if rule.action == "mask"}
    spans = {name: _column(table, name, "spans") for name in used}
    styled = [(n, rule.spans, rule.style) for n, rule in enumerate(policy.rules) if rule.action == "mask"]
    return [
        [dict(span, style=style) for n, name, style in styled if on[n] for span in spans[name][row] or []]
        for row, on in enumerate(masking)
    ]


def _eras(table: pa.Table, limit: int) -> list[str]:
    starts = pc.struct_field(table["dates"], "claimed_start").cast(pa.int64()).to_pylist()
    ends = pc.struct_field(table["dates"], "claimed_end").cast(pa.int64()).to_pylist()
    return [_era(start, end, limit) for start, end in zip(starts, ends, strict=True)]


def _era(start: int | None, end: int | None, limit: int) -> str:
    if start is None or end is None:
        return "unknown"
    return "before" if end <= limit else "after" if start >= limit else "across"


def _freeze(home: Home, catalog: Catalog, policy: Policy, given: Mapping[str, Any], table: pa.Table) -> DecisionSet:
    inputs = {**given, "policy": policy.digest}
    name = digest(canonical(inputs) + _bytes(table))
    counts = count(table)
    path = home.folder("decisions") / f"{name}.parquet"
    if not catalog.rows("SELECT 1 FROM decision WHERE digest = ?", (name,)):
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
    outcome = table["outcome"].to_pylist()
    kept = table.filter(pc.equal(table["outcome"], "kept"))
    tally = Counter(outcome)
    reasons = Counter(reason for why in table["reasons"].to_pylist() for reason in why)
    words, machine = pc.sum(table["words"]).as_py() or 0, pc.sum(table["machine_words"]).as_py() or 0
    return {
        "documents": len(table),
        **{name: tally.get(name, 0) for name in OUTCOMES},
        "masked": sum(1 for masks in kept["masks"].to_pylist() if masks),
        "targets": kept["role"].to_pylist().count("target"),
        "reasons": dict(sorted(reasons.items())),
        "eras": dict(sorted(Counter(kept["era"].to_pylist()).items())),
        "grades": dict(sorted(Counter(kept["grade"].to_pylist()).items())),
        "words": words,
        "machine_words": machine,
        "machine_share": machine / words if words else 0.0,
    }
