"""What a mixture as a whole must do on average, whatever its components do: exact second moments of the loop.

The M-step of full covariances gives a mixture with the mean and the covariance of its training set, plus the
regulariser ε on the diagonal. So for `replace`, r = 1 − 1/N: E[Cov_n] = rⁿ Σ + εN(1 − rⁿ) I, and E‖μ_n − μ‖² is the
sum of tr E[Cov_i]/N over the generations before n (Σ itself is the 0th).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scapa.lab.oracles.moments import moments
from scapa.lab.regimes import Arm, Regime, intake


@dataclass(frozen=True, slots=True)
class Total:
    """Expectations of one coordinate: `drift` E[(μ_n−μ)²] and `variance` of the whole mixture."""

    drift: float
    variance: float


def totals(
    regime: Regime, arm: Arm, size: int, generations: int, variance: float, regulariser: float
) -> Iterator[Total | None]:
    """Yield the exact expectations of generation 1 … `generations` for a coordinate of this real variance.

    None where the numbers of items are drawn at random (a guard, independent mixing), and for biased sampling, which
    scales the components and not the whole.
    """
    unknown = arm != "control" and (regime.bias != 1 or regime.guarded or regime.independent)
    rng = np.random.default_rng(0)
    intakes = (intake(regime, arm, generation, size, 1, rng) for generation in range(1, generations + 1))
    for law in moments(intakes, regime, arm, size, regulariser=regulariser / variance):
        yield None if unknown else Total(float(law.drift[0]) * variance, float(law.spread[0]) * variance)
