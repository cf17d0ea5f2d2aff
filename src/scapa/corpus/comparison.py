"""Comparison: what a second policy would change, without deciding anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scapa.corpus.decisions import Decided, prepare, verdicts
from scapa.corpus.examples import Example, examples, spread
from scapa.corpus.features import ROWS
from scapa.corpus.policy import load_policy
from scapa.corpus.relations import Labels
from scapa.records import Progress, silent
from scapa.store.home import Home


@dataclass(frozen=True, slots=True)
class Change:
    """Documents that go from one outcome (and role, and reasons) to another, with a few examples."""

    before: str
    after: str
    documents: int
    examples: tuple[Example, ...]


def compare(home: Home, before: str, after: str, *, most: int = 3, progress: Progress = silent) -> list[Change]:
    """Return what would change from the policy `before` to `after`, most documents first."""
    policies = [load_policy(name) for name in (before, after)]
    with home.writing("policy diff") as catalog:
        data = prepare(home, catalog, policies, progress=progress).features
        (old, old_names), (new, new_names) = (_told(verdicts(home, data, policy)) for policy in policies)
        ids = data.table["id"]
        pairs, which = np.unique(np.stack([old, new]), axis=1, return_inverse=True)
        named = [(old_names[a], new_names[b]) for a, b in pairs.T.tolist()]
        rows = {pair: np.flatnonzero(which.ravel() == n) for n, pair in enumerate(named) if pair[0] != pair[1]}
        chosen = {pair: ids.take(pa.array(spread(on, most))).to_pylist() for pair, on in rows.items()}
    shown = examples(home, sorted({name for names in chosen.values() for name in names}))
    changes = [Change(*pair, len(on), tuple(shown[name] for name in chosen[pair])) for pair, on in rows.items()]
    return sorted(changes, key=lambda change: (-change.documents, change.before, change.after))


def _told(decided: Decided) -> tuple[Labels, list[str]]:
    """Return (a number per document, what it says): the outcome, role and reasons in words."""
    told = pa.chunked_array([part.dictionary_encode() for part in _words(decided)]).unify_dictionaries()
    return np.concatenate([part.indices.to_numpy() for part in told.chunks]), told.chunk(0).dictionary.to_pylist()


def _words(decided: Decided) -> Iterator[pa.Array]:
    for start in range(0, len(decided.target), ROWS):
        rows = slice(start, start + ROWS)
        verdict = decided.verdict.part(rows)
        outcome, reasons = verdict.outcomes(), pc.binary_join(verdict.reasons(), ", ")
        role = pc.if_else(pa.array(decided.target[rows]), " as target", " as context")
        why = pc.if_else(pc.equal(reasons, ""), "", pc.binary_join_element_wise(": ", reasons, ""))
        yield pc.binary_join_element_wise(outcome, pc.if_else(pc.equal(outcome, "kept"), role, ""), why, "")
