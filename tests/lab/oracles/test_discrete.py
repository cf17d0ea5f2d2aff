"""Who survives a draw, Suresh's bound, and temperature."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from montecarlo import z
from scapa.lab.oracles.discrete import (
    branching,
    support_after_one,
    survival_after_one,
    survival_bound,
    temperature_limit,
)

CHAINS = 20_000


def test_survival_and_support_after_one():
    p = np.array([0.5, 0.3, 0.15, 0.04, 0.01])
    counts = np.random.default_rng(9).multinomial(20, p, size=CHAINS)
    assert abs(z((counts > 0).sum(axis=1), support_after_one(p, 20))) < 5
    assert survival_after_one([1.0, 0.0], 20) == pytest.approx([1.0, 0.0])


def test_sureshs_bound_bounds_and_its_sequence_stays_in_its_band():
    p, size, rng = np.array([0.6, 0.3, 0.07, 0.03]), 60, np.random.default_rng(10)
    counts = rng.multinomial(size, np.broadcast_to(p, (CHAINS, 4)))
    for n in range(1, 8):
        bound, alive = survival_bound(p, size, n), (counts > 0).mean(axis=0)
        assert (alive >= bound - 5 * np.sqrt(alive * (1 - alive) / CHAINS) - 1e-9).all()
        counts = rng.multinomial(size, counts / size)
    assert survival_bound([0.03], 60, 7)[0] == pytest.approx(alive[3], rel=0.05)
    scaled = [k * branching(k) for k in (1, 2, 5, 50, 5000)]
    assert scaled[0] == 1.0
    assert all(1 <= value <= 2 for value in scaled)
    assert scaled == sorted(scaled)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.integers(1, 5), st.integers(1, 5))
def test_temperatures_compose(weights, first, second):
    p = np.array(weights) / sum(weights)
    once = temperature_limit(temperature_limit(p, 0.8, first), 0.8, second)
    assert once == pytest.approx(temperature_limit(p, 0.8, first + second))
    assert temperature_limit(p, 1.0, first) == pytest.approx(p)
    assert temperature_limit(p, 0.5, 1) == pytest.approx(p**2 / (p**2).sum())
