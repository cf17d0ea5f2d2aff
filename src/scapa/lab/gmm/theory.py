"""What a mixture as a whole must do on average, whatever its components do: exact second moments of the loop.

The M-step of full covariances gives a mixture with the mean and the covariance of its training set, plus the
regulariser ε on the diagonal. So for `replace`, r = 1 − 1/N: E[Cov_n] = rⁿ Σ + εN(1 − rⁿ) I, and E‖μ_n − μ‖² is the
sum of tr E[Cov_i]/N over the generations before n (Σ itself is the 0th).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from scapa.lab.regimes import Arm, Regime, intake


@dataclass(frozen=True, slots=True)
class Total:
    """Expectations of one coordinate: `drift` E[(μ_n−μ)²] and `variance` of the whole mixture."""

    drift: float
    variance: float


@dataclass(frozen=True, slots=True)
class _Pool:
    """A training set: its number, E of its mean squared and of its items squared, about μ, and E[its mean × author]."""

    size: float = 0.0
    drift: float = 0.0
    square: float = 0.0
    shared: float = 0.0


def totals(
    regime: Regime, arm: Arm, size: int, generations: int, variance: float, regulariser: float
) -> Iterator[Total | None]:
    """Yield the exact expectations of generation 1 … `generations` for a coordinate of this real variance.

    None where the numbers of items are drawn at random (a guard, independent mixing), and for biased sampling, which
    scales the components and not the whole.
    """
    biased = regime.bias != 1 and arm != "control"
    unknown = biased or regime.keeps_first or ((regime.guarded or regime.independent) and arm != "control")
    pool, author, rng = _Pool(), Total(0.0, 0.0), np.random.default_rng(0)
    for generation in range(1, generations + 1):
        if unknown:
            yield None
            continue
        enters = intake(regime, arm, generation, size, 1, rng)
        pool = _grown(pool, author, float(enters.human[0]), float(enters.machine[0]), variance)
        drift = _thinned(pool, size) if regime.subsamples else pool.drift
        fitted = Total(drift, pool.square - drift + regulariser)
        yield fitted
        if arm != "first" or generation == 1:
            author, pool = fitted, replace(pool, shared=pool.drift)
        pool = pool if regime.keeps_all else _Pool()


def _grown(pool: _Pool, author: Total, human: float, machine: float, variance: float) -> _Pool:
    """Return the pool with new items; those that the author writes are centred on its mean.

    With N kept, h human, m machine: (N+h+m)² E[mean²] = N² E[old²] + 2Nm E[old · author] + hσ² + m·V + m²·D, where V
    and D are the author's variance and drift.
    """
    total = pool.size + human + machine
    own = human * variance + machine * author.variance
    drift = pool.size**2 * pool.drift + 2 * pool.size * machine * pool.shared + own + machine**2 * author.drift
    square = pool.size * pool.square + own + machine * author.drift
    shared = pool.size * pool.shared + machine * author.drift
    return _Pool(total, drift / total**2, square / total, shared / total)


def _thinned(pool: _Pool, size: int) -> float:
    """Return E[mean²] of `size` items drawn from the pool without replacement, by the products of pairs in it."""
    if pool.size <= size:
        return pool.drift
    pairs = (pool.size * pool.drift - pool.square) / (pool.size - 1)
    return (pool.square + (size - 1) * pairs) / size
