"""Law 10: kernel estimates refitted to their own samples, against draws of raw points."""

from itertools import pairwise

import numpy as np
import pytest

from montecarlo import z
from scapa.lab.oracles.kde import kernel_author, kernel_variance, silverman, silverman_growth
from scapa.lab.oracles.moments import moments
from scapa.lab.regimes import Intake, Regime

CHAINS = 20_000


def _bandwidth(items, fixed):
    return fixed or 1.06 * items.std(axis=1, ddof=1) * items.shape[1] ** -0.2


def _refit(items, size, fixed, rng):
    picks = rng.integers(items.shape[1], size=(len(items), size))
    noise = rng.standard_normal((len(items), size))
    return np.take_along_axis(items, picks, axis=1) + np.reshape(_bandwidth(items, fixed), (-1, 1)) * noise


def _law(pairs, fixed, kind="replace", size=0, arm="loop"):
    intakes = [Intake(np.array([human]), np.array([machine])) for human, machine in pairs]
    steps = moments(intakes, Regime(kind), arm, size, author=kernel_author(fixed))
    return [(float(step.drift[0]), float(step.spread[0])) for step in steps]


@pytest.mark.parametrize(("size", "fixed"), [(20, 0.5), (8, 0.1)])
def test_a_fixed_bandwidth_against_raw_points(size, fixed):
    rng = np.random.default_rng(size)
    items = rng.standard_normal((CHAINS, size))
    for _ in range(5):
        items = _refit(items, size, fixed, rng)
    assert abs(z(items.var(axis=1), kernel_variance(size, 5, fixed, start=1 - 1 / size))) < 5
    drift, spread = _law([(size, 0)] + [(0, size)] * 5, fixed)[-1]
    assert spread == pytest.approx(kernel_variance(size, 5, fixed, 1 - 1 / size))
    assert abs(z(items.mean(axis=1) ** 2, drift)) < 5


def test_a_wide_kernel_widens_and_a_narrow_one_narrows_to_the_same_kind_of_limit():
    size = 50
    assert kernel_variance(size, 10, 0.3) > 1 > kernel_variance(size, 10, 0.1)
    assert kernel_variance(size, 10**4, 0.3) == pytest.approx(0.09 * 49)
    assert kernel_variance(size, 7, 1 / 7) == pytest.approx(1.0)  # h²(M−1) is the start: it stays


def test_silvermans_bandwidth_against_raw_points_and_its_geometric_growth():
    size, rng = 30, np.random.default_rng(3)
    items = rng.standard_normal((CHAINS, size))
    for _ in range(4):
        items = _refit(items, size, 0, rng)
    law = _law([(size, 0)] + [(0, size)] * 4, 0)
    assert float(silverman(100.0)) ** 0.5 == pytest.approx(1.06 * 100**-0.2, rel=1e-3)
    assert abs(z(items.var(axis=1), law[-1][1])) < 5
    assert [after[1] / before[1] for before, after in pairwise(law)] == pytest.approx([silverman_growth(size)] * 4)
    assert silverman_growth(10) > silverman_growth(1000) > 1


@pytest.mark.parametrize("fixed", [0.4, 0])
def test_accumulated_points_widen_as_the_moments_say(fixed):
    size, rng = 12, np.random.default_rng(4)
    items = rng.standard_normal((CHAINS, size))
    for _ in range(4):
        items = np.hstack([items, _refit(items, size, fixed, rng)])
    drift, spread = _law([(size, 0)] + [(0, size)] * 4, fixed, "accumulate")[-1]
    assert abs(z(items.var(axis=1), spread)) < 5
    assert abs(z(items.mean(axis=1) ** 2, drift)) < 5


@pytest.mark.parametrize("fixed", [0.4, 0])
def test_a_subsample_of_accumulated_points_too(fixed):
    size, rng, chains = 10, np.random.default_rng(5), 8_000
    pool = sample = rng.standard_normal((chains, size))
    for _ in range(4):
        pool = np.hstack([pool, _refit(sample, size, fixed, rng)])
        sample = rng.permuted(pool, axis=1)[:, :size]
    drift, spread = _law([(size, 0)] + [(0, size)] * 4, fixed, "accumulate-subsample", size)[-1]
    assert abs(z(sample.var(axis=1), spread)) < 5
    assert abs(z(sample.mean(axis=1) ** 2, drift)) < 5


@pytest.mark.parametrize("fixed", [0.4, 0])
def test_first_points_that_stay_beside_those_of_their_own_estimate(fixed):
    size, rng = 10, np.random.default_rng(6)
    first = rng.standard_normal((CHAINS, size))
    items = np.hstack([first, _refit(first, size, fixed, rng)])
    for arm in ("loop", "first"):
        drift, spread = _law([(size, 0), (0, size)], fixed, "fixed", arm=arm)[-1]
        assert abs(z(items.var(axis=1), spread)) < 5
        assert abs(z(items.mean(axis=1) ** 2, drift)) < 5
