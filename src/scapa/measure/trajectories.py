"""What a recursion did over its generations, seed by seed, and the eight figures that `scapa.measure.collapse` judges.

Every figure is larger for more of what its definition fears, and comes with an interval over seeds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.measure.interval import Interval, of_mean, of_ratio

Floats = NDArray[np.float64]

LEAST_GENERATIONS = 5
"""Generations between the first and the last that are needed to speak of how growth goes on."""
NO_RISE = 0.01
"""A rise of the risk by less than this share of the first one is none, when its growth is asked for."""


class Unsaid(Exception):
    """Why a figure cannot be had; it becomes the `why` of a verdict and never leaves `scapa.measure.collapse`."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """Risk above the irreducible one by size of the training set: `sizes` (S,), `real` and `loop` (seeds, S), all > 0.

    `real` are models trained on real data, `loop` those of the recursion's last generation.
    """

    sizes: Floats
    real: Floats
    loop: Floats

    def __post_init__(self) -> None:
        wanted = (len(self.real), len(self.sizes))
        if self.real.shape != wanted or self.loop.shape != wanted:
            raise UsageError(
                f"risks by size must both be (seeds, {len(self.sizes)}): {self.real.shape}, {self.loop.shape}"
            )
        if min(self.sizes.min(), self.real.min(), self.loop.min()) <= 0:
            raise UsageError("sizes and risks above the irreducible one must be above zero")


@dataclass(frozen=True, slots=True, eq=False)
class Trajectories:
    """What was measured, each array (seeds, generations) or None; `generations` are the numbers of its columns.

    The first column is the fit on real data. `risk` is the test loss on real data (nats, squared error, W₂² …) and
    `control_risk` that of models refitted on real data only, seed by seed; `useless_risk` is the risk of a model that
    knows nothing (ln V of a vocabulary, the variance of what is to be predicted). `variance` is the model's own.
    `separation` says how well the model keeps real modes apart, 0 for not at all. `tail` is any share of the real
    tail that is left (rare coverage, surviving support, recall). `foreign` is the share of the model's items that the
    real law would hardly make (1 − precision, blocks above the human 99th percentile).
    Raises `UsageError` for an array of another shape or with values that are not finite.
    """

    generations: tuple[int, ...]
    risk: Floats | None = None
    control_risk: Floats | None = None
    useless_risk: float | None = None
    variance: Floats | None = None
    scaling: Scaling | None = None
    separation: Floats | None = None
    tail: Floats | None = None
    foreign: Floats | None = None

    def __post_init__(self) -> None:
        if len(self.generations) < 2 or list(self.generations) != sorted(set(self.generations)):
            raise UsageError("a trajectory needs two generations at least, in rising order")
        for name in ("risk", "control_risk", "variance", "separation", "tail", "foreign"):
            values: Floats | None = getattr(self, name)
            if values is None:
                continue
            if values.ndim != 2 or values.shape[1] != len(self.generations) or not np.all(np.isfinite(values)):
                raise UsageError(f"{name} must be finite, of shape (seeds, {len(self.generations)})")
        if self.risk is not None and self.control_risk is not None and self.risk.shape != self.control_risk.shape:
            raise UsageError("risk and control_risk must be of the same seeds")


def catastrophe(found: Trajectories, level: float) -> Interval:
    """Return how much of the way from the first risk to that of a model that knows nothing the last one has gone."""
    risk = _seeds(found.risk, "the risk on real data")
    if found.useless_risk is None:
        raise Unsaid("not measured: the risk of a model that knows nothing")
    room = found.useless_risk - risk[:, 0]
    if room.mean() <= 0:
        raise Unsaid("the first model is no better than one that knows nothing")
    return of_ratio(risk[:, -1] - risk[:, 0], room, level=level)


def increase(found: Trajectories, level: float) -> Interval:
    """Return the rise over the control of the same generation, or else over the first one, as a share of it."""
    risk = _seeds(found.risk, "the risk on real data")
    before = risk[:, 0] if found.control_risk is None else found.control_risk[:, -1]
    return _scaled(of_mean(risk[:, -1] - before, level=level), abs(float(before.mean())))


def growth(found: Trajectories, level: float) -> Interval:
    """Return the exponent a of a rise like tᵃ that fits the first, the middle and the last generation.

    A rise in proportion to t has 1, one like √t .5, the bounded Σ 1/i² .2 over ten generations and less over more, a
    jump that stays 0. A risk that rose by less than 1 % has not grown at all: 0.
    """
    risk = _seeds(found.risk, "the risk on real data")
    numbers = np.array(found.generations)
    span = numbers[-1] - numbers[0]
    middle = int(np.abs(numbers - numbers[0] - span / 2).argmin())
    if span < LEAST_GENERATIONS or not 0 < middle < len(numbers) - 1:
        raise Unsaid(f"not run: {LEAST_GENERATIONS} generations after the first, with one in the middle")
    whole = risk[:, -1] - risk[:, 0]
    rise = of_mean(whole, level=level)
    if rise.high < NO_RISE * abs(float(risk[:, 0].mean())):
        return Interval(0.0, 0.0, 0.0, level)
    if rise.low <= 0:
        raise Unsaid("the rise of the risk cannot be told from none")
    late = of_ratio(risk[:, -1] - risk[:, middle], whole, level=level)
    estimate, low, high = (
        _exponent(share, float(span / (numbers[middle] - numbers[0]))) for share in (late.estimate, late.low, late.high)
    )
    return Interval(estimate, low, high, level)


def _exponent(late: float, stretch: float) -> float:
    """Return a of tᵃ whose share `late` came after the middle: 1 − late = stretch⁻ᵃ."""
    return float(-np.log(1 - late) / np.log(stretch)) if late < 1 else float("inf")


def scaling(found: Trajectories, level: float) -> Interval:
    """Return the share of the exponent c of risk ∝ size⁻ᶜ lost against training on real data."""
    curve = found.scaling
    if curve is None:
        raise Unsaid("not measured: risk by size of the training set")
    real, loop = (_rates(curve.sizes, _seeds(risk, "risk by size")) for risk in (curve.real, curve.loop))
    if real.mean() <= 0:
        raise Unsaid("even on real data the risk does not fall with size")
    return of_ratio(real - loop, real, level=level)


def _rates(sizes: Floats, risk: Floats) -> Floats:
    """Return c of risk ∝ size⁻ᶜ for each seed, by least squares on logarithms."""
    if len(sizes) < 3:
        raise Unsaid("not run: three sizes of the training set")
    log = np.log(sizes) - np.log(sizes).mean()
    return np.asarray(-np.log(risk) @ log / (log @ log))


def variance(found: Trajectories, level: float) -> Interval:
    """Return the share of variance lost, by the geometric mean: sample means of variances are ruled by a few seeds."""
    logs = np.log(np.maximum(_seeds(found.variance, "the model's variance"), np.finfo(float).tiny))
    kept = of_mean(logs[:, -1] - logs[:, 0], level=level)
    estimate, low, high = (float(1 - np.exp(end)) for end in (kept.estimate, kept.high, kept.low))
    return Interval(estimate, low, high, level)


def entanglement(found: Trajectories, level: float) -> Interval:
    """Return the share of the modes' separation lost from the first to the last generation."""
    return _share_lost(_seeds(found.separation, "how well real modes are kept apart"), level)


def tail(found: Trajectories, level: float) -> Interval:
    """Return the share of the tail lost from the first to the last generation."""
    return _share_lost(_seeds(found.tail, "the share of the real tail that is left"), level)


def hallucination(found: Trajectories, level: float) -> Interval:
    """Return the rise of the share of foreign items from the first to the last generation."""
    foreign = _seeds(found.foreign, "the share of items that the real law would hardly make")
    return of_mean(foreign[:, -1] - foreign[:, 0], level=level)


def _seeds(values: Floats | None, what: str) -> Floats:
    if values is None:
        raise Unsaid(f"not measured: {what}")
    if len(values) < 2:
        raise Unsaid("one seed has no interval")
    return values


def _share_lost(values: Floats, level: float) -> Interval:
    if values[:, 0].mean() <= 0:
        raise Unsaid("there was nothing to lose in the first generation")
    return of_ratio(values[:, 0] - values[:, -1], values[:, 0], level=level)


def _scaled(found: Interval, unit: float) -> Interval:
    if unit == 0:
        raise Unsaid("the risk to compare with is 0")
    return Interval(found.estimate / unit, found.low / unit, found.high / unit, found.level)
