"""The exact formulas: printed values, scipy, each other, and simulations of raw items without any code of the lab."""

from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from scapa.lab import oracles
from scapa.lab.regimes import Intake, Regime

CHAINS = 20_000


def _z(values, expected):
    return (values.mean() - expected) / (values.std(ddof=1) / np.sqrt(len(values)))


def _intakes(pairs):
    return [Intake(np.full(3, human), np.full(3, machine)) for human, machine in pairs]


def _drift(pairs, keeps_all, **options):
    return [float(m.drift[0]) for m in oracles.moments(_intakes(pairs), keeps_all=keeps_all, **options)]


def _spread(pairs, keeps_all, **options):
    return [float(m.spread[0]) for m in oracles.moments(_intakes(pairs), keeps_all=keeps_all, **options)]


@pytest.mark.parametrize(
    ("found", "printed", "digits"),
    [
        (oracles.w2_replace(10, 20, 1), 2.851, 3),
        (oracles.w2_replace(10, 20, 0), 1.599, 3),
        (oracles.w2_replace(100, 5, 1), 0.0751, 4),
        (oracles.fixation_time_two(100, 50), 136.60, 2),
        (1 - oracles.accumulate_limit(10), 0.8434, 4),
        (oracles.mix_limit(100, 0.1, independent=True)[0], 0.0505, 4),
        (oracles.mix_limit(100, 0.1, independent=False)[0], 0.0503, 4),
    ],
)
def test_printed_values(found, printed, digits):
    assert found == pytest.approx(printed, abs=0.5 * 10**-digits)


@pytest.mark.parametrize("x", [0.5, 1.0, 1.5, 4.5, 9.99, 10.0, 49.5, 5e5])
def test_polygammas_are_scipys(x):
    assert oracles.digamma(x) == pytest.approx(float(special.digamma(x)), abs=2e-13)
    assert oracles.trigamma(x) == pytest.approx(float(special.polygamma(1, x)), abs=2e-13, rel=1e-12)


def test_c4_is_the_mean_of_a_chi_and_goes_to_one():
    for size in (2, 10, 500):
        assert oracles.c4(size) == pytest.approx(stats.chi(size - 1).mean() / sqrt(size - 1), rel=1e-9)
    assert oracles.c4(10**7) == pytest.approx(1 - 1 / (4 * 10**7), abs=1e-8)


def _raw_replace(size, generations, ddof, seed, bias=1.0):
    rng = np.random.default_rng(seed)
    mean, sd = np.zeros(CHAINS), np.ones(CHAINS)
    for _ in range(generations):
        items = mean[:, None] + sqrt(bias) * sd[:, None] * rng.standard_normal((CHAINS, size))
        mean, sd = items.mean(axis=1), items.std(axis=1, ddof=ddof)
    return mean, sd


@pytest.mark.parametrize("ddof", [0, 1])
def test_replace_laws_against_raw_items(ddof):
    size, n = 12, 6
    mean, sd = _raw_replace(size, n, ddof, seed=ddof)
    law, spread = oracles.log_variance(size, n, ddof)
    logs = np.log(sd**2)
    assert abs(_z(logs, law)) < 5
    assert abs(_z((logs - law) ** 2, spread)) < 5
    assert abs(_z(mean**2 + (sd - 1) ** 2, oracles.w2_replace(size, n, ddof))) < 5
    pairs = [(size, 0)] + [(0, size)] * (n - 1)
    assert abs(_z(mean**2, _drift(pairs, False, ddof=ddof)[-1])) < 5
    assert abs(_z(sd**2, _spread(pairs, False, ddof=ddof)[-1])) < 5


def test_the_si_form_is_the_leading_order_and_the_v2_form_is_not():
    assert oracles.w2_replace(100, 5, 1) == pytest.approx(1.5 * 5 / 100, rel=0.005)
    assert abs((4 + 1.5) / 100 - oracles.w2_replace(100, 5, 1)) > 0.02


