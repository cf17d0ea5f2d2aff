"""How much each regime loses: exact second moments of any loop, and the closed forms of the simple ones.

"Share lost" f_n is what has gone from the heterozygosity H = 1 − Σp² of a discrete distribution (population genetics'
name: resampling is the Wright–Fisher model) or from the expected variance of a Gaussian, ddof 0: E[H_n] = H_0(1−f_n).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import expm1, log1p, pi, prod, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from scapa.lab.regimes import Arm, Intake, Ints, Regime

Floats = NDArray[np.float64]
Author = Callable[[Floats, Floats], Floats]
"""From a model's E[v] and the number of items it was fitted on to the variance of what it writes about its mean."""


def lost_by_replace(size: int, generations: int) -> float:
    """Return f_n = 1 − rⁿ of `replace` (Wright 1931)."""
    return -expm1(generations * log1p(-1 / size))


def accumulate_lost(size: int, generations: int) -> float:
    """Return f_n of `accumulate`: 1 − Π_(k≤n)(1 − 1/(M k²)); its limit is 1 − sin(π/√M)/(π/√M)."""
    return 1 - prod(1 - 1 / (size * k * k) for k in range(1, generations + 1))


def accumulate_limit(size: int) -> float:
    """Return lim f_n of `accumulate`, 1 − sin(π/√M)/(π/√M) (Euler's product)."""
    x = pi / sqrt(size)
    return 1 - sin(x) / x


def accumulate_variance(size: int, generations: int) -> float:
    """Return E[v_n]/σ² of `accumulate` with the pooled unbiased variance: Π_(2≤k≤n) [1 − 1/(k(kM−1))]."""
    return prod(1 - 1 / (k * (k * size - 1)) for k in range(2, generations + 1))


def mix_limit(size: int, real: float, *, independent: bool) -> tuple[float, float]:
    """Return (V∞/(p(1−p)), a) of `mix`: V_n = V∞ (1 − aⁿ) when generation 1 is mixed like the others from p_0.

    Independent: 1/(M − (M−1)(1−γ)²), a = (1−γ)²(1−1/M). Fixed split: (1/M)/(1 + (1−γ)/M − (1−γ)²),
    a = (1−γ)² − (1−γ)/M.
    """
    machine = 1 - real
    a = machine**2 * (1 - 1 / size) if independent else machine**2 - machine / size
    return 1 / size / (1 - a), a


def finite_corpus(limit: float, documents: int) -> float:
    """Return V∞ about the population when the "real" data are one corpus of R items: 1/R + (1 − 1/R)V∞."""
    return 1 / documents + (1 - 1 / documents) * limit


@dataclass(frozen=True, slots=True)
class Moments:
    """Exact expectations at one generation, in units of the original variance, one figure a chain.

    `drift` is E[(μ_n−μ)²], `spread` E[v_n]. With ddof 0 and no bias spread = 1 − drift, and drift is the share f_n
    that is lost of a discrete distribution's heterozygosity, and Var p_i/(p_i(1−p_i)).
    """

    drift: Floats
    spread: Floats


def moments(
    intakes: Iterable[Intake], *, keeps_all: bool, ddof: int = 0, bias: float = 1.0, author: Author | None = None
) -> Iterator[Moments]:
    """Yield the exact `Moments` of each generation of any loop without subsampling, given what entered it.

    `author` says how wide a model writes, λ v without one. Derivation: with N′ items kept, h new real and m machine
    items, N = N′+h+m, machine items centred at μ_(n−1) with variance w: N²·drift = (N′+m)²·drift′ + hσ² + mw, and
    E[v_n] = N/(N−ddof)·(T − drift), where N·T = N′·T′ + hσ² + m(w + drift′) is the pool's mean square. Covers laws
    1, 2, 7, 8, 9 and 10 of the lab's table. Conditional on the numbers of items, which never depend on what the items
    say.
    """
    author = author or _honest(bias)
    kept = drift = square = total = np.zeros(1)
    spread = np.ones(1)
    for step in intakes:
        human, machine = _once(step.human), _once(step.machine)
        width = author(spread, total) if machine.any() else spread
        total = kept + human + machine
        square = (kept * square + human + machine * (width + drift)) / total
        drift = ((kept + machine) ** 2 * drift + human + machine * width) / total**2
        spread = total / (total - ddof) * (square - drift)
        kept = total if keeps_all else np.zeros(1)
        square = square if keeps_all else np.zeros(1)
        yield Moments(drift, spread)


