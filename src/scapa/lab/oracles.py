"""Exact results to hold simulations against. Every formula is tested against raw-sample simulation and printed values.

Notation: generation n is the n-th fit; generation 1 is fitted on M real draws. r = 1 − 1/M, ψ is the digamma
function, H = 1 − Σp² is heterozygosity (population genetics' name: resampling is the Wright–Fisher model).
"Share lost" f_n is what has gone from H (discrete) or from the expected variance (Gaussian, ddof 0):
E[H_n] = H_0(1−f_n).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, expm1, inf, lgamma, log, log1p, pi, prod, sin, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scapa.lab.regimes import Arm, Intake, Ints, Regime

Floats = NDArray[np.float64]


def c4(size: int) -> float:
    """Return c₄(M) = √(2/(M−1)) Γ(M/2)/Γ((M−1)/2): E[s]/σ of M normal draws, ddof 1 (Holtzman 1950)."""
    return sqrt(2 / (size - 1)) * exp(lgamma(size / 2) - lgamma((size - 1) / 2))


def w2_replace(size: int, generations: int, ddof: int, variance: float = 1.0) -> float:
    """Return E[W₂²] to the original after n `replace` generations, normal start (paper's Theorem 3.1, made exact).

    ddof 1: σ²[n/M + 2(1 − c₄ⁿ)]; ddof 0: 2σ²(1 − (c₄√r)ⁿ), never above 2σ².
    """
    if ddof == 1:
        return variance * (generations / size + 2 * (1 - c4(size) ** generations))
    return 2 * variance * (1 - (c4(size) * sqrt(1 - 1 / size)) ** generations)


def log_variance(size: int, generations: int, ddof: int) -> tuple[float, float]:
    """Return E and Var of log(σ_n²/σ²) after n `replace` generations, normal start.

    n[ψ((M−1)/2) + log(2/(M−ddof))] and n ψ′((M−1)/2): each generation multiplies by χ²_(M−1)/(M−ddof).
    """
    half = (size - 1) / 2
    return generations * (digamma(half) + log(2 / (size - ddof))), generations * trigamma(half)


def support_after_one(p: ArrayLike, size: int) -> float:
    """Return E[number of states seen in M draws] = Σ 1 − (1−p_i)^M."""
    return float(survival_after_one(p, size).sum())


def survival_after_one(p: ArrayLike, size: int) -> Floats:
    """Return P(state i is seen in M draws) = 1 − (1−p_i)^M for every state."""
    share = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        return np.asarray(-np.expm1(size * np.log1p(-share)))


def survival_bound(p: ArrayLike, size: int, generations: int) -> Floats:
    """Return 1 − exp(−M p g_k), a lower bound on P(state survives k `replace` generations) (Suresh 2412.17646).

    g_k = g(g_(k−1)), g_1 = 1, g(x) = 1 − e^(−x): a Poisson branching process that shares its mass.
    """
    return np.asarray(-np.expm1(-size * np.asarray(p, dtype=float) * branching(generations)))


def branching(generations: int) -> float:
    """Return g_k = g∘…∘g(∞), g(x) = 1 − e^(−x); k·g_k lies in [1, 2]."""
    value = inf
    for _ in range(generations):
        value = -expm1(-value)
    return value


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


def bias_moments(size: int, generations: int, bias: float) -> tuple[float, float]:
    """Return (E[v_t], E[(μ_t−μ)²])/σ² of `replace` with sampling bias λ ≠ 1 in *every* draw, ddof 1.

    λ^t and λ(1−λ^t)/((1−λ)M) (after Alemohammad 2307.01850).
    """
    return bias**generations, bias * (1 - bias**generations) / ((1 - bias) * size)


def temperature_limit(p: ArrayLike, temperature: float, generations: int) -> Floats:
    """Return p_n ∝ p_0^(τ^(−n)): sampling at temperature τ with infinite data (after Marchi 2404.02325)."""
    share = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        logs = np.log(share) * temperature ** (-generations)
    weight = np.exp(logs - logs.max())
    return np.asarray(weight / weight.sum())


def fixation_time(p: ArrayLike, size: int) -> float:
    """Return E[T until one state is left] ≈ −2M Σ(1−p)ln(1−p) (diffusion; 1.5 to 7 % high, worst for rare states)."""
    share = np.asarray(p, dtype=float)
    rest = 1 - share[share < 1]
    return float(-2 * size * (rest * np.log(rest)).sum())


def fixation_time_two(size: int, start: int) -> float:
    """Return E[T] exactly for two states, `start` of M draws in the first: solve (I − Q)t = 1 (binomial Q)."""
    if not 0 < start < size:
        return 0.0
    inner = np.arange(1, size)
    factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, size + 1)))])
    choose = factorial[size] - factorial[inner] - factorial[size - inner]
    p = inner[:, None] / size
    chance = np.exp(choose + inner * np.log(p) + (size - inner) * np.log1p(-p))
    return float(np.linalg.solve(np.eye(size - 1) - chance, np.ones(size - 1))[start - 1])


@dataclass(frozen=True, slots=True)
class Moments:
    """Exact expectations at one generation, in units of the original variance, one figure a chain.

    `drift` is E[(μ_n−μ)²], `spread` E[v_n]. With ddof 0 and no bias spread = 1 − drift, and drift is the share f_n
    that is lost of a discrete distribution's heterozygosity, and Var p_i/(p_i(1−p_i)).
    """

    drift: Floats
    spread: Floats


def moments(intakes: Iterable[Intake], *, keeps_all: bool, ddof: int = 0, bias: float = 1.0) -> Iterator[Moments]:
    """Yield the exact `Moments` of each generation of any loop without subsampling, given what entered it.

    Derivation: with N′ items kept, h new real and m machine items, N = N′+h+m, machine items centred at μ_(n−1)
    with variance λ v_(n−1): N²·drift = (N′+m)²·drift′ + hσ² + mλE[v_(n−1)], and E[v_n] = N/(N−ddof)·(T − drift),
    where N·T = N′·T′ + hσ² + m(λE[v_(n−1)] + drift′) is the pool's mean square. Covers laws 1, 2, 7, 8 and 9 of
    the lab's table. Conditional on the numbers of items, which never depend on what the items say.
    """
    kept = drift = square = np.zeros(1)
    spread = np.ones(1)
    for step in intakes:
        human, machine = _once(step.human), _once(step.machine)
        total = kept + human + machine
        square = (kept * square + human + machine * (bias * spread + drift)) / total
        drift = ((kept + machine) ** 2 * drift + human + machine * bias * spread) / total**2
        spread = total / (total - ddof) * (square - drift)
        kept = total if keeps_all else np.zeros(1)
        square = square if keeps_all else np.zeros(1)
        yield Moments(drift, spread)


def subsample_lost(size: int, generations: int) -> float:
    """Return f_n of `accumulate-subsample`: fitted on M of nM items, drawn without replacement.

    With F the share lost by the pool of N items: two different items of the sample are the same draw from it with
    the pool's chance, so f = 1/M + (1−1/M)(N·F − 1)/(N−1). Adding M draws from the fit: F′ = [(N² + 2NM)F +
    M² (1/M + (1−1/M) f)]/(N+M)².
    """
    pool, items = 1 / size, size
    lost = pool
    for _ in range(generations - 1):
        drawn = 1 / size + (1 - 1 / size) * lost
        pool = ((items**2 + 2 * items * size) * pool + size**2 * drawn) / (items + size) ** 2
        items += size
        lost = 1 / size + (1 - 1 / size) * (items * pool - 1) / (items - 1)
    return lost


def _once(sizes: Ints) -> Floats:
    return (sizes[:1] if (sizes == sizes[0]).all() else sizes).astype(float)


def digamma(x: float) -> float:
    """Return ψ(x) for x > 0 (Abramowitz & Stegun 6.3.5 up to x ≥ 10, then 6.3.18); error below 1e-13."""
    shift = 0.0
    while x < 10:
        shift -= 1 / x
        x += 1
    tail = _series(x, (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12))
    return shift + log(x) - 1 / (2 * x) - tail


def trigamma(x: float) -> float:
    """Return ψ′(x) for x > 0 (Abramowitz & Stegun 6.4.6 up to x ≥ 10, then 6.4.12); error below 1e-13."""
    shift = 0.0
    while x < 10:
        shift += 1 / (x * x)
        x += 1
    tail = _series(x, (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6))
    return shift + 1 / x + 1 / (2 * x * x) + tail / x


def _series(x: float, coefficients: Sequence[float]) -> float:
    return sum(c / x ** (2 * k) for k, c in enumerate(coefficients, start=1))


def lost_by_replace(size: int, generations: int) -> float:
    """Return f_n = 1 − rⁿ of `replace` (Wright 1931)."""
    return -expm1(generations * log1p(-1 / size))


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
        source = (subsample_lost(size, n) for n, _ in enumerate(intakes, start=1))
    else:
        source = (step.drift for step in moments(intakes, keeps_all=regime.keeps_all))
    unknown = (regime.bias != 1 and arm != "control") or (regime.subsamples and arm == "first")
    for lost in source:
        yield None if unknown else float(np.mean(lost))
