"""A linear classifier taught by labels that a generator made and a verifier pruned (Feng 2406.07515).

Items are ±`strength` along one axis plus standard normal noise in d dimensions; the sign is the true label. A share p
of the generator's labels is wrong; the verifier loses wrong ones at its hit rate 1−ψ and right ones at its false-alarm
rate 1−φ, until n are kept. However many that is, what is learnt turns from right to wrong at p* = 1/(1+ψ/φ).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS
from scapa.lab.desk import Desk, Found, Task
from scapa.lab.engine import stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.oracles.verifier import accuracy, breakdown, normal, wrong_kept
from scapa.lab.regimes import Regime, parse
from scapa.lab.verdict import Line, check
from scapa.records import Check
from scapa.store.plot import Plot, Reference
from scapa.store.run import Row

Floats = NDArray[np.float64]
MEAN, SQUARES = "mean", "least squares"


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class VerifierConfig:
    """Settings of `scapa lab verifier`; a verifier is a regime `filtered:hit,false_alarm` about wrong and right labels.

    `mean` classifies by the mean of label·item, by sufficient statistics; `least squares` fits raw items.
    """

    name: ClassVar[str] = "verifier"
    version: ClassVar[int] = 1
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset("few chains, few items", "ours", {"chains": 100, "sizes": (50,), "steps": 5}),
        "laptop": Preset("the breakdown point of three verifiers", "arXiv 2406.07515", {}),
        "feng": Preset(
            "the jump at p* sharpens with the number of items",
            "arXiv 2406.07515",
            {"sizes": (100, 1_000, 10_000), "regimes": ("filtered:0,0", "filtered:0.75,0.1"), "estimators": (MEAN,)},
            quick=True,
        ),
    }

    preset: str = ""
    sizes: tuple[int, ...] = setting((300,), "items kept, n", least=2, most=10**8)
    regimes: tuple[str, ...] = setting(
        ("filtered:0,0", "filtered:0.5,0", "filtered:0.9,0.1"), "verifiers: filtered:hit,false_alarm"
    )
    estimators: tuple[str, ...] = setting((MEAN, SQUARES), "classifiers: mean, least squares")
    steps: int = setting(
        21, "shares of wrong labels tried, evenly from 0 to 1, beside the breakdown point", least=2, most=10_000
    )
    dimension: int = setting(20, "dimensions of an item, d", least=2, most=1_000)
    strength: float = setting(
        2.0, "distance of both classes from the middle, in standard deviations of the noise", least=0, most=100
    )
    chains: int = setting(400, "independent repetitions, all at once", least=2, most=10**6)
    seed: int = setting(1, "the same seed gives the same figures", least=0)

    def tasks(self) -> Sequence[Task]:
        _refuse(self)
        return [
            Task(Line(str(parse(regime)), "loop", size, estimator))
            for regime in self.regimes
            for size in self.sizes
            for estimator in self.estimators
        ] + [
            Task(Line("filtered:0,0", "control", size, estimator))
            for size in self.sizes
            for estimator in self.estimators
        ]

    def compute(self, task: Task, desk: Desk) -> Found:
        return Found(line_rows(self, task.line))

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        """One wrong label more is a rare event where nearly all are right."""
        steps = {"wrong": 1.0}
        return [check(row, steps.get(row.measure, 0.0) / row.size) for row in rows if row.theory is not None]

    def plots(self) -> tuple[Plot, ...]:
        return (
            Plot(
                "breakdown",
                "What a verifier must do",
                "Test accuracy by the share of the generator's labels that are wrong. Without a verifier learning"
                " breaks down at one half; a verifier moves the point to p* = 1/(1+ψ/φ), where accuracy is one half"
                " at any number of items.",
                measure="accuracy",
                x="at",
                x_label="share of the generator's labels that are wrong, p",
                series=("regime", "size", "estimator"),
                where={"arm": "loop"},
                formula="exact for the mean; ½ at p* for both",
                reference=tuple(
                    Reference(breakdown(*keep_rates(regime)), 0.5, 0.5, "p* of arXiv 2406.07515", str(regime))
                    for regime in dict.fromkeys(map(parse, self.regimes))
                ),
            ),
        )


def keep_rates(regime: Regime) -> tuple[float, float]:
    """Return φ and ψ, the chances that a right and a wrong label is kept."""
    return 1 - regime.false_alarm, 1 - regime.hit


def line_rows(config: VerifierConfig, line: Line) -> list[Row]:
    """Return the rows of one verifier, number of items and classifier, `at` the share p of wrong labels.

    The measures: `accuracy` on new items; `wrong`, the share of wrong labels among the kept. The control learns from
    right labels alone.
    """
    keep_right, keep_wrong = keep_rates(parse(line.regime))
    rng = stream(config.seed, "verifier", line.regime, line.arm, line.size, line.estimator)
    point = breakdown(keep_right, keep_wrong)
    shares = np.unique([*np.linspace(0, 1, config.steps), point]) if line.arm == "loop" else np.array([0.0])
    rows: list[Row] = []
    for p in shares.tolist():
        if not (1 - p) * keep_right + p * keep_wrong:
            continue
        share = 0.5 if p == point else wrong_kept(p, keep_right, keep_wrong)
        wrong, found = learn(config, line, share, rng)
        here = replace(line, at=p)
        rows += [
            here.row(1, "accuracy", found, _theory(config, line, share)),
            here.row(1, "wrong", wrong, share),
        ]
    return rows


def learn(config: VerifierConfig, line: Line, share: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return the share of labels that are wrong, each with chance `share`, and the accuracy of every chain."""
    counts = rng.binomial(line.size, share, config.chains)
    rule = (mean_rules if line.estimator == MEAN else squares_rules)(config, line.size, counts, rng)
    return counts / line.size, normal(config.strength * rule[:, 0] / np.linalg.norm(rule, axis=1))


def mean_rules(config: VerifierConfig, size: int, wrong: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """Return the mean of label·item, whose law is known: (1 − 2W/n)·strength along the first axis plus N(0, I/n)."""
    rules = rng.standard_normal((config.chains, config.dimension)) / np.sqrt(size)
    rules[:, 0] += (1 - 2 * wrong / size) * config.strength
    return np.asarray(rules)


def squares_rules(config: VerifierConfig, size: int, wrong: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """Return the least-squares weights of label on item; items are turned to their true side, labels likewise."""
    items = rng.standard_normal((config.chains, size, config.dimension))
    items[..., 0] += config.strength
    label = np.where(np.arange(size) < wrong[:, None], -1.0, 1.0)
    return np.asarray(np.linalg.solve(items.mT @ items, items.mT @ label[..., None])[..., 0])


def _theory(config: VerifierConfig, line: Line, share: float) -> float | None:
    """Least squares have no closed form but one: with as many wrong labels as right ones, a coin decides."""
    if line.estimator == MEAN:
        return accuracy(line.size, share, config.strength, config.dimension)
    return 0.5 if share == 0.5 else None


def _refuse(config: VerifierConfig) -> None:
    if config.chains < 2 or config.dimension < 2 or not config.sizes or min(config.sizes) < config.dimension:
        raise UsageError("a verifier needs two chains, two dimensions, and as many items as those")
    if not config.estimators or not set(config.estimators) <= {MEAN, SQUARES}:
        raise UsageError(f"the classifiers are {MEAN} and {SQUARES}", where="verifier")
    for regime in map(parse, config.regimes):
        if regime.kind != "filtered" or regime.false_alarm >= 1:
            raise UsageError("a verifier is filtered:hit,false_alarm, and keeps some right labels", where=str(regime))
