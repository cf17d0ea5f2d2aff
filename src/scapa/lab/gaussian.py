"""The 1-D Gaussian experiment: fit mean and variance, sample, fit again; thousands of chains by sufficient statistics.

The draws of one generation enter the fit only through their number, mean and sum of squares, whose joint law is
known (Cochran): x̄ ~ N(μ, σ²/M), Σ(x−x̄)² ~ σ²χ²_(M−1), independent. So a generation costs two draws a chain at any M.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import tee
from math import erfc, sqrt
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS, oracles, successors
from scapa.lab.desk import Desk, Found, Task
from scapa.lab.engine import Step, Subject, recur, schedule, stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.milestones import milestones
from scapa.lab.references import check_references
from scapa.lab.regimes import Arm, Ints, Regime, parse
from scapa.lab.texts import log_sentence_lengths
from scapa.lab.verdict import Line, check
from scapa.measure.distance import kl_gaussian, w2_squared_1d
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import Row

Floats = NDArray[np.float64]
MOST_ITEMS = 200_000_000
"""Raw items that `accumulate-subsample` may keep at once (8 bytes each)."""
TAIL_EDGE, FOREIGN_EDGE = 1.959964, 2.575829
"""Between ± these lie 95 % and 99 % of the original: beyond the first is its tail, the second it hardly passes."""


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True, eq=False)
class GaussianConfig:
    """Fit a Gaussian, sample it, fit again: thousands of chains at once, by sufficient statistics.

    Every pair of regime and size runs under every estimator, each beside a control refitted on real data. The arm
    `first` is dilution without recursion: all machine items come from the first model.
    """

    name: ClassVar[str] = "gaussian"
    version: ClassVar[int] = 3
    roles: ClassVar[Mapping[str, str]] = {
        "risk": "w2", "variance": "variance", "tail": "tail_kept", "foreign": "foreign"
    }  # fmt: skip
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset("two sizes, few chains", "ours", {"sizes": (10, 100), "generations": 20, "chains": 200}),
        "laptop": Preset("the paper's sizes under both estimators", "arXiv 2305.17493, Fig. 4", {}),
        **successors.PRESETS["gaussian"],
    }

    preset: str = ""
    sizes: tuple[int, ...] = setting((100, 500, 1_000, 10_000), "items a generation, M", least=5, most=10**9)
    generations: int = setting(1_000, "how many times a model is fitted", least=1, most=10**6)
    chains: int = setting(1_000, "independent repetitions, all at once", least=2, most=10**6)
    regimes: tuple[str, ...] = setting(("replace",), "what a generation is fitted on: replace, accumulate, mix:0.1 …")
    ddofs: tuple[int, ...] = setting((0, 1), "estimators: 0 maximum likelihood, 1 unbiased variance", least=0, most=1)
    arms: tuple[Arm, ...] = setting(("loop", "control"), "loop, control (real data only), first (the clean model's)")
    seed: int = setting(1, "the same seed gives the same figures", least=0)
    points: int = setting(60, "generations recorded, at most about", least=2)
    values: Floats | None = setting(None, "the real data instead of N(0, 1)", data=True)

    @staticmethod
    def from_texts(texts: Iterable[str]) -> dict[str, Any]:
        """The logarithms of the texts' sentence lengths, which are about normal."""
        return {"values": log_sentence_lengths(texts)}

    def tasks(self) -> Sequence[Task]:
        _refuse(self)
        lines = (
            Line.of(regime, arm, size, f"ddof={ddof}")
            for regime in self.regimes
            for size in self.sizes
            for ddof in self.ddofs
            for arm in self.arms
        )
        return [Task(line) for line in dict.fromkeys(lines)]

    def compute(self, task: Task, desk: Desk) -> Found:
        return line_found(self, task.line)

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        return [*_checks(rows), *check_references(rows, self.plots())]

    def plots(self) -> tuple[Plot, ...]:
        return successors.PLOTS.get((self.name, self.preset), PLOTS)


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

    def fit(self, items: Summary, rng: np.random.Generator) -> Fit:
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

    def fit(self, items: Floats, rng: np.random.Generator) -> Fit:
        return Fit(items.mean(axis=1), items.var(axis=1, ddof=self.ddof))


def line_found(config: GaussianConfig, line: Line) -> Found:
    """Return what one line gives: one regime, size, estimator and arm.

    The measures, all in units of the original mean and variance: `mean` (μ_n−μ)/σ, `sigma`, `variance`, `drift`
    ((μ_n−μ)/σ)², `w2` W₂² to the original, `kl` KL(original ‖ fit) in nats, the test loss that the fit adds,
    `log_variance`, `lost` |1−σ|; `tail_kept` and `foreign`, see `_tails`. Real data count as the normal law of their
    mean and variance.
    """
    size, arm, ddof = line.size, line.arm, int(line.estimator.removeprefix("ddof="))
    regime = parse(line.regime).for_arm(arm)
    subject: Subject[Any, Fit] = (Items if regime.subsamples else Summaries)(config.chains, ddof, config.values)
    recorded = set(schedule(config.generations, config.points).tolist())
    steps, again = tee(recur(subject, regime, size, config.generations, _stream(config, line), arm))
    found = Found()
    for step, theory in zip(steps, _theory(again, regime, size, ddof, arm, config.values is None), strict=True):
        if step.generation in recorded:
            found.measure(line, step.generation, _measures(step, config.values), theory, keep=config.roles.values())
    return found


