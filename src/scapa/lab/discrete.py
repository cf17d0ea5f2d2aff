"""The discrete experiment: a distribution fitted exactly and resampled, such as a corpus' own words.

One generation is one multinomial draw of M items a chain (the Wright–Fisher model of population genetics). Rare
states go first, and for ever: a state with p ≤ 1/M survives one generation with probability 1 − (1−p)^M ≤ 1 − 1/e.
Means hide it: E[p_n] = p_0 exactly, so the tail's *mean* mass stays while its support goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import tee
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS, oracles, successors
from scapa.lab.desk import Desk, Found, Task
from scapa.lab.engine import Step, recur, schedule, stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.milestones import milestones
from scapa.lab.references import check_references
from scapa.lab.regimes import Arm, Ints, Regime, parse
from scapa.lab.texts import word_counts
from scapa.lab.verdict import Line, check, check_floor
from scapa.measure.distance import kl, total_variation
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import Row

Floats = NDArray[np.float64]


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True, eq=False)
class DiscreteConfig:
    """Fit a distribution over words exactly, resample it, fit again: the rare words go first.

    The words are a release's own, or states with p proportional to 1/rank^zipf.
    """

    name: ClassVar[str] = "discrete"
    version: ClassVar[int] = 3
    roles: ClassVar[Mapping[str, str]] = {"risk": "tv", "variance": "heterozygosity", "tail": "tail_kept"}
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset("few states, few chains", "ours", {"states": 50, "sizes": (100,), "chains": 50}),
        "laptop": Preset("every regime over a thousand states", "arXiv 2305.17493, §3.1", {}),
        **successors.PRESETS["discrete"],
    }

    preset: str = ""
    sizes: tuple[int, ...] = setting(
        (2_000,), "items a generation, M (for filtered and archive the human ones)", least=2, most=10**9
    )
    generations: int = setting(30, "how many times a model is fitted", least=1, most=10**6)
    chains: int = setting(200, "independent repetitions, all at once", least=2, most=10**6)
    regimes: tuple[str, ...] = setting(
        ("replace", "accumulate", "accumulate-subsample", "mix:0.1", "fresh:200", "archive:0.6"),
        "what a generation is fitted on: replace, accumulate, mix:0.1 …",
    )
    arms: tuple[Arm, ...] = setting(("loop", "control"), "loop, control (real data only), first (the clean model's)")
    states: int = setting(1_000, "states of the original distribution", least=2, most=10**7)
    zipf: float = setting(1.0, "p of a state is proportional to its rank to minus this power", least=0, most=20)
    tail: float = setting(0.05, "share of the mass, rarest states first, that is called the tail", least=1e-6, most=1)
    seed: int = setting(1, "the same seed gives the same figures", least=0)
    points: int = setting(60, "generations recorded, at most about", least=2)
    counts: Ints | None = setting(None, "counts of a corpus' words instead", data=True)

    @staticmethod
    def from_texts(texts: Iterable[str]) -> dict[str, Any]:
        """How often each word of the texts occurs."""
        return {"counts": word_counts(texts)[1]}

    @property
    def useless_risk(self) -> float:
        """The total variation from p_0 of a model that knows the states and nothing else: all are as likely."""
        p = self.start()
        return float(total_variation(np.full(len(p), 1 / len(p)), p))

    def tasks(self) -> Sequence[Task]:
        if self.chains < 2 or not self.sizes:
            raise UsageError("the discrete experiment needs two chains and a size")
        lines = (Line.of(regime, arm, size) for regime in self.regimes for size in self.sizes for arm in self.arms)
        return [Task(line) for line in dict.fromkeys(lines)]

    def compute(self, task: Task, desk: Desk) -> Found:
        return line_found(self, task.line)

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        floors = [row for row in rows if row.floor is not None and row.generation == self.generations]
        return [
            *(check(row, self._step(row)) for row in milestones(rows)),
            *(check_floor(row, row.floor) for row in floors if row.floor is not None),
            *check_references(rows, self.plots()),
        ]

    def _step(self, row: Row) -> float:
        """By how much one rare event in one chain moves a measure that mostly stands still (see `verdict.check`)."""
        gauges = Gauges.of(self.start(), self.tail)
        largest = float(gauges.p[gauges.tail].max() / gauges.p[gauges.tail].sum())
        return {"support": 1.0, "missing_mass": 1 / row.size, "tail_kept": largest}.get(row.measure, 0.0)

    def plots(self) -> tuple[Plot, ...]:
        return successors.PLOTS.get((self.name, self.preset), PLOTS)

    def start(self) -> Floats:
        """Return p_0, without states of no mass; raises `UsageError` if fewer than two are left."""
        ranks = np.arange(1, self.states + 1, dtype=float)
        mass = ranks**-self.zipf if self.counts is None else np.asarray(self.counts, dtype=float)
        mass = mass[mass > 0]
        if len(mass) < 2:
            raise UsageError("a distribution needs two states at least", next="give more text")
        return np.asarray(mass / mass.sum())


class Categories:
    """The engine's subject: items and models are count matrices of shape (chains, states); p = counts/total.

    Each chain is drawn over its own living states only: faster as they die out, and a rounding error in p can't
    bring a dead one back.
    """

    def __init__(self, chains: int, p: Floats) -> None:
        self.chains, self.p = chains, p

    def real(self, sizes: Ints, rng: np.random.Generator) -> Ints:
        return rng.multinomial(sizes, self.p)

    def sample(self, model: Ints, sizes: Ints, bias: float, rng: np.random.Generator) -> Ints:
        """Draw from each chain's model at temperature `bias`: p^(1/τ), normalised."""
        drawn = np.zeros_like(model)
        for chain, size in enumerate(sizes):
            alive = np.flatnonzero(model[chain])
            mass = model[chain, alive] / model[chain].sum()
            if bias != 1:
                mass = (mass / mass.max()) ** (1 / bias)  # of the likeliest, or cool powers vanish
            drawn[chain, alive] = rng.multinomial(size, mass / mass.sum())
        return drawn

    def pool(self, first: Ints, second: Ints) -> Ints:
        return first + second

    def subset(self, items: Ints, size: int, rng: np.random.Generator) -> Ints:
        thinned = np.zeros_like(items)
        for chain in range(self.chains):
            alive = np.flatnonzero(items[chain])
            thinned[chain, alive] = rng.multivariate_hypergeometric(items[chain, alive], size, method="marginals")
        return thinned

    def fit(self, items: Ints, rng: np.random.Generator) -> Ints:
        return items


