"""Comparison: what a second policy would change, without deciding anything."""

from __future__ import annotations

from collections import Counter

from scapa.corpus.decide import decision_table, prepare
from scapa.corpus.policy import load_policy
from scapa.records import Progress, silent
from scapa.store.home import Home


def compare(home: Home, before: str, after: str, *, progress: Progress = silent) -> dict[str, int]:
    """Return how many documents go from which outcome under `before` to which other under `after`, most first."""
    policies = [load_policy(name) for name in (before, after)]
    with home.writing("policy diff") as catalog:
        prepared = prepare(home, catalog, progress=progress)
        tables = [decision_table(home, prepared, policy) for policy in policies]
    outcomes = [zip(t["outcome"].to_pylist(), t["role"].to_pylist(), strict=True) for t in tables]
    changes = Counter(
        f"{old} ({old_role}) → {new} ({new_role})"
        for (old, old_role), (new, new_role) in zip(*outcomes, strict=True)
        if (old, old_role) != (new, new_role)
    )
    return dict(changes.most_common())
