"""Rarefaction: against scipy's hypergeometric law and against real thinning."""

import numpy as np
import pytest
from scipy import stats

from scapa.measure import rarefaction, tails

COUNTS = np.array([900, 300, 120, 41, 40, 12, 5, 3, 2, 2, *[1] * 30])
TOTAL = int(COUNTS.sum())


@pytest.mark.parametrize("kept", [1, 20, 700, TOTAL])
def test_chance_is_the_hypergeometric_law(kept):
    for count in (1, 5, 300):
        seen = np.arange(0, 7)
        found = rarefaction.chance(np.full(7, count), seen, TOTAL, kept)
        assert found == pytest.approx(stats.hypergeom(TOTAL, count, kept).pmf(seen), abs=1e-10)


def test_expectations_agree_with_thinning():
    rng = np.random.default_rng(0)
    drawn = np.array([tails.thin(COUNTS, 400, rng) for _ in range(6000)])
    once = (drawn == 1).sum(axis=1)
    words = np.array([tails.vocabulary(row) for row in drawn])
    entropy = np.array([tails.entropy(row) for row in drawn])
    unseen, single, _ = rarefaction.spectrum(COUNTS, TOTAL, 400, 2)
    for observed, wanted in [
        (once, single),
        (words, len(COUNTS) - unseen),
        (entropy, rarefaction.entropy(COUNTS, TOTAL, 400)),
    ]:
        assert abs(observed.mean() - wanted) < 5 * observed.std() / np.sqrt(6000)


def test_all_words_kept_change_nothing():
    assert rarefaction.spectrum(COUNTS, TOTAL, TOTAL, 2) == pytest.approx([0, 30, 2])
    assert rarefaction.entropy(COUNTS, TOTAL, TOTAL) == pytest.approx(tails.entropy(COUNTS))
