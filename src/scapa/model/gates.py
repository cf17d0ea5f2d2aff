"""The gates between a tuned model and its use: all must pass, and what could not be measured does not pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from scapa.measure.interval import Interval
from scapa.measure.tails import Change, compare
from scapa.model.evaluate import Evaluation
from scapa.model.memory import Memory
from scapa.records import Gate
from scapa.text.words import words

FORGETTING = 0.15
"""Ceiling in nats/token on what general text may lose."""
RUN = 12
"""A verbatim run up to this many words is no memorisation; nor is one up to twice the author's own."""
TAILS = -0.35
"""Floor on the relative change of the missing mass (the share of words seen once), samples against real text."""

Tails = Callable[[Sequence[str], Sequence[str]], Mapping[str, Change]]
"""Every tail gauge of generated texts (first) beside that of real ones (second)."""


def gates(evaluation: Evaluation, memory: Memory, tails: Mapping[str, Change]) -> list[Gate]:
    """Return the gates in the order in which they are shown."""
    ceiling = max(RUN, 2 * memory.baseline)
    run_note = f"words, a ceiling; the author's own held-out text: {memory.baseline}; {memory.samples} samples"
    return [
        _above("heldout_improves", evaluation.improvement, "nats/token by which held-out loss fell"),
        _above("voice_gain", evaluation.voice_gain, "nats/token beyond what other authors' text gained"),
        _forgetting(evaluation.forgetting),
        Gate("longest_run", float(memory.longest), float(ceiling), memory.samples > 0 and memory.longest <= ceiling,
             note=run_note),
        Gate("copying", memory.copying, 0.0, memory.samples > 0 and memory.copying <= 0.0,
             note="share of samples with 20 words verbatim, a ceiling"),
        _tails(tails),
    ]  # fmt: skip


def all_pass(gates: Iterable[Gate]) -> bool:
    """Whether there are gates and every one passed."""
    found = list(gates)
    return bool(found) and all(gate.passed for gate in found)


def tail_changes(rng: np.random.Generator) -> Tails:
    """Return the comparison of every tail gauge at equal words; `missing_mass` notices tail loss first and is gated."""

    def changes(generated: Sequence[str], real: Sequence[str]) -> dict[str, Change]:
        ours, theirs = ([Counter(words(text)) for text in texts] for texts in (generated, real))
        return compare(ours, theirs, rng)

    return changes


def _above(name: str, figure: Interval | None, note: str) -> Gate:
    if figure is None:
        return Gate(name, float("nan"), 0.0, False, note="could not be measured: too little text")
    return Gate(name, figure.estimate, 0.0, figure.low > 0, figure.low, figure.high, note)


def _forgetting(figure: Interval | None) -> Gate:
    if figure is None:
        return Gate("forgetting", float("nan"), FORGETTING, False, note="could not be measured: no other text")
    passed = figure.estimate <= FORGETTING
    note = "nats/token lost on general text, a ceiling"
    return Gate("forgetting", figure.estimate, FORGETTING, passed, figure.low, figure.high, note)


def _tails(changes: Mapping[str, Change]) -> Gate:
    found = changes.get("missing_mass")
    if found is None or not found.theirs > 0:
        return Gate("tails", float("nan"), TAILS, False, note="could not be measured: too few samples")
    low, high = (bound / found.theirs for bound in (found.difference.low, found.difference.high))
    note = "relative change of the missing mass, samples against the author's real continuations"
    return Gate("tails", found.relative, TAILS, found.relative >= TAILS, low, high, note)
