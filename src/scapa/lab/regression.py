"""Least squares taught by its own predictions plus noise: accumulate against replace (Gerstgrasser 2404.01413).

The labels enter the fit only through XᵀX and Xᵀy. With standard normal features XᵀX is a Wishart matrix, drawn as AAᵀ
from its Bartlett factor A, and given it Xᵀε ~ N(0, σ²AAᵀ): a generation costs d² draws a chain at any number of items.
The true weights are 0, which loses nothing: an error does not depend on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import tee
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS
from scapa.lab.desk import Desk, Found, Task
from scapa.lab.engine import Step, Subject, recur, schedule, stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.milestones import milestones
from scapa.lab.oracles.regression import accumulate_cap, errors, one_fit, same_features
from scapa.lab.regimes import Arm, Ints, Regime, parse
from scapa.lab.verdict import Line, check, check_ceiling
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import Row

Floats = NDArray[np.float64]
MOST_ITEMS = 50_000_000
"""Raw features that `accumulate-subsample` may keep at once (8 bytes each)."""


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class RegressionConfig:
    """Settings of `scapa lab regression`. The same features every round are run for replace and accumulate alone."""

    name: ClassVar[str] = "regression"
    version: ClassVar[int] = 1
    roles: ClassVar[Mapping[str, str]] = {"risk": "error"}
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset("few chains, few generations", "ours", {"chains": 200, "generations": 4}),
        "laptop": Preset("every regime, new features each round and the same ones", "arXiv 2404.01413, 2410.16713", {}),
        "gerstgrasser": Preset(
            "accumulating bounds the error at π²/6 of one fit's, replacing does not",
            "arXiv 2404.01413, Theorems 1 and 2",
            {"regimes": ("replace", "accumulate"), "features": ("same",), "generations": 50, "chains": 4_000},
            quick=True,
        ),
    }

    preset: str = ""
    sizes: tuple[int, ...] = setting((111,), "items a generation, T", least=5, most=10**6)
    dimension: int = setting(10, "features, d", least=1, most=1_000)
    noise: float = setting(1.0, "standard deviation of the labels' noise, σ", least=0, most=10**6)
    generations: int = setting(12, "how many times a model is fitted", least=1, most=10**5)
    chains: int = setting(500, "independent repetitions, all at once", least=2, most=10**6)
    regimes: tuple[str, ...] = setting(
        ("replace", "accumulate", "accumulate-subsample", "mix:0.1", "fresh:50"),
        "what a generation is fitted on: replace, accumulate, mix:0.1 …",
    )
    features: tuple[str, ...] = setting(("new", "same"), "new features every round, or the same ones labelled anew")
    arms: tuple[Arm, ...] = setting(("loop", "control"), "loop, control (real data only), first (the clean model's)")
    seed: int = setting(1, "the same seed gives the same figures", least=0)
    points: int = setting(30, "generations recorded, at most about", least=2)

    def tasks(self) -> Sequence[Task]:
        _refuse(self)
        lines = (
            Line.of(regime, arm, size, f"{features} X")
            for features in self.features
            for regime in self.regimes
            for size in self.sizes
            for arm in self.arms
            if features == "new" or parse(regime).kind in ("replace", "accumulate")
        )
        return [Task(line) for line in dict.fromkeys(lines)]

    def compute(self, task: Task, desk: Desk) -> Found:
        return line_found(self, task.line)

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        """A sample mean of squared errors that feed on each other is trusted for n ≤ T/2."""
        known = [row for row in rows if row.generation <= row.size / 2]
        capped = {(row.regime, row.size, row.estimator): row for row in known if row.ceiling is not None}
        found = [check(row) for row in milestones(known)]
        return found + [check_ceiling(row, row.ceiling) for row in capped.values() if row.ceiling is not None]

    def plots(self) -> tuple[Plot, ...]:
        return PLOTS


@dataclass(frozen=True, slots=True)
class Gram:
    """XᵀX, shape (chains, d, d), and Xᵀy, shape (chains, d)."""

    square: Floats
    moment: Floats


class Grams:
    """The engine's subject over sufficient statistics; `same` is the factor of an X that is labelled every round."""

    def __init__(self, chains: int, dimension: int, noise: float, same: Floats | None = None) -> None:
        self.chains, self.dimension, self.noise, self.same = chains, dimension, noise, same

    def real(self, sizes: Ints, rng: np.random.Generator) -> Gram:
        return self.sample(np.zeros((self.chains, self.dimension)), sizes, 1.0, rng)

    def sample(self, model: Floats, sizes: Ints, bias: float, rng: np.random.Generator) -> Gram:
        factor = factors(sizes, self.dimension, rng) if self.same is None else self.same
        square = factor @ factor.mT
        noise = rng.standard_normal((*factor.shape[:1], factor.shape[2], 1))
        return Gram(square, (square @ model[..., None] + np.sqrt(bias) * self.noise * (factor @ noise))[..., 0])

    def pool(self, first: Gram, second: Gram) -> Gram:
        return Gram(first.square + second.square, first.moment + second.moment)

    def subset(self, items: Gram, size: int, rng: np.random.Generator) -> Gram:
        raise UsageError("sufficient statistics cannot be thinned", next="use `Labelled`")

    def fit(self, items: Gram, rng: np.random.Generator) -> Floats:
        return np.asarray(np.linalg.solve(items.square, items.moment[..., None])[..., 0])


