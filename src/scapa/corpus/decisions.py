"""Decisions: a policy over the features gives every document one outcome, its reasons and its masks.

What all documents are needed for (outcomes, copies) is a few bytes a document; rows are written a batch at a time.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from scapa.corpus.chain import ALWAYS
from scapa.corpus.decide import OUTCOMES, DecisionSet, inputs, latest
from scapa.corpus.features import OURS, ROWS, Features, cutoff, features
from scapa.corpus.judging import Spent, judge_new
from scapa.corpus.matching import search_new
from scapa.corpus.policy import Policy, columns
from scapa.corpus.relations import Labels
from scapa.corpus.rules import answer
from scapa.corpus.share import machine_shares
from scapa.corpus.verdict import DUPLICATE, KEPT, MASKS, Verdict, apply_rules, compose_masks
from scapa.errors import UnknownName
from scapa.files import sync_folder
from scapa.ledger import Ledger
from scapa.records import Progress, silent
from scapa.seal.canonical import canonical
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.schema import TIME
from scapa.store.segments import check_there, writing

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
"""`era` is before, after, across or unknown: the claimed interval against the cut-off. `words` are own words.
In the file a `thread`, `cluster` or `unit` is null where it is the document's own id (`DecisionSet.table` says it).
"""
_IDS = ("id", "duplicate_of", "thread", "cluster", "unit")
_TOLD = ("outcome", "role", "kind", "grade", "era", "basis", "licence", "reasons.list.element")
_SPANS = tuple(f"masks.list.element.{name}" for name in ("start", "end", "kind", "style"))
_AS: dict[str, Any] = {
    "rows": ROWS,
    "compression": {**dict.fromkeys((*DECISIONS.names, *_SPANS), "zstd"), **dict.fromkeys(_IDS, "none")},
    "use_dictionary": [*_TOLD, *_SPANS[2:]],
}
"""Ids are digests: compressing them, or looking for equal ones, takes time and saves nothing."""
KEPT_SETS = 16
"""Decision sets that stay, beside those of releases; up to twice as many wait to be removed."""


@dataclass(frozen=True)
class Prepared:
    """All that decisions are made from: the features, what names them, and what judging took."""

    features: Features
    inputs: Mapping[str, Any]
    spent: Spent


@dataclass(frozen=True)
class Decided:
    """What a policy makes of every row of the features; `duplicate_of` is a row or −1."""

    verdict: Verdict
    target: NDArray[np.bool_]
    duplicate_of: Labels


def prepare(home: Home, catalog: Catalog, policies: Iterable[Policy], *, progress: Progress = silent) -> Prepared:
    """Judge what is new by the judges that `policies` ask, match it, then gather the features.

    Needs the writer's lock. Of what is judged no text is read again.
    """
    names = {*ALWAYS, *(name for policy in policies for name in policy.judges())}
    check_there(home.path / segment.name for segment in catalog.segments("documents"))
    spent = judge_new(home, catalog, names, progress=progress)
    given = inputs(home, names)  # first: what comes in between is in the features, and makes them new the next time
    ledger = Ledger.open(home.folder("generations"), now=home.now)
    with spent.step("match"):
        search_new(home, catalog, ledger, progress=progress)
    with spent.step("relate"):
        made = features(home, catalog, given, ledger)
    return Prepared(made, given, spent)


def decide(home: Home, catalog: Catalog, prepared: Prepared, policy: Policy) -> DecisionSet:
    """Decide by `policy` and freeze the decisions: a file named by the digest of its rows and of what made them."""
    decided = verdicts(home, prepared.features, policy)
    given = {**prepared.inputs, "policy": policy.digest}
    rows = decision_rows(prepared.features, decided, policy, cutoff(home.settings))
    folder = home.folder("decisions")
    aside = folder / f"{secrets.token_hex(8)}.parquet"
    name, counts = _written(aside, rows, canonical(given))
    counts["machine_share_estimate"] = _estimate(home, prepared)
    path = folder / f"{name}.parquet"
    aside.replace(path)
    sync_folder(folder)
    with catalog.transaction():
        catalog.run(
            "INSERT INTO decision VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO UPDATE SET created = excluded.created",
            (name, home.now(), policy.name, json.dumps(given), json.dumps(counts)),
        )
        catalog.run_many("DELETE FROM decision WHERE digest = ?", ((old,) for old in _outdated(home, catalog)))
    return DecisionSet(name, policy.name, given, counts, path)


def _outdated(home: Home, catalog: Catalog) -> list[str]:
    """Return the decision sets that are neither among the newest nor what a release was made from; every now and then,
    when there are many. A set a night, each as long as the home, would in years be more than all its documents.
    """
    sets = [row["digest"] for row in catalog.rows("SELECT digest FROM decision ORDER BY created DESC")]
    if len(sets) <= 2 * KEPT_SETS:
        return []
    from scapa.corpus.release import releases

    released = {release.body["decision"] for release in releases(home)}
    return [name for name in sets[KEPT_SETS:] if name not in released]


def own_labels(table: pa.Table) -> pa.Table:
    """Return decisions as `DECISIONS` describes them, from the rows of a file."""
    for name in ("thread", "cluster", "unit"):
        table = table.set_column(table.schema.get_field_index(name), name, pc.coalesce(table[name], table["id"]))
    return table


def _estimate(home: Home, prepared: Prepared) -> list[dict[str, Any]]:
    """Return the machine share of each source and month: that of the newest decisions, if they had the same inputs."""
    with suppress(UnknownName):
        newest = latest(home)
        told = newest.counts.get("machine_share_estimate")
        if told is not None and {**newest.inputs, "policy": ""} == {**prepared.inputs, "policy": ""}:
            return list(told)
    data = prepared.features
    thread, cluster = data.label("thread"), data.label("cluster")
    found = machine_shares(data.table, thread, cluster, cutoff(home.settings), home.settings.ledger)
    data.file.rest()
    return [share.summary() for share in found]


def verdicts(home: Home, data: Features, policy: Policy) -> Decided:
    """Return the outcome of every document: by the policy's rules, and of copies the earliest that it keeps."""
    expressions = policy.expressions()
    wanted = columns(expressions) & set(data.table.column_names) - OURS
    answers = answer(data.file.path, sorted(wanted), expressions, home.path)
    verdict = apply_rules(data.table["error"], policy, [answers[f"r{n}"] for n in range(len(policy.rules))])
    allowed = _column(data.table, "rights", "allowed")
    target = pc.fill_null(pc.and_(answers[f"r{len(policy.rules)}"], allowed), False)
    duplicate_of = _duplicates(data, verdict)
    data.file.rest()
    return Decided(verdict, target.to_numpy(), duplicate_of)


