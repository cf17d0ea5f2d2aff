"""Exact second moments of every regime: printed values, each other, and simulations without any code of the lab."""

from math import pi, sqrt

import numpy as np
import pytest
from closed_forms import (
    accumulate_limit,
    accumulate_lost,
    accumulate_variance,
    finite_corpus,
    lost_by_replace,
    mix_limit,
)

from montecarlo import z
from scapa.lab.oracles.gaussian import bias_moments
from scapa.lab.oracles.moments import moments, share_lost
from scapa.lab.regimes import Intake, Regime

CHAINS = 20_000


def _intakes(pairs):
    return [Intake(np.full(3, human), np.full(3, machine)) for human, machine in pairs]


def _laws(pairs, keeps_all, bias=1.0, **options):
    regime = Regime("accumulate" if keeps_all else "replace", bias=bias)
    return list(moments(_intakes(pairs), regime, **options))


def _drift(pairs, keeps_all, **options):
    return [float(law.drift[0]) for law in _laws(pairs, keeps_all, **options)]


def _spread(pairs, keeps_all, **options):
    return [float(law.spread[0]) for law in _laws(pairs, keeps_all, **options)]


def _subsample(size, generations, **options):
    """The last law of `accumulate-subsample`."""
    pairs = [(size, 0)] + [(0, size)] * (generations - 1)
    bias = options.pop("bias", 1.0)
    *_, last = moments(_intakes(pairs), Regime("accumulate-subsample", bias=bias), size=size, **options)
    return last


def test_printed_values():
    assert 1 - accumulate_limit(10) == pytest.approx(0.8434, abs=5e-5)
    assert mix_limit(100, 0.1, independent=True)[0] == pytest.approx(0.0505, abs=5e-5)
    assert mix_limit(100, 0.1, independent=False)[0] == pytest.approx(0.0503, abs=5e-5)


@pytest.mark.parametrize(("size", "n"), [(10, 1), (10, 7), (100, 30)])
def test_moments_hold_the_closed_laws(size, n):
    replace, r = [(size, 0)] + [(0, size)] * (n - 1), 1 - 1 / size
    assert _drift(replace, False)[-1] == pytest.approx(1 - r**n) == pytest.approx(lost_by_replace(size, n))
    assert _spread(replace, False)[-1] == pytest.approx(r**n)
    assert _drift(replace, False, ddof=1)[-1] == pytest.approx(n / size)
    assert _spread(replace, False, ddof=1)[-1] == pytest.approx(1.0)
    assert _drift(replace, True)[-1] == pytest.approx(accumulate_lost(size, n))
    assert _spread(replace, True)[-1] == pytest.approx(1 - accumulate_lost(size, n))
    assert _spread(replace, True, ddof=1)[-1] == pytest.approx(accumulate_variance(size, n))
    assert _drift([(size, 0)] * n, True)[-1] == pytest.approx(1 / (size * n))


@pytest.mark.parametrize("bias", [0.8, 1.2])
def test_biased_moments_hold_the_closed_law_one_generation_late(bias):
    size, n = 50, 9
    replace = [(size, 0)] + [(0, size)] * n
    spread, drift = bias_moments(size, n, bias)
    assert _spread(replace, False, ddof=1, bias=bias)[-1] == pytest.approx(spread)
    assert _drift(replace, False, ddof=1, bias=bias)[-1] == pytest.approx(1 / size + drift)


@pytest.mark.parametrize("size", [10, 100])
def test_mixing_by_a_fixed_split_holds_its_closed_law(size):
    real = 0.1
    pairs = [(size, 0)] + [(round(size * real), size - round(size * real))] * 400
    limit, a = mix_limit(size, real, independent=False)
    found = _drift(pairs, False)
    for n in (1, 2, 5, 401):
        assert found[n - 1] == pytest.approx(limit * (1 - a**n))


def test_independent_mixing_holds_its_closed_law_in_simulation():
    size, real, p, rng = 30, 0.1, 0.3, np.random.default_rng(4)
    share = np.full(CHAINS, p)
    limit, a = mix_limit(size, real, independent=True)
    for n in range(1, 40):
        share = rng.binomial(size, real * p + (1 - real) * share) / size
        if n in (1, 4, 39):
            assert abs(z((share - p) ** 2 / (p * (1 - p)), limit * (1 - a**n))) < 5


def test_a_finite_corpus_adds_its_own_error():
    size, real, p, corpus, rng = 20, 0.2, 0.4, 25, np.random.default_rng(5)
    truth = rng.binomial(corpus, p, CHAINS) / corpus
    share = truth.copy()
    for _ in range(60):
        share = rng.binomial(size, real * truth + (1 - real) * share) / size
    wanted = finite_corpus(mix_limit(size, real, independent=True)[0], corpus)
    assert abs(z((share - p) ** 2 / (p * (1 - p)), wanted)) < 5


