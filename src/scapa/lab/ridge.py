"""Regression with a fixed share of synthetic labels: past a point more data do not help (Dohmatob 2410.04840).

Synthetic labels come from weights that are c away from the true ones. Only XᵀX of the human rows and of the synthetic
ones enter, so both are drawn as Wishart matrices (see `regression`), at any number of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS
from scapa.lab.desk import Desk, Found, Task
from scapa.lab.engine import stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.oracles.ridge import synthetic_error, synthetic_floor
from scapa.lab.regression import factors
from scapa.lab.verdict import Line, check, check_floor
from scapa.records import Check
from scapa.store.plot import Plot, Reference
from scapa.store.run import Row

Floats = NDArray[np.float64]
CONTROL = "mix:1"


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class RidgeConfig:
    """Settings of `scapa lab ridge`; a share s of synthetic rows is the regime `mix:1−s`, the control has none."""

    name: ClassVar[str] = "ridge"
    version: ClassVar[int] = 1
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset("few chains", "ours", {"chains": 200, "sizes": (50, 500)}),
        "laptop": Preset("the error stops at p²c² however many rows there are", "arXiv 2410.04840", {}),
        "penalty": Preset(
            "a penalty, even the best one, lowers the floor but does not remove it",
            "after arXiv 2410.04840",
            {"penalties": (0.0, 0.1, 0.25), "shares": (0.5,)},
            quick=True,
        ),
    }

    preset: str = ""
    sizes: tuple[int, ...] = setting(
        (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000), "rows, human and synthetic, n", least=7, most=10**8
    )
    shares: tuple[float, ...] = setting((0.01, 0.1, 0.5), "shares of synthetic rows, p", least=1e-6, most=1)
    penalties: tuple[float, ...] = setting((0.0,), "λ of the penalty nλ‖w‖²; 0 is least squares", least=0, most=10**6)
    dimension: int = setting(10, "features, d", least=1, most=1_000)
    distance: float = setting(
        1.0, "how far the synthetic weights are from the true ones, c; those have length 1", least=0, most=10**6
    )
    noise: float = setting(1.0, "standard deviation of the labels' noise, σ", least=0, most=10**6)
    chains: int = setting(2_000, "independent repetitions, all at once", least=2, most=10**6)
    seed: int = setting(1, "the same seed gives the same figures", least=0)

    def tasks(self) -> Sequence[Task]:
        if self.chains < 2 or not self.sizes or min(self.sizes) < self.dimension + 6:
            raise UsageError("ridge needs two chains, and six rows more than features")
        if not all(0 < share <= 1 for share in self.shares) or min(self.penalties, default=-1) < 0:
            raise UsageError("shares lie in (0, 1], and there are penalties, none negative", where="ridge")
        regimes = [*map(_regime, self.shares), CONTROL]
        return [
            Task(Line(regime, "control" if regime == CONTROL else "loop", size, f"λ={penalty:g}"))
            for regime in regimes
            for penalty in self.penalties
            for size in self.sizes
        ]

    def compute(self, task: Task, desk: Desk) -> Found:
        return Found([sized_row(self, task.line)])

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        found = [check(row) for row in rows if row.theory is not None]
        return found + [check_floor(row, row.floor) for row in rows if row.floor is not None]

    def plots(self) -> tuple[Plot, ...]:
        """With a penalty, where a line would end is marked at the largest size."""
        shares = dict(zip(map(_regime, self.shares), self.shares, strict=True)) | {CONTROL: 0.0}
        penalties = dict.fromkeys(self.penalties)
        limits = [(regime, share, penalty) for regime, share in shares.items() for penalty in penalties if penalty]
        return (
            Plot(
                "floor",
                "More data do not help",
                "The error by the number of training rows, a fixed share of them labelled by a model that is c away"
                " from the truth. With human rows alone it falls as 1/n; with any share p of synthetic ones it stops"
                " at p²c².",
                measure="error",
                x="size",
                x_label="training rows",
                series=("regime", "estimator"),
                log_x=True,
                log_y=True,
                formula="c²(a + b(nd−2)/(n−d−1)) + σ²d/(n−d−1) ≥ p²c²",
                reference=tuple(self._limit(*limit) for limit in limits),
            ),
        )

    def _limit(self, regime: str, share: float, penalty: float) -> Reference:
        left = synthetic_floor(share, self.distance**2, penalty)
        source = "n → ∞ of ours, after arXiv 2410.04840: (p²c² + λ²)/(1 + λ)²"
        return Reference(max(self.sizes), left, left, source, f"{regime} λ={penalty:g}")


def _regime(share: float) -> str:
    return f"mix:{1 - share:.12g}"


def sized_row(config: RidgeConfig, line: Line) -> Row:
    """Return the row of one share, penalty and number of rows; its measure is `error`, ‖w − w*‖².

    Without a penalty the error has an exact theory, and p²c² is a proven floor at any n; with one neither is known.
    """
    rng = stream(config.seed, "ridge", line.regime, line.size, line.estimator)
    machine = round(line.size * (1 - float(line.regime.removeprefix("mix:"))))
    penalty = float(line.estimator.removeprefix("λ="))
    values = fitted_errors(config, line.size - machine, machine, penalty, rng)
    if penalty:
        return line.row(1, "error", values)
    quality = config.distance**2
    theory = synthetic_error(line.size - machine, machine, config.dimension, quality, config.noise)
    floor = synthetic_floor(machine / line.size, quality) if machine else None
    return line.row(1, "error", values, theory, floor=floor)


def fitted_errors(config: RidgeConfig, human: int, machine: int, penalty: float, rng: np.random.Generator) -> Floats:
    """Return ‖w − w*‖² of every chain: w = (G_h + G_m + nλ)⁻¹(G_h w* + G_m(w*+δ) + Xᵀε)."""
    true, away = rng.standard_normal((2, config.chains, config.dimension, 1)) / np.sqrt(config.dimension)
    (own, own_noise), (synthetic, synthetic_noise) = (_gram(config, rows, rng) for rows in (human, machine))
    moment = (own + synthetic) @ true + config.distance * (synthetic @ away) + own_noise + synthetic_noise
    ridge = (human + machine) * penalty * np.eye(config.dimension)
    fitted = np.linalg.solve(own + synthetic + ridge, moment)
    return np.asarray(((fitted - true) ** 2).sum(axis=(1, 2)))


def _gram(config: RidgeConfig, rows: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return XᵀX and Xᵀε of `rows` rows of every chain."""
    factor = factors(np.full(config.chains, rows), config.dimension, rng)
    noise = rng.standard_normal((config.chains, factor.shape[2], 1))
    return factor @ factor.mT, config.noise * (factor @ noise)