def decision_rows(data: Features, decided: Decided, policy: Policy, limit: int) -> Iterator[pa.Table]:
    """Yield the decisions, a `DECISIONS` table a batch of the features; `limit` is the cut-off."""
    ids = data.table["id"].combine_chunks()
    labels = {name: data.label(name) for name in ("thread", "cluster", "unit")}
    for start, table in data.parts():
        rows = slice(start, start + len(table))
        verdict, duplicate_of = decided.verdict.part(rows), decided.duplicate_of[rows]
        made = {
            "id": table["id"],
            "outcome": verdict.outcomes(),
            "reasons": verdict.reasons(),
            "role": pa.array(["context", "target"]).take(pa.array(decided.target[rows].astype(np.int8))),
            "duplicate_of": ids.take(pa.array(duplicate_of, mask=duplicate_of < 0)),
            "masks": compose_masks(table, policy, verdict),
            "generations": _column(table, "ledger", "generations"),
            **{name: _others(ids, label, rows) for name, label in labels.items()},
            "kind": table["kind"],
            **{name: _column(table, "dates", name) for name in ("grade", "claimed_start", "claimed_end", "existed_by")},
            "era": _eras(table, limit),
            "basis": _column(table, "rights", "basis"),
            "shareable": _column(table, "rights", "shareable"),
            "licence": _column(table, "licence", "spdx"),
            "words": pc.fill_null(_column(table, "quotes", "own_words").cast(pa.int64()), 0),
            "machine_words": pc.fill_null(_column(table, "ledger", "words"), 0),
        }
        yield pa.table(made).cast(DECISIONS).combine_chunks()


def _others(ids: pa.Array, label: Labels, rows: slice) -> pa.Array:
    """Return the ids that the labels stand for, null where that is the row itself."""
    here = label[rows]
    return ids.take(pa.array(here, mask=here == np.arange(rows.start, rows.stop)))


