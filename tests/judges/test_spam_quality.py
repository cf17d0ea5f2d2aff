"""Spam: floors on real mail, by the evaluation that writes docs/quality/spam.json; slow, and fetched."""

import numpy as np
import pytest
from bench.evaluations import spam as evaluation
from sklearn.metrics import roc_auc_score

from scapa.judges.spam_model import start


def test_the_area_is_scikit_learns_with_ties_and_weights():
    rng = np.random.default_rng(1)
    scores, spam = rng.integers(0, 20, 500).astype(float), rng.random(500) < 0.4
    weights = rng.integers(0, 4, 500).astype(float)
    assert evaluation.auc(scores, spam) == pytest.approx(roc_auc_score(spam, scores))
    assert evaluation.auc(scores, spam, weights) == pytest.approx(roc_auc_score(spam, scores, sample_weight=weights))


@pytest.mark.slow
def test_real_mail_is_told_apart_by_its_words_alone():
    data = evaluation.corpus()
    assert (len(data.spam), int(data.spam.sum())) == (6046, 1896)
    assert all(len(set(data.fold[data.unit == unit])) == 1 for unit in range(0, data.unit.max(), 50))
    every = np.arange(len(data.spam))
    words, both = evaluation.log_odds(start(), data.lessons, every)
    assert evaluation.auc(data.lessons.headers, data.spam) > 0.90  # .919 when this was written
    assert evaluation.auc(words, data.spam) > 0.91  # .947; .928 since `quotes` finds the blocks about unsubscribing
    assert evaluation.auc(both, data.spam) > 0.95  # .959
    taught = np.zeros(len(data.spam))
    for number in range(evaluation.FOLDS):
        own, rest = np.flatnonzero(data.fold == number), np.flatnonzero(data.fold != number)
        taught[own] = evaluation.log_odds(evaluation.taught(data.lessons, rest), data.lessons, own)[0]
    assert evaluation.auc(taught, data.spam) > 0.98  # .989; .982 since then