@dataclass(frozen=True, slots=True)
class Gauges:
    """What is measured of every generation: p_0, the states of its tail, and their mass."""

    p: Floats
    tail: NDArray[np.intp]

    @classmethod
    def of(cls, p: Floats, share: float) -> Gauges:
        """Take as tail the rarest states whose masses together stay within `share`; one state at least."""
        order = np.argsort(p, kind="stable")
        return cls(p, order[: max(1, int(np.searchsorted(np.cumsum(p[order]), share, side="right")))])

    @property
    def heterozygosity(self) -> float:
        return float(1 - (self.p**2).sum())

    def measure(self, counts: Ints, size: int) -> dict[str, Floats]:
        """Return each measure of every chain, shape (chains,).

        `support` states alive; `heterozygosity` 1 − Σp²; `drift` Σ(p−p_0)²/H_0; `entropy` in nats; `tv` to p_0;
        `kl` KL(p ‖ p_0) in nats (the other way round it is infinite as soon as one state is lost);
        `tail_mass` now over at first; `tail_kept` the share of the tail's first mass whose states are alive;
        `missing_mass` f₁/N of the training set; `richness` the states expected in `size` items of the model, which
        compares training sets of different sizes (rarefaction, Hurlbert 1971).
        """
        total = counts.sum(axis=1)
        p = counts / total[:, None]
        mass, divergence = self.p[self.tail], kl(p, self.p)
        return {
            "support": (counts > 0).sum(axis=1).astype(float),
            "heterozygosity": 1 - (p**2).sum(axis=1),
            "drift": ((p - self.p) ** 2).sum(axis=1) / self.heterozygosity,
            "entropy": -p @ np.log(self.p) - divergence,  # −Σ p ln p, without taking its logarithms a second time
            "tv": total_variation(p, self.p),
            "kl": divergence,
            "tail_mass": p[:, self.tail].sum(axis=1) / mass.sum(),
            "tail_kept": (counts[:, self.tail] > 0) @ mass / mass.sum(),
            "missing_mass": (counts == 1).sum(axis=1) / total,
            "richness": oracles.survival_after_one(p, size).sum(axis=1),
        }