def test_accumulate_goes_to_eulers_product():
    assert accumulate_lost(10, 200_000) == pytest.approx(accumulate_limit(10), abs=1e-6)
    assert accumulate_limit(10) == pytest.approx(1 - np.sinc(1 / sqrt(10)))
    assert accumulate_limit(10**6) == pytest.approx(pi**2 / 6 / 10**6, rel=1e-4)


@pytest.mark.parametrize("ddof", [0, 1])
def test_accumulate_against_raw_items(ddof):
    size, n, rng = 8, 5, np.random.default_rng(6 + ddof)
    pool = rng.standard_normal((CHAINS, size))
    for _ in range(n - 1):
        mean, sd = pool.mean(axis=1), pool.std(axis=1, ddof=ddof)
        pool = np.hstack([pool, mean[:, None] + sd[:, None] * rng.standard_normal((CHAINS, size))])
    wanted = accumulate_variance(size, n) if ddof else 1 - accumulate_lost(size, n)
    assert abs(z(pool.var(axis=1, ddof=ddof), wanted)) < 5


def test_accumulate_subsample_against_raw_items():
    size, n, p, rng = 10, 6, 0.4, np.random.default_rng(7)
    chains = 4000
    pool = rng.random((chains, size)) < p
    for _ in range(n - 1):
        fit = rng.permuted(pool, axis=1)[:, :size].mean(axis=1)
        pool = np.hstack([pool, rng.random((chains, size)) < fit[:, None]])
    fit = rng.permuted(pool, axis=1)[:, :size].mean(axis=1)
    lost = float(_subsample(size, n).drift[0])
    assert abs(z((fit - p) ** 2 / (p * (1 - p)), lost)) < 5
    assert accumulate_lost(size, n) < lost < lost_by_replace(size, n)


@pytest.mark.parametrize("keeps_all", [False, True])
def test_dilution_against_raw_items(keeps_all):
    size, human, machine, n, p, rng = 15, 4, 11, 4, 0.35, np.random.default_rng(8)
    first = rng.binomial(size, p, CHAINS)
    rounds = n - 1 if keeps_all else 1
    counts = rng.binomial(rounds * human, p, CHAINS) + rng.binomial(rounds * machine, first / size)
    total = rounds * (human + machine) + (size if keeps_all else 0)
    share = (counts + (first if keeps_all else 0)) / total
    pairs = [(size, 0)] + [(human, machine)] * (n - 1)
    regime = Regime("archive") if keeps_all else Regime("mix", real=human / size)
    wanted = list(share_lost(_intakes(pairs), regime, "first", size))
    assert wanted[0] == pytest.approx(1 / size)
    assert abs(z((share - p) ** 2 / (p * (1 - p)), wanted[-1])) < 5


def test_share_lost_knows_what_it_does_not_know():
    pairs = _intakes([(10, 0), (0, 10)])
    assert list(share_lost(pairs, Regime("replace", bias=0.9), "loop", 10)) == [None, None]
    real = _intakes([(10, 0), (10, 0)])
    assert list(share_lost(real, Regime("replace", bias=0.9), "control", 10)) == pytest.approx([0.1, 0.1])
    assert list(share_lost(pairs, Regime("replace"), "loop", 10)) == pytest.approx([0.1, 0.19])


@pytest.mark.parametrize(("ddof", "bias"), [(0, 1.0), (1, 1.0), (1, 0.7)])
def test_a_gaussian_refitted_to_a_subsample_against_raw_items(ddof, bias):
    size, rng = 9, np.random.default_rng(11)
    pool = sample = rng.standard_normal((CHAINS, size))
    for _ in range(4):
        mean, sd = sample.mean(axis=1), np.sqrt(bias) * sample.std(axis=1, ddof=ddof)
        pool = np.hstack([pool, mean[:, None] + sd[:, None] * rng.standard_normal((CHAINS, size))])
        sample = rng.permuted(pool, axis=1)[:, :size]
    law = _subsample(size, 5, ddof=ddof, bias=bias)
    assert abs(z(sample.var(axis=1, ddof=ddof), law.spread[0])) < 5
    assert abs(z(sample.mean(axis=1) ** 2, law.drift[0])) < 5


def test_moments_of_sizes_that_change():
    sizes = (12, 30, 18, 25)
    pairs = [(12, 0)] + [(0, size) for size in sizes[1:]]
    assert _drift(pairs, False, ddof=1)[-1] == pytest.approx(sum(1 / size for size in sizes))
    assert _spread(pairs, False, ddof=1)[-1] == pytest.approx(1.0)
