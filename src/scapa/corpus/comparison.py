"""Comparison: what a second policy would change, without deciding anything."""

from __future__ import annotations

from collections import Counter

import numpy as np

from scapa.corpus.decide import OUTCOMES
from scapa.corpus.decisions import Decided, prepare, verdicts
from scapa.corpus.policy import load_policy
from scapa.corpus.relations import Labels
from scapa.records import Progress, silent
from scapa.store.home import Home


def compare(home: Home, before: str, after: str, *, progress: Progress = silent) -> dict[str, int]:
    """Return how many documents go from which outcome under `before` to which other under `after`, most first."""
    policies = [load_policy(name) for name in (before, after)]
    with home.writing("policy diff") as catalog:
        prepared = prepare(home, catalog, progress=progress)
        old, new = (_codes(verdicts(home, prepared.features, policy)) for policy in policies)
    pairs, counts = np.unique(np.stack([old, new])[:, old != new], axis=1, return_counts=True)
    changes = {f"{_name(a)} → {_name(b)}": n for (a, b), n in zip(pairs.T.tolist(), counts.tolist(), strict=True)}
    return dict(Counter(changes).most_common())


def _codes(decided: Decided) -> Labels:
    """Return a number for the outcome and role of every document."""
    return decided.verdict.code * 2 + decided.target


def _name(code: int) -> str:
    return f"{OUTCOMES[code // 2]} ({'target' if code % 2 else 'context'})"
