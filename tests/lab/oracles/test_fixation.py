"""When one state is left: exact for two states, bounded for more."""

import numpy as np
import pytest

from scapa.lab.oracles.fixation import fixation_time, fixation_time_two, seddik_ceiling, undecided_bounds, undecided_two


def _undecided(p, size, generations, chains, rng):
    counts, found = np.broadcast_to(np.array(p) * size, (chains, len(p))), []
    for _ in range(generations):
        counts = rng.multinomial(size, counts / size)
        found.append((counts.max(axis=1) < size).mean())
    return np.array(found)


def test_printed_value():
    assert fixation_time_two(100, 50) == pytest.approx(136.60, abs=0.005)


def test_the_diffusion_time_is_a_little_high():
    exact = fixation_time_two(100, 50)
    assert 1.0 < fixation_time([0.5, 0.5], 100) / exact < 1.07
    assert fixation_time_two(100, 10) == pytest.approx(fixation_time_two(100, 90))
    assert fixation_time_two(2, 1) == pytest.approx(2.0)  # a fair coin each time


def test_the_mean_time_is_the_sum_of_being_undecided():
    assert 1 + undecided_two(30, 0.3, 3_000).sum() == pytest.approx(fixation_time_two(30, 9))


@pytest.mark.parametrize("p", [0.5, 0.15])
def test_two_states_against_draws_and_between_seddiks_bounds(p):
    size, chains, n = 20, 20_000, 60
    exact = undecided_two(size, p, n)
    found = _undecided([p, 1 - p], size, n, chains, np.random.default_rng(1))
    assert (np.abs(found - exact) < 5 * np.sqrt(exact * (1 - exact) / chains) + 1e-12).all()
    for k in range(1, n + 1):
        low, high = undecided_bounds([p, 1 - p], size, k)
        assert low == pytest.approx(4 * p * (1 - p) * (1 - 1 / size) ** k)
        assert high == pytest.approx(min(1.0, size**2 / (size - 1) * p * (1 - p) * (1 - 1 / size) ** k))
        assert low - 1e-12 <= exact[k - 1] <= high
        assert high <= seddik_ceiling(p, size, k) + 1e-12
    assert high < seddik_ceiling(p, size, n)


def test_many_states_stay_within_the_bounds():
    p, size, chains, n = [0.6, 0.2, 0.1, 0.1], 15, 20_000, 80
    found = _undecided(p, size, n, chains, np.random.default_rng(2))
    for k in range(1, n + 1):
        low, high = undecided_bounds(p, size, k)
        error = 5 * np.sqrt(found[k - 1] * (1 - found[k - 1]) / chains) + 1e-9
        assert low - error <= found[k - 1] <= high + error
