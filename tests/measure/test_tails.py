"""Tail gauges: hand-counted values, Good–Turing's promise, and comparisons that must not invent a loss."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scapa.errors import UsageError
from scapa.measure.tails import (
    chao1,
    compare,
    distinct,
    entropy,
    gauges,
    missing_mass,
    rare_coverage,
    thin,
    vocabulary,
)

TEXT = ["the", "cat", "saw", "the", "dog", "and", "the", "dog", "saw", "a", "bird"]


def test_gauges_of_a_text_counted_by_hand():
    counts = Counter(TEXT)  # the 3, saw 2, dog 2, cat and a bird once each: 11 words
    assert vocabulary(counts) == 7
    assert missing_mass(counts) == pytest.approx(4 / 11)
    assert chao1(counts) == pytest.approx(7 + 4**2 / (2 * 2))
    assert entropy(counts) == pytest.approx(stats.entropy([3, 2, 2, 1, 1, 1, 1]))
    pairs = Counter(pairwise(TEXT))  # ten pairs, "the dog" twice
    assert distinct(pairs) == pytest.approx(9 / 10)
    assert distinct({"a b": 3, "b a": 1}) == pytest.approx(0.5)


def test_rare_coverage_counts_reference_words_seen_two_to_five_times():
    reference = {"a": 1, "b": 2, "c": 5, "d": 6, "e": 3}
    assert rare_coverage({"b": 9, "d": 9, "a": 9}, reference) == pytest.approx(1 / 3)
    assert rare_coverage([9, 9, 0, 9, 0], [1, 2, 5, 6, 3]) == pytest.approx(1 / 3)
    assert rare_coverage(reference, reference) == 1.0
    assert np.isnan(rare_coverage({"a": 1}, {"a": 1}))
    with pytest.raises(UsageError):
        rare_coverage({"a": 1}, [1, 2])


def test_chao1_without_doubletons_is_bias_corrected_and_empty_text_is_nan():
    assert chao1([1, 1, 1, 4]) == 4 + 3 * 2 / 2
    assert np.isnan(missing_mass([]))
    assert entropy([]) == 0.0
    with pytest.raises(UsageError):
        gauges([3, -1])


def test_the_missing_mass_estimates_the_chance_of_a_new_word():
    rng, p = np.random.default_rng(0), 1 / np.arange(1, 3001)
    p /= p.sum()
    draws = rng.multinomial(2000, p, size=400)
    wanted = np.array([p[row == 0].sum() for row in draws])
    found = np.array([missing_mass(row) for row in draws])
    error = (found - wanted).std() / np.sqrt(400)
    assert abs((found - wanted).mean()) < 5 * error + 1e-4
    assert wanted.mean() > 0.15


def test_thinning_has_the_expected_vocabulary_of_rarefaction():
    counts, rng = np.array([50, 20, 10, 5, 3, 1, 1, 1]), np.random.default_rng(1)
    seen = np.array([vocabulary(thin(counts, 20, rng)) for _ in range(3000)])
    gone = [stats.hypergeom(91, c, 20).pmf(0) for c in counts]
    assert abs(seen.mean() - (8 - sum(gone))) < 5 * seen.std() / np.sqrt(3000)
    with pytest.raises(UsageError):
        thin(counts, 92, rng)


@settings(derandomize=True, max_examples=50)
@given(st.dictionaries(st.text(max_size=3), st.integers(1, 9), min_size=1), st.integers(0, 9))
def test_mapping_array_and_any_order_give_the_same_gauges(counts, seed):
    values = np.random.default_rng(seed).permutation(list(counts.values()))
    first, second = gauges(counts), gauges(values)
    assert (first.tokens, first.vocabulary, first.missing_mass, first.chao1) == (
        second.tokens,
        second.vocabulary,
        second.missing_mass,
        second.chao1,
    )
    assert first.entropy == pytest.approx(second.entropy)


def _corpus(rng, documents, words=80, states=2000, power=1.0):
    p = np.arange(1, states + 1) ** -power
    rows = rng.multinomial(words, p / p.sum(), size=documents)
    return [{f"w{i}": int(row[i]) for i in np.flatnonzero(row)} for row in rows]


def test_two_corpora_of_one_source_differ_by_nothing_at_unequal_size():
    misses = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        found = compare(_corpus(rng, 60), _corpus(rng, 150), rng, replicates=40)["missing_mass"]
        misses += 0.0 not in found.difference
    assert misses <= 4


def test_a_lost_tail_is_seen_and_signed():
    rng = np.random.default_rng(5)
    reference = Counter()
    theirs = _corpus(rng, 80)
    for document in theirs:
        reference.update(document)
    found = compare(_corpus(rng, 80, power=1.3), theirs, rng, reference=reference, replicates=80)
    for gauge in ("missing_mass", "vocabulary", "chao1", "rare_coverage"):
        assert found[gauge].difference.high < 0, gauge
    assert found["missing_mass"].relative < -0.2
    assert found["missing_mass"].ours - found["missing_mass"].theirs == found["missing_mass"].difference.estimate


def test_the_interval_has_the_scatter_of_new_corpora_or_up_to_half_more():
    rng, p = np.random.default_rng(6), 1 / np.arange(1, 2001)
    hapaxes = (rng.multinomial(60 * 80, p / p.sum(), size=2000) == 1).sum(axis=1) / (60 * 80)
    truth = hapaxes.std() * np.sqrt(2)
    found = [
        compare(_corpus(rng, 60), _corpus(rng, 60), rng, replicates=60)["missing_mass"].difference for _ in range(8)
    ]
    width = np.mean([interval.high - interval.low for interval in found])
    assert 1.0 < width / (2 * 1.96 * truth) < 1.6


def test_too_few_documents_are_refused():
    with pytest.raises(UsageError):
        compare([{"a": 1}] * 3, [{"a": 1}] * 9, np.random.default_rng(0))
    with pytest.raises(UsageError):
        compare([{}] * 4, [{"a": 1}] * 9, np.random.default_rng(0))
