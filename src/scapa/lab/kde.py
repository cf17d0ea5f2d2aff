"""Kernel density estimates fitted to their own samples (Kazdan 2410.16713): they do not narrow, they widen.

A Gaussian refit loses variance; a kernel adds its own width to whatever it writes, so that a fixed bandwidth h drives
the variance to h²(M−1), and Silverman's rule lets it grow for ever. Only the shape at first is N(0, 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import tee
from math import e, log, pi, sqrt
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS
from scapa.lab.desk import Desk, Found, Task
from scapa.lab.engine import Step, recur, schedule, stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.gaussian import Items
from scapa.lab.milestones import milestones
from scapa.lab.oracles.kde import kernel_author, silverman
from scapa.lab.oracles.moments import Moments, moments
from scapa.lab.regimes import Arm, Ints, Regime, parse
from scapa.lab.verdict import Line, check, check_floor
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import Row

Floats = NDArray[np.float64]
ENTROPY = log(2 * pi * e) / 2
"""Of N(0, 1), in nats: no model's expected negative log-likelihood on real data is below it."""
STEP = 0.1
GRID: Floats = np.linspace(-6, 6, round(12 / STEP) + 1)
"""Where densities are summed (trapezoid rule): exact to rounding for kernels that are not narrower than the step."""
NORMAL: Floats = np.exp(-(GRID**2) / 2) / sqrt(2 * pi)
TAIL_EDGE, FOREIGN_EDGE = 1.95, 2.55
"""Between ± these lie 94.9 % and 98.9 % of N(0, 1); each is half-way between two points of the grid."""
SILVERMAN = "Silverman"
MOST_ITEMS = 50_000_000
"""Points that one line may keep at once (8 bytes each)."""


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class KdeConfig:
    """Settings of `scapa lab kde`; every regime and size runs with every bandwidth."""

    name: ClassVar[str] = "kde"
    version: ClassVar[int] = 2
    roles: ClassVar[Mapping[str, str]] = {
        "risk": "kl", "variance": "variance", "tail": "tail_kept", "foreign": "foreign"
    }  # fmt: skip
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset("few chains, few generations", "ours", {"chains": 50, "generations": 4, "sizes": (40,)}),
        "laptop": Preset("both bandwidths under every regime", "arXiv 2410.16713", {}),
        "kazdan": Preset(
            "replace, accumulate and a sample of what accumulated, by held-out likelihood",
            "arXiv 2410.16713",
            {"regimes": ("replace", "accumulate", "accumulate-subsample"), "bandwidths": (0.3,), "generations": 50},
            quick=True,
        ),
        "silverman": Preset(
            "with Silverman's bandwidth the variance grows geometrically",
            "arXiv 2410.16713, bandwidth by Silverman's rule",
            {"regimes": ("replace", "accumulate", "mix:0.1"), "bandwidths": (0.0,), "generations": 50},
            quick=True,
        ),
    }

    preset: str = ""
    sizes: tuple[int, ...] = setting((100,), "items a generation, M", least=5, most=10**6)
    bandwidths: tuple[float, ...] = setting(
        (0.3, 0.0), "standard deviation of the kernel, h; 0 is Silverman's rule", least=0, most=1_000
    )
    generations: int = setting(30, "how many times a model is fitted", least=1, most=10**5)
    chains: int = setting(200, "independent repetitions, all at once", least=2, most=10**6)
    regimes: tuple[str, ...] = setting(
        ("replace", "accumulate", "accumulate-subsample", "mix:0.1"),
        "what a generation is fitted on: replace, accumulate, mix:0.1 …",
    )
    arms: tuple[Arm, ...] = setting(("loop", "control"), "loop, control (real data only), first (the clean model's)")
    seed: int = setting(1, "the same seed gives the same figures", least=0)
    points: int = setting(12, "generations recorded, at most about", least=2)

    def tasks(self) -> Sequence[Task]:
        _refuse(self)
        lines = (
            Line.of(regime, arm, size, f"h={bandwidth:g}" if bandwidth else SILVERMAN)
            for regime in self.regimes
            for size in self.sizes
            for bandwidth in self.bandwidths
            for arm in self.arms
        )
        return [Task(line) for line in dict.fromkeys(lines)]

    def compute(self, task: Task, desk: Desk) -> Found:
        return line_found(self, task.line)

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        """Means of second moments that feed on each other are trusted for n ≤ M/2."""
        found = [check(row) for row in milestones(row for row in rows if row.generation <= row.size / 2)]
        return found + [check_floor(row, row.floor) for row in rows if row.floor is not None and row.generation == 1]

    def plots(self) -> tuple[Plot, ...]:
        return PLOTS


@dataclass(frozen=True, slots=True)
class Kernels:
    """Every chain's points, shape (chains, items), and the standard deviation of its kernels, shape (chains,)."""

    points: Floats
    width: Floats


