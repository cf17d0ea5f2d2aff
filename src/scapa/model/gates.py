"""The gates between a tuned model and its use: all must pass, and what could not be measured does not pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from scapa.errors import UsageError
from scapa.measure.interval import Interval
from scapa.measure.tails import compare
from scapa.model.evaluate import Evaluation
from scapa.model.memory import Memory, words
from scapa.records import Gate

FORGETTING = 0.15
"""Ceiling in nats/token on what general text may lose."""
RUN = 12
"""A verbatim run up to this many words is no memorisation; nor is one up to twice the author's own."""
TAILS = -0.35
"""Floor on the relative change of the missing mass (the share of words seen once), samples against real text."""

Tails = Callable[[Sequence[str], Sequence[str]], Interval]
"""Relative change of a tail gauge from real texts (second) to generated ones (first)."""


def gates(evaluation: Evaluation, memory: Memory, tails: Interval | None) -> list[Gate]:
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


def missing_mass_change(rng: np.random.Generator) -> Tails:
    """Return the gauge that notices tail loss first: the relative change of the missing mass at equal words."""

    def change(generated: Sequence[str], real: Sequence[str]) -> Interval:
        ours, theirs = ([Counter(words(text)) for text in texts] for texts in (generated, real))
        found = compare(ours, theirs, rng)["missing_mass"]
        scale = found.theirs
        if not scale > 0:
            raise UsageError("the real text has no rare words to compare with")
        return Interval(found.relative, found.difference.low / scale, found.difference.high / scale)

    return change


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


def _tails(figure: Interval | None) -> Gate:
    if figure is None:
        return Gate("tails", float("nan"), TAILS, False, note="could not be measured: too few samples")
    note = "relative change of the missing mass, samples against the author's real continuations"
    return Gate("tails", figure.estimate, TAILS, figure.estimate >= TAILS, figure.low, figure.high, note)