@pytest.mark.parametrize(("size", "n"), [(10, 1), (10, 7), (100, 30)])
def test_moments_hold_the_closed_laws(size, n):
    replace, r = [(size, 0)] + [(0, size)] * (n - 1), 1 - 1 / size
    assert _drift(replace, False)[-1] == pytest.approx(1 - r**n) == pytest.approx(oracles.lost_by_replace(size, n))
    assert _spread(replace, False)[-1] == pytest.approx(r**n)
    assert _drift(replace, False, ddof=1)[-1] == pytest.approx(n / size)
    assert _spread(replace, False, ddof=1)[-1] == pytest.approx(1.0)
    assert _drift(replace, True)[-1] == pytest.approx(oracles.accumulate_lost(size, n))
    assert _spread(replace, True)[-1] == pytest.approx(1 - oracles.accumulate_lost(size, n))
    assert _spread(replace, True, ddof=1)[-1] == pytest.approx(oracles.accumulate_variance(size, n))
    assert _drift([(size, 0)] * n, True)[-1] == pytest.approx(1 / (size * n))


@pytest.mark.parametrize("bias", [0.8, 1.2])
def test_biased_moments_hold_the_closed_law_one_generation_late(bias):
    size, n = 50, 9
    replace = [(size, 0)] + [(0, size)] * n
    spread, drift = oracles.bias_moments(size, n, bias)
    assert _spread(replace, False, ddof=1, bias=bias)[-1] == pytest.approx(spread)
    assert _drift(replace, False, ddof=1, bias=bias)[-1] == pytest.approx(1 / size + drift)


def test_bias_against_raw_items_all_draws_biased():
    mean, sd = _raw_replace(20, 5, 1, seed=3, bias=0.8)
    spread, drift = oracles.bias_moments(20, 5, 0.8)
    assert abs(_z(sd**2, spread)) < 5
    assert abs(_z(mean**2, drift)) < 5


@pytest.mark.parametrize("size", [10, 100])
def test_mixing_by_a_fixed_split_holds_its_closed_law(size):
    real = 0.1
    pairs = [(size, 0)] + [(round(size * real), size - round(size * real))] * 400
    limit, a = oracles.mix_limit(size, real, independent=False)
    found = _drift(pairs, False)
    for n in (1, 2, 5, 401):
        assert found[n - 1] == pytest.approx(limit * (1 - a**n))


def test_independent_mixing_holds_its_closed_law_in_simulation():
    size, real, p, rng = 30, 0.1, 0.3, np.random.default_rng(4)
    share = np.full(CHAINS, p)
    limit, a = oracles.mix_limit(size, real, independent=True)
    for n in range(1, 40):
        share = rng.binomial(size, real * p + (1 - real) * share) / size
        if n in (1, 4, 39):
            assert abs(_z((share - p) ** 2 / (p * (1 - p)), limit * (1 - a**n))) < 5


def test_a_finite_corpus_adds_its_own_error():
    size, real, p, corpus, rng = 20, 0.2, 0.4, 25, np.random.default_rng(5)
    truth = rng.binomial(corpus, p, CHAINS) / corpus
    share = truth.copy()
    for _ in range(60):
        share = rng.binomial(size, real * truth + (1 - real) * share) / size
    wanted = oracles.finite_corpus(oracles.mix_limit(size, real, independent=True)[0], corpus)
    assert abs(_z((share - p) ** 2 / (p * (1 - p)), wanted)) < 5


def test_accumulate_goes_to_eulers_product():
    assert oracles.accumulate_lost(10, 200_000) == pytest.approx(oracles.accumulate_limit(10), abs=1e-6)
    assert oracles.accumulate_limit(10) == pytest.approx(1 - np.sinc(1 / sqrt(10)))
    assert oracles.accumulate_limit(10**6) == pytest.approx(pi**2 / 6 / 10**6, rel=1e-4)


@pytest.mark.parametrize("ddof", [0, 1])
def test_accumulate_against_raw_items(ddof):
    size, n, rng = 8, 5, np.random.default_rng(6 + ddof)
    pool = rng.standard_normal((CHAINS, size))
    for _ in range(n - 1):
        mean, sd = pool.mean(axis=1), pool.std(axis=1, ddof=ddof)
        pool = np.hstack([pool, mean[:, None] + sd[:, None] * rng.standard_normal((CHAINS, size))])
    wanted = oracles.accumulate_variance(size, n) if ddof else 1 - oracles.accumulate_lost(size, n)
    assert abs(_z(pool.var(axis=1, ddof=ddof), wanted)) < 5