def _theory(
    steps: Iterator[Step[Any, Fit]], regime: Regime, size: int, ddof: int, arm: Arm, normal: bool
) -> Iterator[dict[str, float]]:
    """Yield the exact expectations that exist for each generation, by measure."""
    chain = regime.kind == "replace" and regime.bias == 1 and arm == "loop" and normal
    laws = oracles.moments((step.intake for step in steps), regime, arm, size, ddof=ddof)
    for n, law in enumerate(laws, start=1):
        known = {"mean": 0.0, "drift": float(law.drift.mean()), "variance": float(law.spread.mean())}
        if chain:
            shrink = 1.0 if ddof else float(np.sqrt(1 - 1 / size))
            known |= {
                "sigma": (oracles.c4(size) * shrink) ** n,
                "w2": oracles.w2_replace(size, n, ddof),
                "kl": oracles.kl_replace(size, n, ddof),
                "log_variance": oracles.log_variance(size, n, ddof)[0],
            }
        yield known


def _measures(step: Step[Any, Fit], values: Floats | None) -> dict[str, Floats]:
    centre, scale = (0.0, 1.0) if values is None else (float(values.mean()), float(values.std()))
    mean = (step.model.mean - centre) / scale
    variance = step.model.variance / scale**2
    sigma = np.sqrt(variance)
    return {
        "mean": mean,
        "sigma": sigma,
        "variance": variance,
        "drift": mean**2,
        "w2": w2_squared_1d(mean, sigma, 0.0, 1.0),
        "kl": kl_gaussian(np.zeros(1), np.eye(1), mean[:, None], variance[:, None, None]),
        "log_variance": np.log(np.maximum(variance, np.finfo(float).tiny)),
        "lost": np.abs(1 - sigma),
        **_tails(mean, sigma),
    }


def _tails(mean: Floats, sigma: Floats) -> dict[str, Floats]:
    """Return what each chain makes of the original's tails.

    `tail_kept` is the share of the original's outer 5 % that the model still has, each side for itself: a mean that
    wanders puts more on one side, which makes up for nothing on the other. `foreign` is the share of the model's items
    beyond what holds 99 % of the original.
    """
    sides = [_beyond(TAIL_EDGE, sign * mean, sigma) for sign in (1, -1)]
    real = erfc(TAIL_EDGE / sqrt(2)) / 2
    return {
        "tail_kept": np.minimum(sides, real).sum(axis=0) / (2 * real),
        "foreign": _beyond(FOREIGN_EDGE, mean, sigma) + _beyond(FOREIGN_EDGE, -mean, sigma),
    }


def _beyond(edge: float, mean: Floats, sigma: Floats) -> Floats:
    """Return P(x > edge) of N(mean, sigma²); a spread that underflowed counts as the smallest number."""
    away = (edge - mean) / np.maximum(sigma, np.sqrt(np.finfo(float).tiny))
    return np.asarray(_erfc(away / sqrt(2)), dtype=float) / 2


_erfc = np.frompyfunc(erfc, 1, 1)


def _checks(rows: Sequence[Row]) -> Iterator[Check | None]:
    """Check the first, middle and last recorded generation where a sample mean can be trusted.

    The second moments are heavy-tailed products of n factors: means of σ² and W₂² mislead beyond n = M/2. The log
    law holds further out, the logarithm at any n. KL has 1/σ² in it, so skewed that a mean of two hundred chains is off
    by six standard errors once in a thousand: its law stands beside it and is not checked.
    """
    known = [row for row in rows if row.measure != "kl"]
    usable = [row for row in known if row.measure == "log_variance" or row.generation <= row.size / 2]
    return (check(row) for row in milestones(usable))


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


PLOTS = (
    Plot(
        "w2",
        "Distance from the original",
        "Squared Wasserstein distance between the fitted Gaussian and the original one. A refit on real data stays"
        " where its sample size puts it; the loop adds every generation's error to those before.",
        measure="w2",
        series=("size", "estimator"),
        where={"arm": "loop"},
        log_x=True,
        log_y=True,
        formula="E[W₂²] of n refits",
    ),
    Plot(
        "sigma",
        "Spread that is left",
        "The fitted standard deviation, half of the chains below the line. More items a generation only put it off.",
        measure="sigma",
        series=("size", "estimator"),
        where={"arm": "loop"},
        statistic="median",
        log_x=True,
    ),
)
