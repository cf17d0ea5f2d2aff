"""The theory of survival, against simulation by the engine, an older theory, and differences."""

from __future__ import annotations

import numpy as np
import pytest

from scapa.errors import UsageError
from scapa.lab.discrete import Categories
from scapa.lab.engine import recur, stream
from scapa.lab.forecast.survival import NEVER, Stream
from scapa.lab.oracles.discrete import branching
from scapa.lab.regimes import parse

P = np.array([0.0005, 0.001, 0.002])
M, N, CHAINS = 2_000, 6, 1_500


def expected(stream_: Stream, generation: int, theta: float, p: np.ndarray) -> np.ndarray:
    """Return E exp(−θ S_n) where generation 1 is a draw of M real items: the count c is Poisson(Mp) then."""
    found = stream_.exponent(generation, theta)
    return np.exp(-M * p * -np.expm1(-found.a) - found.b * p)


CASES = [
    *[(regime, "loop") for regime in (
        "replace", "accumulate", "accumulate-subsample", "mix:0.25", "mix:0.25,independent", "fresh:300", "fixed",
        "filtered:0.7,0.1,0.5", "archive:0.6", "archive:0.6,0.9,0.05",
    )],
    *[(regime, "first") for regime in ("replace", "mix:0.25", "fixed", "archive:0.6")],
    *[(regime, "control") for regime in ("replace", "accumulate-subsample", "fresh:300", "fixed", "archive:0.6")],
]  # fmt: skip


@pytest.mark.parametrize(("regime", "arm"), CASES)
def test_every_regime_as_simulated(regime, arm):
    """The words' law of multinomial resampling by the engine, whose code the theory does not use."""
    parsed, rng = parse(regime), stream(7, regime, arm)
    subject = Categories(CHAINS, np.append(P, 1 - P.sum()))
    theory, checked = Stream.of(parsed, M, N, M, arm), 0
    for step in recur(subject, parsed.for_arm(arm), M, N, rng, arm):
        trained = theory.trained[step.generation - 1]
        counts = step.model[:, : len(P)]
        for theta in (1.0, M / trained, 20.0):
            seen = np.exp(-theta * counts)
            error = seen.std(axis=0, ddof=1) / np.sqrt(CHAINS)
            there = expected(theory, step.generation, theta, P)
            counted = CHAINS * there > 30  # where θ is large, only a lost word counts: seen too seldom, it has no error
            checked += int(counted.sum())
            z = (seen.mean(axis=0) - there)[counted] / error[counted]
            # The engine draws whole samples, the theory items one by one: a share p of its variance, p < .005.
            assert np.abs(z).max(initial=0) < 5, (step.generation, theta, z)
    assert checked >= 12


def test_totals_are_those_of_the_intake():
    bare = Stream.of(parse("archive:0.6"), 100, 3, 500)
    assert bare.pool == (500, 750, 1_000)
    assert bare.machine == (0, pytest.approx(150), pytest.approx(150))
    guarded = Stream.of(parse("archive:0.6,0.98,0.1"), 100, 3, 500)
    assert guarded.human == (500, pytest.approx(90), pytest.approx(90))
    assert guarded.machine[1] == pytest.approx(3)
    thinned = Stream.of(parse("accumulate-subsample"), 100, 3, 100)
    assert (thinned.pool, thinned.trained) == ((100, 200, 300), (100, 100, 100))
    assert Stream.of(parse("fresh:30"), 100, 2, 100).pool == (100, 130)


def test_replace_is_the_branching_process_of_suresh():
    """At θ = ∞ and from M real draws P(gone) = exp(−M p g_n)."""
    theory = Stream.of(parse("replace"), M, 12, M)
    for n in (1, 2, 5, 12):
        gone = expected(theory, n, np.inf, P)
        assert gone == pytest.approx(np.exp(-M * P * branching(n)), rel=1e-12)


@pytest.mark.parametrize("regime", ["replace", "accumulate-subsample", "mix:0.25", "archive:0.6,0.9,0.05"])
@pytest.mark.parametrize("theta", [0.01, 1.0, 5.0])
def test_slopes_are_derivatives(regime, theta):
    theory = Stream.of(parse(regime), 700, 5, 1_000)
    step = 1e-6
    low, high, here = (theory.exponent(5, theta + h) for h in (-step, step, 0))
    assert here.a_slope == pytest.approx((high.a - low.a) / (2 * step), rel=1e-6)
    assert here.b_slope == pytest.approx((high.b - low.b) / (2 * step), rel=1e-6, abs=1e-9)


def test_on_average_nothing_is_lost():
    """The slope at θ = 0 is the mean: a c + b p is the word's share of T_n, whatever the regime (a martingale)."""
    for regime in ("replace", "accumulate", "accumulate-subsample", "mix:0.25", "archive:0.6"):
        theory = Stream.of(parse(regime), 700, 6, 1_000)
        mean = theory.exponent(6, 0.0)
        assert mean.a_slope * 1_000 + mean.b_slope == pytest.approx(theory.trained[-1], rel=1e-12), regime
        assert (mean.a, mean.b) == (0, 0)
    assert (NEVER.a, NEVER.b) == (0, 0)


def test_a_temperature_has_no_such_law():
    with pytest.raises(UsageError, match="temperature 1"):
        Stream.of(parse("replace:bias=0.8"), 100, 3, 100)
    assert Stream.of(parse("replace:bias=0.8"), 100, 3, 100, "control").machine == (0, 0, 0)