def test_accumulate_subsample_against_raw_items():
    size, n, p, rng = 10, 6, 0.4, np.random.default_rng(7)
    chains = 4000
    pool = rng.random((chains, size)) < p
    for _ in range(n - 1):
        fit = rng.permuted(pool, axis=1)[:, :size].mean(axis=1)
        pool = np.hstack([pool, rng.random((chains, size)) < fit[:, None]])
    fit = rng.permuted(pool, axis=1)[:, :size].mean(axis=1)
    assert abs(_z((fit - p) ** 2 / (p * (1 - p)), oracles.subsample_lost(size, n))) < 5
    assert oracles.accumulate_lost(size, n) < oracles.subsample_lost(size, n) < oracles.lost_by_replace(size, n)


@pytest.mark.parametrize("keeps_all", [False, True])
def test_dilution_against_raw_items(keeps_all):
    size, human, machine, n, p, rng = 15, 4, 11, 4, 0.35, np.random.default_rng(8)
    first = rng.binomial(size, p, CHAINS)
    rounds = n - 1 if keeps_all else 1
    counts = rng.binomial(rounds * human, p, CHAINS) + rng.binomial(rounds * machine, first / size)
    total = rounds * (human + machine) + (size if keeps_all else 0)
    share = (counts + (first if keeps_all else 0)) / total
    pairs = [(size, 0)] + [(human, machine)] * (n - 1)
    wanted = [float(f[0]) for f in oracles.dilution_lost(_intakes(pairs), keeps_all=keeps_all)]
    assert wanted[0] == pytest.approx(1 / size)
    assert abs(_z((share - p) ** 2 / (p * (1 - p)), wanted[-1])) < 5


def test_share_lost_knows_what_it_does_not_know():
    pairs = _intakes([(10, 0), (0, 10)])
    assert list(oracles.share_lost(pairs, Regime("replace", bias=0.9), "loop", 10)) == [None, None]
    assert list(oracles.share_lost(pairs, Regime("accumulate-subsample"), "first", 10)) == [None, None]
    assert list(oracles.share_lost(pairs, Regime("replace"), "loop", 10)) == pytest.approx([0.1, 0.19])


def test_survival_and_support_after_one():
    p = np.array([0.5, 0.3, 0.15, 0.04, 0.01])
    counts = np.random.default_rng(9).multinomial(20, p, size=CHAINS)
    assert abs(_z((counts > 0).sum(axis=1), oracles.support_after_one(p, 20))) < 5
    assert oracles.survival_after_one([1.0, 0.0], 20) == pytest.approx([1.0, 0.0])


def test_sureshs_bound_bounds_and_its_sequence_stays_in_its_band():
    p, size, rng = np.array([0.6, 0.3, 0.07, 0.03]), 60, np.random.default_rng(10)
    counts = rng.multinomial(size, np.broadcast_to(p, (CHAINS, 4)))
    for n in range(1, 8):
        bound, alive = oracles.survival_bound(p, size, n), (counts > 0).mean(axis=0)
        assert (alive >= bound - 5 * np.sqrt(alive * (1 - alive) / CHAINS) - 1e-9).all()
        counts = rng.multinomial(size, counts / size)
    assert oracles.survival_bound([0.03], 60, 7)[0] == pytest.approx(alive[3], rel=0.05)
    scaled = [k * oracles.branching(k) for k in (1, 2, 5, 50, 5000)]
    assert scaled[0] == 1.0
    assert all(1 <= value <= 2 for value in scaled)
    assert scaled == sorted(scaled)


def test_the_diffusion_time_is_a_little_high():
    exact = oracles.fixation_time_two(100, 50)
    assert 1.0 < oracles.fixation_time([0.5, 0.5], 100) / exact < 1.07
    assert oracles.fixation_time_two(100, 10) == pytest.approx(oracles.fixation_time_two(100, 90))
    assert oracles.fixation_time_two(2, 1) == pytest.approx(2.0)  # a fair coin each time


@given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.integers(1, 5), st.integers(1, 5))
def test_temperatures_compose(weights, first, second):
    p = np.array(weights) / sum(weights)
    once = oracles.temperature_limit(oracles.temperature_limit(p, 0.8, first), 0.8, second)
    assert once == pytest.approx(oracles.temperature_limit(p, 0.8, first + second))
    assert oracles.temperature_limit(p, 1.0, first) == pytest.approx(p)
    assert oracles.temperature_limit(p, 0.5, 1) == pytest.approx(p**2 / (p**2).sum())
