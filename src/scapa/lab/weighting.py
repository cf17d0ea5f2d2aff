"""New real data beside machine data in every generation, by weight: the golden ratio (He 2502.18049).

Every generation brings n real items and m of the last model; the fit is w·(real) + (1−w)·(machine), in the mean and in
the variance. Pooling them is w = n/(n+m); the best weight is another, and w = 1 is the control that ignores machines.
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
from scapa.lab.oracles.weighting import best_weight, weighted_drift, weighted_limit, weighted_spread
from scapa.lab.verdict import Line, check
from scapa.records import Check
from scapa.store.plot import Plot, Reference
from scapa.store.run import Row

Floats = NDArray[np.float64]


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class WeightingConfig:
    """Settings of `scapa lab weighting`; one line a number of machine items, `at` the weight of the real ones."""

    name: ClassVar[str] = "weighting"
    version: ClassVar[int] = 1
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset("few chains", "ours", {"chains": 200, "generations": 10, "machines": (100,)}),
        "laptop": Preset("half as many machine items, as many, four times as many", "arXiv 2502.18049", {}),
        "golden-ratio": Preset(
            "as many machine items as real ones: the best weight is the golden ratio's inverse",
            "arXiv 2502.18049",
            {"machines": (100,), "chains": 10_000},
            quick=True,
        ),
    }

    preset: str = ""
    real: int = setting(100, "new real items a generation, n", least=5, most=10**9)
    machines: tuple[int, ...] = setting((50, 100, 400), "machine items a generation, m", least=5, most=10**9)
    steps: int = setting(19, "weights tried, evenly from 0.1 to 1, beside the best one", least=2, most=10_000)
    generations: int = setting(40, "how many times a model is fitted", least=1, most=10**5)
    chains: int = setting(4_000, "independent repetitions, all at once", least=2, most=10**6)
    seed: int = setting(1, "the same seed gives the same figures", least=0)

    def tasks(self) -> Sequence[Task]:
        if self.chains < 2 or self.real < 5 or not self.machines or min(self.machines) < 5 or self.steps < 2:
            raise UsageError("weighting needs two chains, two weights, and five items of each kind")
        return [Task(Line(f"fresh:{self.real}", "loop", machine)) for machine in self.machines]

    def compute(self, task: Task, desk: Desk) -> Found:
        return Found(line_rows(self, task.line))

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        return [check(row) for row in rows if row.theory is not None]

    def plots(self) -> tuple[Plot, ...]:
        return (
            Plot(
                "weight",
                "What new real data should weigh",
                "The squared error of the mean after many generations, by the weight of the real items. Weight 1"
                " ignores what the machine wrote; less helps, until the loop feeds its own errors back.",
                measure="drift",
                x="at",
                x_label="weight of the real items, w",
                series=("size",),
                where={"arm": "loop"},
                log_y=True,
                formula="(w² + k(1−w)²)/(n·w(2−w)), k = n/m; least at w* = (√(k²+4k)−k)/2, where it is w*/n",
                reference=tuple(_best(self.real, machine) for machine in dict.fromkeys(self.machines)),
            ),
        )


def line_rows(config: WeightingConfig, line: Line) -> list[Row]:
    """Return the rows of one number of machine items at the last generation, in units of the original variance.

    The measures: `drift` (μ_n−μ)², and `spread` (v_n−1)², both with exact theory.
    """
    rng = stream(config.seed, "weighting", line.regime, line.size)
    weights = np.unique([*np.linspace(0.1, 1, config.steps), best_weight(config.real, line.size)])
    mean, variance = refit(config, line.size, weights, rng)
    rows: list[Row] = []
    for weight, drift, spread in zip(weights.tolist(), mean**2, (variance - 1) ** 2, strict=True):
        here, sizes = replace(line, at=weight), (config.real, line.size, weight, config.generations)
        rows += [
            here.row(config.generations, "drift", drift, weighted_drift(*sizes)),
            here.row(config.generations, "spread", spread, weighted_spread(*sizes)),
        ]
    return rows


def refit(config: WeightingConfig, machine: int, weights: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return mean and variance of the last generation, shape (weights, chains), original N(0, 1)."""
    shape, part = (len(weights), config.chains), weights[:, None]
    mean, variance = _summary(0.0, 1.0, config.real, shape, rng)
    for _ in range(config.generations - 1):
        real_mean, real_variance = _summary(0.0, 1.0, config.real, shape, rng)
        own_mean, own_variance = _summary(mean, variance, machine, shape, rng)
        mean = part * real_mean + (1 - part) * own_mean
        variance = part * real_variance + (1 - part) * own_variance
    return mean, variance


def _summary(
    mean: Floats | float, variance: Floats | float, items: int, shape: tuple[int, int], rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return mean and unbiased variance of `items` normal draws (Cochran: independent, normal and χ²)."""
    drawn = mean + np.sqrt(variance / items) * rng.standard_normal(shape)
    return drawn, variance * rng.chisquare(items - 1, shape) / (items - 1)


def _best(real: int, machine: int) -> Reference:
    weight = best_weight(real, machine)
    least = weighted_limit(real, machine, weight)
    return Reference(weight, least, least, "w* of arXiv 2502.18049", str(machine))
