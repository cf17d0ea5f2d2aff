"""The settings of the mixture experiment, and what one line of it computes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS
from scapa.lab.desk import Desk, Found, Task, follow
from scapa.lab.engine import Step, schedule, stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.gmm.em import Law
from scapa.lab.gmm.figures import LOOPS, SAVED_L2, plots
from scapa.lab.gmm.gauges import Gauges, cloud, expectations
from scapa.lab.gmm.likeness import LOOKS, Likeness
from scapa.lab.gmm.mixture import Mixture
from scapa.lab.gmm.points import Points
from scapa.lab.gmm.subject import Clouds
from scapa.lab.gmm.theory import totals
from scapa.lab.milestones import milestones
from scapa.lab.references import check_references
from scapa.lab.regimes import Arm, Regime, parse
from scapa.lab.verdict import Line, check, check_between
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import Row

PICTURED = (0, 50, 100, 150, 200, 350, 2_000)
"""The generations that the paper shows; 0 are the real data."""
SOURCE = "arXiv 2305.17493, SI"
SET_UPS = ("two", "blob")
MOST_BYTES = 2_000_000_000
DRAWN = 400
"""Points of one chain in a picture."""
_TWO, _ONE = {"set_ups": ("two",)}, {"set_ups": ("blob",)}
_PAPER = {"tolerance": 1e-5, "most_rounds": 2_000, "chains": 100, "regimes": ("replace",)}
SELF_CONSUMING = {
    "set_ups": ("two",), "sizes": (100,), "generations": 50, "chains": 16,
    "regimes": ("replace", "fixed", "fresh:100", "replace:bias=0.7", "fixed:bias=0.7", "fresh:100,bias=0.7"),
}  # fmt: skip


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class GmmConfig:
    """Fit a mixture of two Gaussians in the plane, sample it, fit again: many chains at once.

    `two` are two round Gaussians of equal weight, as in the paper's SI; `blob` is a single one fitted with two
    components, as in the authors' notebook as saved. Each fit starts from two-means and runs EM by scikit-learn's law.
    A control of M real points a generation is the same under every regime of that size, and is run once. There is no
    risk of a model that knows nothing: a density on the plane can be as broad as one likes, and so its risk as high.
    """

    name: ClassVar[str] = "gmm"
    version: ClassVar[int] = 2
    roles: ClassVar[Mapping[str, str]] = {
        "risk": "kl", "variance": "variance", "separation": "separation", "tail": "recall", "foreign": "foreign"
    }  # fmt: skip
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset(
            "few points, few chains", "ours", {"sizes": (100,), "generations": 20, "chains": 20, "points": 6}
        ),
        "laptop": Preset("both set-ups at the paper's size, scikit-learn's tolerance", SOURCE, {}),
        "paper": Preset("two Gaussians, the notebook's tolerance", SOURCE, _TWO | _PAPER),
        "paper-blob": Preset("the notebook as saved: one Gaussian", "the authors' notebook", _ONE | _PAPER),
        "moments": Preset(
            "the mixture as a whole obeys the Gaussian law, held by enough chains to say so", SOURCE,
            {"set_ups": ("two",), "regimes": ("replace", "accumulate", "accumulate-subsample", "mix:0.1", "fixed"),
             "generations": 8, "chains": 1_000, "sizes": (200,)},
            quick=True,
        ),
        "accumulate": Preset(
            "what keeping all data does", "arXiv 2404.01413, 2410.16713",
            {"regimes": ("replace", "accumulate", "accumulate-subsample"), "generations": 50, "chains": 40},
        ),
        "self-consuming": Preset(
            "precision and recall of loops with no, the same and new real data, with and without sampling bias",
            "arXiv 2307.01850 (Alemohammad)", SELF_CONSUMING, quick=True,
        ),
    }  # fmt: skip

    preset: str = ""
    set_ups: tuple[str, ...] = setting(SET_UPS, "what is real: two (Gaussians), blob (one, fitted with two)")
    sizes: tuple[int, ...] = setting((1_000,), "points a generation, N", least=10, most=10**7)
    generations: int = setting(2_000, "how many times a mixture is fitted", least=1, most=10**6)
    chains: int = setting(16, "independent repetitions, all at once", least=2, most=10**5)
    regimes: tuple[str, ...] = setting(("replace", "mix:0.1"), "what a generation is fitted on: replace, mix:0.1 …")
    arms: tuple[Arm, ...] = setting(("loop", "control"), "loop, control (real data only), first (the clean model's)")
    distance: float = setting(4.0, "between the centres of two, in standard deviations", least=0)
    tolerance: float = setting(1e-3, "EM ends when the mean log likelihood changes by less", least=0)
    most_rounds: int = setting(100, "EM ends after so many rounds", least=1)
    regulariser: float = setting(1e-6, "added to every variance by every fit", least=1e-12)
    points: int = setting(60, "generations recorded, at most about", least=2)
    seed: int = setting(1, "the same seed gives the same figures", least=0)

    @property
    def dear(self) -> bool:
        """Whether a line takes more than some seconds, and is worth a process of its own."""
        return max(self._fitted(parse(regime), max(self.sizes)) for regime in self.regimes) > 20_000_000

    def tasks(self) -> Sequence[Task]:
        _refuse(self)
        lines = (
            Line.of(regime, arm, size, set_up)
            for set_up in self.set_ups
            for size in self.sizes
            for arm in self.arms
            for regime in self.regimes
        )
        return [Task(line) for line in dict.fromkeys(lines)]

    def compute(self, task: Task, desk: Desk) -> Found:
        line, rng = task.line, stream(self.seed, "gmm", *asdict(task.line).values())
        regime = parse(line.regime).for_arm(line.arm)
        subject = Clouds(self.truth(line.estimator), Law(self.tolerance, self.most_rounds, self.regulariser))
        watch = Watch(self, line, regime)
        # a control that keeps nothing is the same at every generation: only those that are recorded are drawn
        skips = line.arm == "control" and not regime.keeps_all
        numbers = watch.recorded if skips else range(1, self.generations + 1)

        def observe(step: Step[Points, Mixture]) -> Found:
            return watch.see(numbers[step.generation - 1], step.model, step.first)

        return follow(desk, subject, regime, line.size, len(numbers), rng, line.arm, observe)

    def truth(self, set_up: str, chains: int | None = None) -> Mixture:
        """Return the real mixture of a set-up, once for each of `chains` (the experiment's, if not said)."""
        half = self.distance / 2
        centres = [[-half, 0.0], [half, 0.0]] if set_up == "two" else [[0.0, 0.0]]
        return Mixture.alike(self.chains if chains is None else chains, np.array(centres))

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        """Hold means against theory up to N/2 generations, beyond which few chains carry the mean of a product of n.

        And the paper's end: a point, "std about 1e-2" after 2,000 generations of 1,000, read as within half a decade;
        and the distances that the authors' notebook shows.
        """
        safe = milestones(row for row in rows if row.generation <= row.size / 2)
        found = [check(row, _skew(row)) for row in safe]
        ends = [row for row in rows if (row.regime, row.arm, row.measure) == ("replace", "loop", "narrowest")]
        ends = [row for row in ends if (row.size, row.generation) == (1_000, 2_000)]
        found += [check_between(row, 10**-2.5, 10**-1.5, SOURCE, statistic="median") for row in ends]
        own = [row for row in rows if (row.regime, row.arm, row.size) == ("replace", "loop", 1_000)]
        return [*found, *check_references(own, self.plots())]

    def _fitted(self, regime: Regime, size: int) -> float:
        """Return about how many points a line's fits see in all."""
        grows = self.generations / 2 if regime.keeps_all and not regime.subsamples else 1.0
        return self.generations * self.chains * size * grows

    def plots(self) -> tuple[Plot, ...]:
        if self.preset == "self-consuming":
            return LOOPS
        return tuple(plot for set_up in dict.fromkeys(self.set_ups) for plot in plots(set_up))


class Watch:
    """What is recorded of one line: figures with their theory on a schedule, and points of the first chain."""

    def __init__(self, config: GmmConfig, line: Line, regime: Regime) -> None:
        truth = config.truth(line.estimator, 1)
        self._line, self._seed, self._least = line, config.seed, float(np.sqrt(config.regulariser))
        self._gauges = Gauges.of(truth, stream(config.seed, "gmm", "judged", line.estimator))
        self._likeness = Likeness.of(truth, stream(config.seed, "gmm", "real", line.estimator))
        variance = float(np.trace(truth.covariance()[0])) / 2
        law = totals(regime, line.arm, line.size, config.generations, variance, config.regulariser)
        pictured = {n for n in (*PICTURED, *(int(point.x) for point in SAVED_L2)) if 0 < n <= config.generations}
        self._looks = set(schedule(config.generations, min(LOOKS, config.points)).tolist())
        self.recorded = sorted(pictured | self._looks | set(schedule(config.generations, config.points).tolist()))
        self._theory = {n: total for n, total in enumerate(law, start=1) if n in set(self.recorded)}

    def see(self, generation: int, model: Mixture, first: Mixture) -> Found:
        """Return the rows of this generation, none if it is not recorded."""
        found = Found()
        if generation == 1 and self._line.arm == "loop":
            found.tables["cloud"] = self._cloud(0, self._gauges.truth, first)
        if generation in PICTURED and self._line.arm == "loop":
            found.tables.setdefault("cloud", []).extend(self._cloud(generation, model, model))
        if generation in self._theory:
            self._measure(found, generation, model, first)
        return found

    def _measure(self, found: Found, generation: int, model: Mixture, first: Mixture) -> None:
        total = self._theory[generation]
        floors = {"narrowest": self._least, "std": self._least}
        ceilings = {} if total is None else {"std": float(np.sqrt(total.variance))}  # Jensen: E[√V] ≤ √E[V]
        measures = self._gauges.measure(model, first)
        if generation in self._looks:
            measures |= self._likeness.measure(model, self._stream("written", generation))
        keep = [measure for measure in GmmConfig.roles.values() if measure in measures]
        known = expectations(total)
        found.measure(self._line, generation, measures, known, floor=floors, ceiling=ceilings, keep=keep)

    def _cloud(self, generation: int, author: Mixture, judge: Mixture) -> list[dict[str, Any]]:
        """Points by the author's first chain."""
        where = {name: getattr(self._line, name) for name in ("regime", "arm", "size", "estimator")}
        drawn = author.first(1).sample(np.array([DRAWN]), self._stream("cloud", generation)).of(0)
        return cloud(judge, drawn, where | {"generation": generation})

    def _stream(self, purpose: str, generation: int) -> np.random.Generator:
        """Return a stream of its own: what is drawn to be looked at must not change what is fitted."""
        line = self._line
        return stream(self._seed, "gmm", purpose, line.regime, line.arm, line.size, line.estimator, generation)


def _skew(row: Row) -> float:
    """Return by how much a single chain may move a mean whose spread few chains would underrate (see `check`).

    A drift is spread like an exponential variable; the variance like the product of n factors with a spread of 1/N.
    """
    share = {"drift": 1.0, "variance": row.generation / row.size}.get(row.measure, 0.0)
    return share * (row.theory or 0.0)


def _refuse(config: GmmConfig) -> None:
    unknown = set(config.set_ups) - set(SET_UPS)
    if unknown or not config.set_ups or not config.sizes:
        raise UsageError(f"no set-up called {', '.join(sorted(unknown)) or '(none)'}", next="there are: two, blob")
    if config.chains < 2 or config.generations < 1 or min(config.sizes) < 10:
        raise UsageError("the mixture needs two chains, a generation, and sizes of 10 or more")
    if config.regulariser <= 0:  # or a component on one point has no density
        raise UsageError("the regulariser must be above zero", next="1e-6 is scikit-learn's")
    for regime in map(parse, config.regimes):
        needed = memory(config, regime)
        if needed > MOST_BYTES:
            raise UsageError(
                f"its points would take {needed / 1e9:.1f} GB, more than {MOST_BYTES / 1e9:.0f}",
                where=str(regime),
                next="lower the generations, the chains or the sizes",
            )


def memory(config: GmmConfig, regime: Regime) -> float:
    """Return the bytes that the points of the last generation take: 16 each, twice while new ones join those kept."""
    machine = 1 / (1 - regime.share) if regime.kind in ("archive", "filtered") else 1.0
    each = max(config.sizes) * machine + regime.fresh
    keys = 1.0 if regime.subsamples else 0.0  # one random key and one index a point
    return config.chains * each * 16 * ((2 + keys) * config.generations if regime.keeps_all else 2)
