"""One tuning: its loss, its gates, and the tails of what it writes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from scapa.records import Gate
from scapa.report.data import Estimate, LossChange, TailGauge, Tuning
from scapa.report.lines import Line, Look, lines_picture
from scapa.report.palette import sentinel
from scapa.report.rows import Row, dot, rows_picture, span, whisker
from scapa.report.svg import Figure
from scapa.report.words import interval, number, plain, signed

ROLES = {"author": "human", "control": "control", "general": "amber"}
MEANINGS = {
    "author": "you, held out",
    "control": "others, same genre",
    "general": "general prose",
}


def loss_figure(tuning: Tuning) -> Figure:
    """Return the curves of training and held-out loss over the tokens seen."""
    title = "How the loss fell"
    caption = (
        "Loss is the model's surprise at each next piece of a word: lower means it expects your words better. "
        "If the training line falls while the held-out line rises, it is learning by heart."
    )
    lines = [
        Line("held out", "human", *_columns(tuning.heldout)),
        Line("training", "control", *_columns(tuning.train)),
    ]
    lines = [line for line in lines if line.x]
    ends = "; ".join(f"{line.name} from {number(line.y[0])} to {number(line.y[-1])}" for line in lines)
    svg = lines_picture("loss", title, f"Loss in nats a token: {ends}.", lines, Look("tokens seen", "nats a token"))
    rows = tuple((line.name, f"{x:,.0f}", number(y)) for line in lines for x, y in zip(line.x, line.y, strict=True))
    return Figure("loss", title, caption, ends, svg, ("curve", "tokens", "nats a token"), rows)


def change_figure(changes: Sequence[LossChange]) -> Figure:
    """Return the losses before (hollow) and after (filled) tuning, with 95 % intervals of what came after."""
    title = "Is it your voice, or just the genre?"
    caption = (
        "From the hollow dot (loss before tuning) to the filled one (after); further left is better. Any tuning "
        "improves on text of the same kind, so your voice is only what your own text gains beyond the control. "
        "The general row shows what was forgotten."
    )
    shown = [estimate for change in changes for estimate in (change.before, change.after)]
    limits = span(value for estimate in shown for value in (estimate.value, estimate.low, estimate.high))
    words = "; ".join(f"{c.name} {number(c.before.value)} → {number(c.after.value)}" for c in changes)
    svg = rows_picture("change", title, words, [_change(change) for change in changes], limits, "nats a token")
    rows = tuple(
        (c.name, interval(c.before), interval(c.after), signed(c.after.value - c.before.value)) for c in changes
    )
    return Figure("change", title, caption, words, svg, ("texts", "before", "after", "change"), rows)


def _change(change: LossChange) -> Row:
    role = ROLES.get(change.name, "human")
    before, after = change.before.value, change.after.value

    def paint(axes: Any, y: float) -> None:
        axes.plot([before, after], [y, y], color=sentinel(role), linewidth=1.4, zorder=2)
        whisker(axes, y, change.after.low, change.after.high, role)
        dot(axes, before, y, role, hollow=True)
        dot(axes, after, y, role)

    name = MEANINGS.get(change.name, plain(change.name))
    return Row(name, f"{before:.2f} → {after:.2f} ({signed(after - before)})", paint)


def gates_figure(tuning: Tuning) -> Figure:
    """Return every gate on its own scale, its floor (or ceiling) on the middle line, passing always to the right."""
    title = "The gates"
    passed = sum(gate.passed for gate in tuning.gates)
    verdict = "It is the model in use." if tuning.promoted else "It is not in use; the model before it, if any, stays."
    caption = (
        f"{passed} of {len(tuning.gates)} gates passed. {verdict} The upright line is what must be cleared, the pale "
        "bar the 95 % interval; to the right of the line is good. Each gate has its own scale."
    )
    words = "; ".join(f"{gate.name} {'passed' if gate.passed else 'failed'}" for gate in tuning.gates)
    gates = [_gate(gate, is_ceiling(gate, tuning.ceilings)) for gate in tuning.gates]
    svg = rows_picture("gates", title, words, gates, (-1.1, 1.1))
    columns = ("gate", "value", "95 % interval", "must be", "result", "note")
    rows = tuple(_gate_row(gate, is_ceiling(gate, tuning.ceilings)) for gate in tuning.gates)
    return Figure("gates", title, caption, words, svg, columns, rows)


def is_ceiling(gate: Gate, named: Sequence[str] = ()) -> bool:
    """Return whether the gate's `floor` is a most rather than a least: it is named so, or its figures show it.

    A value below its bound that passed shows it, and so does one whose whole interval is above its bound and failed.
    """
    lowest = gate.value if gate.low is None else gate.low
    return gate.name in named or (gate.value < gate.floor if gate.passed else lowest > gate.floor)


def _gate(gate: Gate, ceiling: bool) -> Row:
    sign = -1.0 if ceiling else 1.0
    around = [
        gate.value,
        gate.low if gate.low is not None else gate.value,
        gate.high if gate.high is not None else gate.value,
    ]
    offsets = [sign * (value - gate.floor) if math.isfinite(value) else 0.0 for value in around]
    scale = max(map(abs, offsets)) or 1.0
    value, low, high = (offset / scale for offset in offsets)
    role = "guard" if gate.passed else "machine"

    def paint(axes: Any, y: float) -> None:
        axes.plot([-1, 1], [y, y], color=sentinel("rule"), linewidth=1, zorder=1)
        axes.plot([0, 0], [y - 0.17, y + 0.17], color=sentinel("ink"), linewidth=1.6, zorder=2)
        whisker(axes, y, min(low, high), max(low, high), role)
        dot(axes, value, y, role, hollow=not gate.passed)

    bound = f"{'≤' if ceiling else '≥'} {number(gate.floor)}"
    return Row(f"{'✓' if gate.passed else '✗'} {plain(gate.name)}", f"{number(gate.value)}  ({bound})", paint)


def _gate_row(gate: Gate, ceiling: bool) -> tuple[str, ...]:
    bounds = "" if gate.low is None or gate.high is None else f"{number(gate.low)} to {number(gate.high)}"
    must = f"{'at most' if ceiling else 'at least'} {number(gate.floor)}"
    result = "passed" if gate.passed else "failed"
    return plain(gate.name), number(gate.value), bounds, must, result, gate.note


def tails_figure(gauges: Sequence[TailGauge]) -> Figure:
    """Return each gauge of the tails as generated / human, 1 meaning as rich as human text."""
    title = "Rare words: the model beside people"
    caption = (
        "Each dot compares what the model writes with the same amount of human text; 1 is as rich as people write. "
        "The words that are rare are the first to go when a model learns from its own output, long before it "
        "reads badly."
    )
    shown = [gauge for gauge in gauges if math.isfinite(gauge.ratio)]
    limits = span(
        [0.0, 1.0, *(value for gauge in shown for value in (gauge.ratio, gauge.low, gauge.high))], margin=0.04
    )
    words = "; ".join(f"{plain(gauge.name)} {gauge.ratio:.2f}" for gauge in shown)
    svg = rows_picture("tails", title, words, [_tail(gauge) for gauge in shown], limits, "generated ÷ human")
    columns = ("gauge", "human", "generated", "ratio", "95 % interval")
    return Figure("tails", title, caption, words, svg, columns, tuple(_tail_row(gauge) for gauge in gauges))


def _tail(gauge: TailGauge) -> Row:
    role = "machine" if gauge.ratio < 1 else "human"

    def paint(axes: Any, y: float) -> None:
        axes.plot([1, 1], [y - 0.2, y + 0.2], color=sentinel("ink"), linewidth=1.6, zorder=2)
        axes.plot([1, gauge.ratio], [y, y], color=sentinel(role), linewidth=1.2, zorder=2)
        whisker(axes, y, gauge.low, gauge.high, role)
        dot(axes, gauge.ratio, y, role)

    return Row(plain(gauge.name), f"× {gauge.ratio:.2f}", paint)


def _tail_row(gauge: TailGauge) -> tuple[str, ...]:
    bounds = interval(Estimate(gauge.ratio, gauge.low, gauge.high)).partition(" [")[2].rstrip("]")
    return plain(gauge.name), number(gauge.human), number(gauge.generated), number(gauge.ratio), bounds


def _columns(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(x for x, _ in points), tuple(y for _, y in points)
