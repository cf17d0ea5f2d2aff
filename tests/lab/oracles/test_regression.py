"""Law 11: least squares on its own predictions, against raw features and labels."""

import numpy as np
import pytest

from montecarlo import z
from scapa.lab.oracles.regression import accumulate_cap, carried, errors, one_fit, same_features
from scapa.lab.regimes import Intake

T, D, CHAINS = 30, 4, 4_000


def _errors(pairs, keeps_all, dimension=D):
    return list(errors([Intake(np.array([h]), np.array([m])) for h, m in pairs], dimension, keeps_all=keeps_all))


def _fit(x, y):
    return np.linalg.solve(x.mT @ x, x.mT @ y[..., None])[..., 0]


def _labels(x, w, rng):
    return np.einsum("cnd,cd->cn", x, w) + rng.standard_normal(x.shape[:2])


def _raw(rounds, rng, *, human=0, keeps_all=False, same=False):
    """Return ‖w_n‖² of every chain after `rounds` refits; the true weights are 0, `human` rows of T keep them."""
    w = np.zeros((CHAINS, D))
    x = rng.standard_normal((CHAINS, T, D))
    every_x, every_y = x, _labels(x, w, rng)
    w = _fit(every_x, every_y)
    for _ in range(rounds):
        x = x if same else rng.standard_normal((CHAINS, T, D))
        y = np.hstack([_labels(x[:, :human], 0 * w, rng), _labels(x[:, human:], w, rng)])
        every_x = np.concatenate([every_x, x], axis=1) if keeps_all else x
        every_y = np.hstack([every_y, y]) if keeps_all else y
        w = _fit(every_x, every_y)
    return (w**2).sum(axis=1)


def test_printed_values():
    replace, accumulate = (_errors([(111, 0)] + [(0, 111)] * 9, keeps, 10) for keeps in (False, True))
    assert [replace[n - 1] for n in (1, 5, 10)] == pytest.approx([0.1, 0.5, 1.0])
    assert [accumulate[n - 1] for n in (5, 10)] == pytest.approx([0.1435, 0.1514], abs=5e-5)
    same = [same_features(111, 10, n, accumulate=True) for n in (1, 5, 10)]
    assert same == pytest.approx([0.1, 0.1464, 0.155], abs=5e-5)
    assert same_features(111, 10, 10, accumulate=False) == pytest.approx(1.0)
    assert accumulate_cap(111, 10) == pytest.approx(0.1645, abs=5e-5)
    assert accumulate_cap(111, 10) == pytest.approx(same_features(111, 10, 10**5, accumulate=True), rel=1e-5)


@pytest.mark.parametrize(("human", "keeps_all"), [(0, False), (0, True), (9, False)])
def test_new_features_against_raw_rows(human, keeps_all):
    found = _raw(3, np.random.default_rng(human), human=human, keeps_all=keeps_all)
    assert abs(z(found, _errors([(T, 0)] + [(human, T - human)] * 3, keeps_all)[-1])) < 5


@pytest.mark.parametrize("keeps_all", [False, True])
def test_the_same_features_against_raw_rows(keeps_all):
    found = _raw(3, np.random.default_rng(7), keeps_all=keeps_all, same=True)
    assert abs(z(found, same_features(T, D, 4, accumulate=keeps_all))) < 5


@pytest.mark.parametrize(("human", "machine", "dimension"), [(20, 5, 3), (6, 9, 5), (0, 12, 3), (12, 0, 3)])
def test_what_a_fit_carries_of_its_author_against_raw_gram_matrices(human, machine, dimension):
    rng = np.random.default_rng(human)
    x = rng.standard_normal((CHAINS, human + machine, dimension))
    delta = rng.standard_normal((CHAINS, dimension))
    label = np.einsum("cnd,cd->cn", x, delta) * (np.arange(human + machine) < machine)
    found = (_fit(x, label) ** 2).sum(axis=1) / dimension
    assert found.mean() == pytest.approx(carried(human, machine, dimension), rel=0.1, abs=1e-12)
    if human and machine:
        assert abs(z(found, carried(human, machine, dimension))) < 5
    assert carried(human, machine, dimension) >= (machine / (human + machine)) ** 2


def test_many_items_and_features_give_dohmatobs_form():
    p, phi = 0.3, 0.2
    found = carried(7e6, 3e6, 2_000_000)
    assert found == pytest.approx(p**2 + p * (1 - p) * phi / (1 - phi), rel=1e-5)


def test_controls_are_fits_on_real_rows_and_the_unknown_is_none():
    assert _errors([(T, 0)] * 3, False) == pytest.approx([one_fit(T, D)] * 3)
    assert _errors([(T, 0)] * 3, True) == pytest.approx([one_fit(n * T, D) for n in (1, 2, 3)])
    assert _errors([(T, 0), (5, T), (5, T)], True)[1:] == [None, None]
