"""Verdicts: from the answers to a policy's expressions to an outcome, its reasons and its masks, all rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from scapa.corpus.decide import OUTCOMES
from scapa.corpus.policy import Policy, Rule

KEPT, REVIEW, REJECTED, DUPLICATE, ERRORED = range(len(OUTCOMES))
MASKS = pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64()), ("kind", pa.string()), ("style", pa.string())]))
_CODE_OF = {"reject": REJECTED, "review": REVIEW, "keep": KEPT}

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass
class Verdict:
    """`code` indexes `OUTCOMES`, `cause` indexes `causes` (0: no one cause), a row a document.

    `masking` has a row a rule: whether it is a mask that applies. The reasons of a kept document are its masks'.
    """

    code: Codes
    cause: Codes
    masking: Flags
    rules: tuple[str, ...]
    causes: list[str] = field(default_factory=lambda: [""])

    def replace(self, rows: Codes, code: int, causes: NDArray[np.str_]) -> None:
        """Give `rows` another outcome for another cause each."""
        self.code[rows] = code
        for cause in np.unique(causes).tolist():
            self.cause[rows[causes == cause]] = self.named(cause)

    def part(self, rows: slice) -> Verdict:
        """Return the verdict on some of the rows."""
        return Verdict(self.code[rows], self.cause[rows], self.masking[:, rows], self.rules, self.causes)

    def named(self, cause: str) -> int:
        """Return the number of a cause."""
        if cause not in self.causes:
            self.causes.append(cause)
        return self.causes.index(cause)

    def outcomes(self) -> pa.Array:
        """Return the outcome of every row, by name."""
        return pa.array(OUTCOMES).take(pa.array(self.code))

    def reasons(self) -> pa.Array:
        """Return the reasons of every row: one list for each distinct combination, shared by its rows."""
        masks = np.where(self.code == KEPT, self.masking, False)
        bits = (1 << np.arange(len(self.rules), dtype=np.int64)) @ masks.astype(np.int64)
        sets, own = np.unique(bits, return_inverse=True)  # twice in one dimension: much quicker than once in two
        _, first, which = np.unique(self.cause * len(sets) + own, return_index=True, return_inverse=True)
        lists = [
            [self.causes[self.cause[row]]] * bool(self.cause[row])
            + [name for name, on in zip(self.rules, masks[:, row], strict=True) if on]
            for row in first.tolist()
        ]
        return pa.array(lists, pa.list_(pa.string())).take(pa.array(which))


def apply_rules(errors: pa.ChunkedArray, policy: Policy, answers: Sequence[pa.ChunkedArray]) -> Verdict:
    """Return the verdict: the first rule that is true decides, one that is unknown (null) means review; a mask that is
    true applies and decides nothing. What could not be judged is errored.
    """
    count = len(errors)
    failed = pc.is_valid(errors).to_numpy(zero_copy_only=False)
    verdict = Verdict(
        np.where(failed, ERRORED, KEPT).astype(np.int64), np.zeros(count, np.int64),
        np.zeros((len(policy.rules), count), bool), tuple(rule.reason for rule in policy.rules),
    )  # fmt: skip
    for judge in pc.unique(errors.filter(pa.array(failed))).to_pylist():
        verdict.cause[pc.fill_null(pc.equal(errors, judge), False).to_numpy(zero_copy_only=False)] = verdict.named(
            f"{judge}_failed"
        )
    open_ = ~failed
    for n, (rule, answer) in enumerate(zip(policy.rules, answers, strict=True)):
        unknown = pc.is_null(answer).to_numpy(zero_copy_only=False)
        true = pc.fill_null(answer, False).to_numpy(zero_copy_only=False)
        verdict.masking[n] = true & (rule.action == "mask")
        # A mask that may apply must not be left out, whatever rule keeps the document.
        deciding = unknown & (verdict.code == KEPT) if rule.action == "mask" else open_ & (unknown | true)
        _settle(verdict, deciding & unknown, REVIEW, f"{rule.reason}_unknown")
        if rule.action != "mask":
            code = _CODE_OF[rule.action]
            _settle(verdict, deciding & true, code, "" if code == KEPT else rule.reason)
        open_ &= ~deciding
    return verdict


def _settle(verdict: Verdict, rows: Flags, code: int, cause: str) -> None:
    if rows.any():
        verdict.code[rows] = code
        verdict.cause[rows] = verdict.named(cause)


def compose_masks(table: pa.Table, policy: Policy, verdict: Verdict) -> pa.Array:
    """Return every kept document's masks: the spans of each mask that applies, rule by rule."""
    kept = verdict.code == KEPT
    masks = [(rule, np.flatnonzero(verdict.masking[n] & kept)) for n, rule in enumerate(policy.rules)]
    parts = [_spans(table, rule, on) for rule, on in masks if len(on)]
    row = np.concatenate([np.zeros(0, np.int64), *(part[0] for part in parts)])
    offsets = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(kept)))]).astype(np.int32)
    values = pa.concat_arrays([pa.array([], MASKS.value_type), *(part[1] for part in parts)])
    if len(parts) > 1:
        values = values.take(pa.array(np.argsort(row, kind="stable")))
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def _spans(table: pa.Table, rule: Rule, on: Codes) -> tuple[Codes, pa.Array]:
    """Return the spans that a mask masks in the rows `on`: of which row each is, and the span."""
    column = pc.struct_field(table[rule.spans], "spans")
    spans = (column if len(on) == len(table) else column.take(pa.array(on))).combine_chunks()
    lengths = pc.fill_null(pc.list_value_length(spans), 0).to_numpy(zero_copy_only=False)
    flat = spans.flatten()
    columns = [*(pc.struct_field(flat, name) for name in ("start", "end", "kind")), pa.repeat(rule.style, len(flat))]
    return np.repeat(on, lengths), pa.StructArray.from_arrays(columns, fields=list(MASKS.value_type))
