"""Tail gauges of token blocks: by hand, and in expectation."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.errors import UsageError
from scapa.measure import tails
from scapa.measure.tokens import count_tokens, gauges, lowest, lowest_mass_ratio, surviving_support


def test_counts_and_tails_by_hand():
    counts = count_tokens([[0, 1, 1], [4, 4, 4]], 6)
    assert counts.tolist() == [1, 2, 0, 0, 3, 0]
    reference = [90, 5, 3, 0, 50, 2]  # 150 in all: the lowest 7 % are states 5, 2 and 1
    assert sorted(lowest(reference, 0.07).tolist()) == [1, 2, 5]
    assert lowest(reference, 0.001).tolist() == [5]
    assert lowest([1, 1, 2], 0.5).tolist() == [0, 1]
    assert lowest_mass_ratio(counts, reference, 0.07) == pytest.approx((2 / 6) / (10 / 150))
    assert surviving_support(counts, reference) == pytest.approx(3 / 5)
    assert np.isnan(lowest_mass_ratio(np.zeros(6), reference))
    assert np.isnan(surviving_support(counts, np.zeros(6)))


def test_all_gauges_are_those_of_the_counts():
    rng = np.random.default_rng(0)
    p = 1 / np.arange(1, 301)
    reference = rng.multinomial(5_000, p / p.sum())
    blocks = rng.choice(300, p=p / p.sum(), size=(40, 50))
    found = gauges(blocks, reference)
    counts = np.bincount(blocks.ravel(), minlength=300)
    assert found["missing_mass"] == tails.missing_mass(counts) == np.count_nonzero(counts == 1) / 2_000
    assert found["rare_coverage"] == tails.rare_coverage(counts, reference)
    assert found["vocabulary"] == np.count_nonzero(counts)
    pairs = {pair for row in blocks.tolist() for pair in pairwise(row)}
    assert found["distinct_2"] == len(pairs) / (40 * 49)
    assert set(found) == {
        "missing_mass",
        "rare_coverage",
        "chao1",
        "vocabulary",
        "entropy",
        "support",
        "tail_mass",
        "distinct_2",
        "distinct_3",
    }


def test_resampling_keeps_the_tails_mass_in_expectation_but_not_its_support():
    rng, p = np.random.default_rng(1), 1 / np.arange(1, 401)
    p /= p.sum()
    draws = rng.multinomial(1_000, p, size=500)
    mass = np.array([lowest_mass_ratio(row, p) for row in draws])
    support = np.array([surviving_support(row, p) for row in draws])
    assert abs(mass.mean() - 1) < 5 * mass.std() / np.sqrt(500)
    assert abs(support.mean() - (1 - (1 - p) ** 1_000).mean()) < 5 * support.std() / np.sqrt(500)
    assert support.mean() < 0.7


@settings(derandomize=True, max_examples=60)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=30).filter(any), st.floats(0.001, 1))
def test_the_tail_is_within_its_share_and_no_state_outside_is_rarer(counts, share):
    mass = np.array(counts)
    tail = lowest(mass, share)
    rest = np.setdiff1d(np.flatnonzero(mass), tail)
    assert len(tail) >= 1
    assert len(tail) == 1 or mass[tail].sum() <= share * mass.sum()
    assert len(rest) == 0 or mass[rest].min() >= mass[tail].max()
    assert lowest_mass_ratio(mass, mass, share) == pytest.approx(1.0)
    assert surviving_support(mass, mass) == 1.0


def test_ids_outside_the_vocabulary_and_unequal_states_are_refused():
    for blocks in ([[0, 6]], [[-1, 2]], [[0.5]]):
        with pytest.raises(UsageError):
            count_tokens(blocks, 6)
    with pytest.raises(UsageError):
        lowest_mass_ratio([1, 2], [1, 2, 3])
    with pytest.raises(UsageError):
        lowest([0, 0])
