"""Distinct-n and Self-BLEU: against counting by hand, a direct slow computation and nltk."""

from collections import Counter
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from scapa.errors import UsageError
from scapa.measure.diversity import distinct_n, ngrams, self_bleu


def _slow_bleu(hypothesis, references, order):
    logs = []
    for n in range(1, order + 1):
        own, most = Counter(_windows(hypothesis, n)), Counter()
        for reference in references:
            most |= Counter(_windows(reference, n))
        matched = sum((own & most).values())
        if n == 1 and matched == 0:
            return 0.0
        logs.append(log((matched or 0.1) / own.total()))
    return exp(sum(logs) / order)


def _windows(text, n):
    return [tuple(text[i : i + n]) for i in range(len(text) - n + 1)]


def _blocks(rng, blocks, length=20, vocabulary=12):
    p = 1 / np.arange(1, vocabulary + 1)
    return rng.choice(vocabulary, p=p / p.sum(), size=(blocks, length))


def test_ngrams_are_numbered_alike_only_where_they_are_equal():
    blocks = _blocks(np.random.default_rng(0), 30) * 1_000_003
    for n in (1, 2, 5):
        found = ngrams(blocks, n)
        wanted = [gram for row in blocks.tolist() for gram in _windows(row, n)]
        assert found.shape == (30, 21 - n)
        assert len(set(zip(found.ravel().tolist(), wanted, strict=True))) == len(set(wanted)) == found.max() + 1


def test_distinct_n_is_counted_within_blocks_only():
    assert distinct_n([[1, 2, 1, 2], [1, 2, 3, 3]], 2) == pytest.approx(4 / 6)  # 12 21 12, 12 23 33; never 21 across
    assert distinct_n([[1, 2, 1, 2], [1, 2, 3, 3]], 1) == pytest.approx(3 / 8)
    assert distinct_n(np.arange(12).reshape(3, 4), 4) == 1.0


@pytest.mark.parametrize("order", [1, 2, 4])
def test_self_bleu_of_all_against_all_others_is_the_direct_computation(order):
    blocks = _blocks(np.random.default_rng(1), 25)
    texts = blocks.tolist()
    wanted = np.mean([_slow_bleu(text, texts[:i] + texts[i + 1 :], order) for i, text in enumerate(texts)])
    assert self_bleu(blocks, np.random.default_rng(2), references=24, order=order) == pytest.approx(wanted, rel=1e-12)


def test_self_bleu_is_nltks_with_its_first_smoothing():
    blocks = _blocks(np.random.default_rng(3), 12, length=9, vocabulary=25)
    texts = blocks.tolist()
    smooth = SmoothingFunction().method1
    wanted = [
        sentence_bleu(texts[:i] + texts[i + 1 :], text, smoothing_function=smooth) for i, text in enumerate(texts)
    ]
    assert min(wanted) < 0.2 < max(wanted)
    assert self_bleu(blocks, np.random.default_rng(0), references=11) == pytest.approx(np.mean(wanted), rel=1e-12)


def test_groups_estimate_the_mean_over_all_choices_of_references():
    rng = np.random.default_rng(4)
    blocks = _blocks(rng, 60)
    texts = blocks.tolist()
    slow = []
    for _ in range(400):
        own, *others = rng.permutation(60)[:6]
        slow.append(_slow_bleu(texts[own], [texts[i] for i in others], 4))
    fast = np.array([self_bleu(blocks, np.random.default_rng(seed), references=5) for seed in range(40)])
    error = np.hypot(np.std(slow) / 20, fast.std() / np.sqrt(40))
    assert abs(np.mean(slow) - fast.mean()) < 5 * error
    assert fast.std() < np.std(slow) / np.sqrt(40)


@settings(derandomize=True, max_examples=40)
@given(st.integers(2, 12), st.integers(4, 16), st.integers(0, 99))
def test_identical_texts_have_one_and_disjoint_texts_none(blocks, length, seed):
    rng = np.random.default_rng(seed)
    same = np.tile(rng.integers(0, 50, size=length), (blocks, 1))
    assert self_bleu(same, rng, references=blocks - 1) == pytest.approx(1.0)
    apart = np.arange(blocks * length).reshape(blocks, length)
    assert self_bleu(apart, rng, references=1) == 0.0


@settings(derandomize=True, max_examples=30)
@given(st.integers(0, 999))
def test_self_bleu_ignores_names_and_order_grows_with_references_and_a_seed_fixes_it(seed):
    rng = np.random.default_rng(seed)
    blocks = _blocks(rng, 24)
    renamed = rng.permutation(1000)[blocks][rng.permutation(24)]
    one = self_bleu(blocks, np.random.default_rng(0), references=23)
    assert one == pytest.approx(self_bleu(renamed, np.random.default_rng(0), references=23))
    few = self_bleu(blocks, np.random.default_rng(0), references=5)
    assert few == self_bleu(blocks, np.random.default_rng(0), references=5)
    assert few < one <= 1


def test_what_cannot_be_measured_is_refused():
    rng = np.random.default_rng(0)
    for blocks in ([1, 2, 3], [[1.5, 2.5]]):
        with pytest.raises(UsageError):
            distinct_n(blocks, 1)
    with pytest.raises(UsageError):
        self_bleu(np.zeros((5, 8), dtype=int), rng, references=5)
    with pytest.raises(UsageError):
        self_bleu(np.zeros((5, 3), dtype=int), rng, references=2)
    with pytest.raises(UsageError):
        ngrams(np.zeros((5, 3), dtype=int), 4)
