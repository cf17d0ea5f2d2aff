"""Logistic regression: the one minimum that scikit-learn finds, too; classes that count the same."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from scapa.text.logistic import BIAS, TRUST, calibrate, fit, held_out
from scapa.text.ngrams import Grams, grams, score

SPAM = [
    "buy cheap pills now",
    "win a free prize today",
    "free money, click now",
    "cheap loans, act now",
    "you have won",
]
HAM = [
    "see you on sunday",
    "the meeting is at noon",
    "attached are the minutes",
    "thanks for the letter",
    "how is mother",
]
TEXTS = SPAM + HAM
POSITIVE = np.arange(len(TEXTS)) < len(SPAM)


def vectors(texts) -> Grams:
    return grams(texts, np.zeros((0, 2), np.int64), np.zeros(len(texts) + 1, np.int64))


def test_the_minimum_is_scikit_learns():
    made = vectors(TEXTS[:-2])  # five and three: the classes are balanced
    positive = POSITIVE[:-2]
    used, columns = np.unique(made.buckets, return_inverse=True)
    dense = np.zeros((len(positive), len(used) + 1))
    dense[np.repeat(np.arange(len(positive)), np.diff(made.first)), columns] = made.values
    dense[:, -1] = BIAS
    oracle = LogisticRegression(C=TRUST, fit_intercept=False, tol=1e-10, max_iter=10_000, class_weight="balanced")
    oracle.fit(dense, positive)
    assert score(made, fit(made, positive)) == pytest.approx(oracle.decision_function(dense), abs=0.02)


def test_without_examples_nothing_is_known():
    assert not fit(vectors([]), np.zeros(0, bool)).any()


def test_the_same_bits_each_time_and_nearly_the_same_whatever_the_order():
    made = vectors(TEXTS)
    order = np.random.default_rng(0).permutation(len(TEXTS))
    one, again, other = fit(made, POSITIVE), fit(made, POSITIVE), fit(made.rows(order), POSITIVE[order])
    assert np.array_equal(one, again)
    assert np.abs(one - other).max() < 0.01


def test_many_of_one_class_do_not_make_everything_that_class():
    many = [f"buy {n} cheap pills now" for n in range(200)]
    taught = fit(vectors(TEXTS + many), np.concatenate([POSITIVE, np.ones(200, bool)]))
    assert score(vectors(["cheap pills, buy now"]), taught)[0] > 2
    assert score(vectors(["the boat leaves on monday morning", "how is your mother"]), taught).max() < 0.5


def test_calibration_finds_the_law_that_made_the_data():
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(20_000, 2))
    positive = rng.random(20_000) < 1 / (1 + np.exp(-(2 * scores[:, 0] - 0.5 * scores[:, 1] + 0.7)))
    assert calibrate(scores, positive, np.array([1.0, 1.0, 0.0])) == pytest.approx([2, -0.5, 0.7], abs=0.1)


def test_calibration_keeps_to_its_prior_with_few_examples_and_stays_finite():
    prior = np.array([1.0, 0.0])
    assert calibrate(np.zeros((0, 1)), np.zeros(0, bool), prior) == pytest.approx(prior)
    found = calibrate(np.array([[900.0], [-900.0]]), np.array([False, True]), prior)
    assert np.isfinite(found).all()
    assert np.abs(calibrate(np.array([[0.1]]), np.array([True]), prior) - prior).max() < 0.3


def test_what_is_held_out_is_not_learnt_from():
    made, base = vectors(["only spam says zyxwv"] * 2 + HAM), vectors(TEXTS)
    positive = np.arange(7) < 2
    together = held_out(made, positive, np.array([0, 0, 1, 2, 3, 4, 5]), base, POSITIVE)
    apart = held_out(made, positive, np.arange(7), base, POSITIVE)
    assert apart[0] > together[0] + 1
    assert together[0] == pytest.approx(
        score(made, fit(vectors(TEXTS + HAM[:4]), np.concatenate([POSITIVE, np.zeros(4, bool)])))[0], abs=0.02
    )
