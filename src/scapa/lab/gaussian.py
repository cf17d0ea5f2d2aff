"""The 1-D Gaussian experiment: fit mean and variance, sample, fit again; thousands of chains by sufficient statistics.

The draws of one generation enter the fit only through their number, mean and sum of squares, whose joint law is
known (Cochran): x̄ ~ N(μ, σ²/M), Σ(x−x̄)² ~ σ²χ²_(M−1), independent. So a generation costs two draws a chain at any M.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import tee
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS, oracles
from scapa.lab.engine import Step, Subject, recur, schedule, stream
from scapa.lab.regimes import Arm, Ints, Regime, parse
from scapa.lab.run import LabRun, Row, run_folder, write_run
from scapa.lab.verdict import Line, check
from scapa.measure.distance import w2_squared_1d
from scapa.records import Check, Progress, silent

Floats = NDArray[np.float64]
MOST_ITEMS = 200_000_000
"""Raw items that `accumulate-subsample` may keep at once (8 bytes each)."""


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True, eq=False)
class GaussianConfig:
    """Settings of `scapa lab gaussian`; `values`, e.g. log sentence lengths, are the real data instead of N(0, 1).

    Every pair of regime and size runs with every estimator in `ddofs`, each beside a control refitted on real data.
    `arms` may add `first`, the dilution arm (see `regimes.intake`).
    """

    name: ClassVar[str] = "gaussian"
    version: ClassVar[int] = 1

    sizes: tuple[int, ...] = (100, 500, 1_000, 10_000)
    generations: int = 1_000
    chains: int = 1_000
    regimes: tuple[str, ...] = ("replace",)
    ddofs: tuple[int, ...] = (0, 1)
    arms: tuple[Arm, ...] = ("loop", "control")
    seed: int = 1
    points: int = 60
    values: Floats | None = None

    def folder(self, lab: Path) -> Path:
        return run_folder(lab, self)

    def run(self, folder: Path, progress: Progress = silent) -> LabRun:
        return run_gaussian(self, folder, progress)


@dataclass(frozen=True, slots=True)
class Fit:
    """Mean and variance of every chain, shape (chains,)."""

    mean: Floats
    variance: Floats


@dataclass(frozen=True, slots=True)
class Summary:
    """Number of items, their mean and their sum of squares about it, of every chain."""

    size: Ints
    mean: Floats
    squares: Floats


class Summaries:
    """The engine's subject over sufficient statistics; `values` None means that real items are N(0, 1)."""

    def __init__(self, chains: int, ddof: int, values: Floats | None = None) -> None:
        self.chains, self.ddof, self.values = chains, ddof, values

    def real(self, sizes: Ints, rng: np.random.Generator) -> Summary:
        if self.values is None:
            return _normal(np.zeros(self.chains), np.ones(self.chains), sizes, rng)
        mean, squares = np.zeros(self.chains), np.zeros(self.chains)
        for chain, size in enumerate(sizes):
            drawn = self.values[rng.integers(len(self.values), size=size)]
            if size:
                mean[chain], squares[chain] = drawn.mean(), drawn.var() * size
        return Summary(sizes, mean, squares)

    def sample(self, model: Fit, sizes: Ints, bias: float, rng: np.random.Generator) -> Summary:
        return _normal(model.mean, bias * model.variance, sizes, rng)

    def pool(self, first: Summary, second: Summary) -> Summary:
        """Pool by the parallel formula of Chan, Golub & LeVeque (1979)."""
        size = first.size + second.size
        shift, whole = second.mean - first.mean, np.maximum(size, 1)
        mean = first.mean + shift * second.size / whole
        between = shift**2 * (first.size * second.size / whole)
        return Summary(size, mean, first.squares + second.squares + between)

    def subset(self, items: Summary, size: int, rng: np.random.Generator) -> Summary:
        raise UsageError("sufficient statistics cannot be thinned", next="use `Items`")

    def fit(self, items: Summary) -> Fit:
        return Fit(items.mean, items.squares / (items.size - self.ddof))


class Items:
    """The engine's subject over raw items, shape (chains, items): what `accumulate-subsample` needs."""

    def __init__(self, chains: int, ddof: int, values: Floats | None = None) -> None:
        self.chains, self.ddof, self.values = chains, ddof, values

    def real(self, sizes: Ints, rng: np.random.Generator) -> Floats:
        shape = (self.chains, _common(sizes))
        return rng.standard_normal(shape) if self.values is None else rng.choice(self.values, shape)

    def sample(self, model: Fit, sizes: Ints, bias: float, rng: np.random.Generator) -> Floats:
        noise = rng.standard_normal((self.chains, _common(sizes)))
        return model.mean[:, None] + np.sqrt(bias * model.variance)[:, None] * noise

    def pool(self, first: Floats, second: Floats) -> Floats:
        return np.concatenate([first, second], axis=1)

    def subset(self, items: Floats, size: int, rng: np.random.Generator) -> Floats:
        """One random key an item; the `size` smallest keys of each chain are a sample without replacement."""
        if items.shape[1] == size:
            return items
        picks = np.argpartition(rng.random(items.shape), size, axis=1)[:, :size]
        return np.take_along_axis(items, picks, axis=1)

    def fit(self, items: Floats) -> Fit:
        return Fit(items.mean(axis=1), items.var(axis=1, ddof=self.ddof))


