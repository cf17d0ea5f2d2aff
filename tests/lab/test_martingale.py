"""The path is a martingale, E[next | present] = present, under replace and accumulate; elsewhere it is pulled back.

The present is drawn by Hypothesis, whatever led to it, and copied into many chains that each go one generation on.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from montecarlo import z
from scapa.lab.discrete import Categories
from scapa.lab.engine import Step, recur
from scapa.lab.gaussian import Fit, Items, Summaries, Summary
from scapa.lab.regimes import Intake, parse

CHAINS = 2_000
SEEDS = st.integers(0, 2**32)
MARTINGALES = ["replace", "accumulate"]
PULLED = ["mix:0.25", "fresh:10", "filtered:0.5,0", "accumulate-subsample"]
SIZE = 20
COUNTS = st.lists(st.integers(1, 30), min_size=3, max_size=3).map(np.array)


def _next(subject, regime, model, kept, seed, size=SIZE):
    """Return the models one generation after a present of `model`, `kept` being all data so far."""
    enters = Intake(np.zeros(CHAINS, dtype=np.int64), np.full(CHAINS, size))
    regime = parse(regime)
    present = Step(3, model, enters, model, kept if regime.keeps_all else None)
    return next(recur(subject, regime, size, 4, np.random.default_rng(seed), after=present)).model


def _tiled(array):
    return np.tile(array, (CHAINS, *[1] * np.ndim(array)))


def _next_shares(regime, counts, pool, seed):
    """Return the states' shares one generation on; the original distribution is uniform."""
    subject = Categories(CHAINS, np.full(len(counts), 1 / len(counts)))
    after = _next(subject, regime, _tiled(counts), _tiled(pool), seed)
    return after / after.sum(axis=1, keepdims=True)


def _next_means(regime, points, kept, seed, *, raw):
    """Return the Gaussian's mean one generation on, fitted now on `points`; the original is N(0, 1)."""
    present = Fit(np.full(CHAINS, points.mean()), np.full(CHAINS, points.var(ddof=1)))
    if raw:
        return _next(Items(CHAINS, 1), regime, present, _tiled(kept), seed).mean
    sums = Summary(np.full(CHAINS, len(kept)), np.full(CHAINS, kept.mean()), np.full(CHAINS, kept.var() * len(kept)))
    return _next(Summaries(CHAINS, 1), regime, present, sums, seed).mean


def _points(seed, centre):
    return np.random.default_rng(seed).normal(centre, 0.7, 25)


@settings(derandomize=True, max_examples=20, deadline=None)
@given(st.sampled_from(MARTINGALES), COUNTS, SEEDS)
def test_shares_of_states_stay_on_average(regime, counts, seed):
    after = _next_shares(regime, counts, counts, seed)
    assert np.abs(z(after, counts / counts.sum())).max() < 5


@settings(derandomize=True, max_examples=20, deadline=None)
@given(st.sampled_from(MARTINGALES), st.floats(-2, 2), st.booleans(), SEEDS)
def test_a_gaussians_mean_stays_on_average(regime, centre, raw, seed):
    points = _points(seed, centre)
    after = _next_means(regime, points, points, seed, raw=raw)
    assert abs(z(after, points.mean())) < 5


@settings(derandomize=True, max_examples=20, deadline=None)
@given(st.floats(-2, 2), st.booleans(), SEEDS)
def test_the_unbiased_variance_stays_too_where_data_are_replaced(centre, raw, seed):
    points = _points(seed, centre)
    present = Fit(np.full(CHAINS, points.mean()), np.full(CHAINS, points.var(ddof=1)))
    after = _next((Items if raw else Summaries)(CHAINS, 1), "replace", present, None, seed).variance
    assert abs(z(after, points.var(ddof=1))) < 5


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.sampled_from(PULLED), COUNTS, SEEDS)
def test_elsewhere_shares_are_pulled_back_by_as_much_as_the_real_items_weigh(regime, counts, seed):
    pool = np.array([40, 40, 40])
    assume(np.abs(counts / counts.sum() - 1 / 3).max() > 0.15)
    after = _next_shares(regime, counts, pool, seed)
    # filtered: 20 human items, and on average 10 of 20 machine ones; the pool gets 20 items of the model's
    real = {"mix:0.25": 0.25, "fresh:10": 1 / 3, "filtered:0.5,0": None, "accumulate-subsample": 120 / 140}[regime]
    present = counts / counts.sum()
    assert np.abs(z(after, present)).max() > 6
    if real is not None:
        assert np.abs(z(after, real / 3 + (1 - real) * present)).max() < 5


@settings(derandomize=True, max_examples=20, deadline=None)
@given(st.sampled_from(PULLED), st.sampled_from([-1.5, -0.8, 0.8, 1.5]), SEEDS)
def test_elsewhere_a_gaussians_mean_is_pulled_back(regime, centre, seed):
    points = _points(seed, centre)
    pool = np.random.default_rng(seed + 1).normal(0, 1, 100)
    raw = regime in ("accumulate-subsample", "fresh:10")  # raw items need the same number in every chain
    after = _next_means(regime, points, pool, seed, raw=raw)
    assert abs(z(after, points.mean())) > 6
    assert abs(after.mean()) < abs(points.mean())


@pytest.mark.parametrize("regime", MARTINGALES)
def test_a_bias_breaks_the_martingale_of_states(regime):
    counts = np.array([20, 10, 5])
    after = _next_shares(f"{regime}:bias=0.7", counts, counts, 1)
    assert np.abs(z(after, counts / counts.sum())).max() > 6
