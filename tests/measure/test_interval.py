"""Intervals: against closed values, scipy, and their own promise of coverage."""

import numpy as np
import pytest
from scipy import stats

from scapa.errors import UsageError
from scapa.measure.interval import bootstrap, paired_difference, wilson


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (3, 10), (10, 10), (1, 1063), (500, 1000)])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_wilson_agrees_with_scipy(successes, trials, level):
    ours = wilson(successes, trials, level=level)
    theirs = stats.binomtest(successes, trials).proportion_ci(level, method="wilson")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert ours.estimate == successes / trials


def test_wilson_of_nothing_is_everything_and_impossible_counts_are_refused():
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    for successes, trials in [(-1, 3), (4, 3), (0, -1)]:
        with pytest.raises(UsageError):
            wilson(successes, trials)


def test_bootstrap_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    hits = sum(1.0 in bootstrap(rng.exponential(1.0, 200), rng, replicates=400) for _ in range(400))
    assert 0.95 in wilson(hits, 400, level=0.9999)


def test_the_mean_shortcut_has_the_spread_of_the_general_way_and_of_theory():
    values = np.random.default_rng(1).normal(3, 2, 500)
    quick = bootstrap(values, np.random.default_rng(2), replicates=4000)
    general = bootstrap(values, np.random.default_rng(3), statistic=np.mean, replicates=4000)
    width = 2 * 1.96 * values.std() / np.sqrt(500)
    assert quick.high - quick.low == pytest.approx(width, rel=0.06)
    assert general.high - general.low == pytest.approx(width, rel=0.06)
    assert quick.estimate == general.estimate == pytest.approx(values.mean())


def test_pairs_take_the_common_part_out():
    rng = np.random.default_rng(4)
    before = rng.normal(0, 10, 300)
    found = paired_difference(before + 0.5 + rng.normal(0, 0.1, 300), before, rng)
    assert found.estimate == pytest.approx(0.5, abs=0.03)
    assert found.high - found.low < 0.05
    with pytest.raises(UsageError):
        paired_difference([1, 2, 3], [1, 2], rng)


def test_one_unit_has_no_interval():
    with pytest.raises(UsageError):
        bootstrap([1.0], np.random.default_rng(0))
