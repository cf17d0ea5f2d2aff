"""What tuning changed: loss by window before and after, the voice gain, and what was forgotten.

A lower loss on the author's text is mostly genre: control text by others improves as well. So

    voice gain = (author before − after) − (control before − after)        nats/token, full vocabulary

with a bootstrap interval over windows, or over documents where a set has enough of them, because windows of one
document are not independent. It still confounds voice with topic and time: the training text directly precedes
what is held out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.measure.interval import Interval

Floats = NDArray[np.float64]
BY_DOCUMENT = 8
"""From this many documents on, a set is resampled by document."""


@dataclass(frozen=True, slots=True)
class Losses:
    """One set: mean loss of each window in nats/token `before` and `after`, and the group (document) of each."""

    before: Floats
    after: Floats
    groups: tuple[str, ...]

    @property
    def unit(self) -> str:
        """What is resampled: `document` or `window`."""
        return "document" if len(set(self.groups)) >= BY_DOCUMENT else "window"

    def drops(self) -> list[Floats]:
        """Return before − after of the windows of each independent unit."""
        drop = self.before - self.after
        if self.unit == "window":
            return [drop[i : i + 1] for i in range(len(drop))]
        groups = np.array(self.groups)
        return [drop[groups == group] for group in sorted(set(self.groups))]

    def summary(self) -> dict[str, Any]:
        return {
            "before": _mean(self.before),
            "after": _mean(self.after),
            "windows": len(self.before),
            "unit": self.unit,
            "by_window": [
                [round(float(b), 5), round(float(a), 5)] for b, a in zip(self.before, self.after, strict=True)
            ],
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Losses of the three sets; None where a set is empty. Intervals are None where they cannot be had."""

    author: Losses
    control: Losses | None
    general: Losses | None
    improvement: Interval | None
    voice_gain: Interval | None
    forgetting: Interval | None

    def as_json(self) -> dict[str, Any]:
        sets = {"author": self.author, "control": self.control, "general": self.general}
        figures = {"improvement": self.improvement, "voice_gain": self.voice_gain, "forgetting": self.forgetting}
        return {
            "unit": "nats/token",
            "sets": {name: losses.summary() if losses else None for name, losses in sets.items()},
            **{name: asdict(figure) if figure else None for name, figure in figures.items()},
        }


def evaluate(
    author: Losses, control: Losses | None, general: Losses | None, rng: np.random.Generator, *, replicates: int = 2_000
) -> Evaluation:
    """Return all figures with 95 % intervals; `forgetting` is general after − before (positive is worse)."""
    own = _draws(author, rng, replicates)
    other = None if control is None else _draws(control, rng, replicates)
    wide = None if general is None else _draws(general, rng, replicates)
    gain = None if own is None or other is None else (own[0] - other[0], own[1] - other[1])
    lost = None if wide is None else (-wide[0], -wide[1])
    return Evaluation(author, control, general, _interval(own), _interval(gain), _interval(lost))


def _draws(losses: Losses, rng: np.random.Generator, replicates: int) -> tuple[float, Floats] | None:
    """Return the mean drop over windows and its bootstrap draws, units resampled whole; None for fewer than two."""
    units = losses.drops()
    if len(units) < 2:
        return None
    sums = np.array([unit.sum() for unit in units])
    sizes = np.array([len(unit) for unit in units], dtype=float)
    times = rng.multinomial(len(units), np.full(len(units), 1 / len(units)), size=replicates)
    return float(sums.sum() / sizes.sum()), (times @ sums) / (times @ sizes)


def _interval(drawn: tuple[float, Floats] | None) -> Interval | None:
    if drawn is None:
        return None
    low, high = np.quantile(drawn[1], [0.025, 0.975])
    return Interval(drawn[0], float(low), float(high))


def _mean(values: Sequence[float] | Floats) -> float:
    return float(np.mean(values))