def fixed_moments(intakes: Iterable[Intake], *, ddof: int = 0, bias: float = 1.0) -> Iterator[Moments]:
    """Yield the exact `Moments` of `fixed`: the R real items of generation 1 stay beside m machine ones.

    The mean m̄ of those R moves with every later one: with c = E[(m̄−μ)(μ_(n−1)−μ)], c_1 = σ²/R, N = R + m and machine
    items of variance w about μ_(n−1): N²·drift = Rσ² + m²·drift′ + mw + 2Rmc′, N·c = σ² + mc′, N·T = Rσ² + m(w+drift′).
    """
    real = drift = shared = spread = np.zeros(1)
    for n, step in enumerate(intakes, start=1):
        machine = _once(step.machine)
        real = _once(step.human) if n == 1 else real
        width, total = bias * spread, real + machine
        square = (real + machine * (width + drift)) / total
        drift = (real + machine**2 * drift + machine * width + 2 * real * machine * shared) / total**2
        shared = (1 + machine * shared) / total
        spread = total / (total - ddof) * (square - drift)
        yield Moments(drift, spread)


def subsample_moments(
    size: int, *, ddof: int = 0, bias: float = 1.0, author: Author | None = None
) -> Iterator[Moments]:
    """Yield, without end, the exact `Moments` of `accumulate-subsample`: fitted on M of nM items, none drawn twice.

    Let A be the expected square of an item and C the expected product of two different ones. A sample without
    replacement has those of its pool of N, so drift = A/M + (1−1/M)C and E[v] = M/(M−ddof)·(A − drift). M machine
    items of variance w then enter: they share with each other the drift, and with an old item A/N + (1−1/N)C.
    """
    author = author or _honest(bias)
    items, square, product = float(size), 1.0, 0.0
    while True:
        drift = square / size + (1 - 1 / size) * product
        spread = size / (size - ddof) * (square - drift)
        yield Moments(np.array([drift]), np.array([spread]))
        width = float(author(np.array([spread]), np.array([float(size)]))[0])
        shared, after = square / items + (1 - 1 / items) * product, items + size
        pairs = items * (items - 1) * product + 2 * items * size * shared + size * (size - 1) * drift
        square, product = (items * square + size * (width + drift)) / after, pairs / (after * (after - 1))
        items = after


def subsample_lost(size: int, generations: int) -> float:
    """Return f_n of `accumulate-subsample` (see `subsample_moments`)."""
    return float(next(islice(subsample_moments(size), generations - 1, None)).drift[0])


def dilution_lost(intakes: Iterable[Intake], *, keeps_all: bool) -> Iterator[Floats]:
    """Yield f_n of the `first` arm: every machine item is by generation 1, which saw M real items.

    With m machine and h other real items, f = [m²/M + m(1−1/M) + h]/N²; where all stay, generation 1's own items
    count as written by it without noise, so m there is M + m in the square. Recursion adds nothing here.
    """
    seen = human = machine = np.zeros(1)
    for n, step in enumerate(intakes, start=1):
        new_human, new_machine = _once(step.human), _once(step.machine)
        if n == 1:
            seen = new_human
            yield 1 / seen
            continue
        human = human + new_human if keeps_all else new_human
        machine = machine + new_machine if keeps_all else new_machine
        own = seen if keeps_all else np.zeros(1)
        total = own + human + machine
        yield ((own + machine) ** 2 / seen + machine * (1 - 1 / seen) + human) / total**2


def share_lost(intakes: Iterable[Intake], regime: Regime, arm: Arm, size: int) -> Iterator[float | None]:
    """Yield f_n, the exact share lost at each generation of any regime and arm; None where none is known (bias)."""
    if arm == "first":
        source: Iterator[Floats | float] = iter(dilution_lost(intakes, keeps_all=regime.keeps_all))
    elif regime.subsamples and arm == "loop":
        source = (step.drift for _, step in zip(intakes, subsample_moments(size), strict=False))
    elif regime.keeps_first and arm == "loop":
        source = (step.drift for step in fixed_moments(intakes))
    else:
        source = (step.drift for step in moments(intakes, keeps_all=regime.keeps_all))
    unseen = arm == "first" and (regime.subsamples or regime.keeps_first)
    unknown = (regime.bias != 1 and arm != "control") or unseen
    for lost in source:
        yield None if unknown else float(np.mean(lost))


def _once(sizes: Ints) -> Floats:
    return (sizes[:1] if (sizes == sizes[0]).all() else sizes).astype(float)


def _honest(bias: float) -> Author:
    return lambda spread, _: bias * spread
