"""Feng's breakdown point, and the exact accuracy of the mean rule, against raw items one label at a time."""

import numpy as np
import pytest
from scipy import stats

from montecarlo import z
from scapa.lab.oracles.verifier import accuracy, breakdown, wrong_kept


def _raw(kept, wrong, strength, dimension, chains, rng):
    rule = np.zeros((chains, dimension))
    for _ in range(kept):
        label = np.where(rng.random(chains) < wrong, -1.0, 1.0)
        item = rng.standard_normal((chains, dimension))
        item[:, 0] += strength
        rule += label[:, None] * item
    return stats.norm.cdf(strength * rule[:, 0] / np.linalg.norm(rule, axis=1))


@pytest.mark.parametrize(
    ("kept", "wrong", "strength", "dimension"),
    [(20, 0.3, 1.5, 5), (60, 0.5, 2.0, 10), (60, 0.45, 2.0, 30), (10, 0.0, 0.5, 3), (5, 1.0, 1.0, 2)],
)
def test_the_exact_accuracy_against_raw_items(kept, wrong, strength, dimension):
    found = _raw(kept, wrong, strength, dimension, 20_000, np.random.default_rng(kept))
    assert abs(z(found, accuracy(kept, wrong, strength, dimension))) < 5


def test_half_the_labels_wrong_is_a_coin_and_the_sign_turns_the_curve_over():
    assert accuracy(1000, 0.5, 2.0, 20) == pytest.approx(0.5, abs=1e-6)
    assert accuracy(100, 0.3, 2.0, 20) + accuracy(100, 0.7, 2.0, 20) == pytest.approx(1.0, abs=1e-6)


def test_many_items_jump_from_right_to_wrong_at_the_breakdown_point():
    for keep_wrong in (0.1, 0.5, 1.0):
        point = breakdown(1.0, keep_wrong)
        assert wrong_kept(point, 1.0, keep_wrong) == pytest.approx(0.5)
        below, above = (accuracy(10_000, wrong_kept(point + step, 1.0, keep_wrong), 2.0, 5) for step in (-0.05, 0.05))
        assert below > 0.97
        assert above < 0.03
    assert breakdown(0.8, 0.0) == 1.0
    assert breakdown(0.7, 0.7) == 0.5


def test_the_verifier_keeps_the_share_it_should():
    rng = np.random.default_rng(1)
    wrong = rng.random(200_000) < 0.4
    kept = rng.random(200_000) < np.where(wrong, 0.3, 0.9)
    assert abs(z(wrong[kept], wrong_kept(0.4, 0.9, 0.3))) < 5