def _column(table: pa.Table, column: str, field: str) -> pa.ChunkedArray:
    return pc.struct_field(table[column], field)


def _duplicates(data: Features, verdict: Verdict) -> Labels:
    """Of every cluster keep the earliest copy that the policy keeps; return what each later one is a copy of, or −1."""
    cluster = data.label("cluster")
    rows = np.flatnonzero(verdict.code == KEPT)
    earliest = np.full(len(cluster), len(cluster), np.int64)
    np.minimum.at(earliest, cluster[rows], rows)
    duplicate_of = np.full(len(cluster), -1, np.int64)
    later = rows[earliest[cluster[rows]] != rows]
    duplicate_of[later] = earliest[cluster[later]]
    exact = pc.fill_null(_column(data.table, "similarity", "exact"), 0).to_numpy()
    same = exact[later] == exact[duplicate_of[later]]
    verdict.replace(later, DUPLICATE, np.where(same, "exact_duplicate", "near_duplicate"))
    return duplicate_of


def _eras(table: pa.Table, limit: int) -> pa.Array:
    start, end = (_column(table, "dates", name).cast(pa.int64()) for name in ("claimed_start", "claimed_end"))
    known = pc.and_(pc.is_valid(start), pc.is_valid(end))
    before, after = pc.less_equal(end, limit), pc.greater_equal(start, limit)
    told = pc.if_else(before, "before", pc.if_else(after, "after", "across"))
    return pc.if_else(known, told, "unknown")


class _Digest:
    """A file that keeps only the digest of what is written to it."""

    closed = False

    def __init__(self, first: bytes) -> None:
        self._digest = hashlib.sha256(first)

    def write(self, data: Any) -> int:
        self._digest.update(data)
        return len(data)

    def flush(self) -> None:
        """There is nothing to flush."""

    def close(self) -> None:
        self.closed = True

    def name(self) -> str:
        return self._digest.hexdigest()


def _written(path: Path, rows: Iterator[pa.Table], given: bytes) -> tuple[str, dict[str, Any]]:
    """Write decisions; return the digest of what they were made from and of their rows, and their counts."""
    digest, counts = _Digest(given), Counts()
    with writing(path, DECISIONS, **_AS) as put, pa.ipc.new_stream(pa.PythonFile(digest, "w"), DECISIONS) as stream:
        for part in rows:
            put(part)
            stream.write_table(part)
            counts.add(part)
    return digest.name(), counts.total()


def count(table: pa.Table) -> dict[str, Any]:
    """Return the counts of a decision table: outcomes, masked, reasons, eras and grades of what is kept, words."""
    counts = Counts()
    counts.add(table)
    return counts.total()


class Counts:
    """The counts of decisions that come in parts."""

    def __init__(self) -> None:
        self._numbers: Counter[str] = Counter()
        self._tallies: dict[str, Counter[str]] = {name: Counter() for name in ("reasons", "eras", "grades")}

    def add(self, table: pa.Table) -> None:
        kept = table.filter(pc.equal(table["outcome"], "kept"))
        self._numbers.update(_tally(table["outcome"]))
        self._numbers.update(
            documents=len(table),
            masked=pc.sum(pc.greater(pc.list_value_length(kept["masks"]), 0)).as_py() or 0,
            targets=_tally(kept["role"]).get("target", 0),
            words=pc.sum(table["words"]).as_py() or 0,
            machine_words=pc.sum(table["machine_words"]).as_py() or 0,
        )
        columns = {"reasons": pc.list_flatten(table["reasons"]), "eras": kept["era"], "grades": kept["grade"]}
        for name, values in columns.items():
            self._tallies[name].update(_tally(values))

    def total(self) -> dict[str, Any]:
        """Return the JSON of all parts together."""
        numbers, words = self._numbers, self._numbers["words"]
        return {
            "documents": numbers["documents"],
            **{name: numbers[name] for name in OUTCOMES},
            "masked": numbers["masked"],
            "targets": numbers["targets"],
            **{name: dict(sorted(tally.items())) for name, tally in self._tallies.items()},
            "words": words,
            "machine_words": numbers["machine_words"],
            "machine_share": numbers["machine_words"] / words if words else 0.0,
        }


def _tally(values: pa.ChunkedArray) -> dict[str, int]:
    return {row["values"]: row["counts"] for row in pc.value_counts(values).to_pylist()}
