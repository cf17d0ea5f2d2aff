"""Decide: judge what is new, relate it to the rest, and give every document one outcome; or find that nothing changed.

A nightly run mostly finds nothing new, and is to find that quickly: this module needs rows of the catalog and digests,
and loads Arrow, DuckDB and compiled code (`scapa.corpus.decisions`) only when there is something to decide.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scapa.corpus.chain import judges, keys
from scapa.corpus.grants import open_grants
from scapa.corpus.labels import snapshot
from scapa.corpus.policy import load_policy, policy_digest
from scapa.errors import UnknownName
from scapa.files import is_there
from scapa.ledger.state import state
from scapa.records import Conservation, Progress, silent
from scapa.seal.canonical import digest_of
from scapa.seal.merkle import root
from scapa.store.home import Home

if TYPE_CHECKING:
    import pyarrow as pa

OUTCOMES = ("kept", "review", "rejected", "duplicate", "errored")


VERSION = 1
"""Of the way documents are related and decided; a new one decides anew."""


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
        """Return the decisions as a `scapa.corpus.decide.DECISIONS` table."""
        from scapa.corpus.decisions import own_labels
        from scapa.store.segments import read_table

        return own_labels(read_table(self.path))


@dataclass(frozen=True)
class Curated:
    """What a `curate` did: the decisions, the CPU-seconds that each judge took for what was new, and how many bytes of
    text that was, the CPU-seconds of the steps after judging.
    """

    decisions: DecisionSet
    seconds: Mapping[str, float]
    judged_bytes: int = 0
    steps: Mapping[str, float] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """Return the JSON of a `curate`."""
        decisions = self.decisions
        return {
            "decision": decisions.digest, "policy": decisions.policy, **decisions.counts, "seconds": self.seconds,
            "judged_bytes": self.judged_bytes, "steps": self.steps, "conserved": decisions.law.holds,
        }  # fmt: skip


def curate(home: Home, *, policy: str | None = None, progress: Progress = silent) -> Curated:
    """Judge what is new, match it against the ledger, and decide. Nothing new and the same policy: the same set."""
    name = policy or home.settings.curate.policy
    with home.writing("curate") as catalog:
        standing = current(home, policy_digest(name))
        if standing:
            return Curated(standing, {})
        from scapa.corpus.decisions import decide, prepare
        from scapa.corpus.tiers import merge_tiers

        rules = load_policy(name)
        prepared = prepare(home, catalog, [rules], progress=progress)
        spent = prepared.spent
        with spent.step("decide"):
            made = decide(home, catalog, prepared, rules)
        with spent.step("merge"):
            merge_tiers(home, catalog)
        return Curated(made, spent.seconds, spent.text_bytes, spent.steps)


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


def current(home: Home, policy: str) -> DecisionSet | None:
    """Return the newest decision set if deciding again by the policy of this digest would give the same."""
    try:
        newest = latest(home)
    except UnknownName:
        return None
    files = [newest.path, *(home.path / segment.name for segment in home.catalog.segments("documents"))]
    now = inputs(home, newest.inputs["judges"])
    same = newest.inputs == {**now, "policy": policy} and all(map(is_there, files))
    return newest if same else None


def inputs(home: Home, names: Iterable[str]) -> dict[str, Any]:
    """Return the names of everything a decision depends on but the policy, which asks the judges of these `names`.

    Documents are named by their batches, which stay the same when segments are merged; a batch that brought nothing
    new has the root of nothing.
    """
    catalog, settings = home.catalog, home.settings
    relations = {
        "version": VERSION,
        "documents": [list(r) for r in catalog.rows("SELECT sequence, root FROM batch WHERE root != ?", (_NOTHING,))],
        "sources": [list(row) for row in catalog.rows("SELECT id, removed IS NULL FROM source")],
        "grants": open_grants(home).snapshot(home.now()),
        "ledger": state(home.path / "generations"),
        "labels": snapshot(catalog),
        "me": sorted(settings.me.addresses),
        "settings": [settings.curate.cutoff, settings.curate.near_duplicate, *astuple(settings.ledger)],
    }
    return {"judges": keys(judges(home.path, names)), "relations": digest_of(relations)}


_NOTHING = root([]).hex()
