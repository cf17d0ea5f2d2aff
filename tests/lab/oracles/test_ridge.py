"""The error floor of a fixed share of synthetic labels, against raw rows."""

import numpy as np
import pytest

from montecarlo import z
from scapa.lab.oracles.ridge import best_penalty, synthetic_error, synthetic_floor


def _raw(human, machine, dimension, quality, penalty, chains, rng):
    n = human + machine
    true, shift = rng.standard_normal((2, chains, dimension)) / np.sqrt(dimension)
    shift *= np.sqrt(quality)
    x = rng.standard_normal((chains, n, dimension))
    w = true[:, None] + (np.arange(n) < machine)[:, None] * shift[:, None]
    y = (x * w).sum(axis=2) + rng.standard_normal((chains, n))
    fit = np.linalg.solve(x.mT @ x + n * penalty * np.eye(dimension), x.mT @ y[..., None])[..., 0]
    return ((fit - true) ** 2).sum(axis=1)


@pytest.mark.parametrize(("human", "machine"), [(30, 10), (5, 35), (40, 0)])
def test_the_exact_error_and_its_floor_against_raw_rows(human, machine):
    found = _raw(human, machine, 6, 2.0, 0.0, 6_000, np.random.default_rng(machine))
    assert abs(z(found, synthetic_error(human, machine, 6, 2.0))) < 5
    assert synthetic_error(human, machine, 6, 2.0) > synthetic_floor(machine / (human + machine), 2.0)


def test_many_rows_come_down_to_the_floor_and_no_further():
    assert synthetic_error(900_000, 100_000, 20, 3.0) == pytest.approx(0.1**2 * 3.0, rel=0.01)
    assert synthetic_error(1_000_000, 0, 20, 3.0) < 1e-4


def test_a_penalty_lowers_the_floor_as_the_limit_says_but_not_to_nothing():
    share, quality = 0.5, 2.0
    best = best_penalty(share, quality)
    for penalty in (0.2, best):
        found = _raw(2_000, 2_000, 2, quality, penalty, 400, np.random.default_rng(3))
        assert abs(found.mean() - synthetic_floor(share, quality, penalty)) < 5 * found.std() / 20 + 2 / 4_000
    left = synthetic_floor(share, quality, best)
    assert left == pytest.approx(0.5 / 1.5)
    assert left < min(synthetic_floor(share, quality, best * factor) for factor in (0.0, 0.9, 1.1))