def run_gaussian(config: GaussianConfig, folder: Path, progress: Progress = silent) -> LabRun:
    """Run every line of `config`, check it against theory, write the run to `folder` and return it.

    The rows' measures, all in units of the original mean and variance: `mean` (μ_n−μ)/σ, `sigma`, `variance`,
    `drift` ((μ_n−μ)/σ)², `w2` W₂² to the original, `log_variance`. Raises `UsageError` for settings that cannot be.
    """
    _refuse(config)
    lines = [
        (parse(regime), size, ddof, arm)
        for regime in config.regimes
        for size in config.sizes
        for ddof in config.ddofs
        for arm in config.arms
    ]
    rows: list[Row] = []
    checks: list[Check] = []
    for done, (regime, size, ddof, arm) in enumerate(lines):
        progress("gaussian", done, len(lines), "lines")
        found = line_rows(config, regime, size, ddof, arm)
        rows += found
        checks += _checks(found, size)
    progress("gaussian", len(lines), len(lines), "lines")
    return write_run(folder, config, config.generations, rows, checks)


def line_rows(config: GaussianConfig, regime: Regime, size: int, ddof: int, arm: Arm) -> list[Row]:
    """Return the rows of one line: one regime, size, estimator and arm."""
    line = Line(str(regime), arm, size, f"ddof={ddof}")
    regime = regime.for_arm(arm)
    subject: Subject[Any, Fit] = (Items if regime.subsamples else Summaries)(config.chains, ddof, config.values)
    recorded = set(schedule(config.generations, config.points).tolist())
    steps, again = tee(recur(subject, regime, size, config.generations, _stream(config, line), arm))
    rows: list[Row] = []
    for step, theory in zip(steps, _theory(again, regime, size, ddof, arm, config.values is None), strict=True):
        if step.generation in recorded:
            rows += _rows(line, step, theory, config.values)
    return rows


def _theory(
    steps: Iterator[Step[Fit]], regime: Regime, size: int, ddof: int, arm: Arm, normal: bool
) -> Iterator[dict[str, float]]:
    """Yield the exact expectations that exist for each generation, by measure."""
    chain = regime.kind == "replace" and regime.bias == 1 and arm == "loop" and normal
    exact = None if arm == "first" or (regime.subsamples and ddof) else regime
    law = oracles.moments((s.intake for s in steps), keeps_all=regime.keeps_all, ddof=ddof, bias=regime.bias)
    for n, moments in enumerate(law, start=1):
        known = {"mean": 0.0}
        if exact is not None:
            drift, spread = float(moments.drift.mean()), float(moments.spread.mean())
            if regime.subsamples:
                drift = oracles.subsample_lost(size, n)
                spread = 1 - drift
            known |= {"drift": drift, "variance": spread}
        if chain:
            shrink = 1.0 if ddof else float(np.sqrt(1 - 1 / size))
            known |= {
                "sigma": (oracles.c4(size) * shrink) ** n,
                "w2": oracles.w2_replace(size, n, ddof),
                "log_variance": oracles.log_variance(size, n, ddof)[0],
            }
        yield known


def _rows(line: Line, step: Step[Fit], theory: dict[str, float], values: Floats | None) -> list[Row]:
    centre, scale = (0.0, 1.0) if values is None else (float(values.mean()), float(values.std()))
    mean = (step.model.mean - centre) / scale
    variance = step.model.variance / scale**2
    sigma = np.sqrt(variance)
    measures = {
        "mean": mean,
        "sigma": sigma,
        "variance": variance,
        "drift": mean**2,
        "w2": w2_squared_1d(mean, sigma, 0.0, 1.0),
        "log_variance": np.log(np.maximum(variance, np.finfo(float).tiny)),
    }
    return [line.row(step.generation, name, value, theory.get(name)) for name, value in measures.items()]


def _checks(rows: list[Row], size: int) -> list[Check]:
    """Check the first, middle and last recorded generation where a sample mean can be trusted.

    The second moments are heavy-tailed products of n factors: means of σ² and W₂² mislead beyond n = M/2. The log
    law and the mean of σ are safe further out, the logarithm at any n.
    """
    known = [row for row in rows if row.theory is not None]
    checks = []
    for measure in sorted({row.measure for row in known}):
        far = measure == "log_variance"
        usable = [row for row in known if row.measure == measure and (far or row.generation <= size / 2)]
        chosen = {id(row): row for row in (usable[0], usable[len(usable) // 2], usable[-1])} if usable else {}
        checks += [check(row) for row in chosen.values()]
    return checks


def _normal(mean: Floats, variance: Floats, sizes: Ints, rng: np.random.Generator) -> Summary:
    free = np.maximum(sizes - 1, 0)
    alike = bool((sizes == sizes[0]).all())
    noise = rng.standard_normal(len(mean))
    gamma = rng.standard_gamma(free[0] / 2, len(mean)) if alike else rng.standard_gamma(free / 2)
    return Summary(sizes, mean + noise * np.sqrt(variance / np.maximum(sizes, 1)), 2 * variance * gamma)


def _common(sizes: Ints) -> int:
    if (sizes != sizes[0]).any():
        raise UsageError("raw items need the same number in every chain")
    return int(sizes[0])


def _stream(config: GaussianConfig, line: Line) -> np.random.Generator:
    return stream(config.seed, "gaussian", line.regime, line.arm, line.size, line.estimator)


def _refuse(config: GaussianConfig) -> None:
    if config.chains < 2 or not config.sizes or min(config.sizes) < 5 or not set(config.ddofs) <= {0, 1}:
        raise UsageError("the Gaussian needs two chains, sizes of 5 or more, and ddof 0 or 1")
    thinned = any(parse(regime).subsamples for regime in config.regimes)
    if thinned and max(config.sizes) * config.generations * config.chains > MOST_ITEMS:
        raise UsageError(
            "accumulate-subsample would keep too many items", next="lower the size, the chains or the generations"
        )
    if config.values is not None and (len(config.values) < 2 or config.values.std() == 0):
        raise UsageError("the real data need two different values")