class Labelled:
    """The engine's subject over raw items, shape (chains, items, d + 1): features, then the label."""

    def __init__(self, chains: int, dimension: int, noise: float) -> None:
        self.chains, self.dimension, self.noise = chains, dimension, noise

    def real(self, sizes: Ints, rng: np.random.Generator) -> Floats:
        return self.sample(np.zeros((self.chains, self.dimension)), sizes, 1.0, rng)

    def sample(self, model: Floats, sizes: Ints, bias: float, rng: np.random.Generator) -> Floats:
        if (sizes != sizes[0]).any():
            raise UsageError("raw items need the same number in every chain")
        items = rng.standard_normal((self.chains, int(sizes[0]), self.dimension + 1))
        items[..., -1] *= np.sqrt(bias) * self.noise
        items[..., -1:] += items[..., :-1] @ model[..., None]
        return items

    def pool(self, first: Floats, second: Floats) -> Floats:
        return np.concatenate([first, second], axis=1)

    def subset(self, items: Floats, size: int, rng: np.random.Generator) -> Floats:
        if items.shape[1] == size:
            return items
        picks = np.argpartition(rng.random(items.shape[:2]), size, axis=1)[:, :size]
        return np.take_along_axis(items, picks[..., None], axis=1)

    def fit(self, items: Floats, rng: np.random.Generator) -> Floats:
        both = items.mT @ items
        return np.asarray(np.linalg.solve(both[:, :-1, :-1], both[:, :-1, -1:])[..., 0])


def factors(sizes: Ints, dimension: int, rng: np.random.Generator) -> Floats:
    """Return A of each chain with AAᵀ = XᵀX for `sizes` standard normal rows X, shape (chains, d, columns).

    Bartlett's decomposition from d rows on: A is lower triangular, normal below a diagonal of √χ²_(n−i). With fewer
    rows in any chain A is Xᵀ itself.
    """
    chains = len(sizes)
    if sizes.min() < dimension:
        rows = rng.standard_normal((chains, int(sizes.max()), dimension))
        return np.asarray((rows * (np.arange(rows.shape[1]) < sizes[:, None])[..., None]).mT)
    found = np.tril(rng.standard_normal((chains, dimension, dimension)), -1)
    diagonal = np.arange(dimension)
    found[:, diagonal, diagonal] = np.sqrt(rng.chisquare(sizes[:, None] - diagonal))
    return found


def line_found(config: RegressionConfig, line: Line) -> Found:
    """Return what one line gives; the measure is `error`, ‖w_n − w*‖² = the excess of the expected test error."""
    regime = parse(line.regime).for_arm(line.arm)
    rng = stream(config.seed, "regression", line.regime, line.arm, line.size, line.estimator)
    recorded = set(schedule(config.generations, config.points).tolist())
    subject = _subject(config, line, regime)
    steps, again = tee(recur(subject, regime, line.size, config.generations, rng, line.arm))
    capped = regime.kind == "accumulate" and line.arm == "loop"
    ceiling = accumulate_cap(line.size, config.dimension, config.noise) if capped else None
    found = Found()
    for step, theory in zip(steps, _theory(again, config, line, regime), strict=True):
        if step.generation in recorded:
            error = {"error": (step.model**2).sum(axis=1)}
            known = {} if theory is None else {"error": theory}
            bound = {} if ceiling is None else {"error": ceiling}
            found.measure(line, step.generation, error, known, ceiling=bound, keep=("error",))
    return found


def _subject(config: RegressionConfig, line: Line, regime: Regime) -> Subject[Any, Floats]:
    if regime.subsamples:
        return Labelled(config.chains, config.dimension, config.noise)
    if line.estimator == "new X":
        return Grams(config.chains, config.dimension, config.noise)
    rng = stream(config.seed, "regression", line.size, "the same X")
    same = factors(np.full(config.chains, line.size), config.dimension, rng)
    return Grams(config.chains, config.dimension, config.noise, same)


def _theory(
    steps: Iterator[Step[Any, Floats]], config: RegressionConfig, line: Line, regime: Regime
) -> Iterator[float | None]:
    """Yield the exact expected error of each generation, None where none is known."""
    size, dimension, noise = line.size, config.dimension, config.noise
    biased = regime.bias != 1 and line.arm != "control"
    unknown = biased or regime.subsamples or regime.keeps_first or line.arm == "first"
    law = errors((step.intake for step in steps), dimension, keeps_all=regime.keeps_all, noise=noise)
    for generation, theory in enumerate(law, start=1):
        if unknown:
            yield None
        elif line.estimator == "new X":
            yield theory
        elif line.arm == "control":
            yield noise**2 * float(one_fit(float(size), dimension)) / (generation if regime.keeps_all else 1)
        else:
            yield same_features(size, dimension, generation, accumulate=regime.keeps_all, noise=noise)


def _refuse(config: RegressionConfig) -> None:
    if config.chains < 2 or config.dimension < 1 or not config.sizes or min(config.sizes) < config.dimension + 6:
        raise UsageError("regression needs two chains, a feature, and six items more than features")
    if not config.features or not set(config.features) <= {"new", "same"}:
        raise UsageError("features are new or same", where="regression")
    held = max(config.sizes) * config.generations * config.chains * (config.dimension + 1)
    if held > MOST_ITEMS and any(parse(regime).subsamples for regime in config.regimes):
        raise UsageError("accumulate-subsample would keep too many items", next="lower the chains or the generations")


PLOTS = (
    Plot(
        "error",
        "Least squares on its own predictions",
        "The expected test error that the fit adds to the noise. Replacing the data adds one fit's error every"
        " generation; accumulating them adds 1/n² of it, so that the sum stays below π²/6 of the first.",
        measure="error",
        series=("regime", "estimator"),
        where={"arm": "loop"},
        log_x=True,
        log_y=True,
        formula="replace nσ²d/(T−d−1); accumulate σ²d/(T−d−1)·Σ 1/i² ≤ π²/6 of one fit",
    ),
)