class Points:
    """The engine's subject; `bandwidth` is h, or 0 for Silverman's rule."""

    def __init__(self, chains: int, bandwidth: float) -> None:
        self.chains, self.bandwidth, self._items = chains, bandwidth, Items(chains, 0)

    def real(self, sizes: Ints, rng: np.random.Generator) -> Floats:
        return self._items.real(sizes, rng)

    def sample(self, model: Kernels, sizes: Ints, bias: float, rng: np.random.Generator) -> Floats:
        """A point drawn with replacement, and its kernel's noise."""
        picks = rng.integers(model.points.shape[1], size=(self.chains, int(sizes[0])))
        noise = rng.standard_normal(picks.shape)
        return np.asarray(np.take_along_axis(model.points, picks, axis=1) + model.width[:, None] * noise)

    def pool(self, first: Floats, second: Floats) -> Floats:
        return self._items.pool(first, second)

    def subset(self, items: Floats, size: int, rng: np.random.Generator) -> Floats:
        return self._items.subset(items, size, rng)

    def fit(self, items: Floats, rng: np.random.Generator) -> Kernels:
        if self.bandwidth:
            return Kernels(items, np.full(self.chains, self.bandwidth))
        return Kernels(items, items.std(axis=1, ddof=1) * np.sqrt(silverman(items.shape[1])))


def log_density(model: Kernels) -> Floats:
    """Return ln q on `GRID` of every chain, q the density of the model, shape (chains, points of the grid)."""
    found = np.zeros((len(model.points), len(GRID)))
    for chain, (points, width) in enumerate(zip(model.points, model.width, strict=True)):
        power = -(((GRID[:, None] - points) / width) ** 2) / 2
        largest = power.max(axis=1)
        found[chain] = np.log(np.exp(power - largest[:, None]).mean(axis=1) / (width * np.sqrt(2 * pi))) + largest
    return found


def likeness(model: Kernels) -> dict[str, Floats]:
    """Return what every chain's density q has of the original's φ = N(0, 1), shape (chains,).

    `surprise` is −∫φ ln q, in nats, and `kl` what of it is above the original's own entropy. `tail_kept` is the share
    of the original's mass beyond ±`TAIL_EDGE` that the model still has, place by place: ∫min(φ, q)/∫φ. `foreign` is
    the share of the model's mass beyond ±`FOREIGN_EDGE`.
    """
    logs = log_density(model)
    density, tail, inside = np.exp(logs), np.abs(GRID) > TAIL_EDGE, np.abs(GRID) < FOREIGN_EDGE
    surprise = -logs @ (NORMAL / NORMAL.sum())
    return {
        "surprise": surprise,
        "kl": surprise - ENTROPY,
        "tail_kept": np.minimum(density, NORMAL)[:, tail].sum(axis=1) / NORMAL[tail].sum(),
        "foreign": np.maximum(1 - STEP * density[:, inside].sum(axis=1), 0.0),  # all inside rounds to a hair below 0
    }


def line_found(config: KdeConfig, line: Line) -> Found:
    """Return what one line gives.

    The measures: `variance` of the points fitted on (ddof 0), `drift` the square of their mean, those of `likeness`.
    """
    regime = parse(line.regime).for_arm(line.arm)
    rng = stream(config.seed, "kde", line.regime, line.arm, line.size, line.estimator)
    bandwidth = 0.0 if line.estimator == SILVERMAN else float(line.estimator.removeprefix("h="))
    recorded = set(schedule(config.generations, config.points).tolist())
    steps, again = tee(recur(Points(config.chains, bandwidth), regime, line.size, config.generations, rng, line.arm))
    found = Found()
    for step, law in zip(steps, _theory(again, regime, line, bandwidth), strict=True):
        if step.generation in recorded:
            known = {"variance": float(law.spread.mean()), "drift": float(law.drift.mean())}
            floor = {"surprise": ENTROPY}
            found.measure(line, step.generation, _measures(step.model), known, floor=floor, keep=config.roles.values())
    return found


def _measures(model: Kernels) -> dict[str, Floats]:
    points = model.points
    return {"variance": points.var(axis=1), "drift": points.mean(axis=1) ** 2, **likeness(model)}


def _theory(steps: Iterator[Step[Floats, Kernels]], regime: Regime, line: Line, bandwidth: float) -> Iterator[Moments]:
    """Yield the exact moments of the points of each generation."""
    intakes = (step.intake for step in steps)
    return moments(intakes, regime, line.arm, line.size, author=kernel_author(bandwidth))


def _refuse(config: KdeConfig) -> None:
    if config.chains < 2 or not config.sizes or min(config.sizes) < 5 or not config.bandwidths:
        raise UsageError("kernel estimates need two chains, sizes of 5 or more, and a bandwidth")
    if min(config.bandwidths) < 0 or 0 < min(h or 1.0 for h in config.bandwidths) < 0.1:
        raise UsageError("a bandwidth is 0.1 or more (likelihoods are summed at steps of 0.1), or 0 for Silverman's")
    for regime in map(parse, config.regimes):
        if regime.bias != 1:
            raise UsageError("kernel estimates have no sampling bias", where=str(regime))
        if regime.keeps_all and max(config.sizes) * config.generations * config.chains > MOST_ITEMS:
            raise UsageError("too many points would be kept", next="lower the size, the chains or the generations")


PLOTS = (
    Plot(
        "variance",
        "The points spread",
        "The variance of the points that each generation is fitted on. Refitting takes 1/M of it away and the kernel"
        " adds h²: a fixed bandwidth settles at h²(M−1), Silverman's rule grows by the same factor every time.",
        measure="variance",
        series=("regime", "estimator"),
        where={"arm": "loop"},
        log_y=True,
        formula="E[vₙ] = v₀rⁿ + h²r(1−rⁿ)/(1−r) for replace; exact for every regime",
    ),
    Plot(
        "surprise",
        "Likelihood of real data",
        "The expected negative log-likelihood of new real data, in nats. The floor is the entropy of the original.",
        measure="surprise",
        series=("regime", "estimator"),
        where={"arm": "loop"},
        formula="never below ½ ln 2πe",
    ),
)
