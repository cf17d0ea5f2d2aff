"""Comparison: what a second policy would change, without deciding anything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scapa.corpus.decide import decision_table, prepare
from scapa.corpus.examples import Example, examples, spread
from scapa.corpus.policy import load_policy
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
        prepared = prepare(home, catalog, progress=progress)
        tables = [decision_table(home, prepared, policy) for policy in policies]
    old, new = (_told(table) for table in tables)
    pairs, which = np.unique(np.stack([old, new]), axis=1, return_inverse=True)
    rows = {n: np.flatnonzero(which.ravel() == n) for n in range(pairs.shape[1]) if pairs[0, n] != pairs[1, n]}
    ids = tables[0]["id"]
    chosen = {n: ids.take(pa.array(spread(on, most))).to_pylist() for n, on in rows.items()}
    shown = examples(home, sorted({name for names in chosen.values() for name in names}))
    changes = [
        Change(str(pairs[0, n]), str(pairs[1, n]), len(on), tuple(shown[name] for name in chosen[n]))
        for n, on in rows.items()
    ]
    return sorted(changes, key=lambda change: (-change.documents, change.before, change.after))


def _told(table: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """Return per document what was decided of it in words: outcome, role, reasons."""
    reasons = pc.binary_join(table["reasons"].combine_chunks(), ", ")
    role = pc.if_else(pc.equal(table["outcome"], "kept"), pc.binary_join_element_wise(" as ", table["role"], ""), "")
    why = pc.if_else(pc.equal(reasons, ""), "", pc.binary_join_element_wise(": ", reasons, ""))
    told: np.ndarray[tuple[int], np.dtype[np.str_]] = (
        pc.binary_join_element_wise(table["outcome"], role, why, "").to_numpy(zero_copy_only=False).astype(np.str_)
    )
    return told
