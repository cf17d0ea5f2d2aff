"""Explanation: what each rule of a policy did in a decision set, with examples; nothing is decided again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scapa.corpus.decide import DecisionSet
from scapa.corpus.examples import Example, examples, spread
from scapa.corpus.policy import Policy
from scapa.corpus.relations import Labels
from scapa.store.home import Home


@dataclass(frozen=True, slots=True)
class Explained:
    """What one reason stands for (`when` and `action` of its rule, or what else gives it) and whom it took."""

    reason: str
    action: str
    when: str
    documents: int
    examples: tuple[Example, ...]


def explain(home: Home, decisions: DecisionSet, policy: Policy, most: int = 3) -> list[Explained]:
    """Return every rule of `policy` in order, then the reasons that are no rule's (copies, unknown answers, failures).

    Each has at most `most` examples, spread evenly over the time that its documents span.
    """
    table = decisions.table().select(["id", "reasons", "claimed_start"])
    lengths = pc.list_value_length(table["reasons"]).to_numpy()
    rows = np.repeat(np.arange(len(table)), lengths)
    reasons = pc.list_flatten(table["reasons"]).combine_chunks()
    taken = {
        reason: rows[pc.equal(reasons, reason).to_numpy(zero_copy_only=False)] for reason in set(reasons.to_pylist())
    }
    chosen = {reason: table["id"].take(pa.array(spread(on, most))).to_pylist() for reason, on in taken.items()}
    shown = examples(home, sorted({name for names in chosen.values() for name in names}))
    return [
        Explained(reason, action, when, len(taken.get(reason, ())), tuple(shown[n] for n in chosen.get(reason, ())))
        for reason, action, when in _reasons(policy, taken)
    ]


def _reasons(policy: Policy, taken: dict[str, Labels]) -> Iterator[tuple[str, str, str]]:
    for rule in policy.rules:
        yield rule.reason, rule.action, rule.when
    named = {rule.reason for rule in policy.rules}
    for reason in sorted(set(taken) - named, key=lambda name: -len(taken[name])):
        yield reason, *_ORIGINS.get(reason, _origin(reason))


_ORIGINS = {
    "exact_duplicate": ("duplicate", "its own words are those of an earlier document that is kept"),
    "near_duplicate": ("duplicate", "most of its own words are those of an earlier document that is kept"),
}


def _origin(reason: str) -> tuple[str, str]:
    if reason.endswith("_unknown"):
        return "review", f"the rule {reason.removesuffix('_unknown')} has no answer"
    return "errored", f"the judge {reason.removesuffix('_failed')} failed"
