"""Intervals: against closed values, scipy, and their own promise of coverage."""

import numpy as np
import pytest
from scipy import stats

from scapa.errors import UsageError
from scapa.measure.interval import bootstrap, of_mean, of_ratio, paired_difference, student_quantile, wilson


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


@pytest.mark.parametrize("free", [1, 2, 3, 4, 5, 10, 29, 1000])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_students_quantile_is_scipys(free, level):
    assert student_quantile(free, level) == pytest.approx(stats.t.ppf(0.5 + level / 2, free), rel=1e-9)


def test_three_seeds_cover_their_mean_and_their_ratio_as_often_as_they_say():
    rng = np.random.default_rng(7)
    seeds = rng.normal(2.0, 1.0, size=(2_000, 3))
    hits = sum(2.0 in of_mean(values) for values in seeds)
    assert 0.95 in wilson(hits, 2_000, level=0.9999)
    below = rng.normal(10.0, 1.0, size=(2_000, 3))
    above = 0.3 * below + rng.normal(0.0, 0.5, size=(2_000, 3))
    hits = sum(0.3 in of_ratio(a, b) for a, b in zip(above, below, strict=True))
    assert 0.95 in wilson(hits, 2_000, level=0.9999)


def test_a_mean_of_few_is_scipys_interval():
    values = [1.0, 4.0, 2.5, 3.0]
    wanted = stats.t.interval(0.9, 3, loc=np.mean(values), scale=stats.sem(values))
    found = of_mean(values, level=0.9)
    assert (found.low, found.high) == pytest.approx(wanted)
    assert found.estimate == np.mean(values)


def test_a_ratio_takes_pairs_and_owns_up_when_its_denominator_may_be_nothing():
    exact = of_ratio([1.5, 2.0, 2.5], [3.0, 4.0, 5.0])
    assert (exact.low, exact.estimate, exact.high) == pytest.approx((0.5, 0.5, 0.5))
    endless = of_ratio([1.0, 1.1, 0.9], [1.0, -1.0, 0.5])
    assert (endless.low, endless.high) == (-np.inf, np.inf)
    with pytest.raises(UsageError):
        of_ratio([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(UsageError):
        of_mean([1.0])
