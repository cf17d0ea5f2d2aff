"""The golden ratio: weights of fresh real data, against raw items."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from montecarlo import z
from scapa.lab.oracles.weighting import best_weight, weighted_drift, weighted_limit, weighted_spread


@pytest.mark.parametrize(("real", "machine", "weight"), [(10, 10, 0.618), (6, 18, 0.3), (20, 5, 0.9)])
def test_drift_and_spread_against_raw_items(real, machine, weight):
    rng, chains = np.random.default_rng(real), 20_000
    fresh = rng.standard_normal((chains, real))
    mean, variance = fresh.mean(axis=1), fresh.var(axis=1, ddof=1)
    for _ in range(4):
        fresh = rng.standard_normal((chains, real))
        written = mean[:, None] + np.sqrt(variance)[:, None] * rng.standard_normal((chains, machine))
        mean = weight * fresh.mean(axis=1) + (1 - weight) * written.mean(axis=1)
        variance = weight * fresh.var(axis=1, ddof=1) + (1 - weight) * written.var(axis=1, ddof=1)
    assert abs(z(mean**2, weighted_drift(real, machine, weight, 5))) < 5
    assert abs(z((variance - 1) ** 2, weighted_spread(real, machine, weight, 5))) < 5


def test_as_many_machine_items_as_real_ones_is_the_golden_ratio():
    assert best_weight(7, 7) == pytest.approx((sqrt(5) - 1) / 2)
    assert weighted_limit(10, 10, 0.5) > weighted_limit(10, 10, 1.0) * 0.62


@given(st.integers(1, 500), st.integers(1, 500))
def test_the_best_weight_is_the_minimum_and_is_worth_its_inverse_in_items(real, machine):
    best = best_weight(real, machine)
    least = weighted_limit(real, machine, best)
    assert least == pytest.approx(best / real)
    for other in (best * 0.97, min(1.0, best * 1.03)):
        assert weighted_limit(real, machine, other) >= least
    assert weighted_drift(real, machine, best, 3_000) == pytest.approx(least, rel=1e-3)
