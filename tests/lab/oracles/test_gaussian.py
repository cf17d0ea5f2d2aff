"""Laws 1, 2, 3 and 9 against printed values, scipy and simulations of raw items without any code of the lab."""

from math import inf, sqrt

import numpy as np
import pytest
from scipy import stats

from montecarlo import z
from scapa.lab.oracles.gaussian import (
    bias_moments,
    c4,
    fourth_moment,
    kl_replace,
    log_variance,
    w2_of_sizes,
    w2_replace,
)

CHAINS = 20_000


@pytest.mark.parametrize(
    ("size", "n", "ddof", "printed", "digits"), [(10, 20, 1, 2.851, 3), (10, 20, 0, 1.599, 3), (100, 5, 1, 0.0751, 4)]
)
def test_printed_values(size, n, ddof, printed, digits):
    assert w2_replace(size, n, ddof) == pytest.approx(printed, abs=0.5 * 10**-digits)


def test_c4_is_the_mean_of_a_chi_and_goes_to_one():
    for size in (2, 10, 500):
        assert c4(size) == pytest.approx(stats.chi(size - 1).mean() / sqrt(size - 1), rel=1e-9)
    assert c4(10**7) == pytest.approx(1 - 1 / (4 * 10**7), abs=1e-8)


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
    law, spread = log_variance(size, n, ddof)
    logs = np.log(sd**2)
    assert abs(z(logs, law)) < 5
    assert abs(z((logs - law) ** 2, spread)) < 5
    assert abs(z(mean**2 + (sd - 1) ** 2, w2_replace(size, n, ddof))) < 5
    shrunk = (1 - 1 / size) ** n
    assert abs(z(mean**2, n / size if ddof else 1 - shrunk)) < 5
    assert abs(z(sd**2, 1.0 if ddof else shrunk)) < 5


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize(("size", "n"), [(6, 1), (8, 3)])
def test_the_divergence_against_raw_items(size, n, ddof):
    mean, sd = _raw_replace(size, n, ddof, seed=10 + n)
    found = (1 + mean**2) / (2 * sd**2) - 0.5 + np.log(sd)  # KL(N(0, 1) ‖ N(mean, sd²))
    assert abs(z(found, kl_replace(size, n, ddof))) < 5
    assert kl_replace(10**5, n, ddof) == pytest.approx(n / 10**5, rel=1e-3)  # half a nat a parameter over M, every fit
    assert kl_replace(10, 10**4, ddof) == inf


def test_the_si_form_is_the_leading_order_and_the_v2_form_is_not():
    assert w2_replace(100, 5, 1) == pytest.approx(1.5 * 5 / 100, rel=0.005)
    assert abs((4 + 1.5) / 100 - w2_replace(100, 5, 1)) > 0.02


def test_bias_against_raw_items_all_draws_biased():
    mean, sd = _raw_replace(20, 5, 1, seed=3, bias=0.8)
    spread, drift = bias_moments(20, 5, 0.8)
    assert abs(z(sd**2, spread)) < 5
    assert abs(z(mean**2, drift)) < 5


@pytest.mark.parametrize("ddof", [0, 1])
def test_the_fourth_moment_against_raw_items_where_a_mean_can_be_trusted(ddof):
    size, n = 20, 5
    _, sd = _raw_replace(size, n, ddof, seed=10 + ddof)
    assert abs(z(sd**4, fourth_moment(size, n, ddof))) < 5


def test_sizes_that_change_from_generation_to_generation():
    sizes, rng = (12, 30, 18, 25), np.random.default_rng(12)
    mean, sd = np.zeros(CHAINS), np.ones(CHAINS)
    for size in sizes:
        items = mean[:, None] + sd[:, None] * rng.standard_normal((CHAINS, size))
        mean, sd = items.mean(axis=1), items.std(axis=1, ddof=1)
    assert abs(z(mean**2 + (sd - 1) ** 2, w2_of_sizes(sizes))) < 5
    drawn = mean + sd * rng.standard_normal(CHAINS)
    assert abs(z(drawn**2, 1 + sum(1 / size for size in sizes))) < 5  # Var[X_j^n]
    assert w2_of_sizes([10] * 20) == pytest.approx(w2_replace(10, 20, 1))