def line_found(config: DiscreteConfig, line: Line) -> Found:
    """Return what one line gives: one regime, size and arm. The measures are those of `Gauges.measure`."""
    gauges = Gauges.of(config.start(), config.tail)
    regime = parse(line.regime).for_arm(line.arm)
    rng = stream(config.seed, "discrete", line.regime, line.arm, line.size)
    recorded = set(schedule(config.generations, config.points).tolist())
    subject = Categories(config.chains, gauges.p)
    steps, again = tee(recur(subject, regime, line.size, config.generations, rng, line.arm))
    found = Found()
    for step, theory in zip(steps, _theory(again, gauges, regime, line.size, line.arm), strict=True):
        if step.generation in recorded:
            measured = gauges.measure(step.model, line.size)
            floor = _floor(gauges.p, regime, line, step.generation)
            found.measure(line, step.generation, measured, theory, floor=floor, keep=config.roles.values())
    return found


def _floor(p: Floats, regime: Regime, line: Line, generation: int) -> dict[str, float]:
    """Return the lower bound of Suresh (2412.17646) on the support that is left under `replace`."""
    if regime.kind != "replace" or regime.bias != 1 or line.arm != "loop":
        return {}
    return {"support": float(oracles.survival_bound(p, line.size, generation).sum())}


def _theory(
    steps: Iterator[Step[Ints, Ints]], gauges: Gauges, regime: Regime, size: int, arm: Arm
) -> Iterator[dict[str, float]]:
    """Yield the exact expectations that exist for each generation, by measure."""
    steps, again = tee(steps)
    fresh = 0
    for step, lost in zip(steps, oracles.share_lost((s.intake for s in again), regime, arm, size), strict=True):
        human = int(step.intake.human[0])
        fresh = fresh + human if regime.keeps_all else human
        known: dict[str, float] = {}
        if lost is not None:
            known = {"tail_mass": 1.0, "heterozygosity": gauges.heterozygosity * (1 - lost), "drift": lost}
        if step.generation == 1 or arm == "control":
            known |= _of_real(gauges, fresh)
        yield known


def _of_real(gauges: Gauges, items: int) -> dict[str, float]:
    """Return the expectations for a fit on `items` real draws."""
    survival = oracles.survival_after_one(gauges.p, items)
    mass = gauges.p[gauges.tail]
    return {
        "support": float(survival.sum()),
        "tail_kept": float(survival[gauges.tail] @ mass / mass.sum()),
        "missing_mass": float((gauges.p * np.exp((items - 1) * np.log1p(-gauges.p))).sum()),
    }


PLOTS = (
    Plot(
        "support",
        "States still alive",
        "How many of the states still occur. Rare ones go first, and nothing brings them back but real data.",
        measure="support",
        where={"arm": "loop"},
        series=("regime",),
        formula="expected for a fit on real data; bound of Suresh (2412.17646) for replace",
    ),
    Plot(
        "tail",
        "The tail that is left",
        "The share of the tail's first mass whose states are still alive. Its mean mass does not fall (that is a"
        " martingale): fewer and fewer states hold it.",
        measure="tail_kept",
        where={"arm": "loop"},
        series=("regime",),
    ),
    Plot(
        "drift",
        "Drift from the original",
        "Σ(p−p₀)² over what it can be at most: 1 is the end, one state alone.",
        measure="drift",
        where={"arm": "loop"},
        series=("regime",),
        log_x=True,
        formula="exact",
    ),
)
