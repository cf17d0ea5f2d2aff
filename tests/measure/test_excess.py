"""The excess-word bound: a bound whatever the lengths and the drift, and refused where it cannot be one."""

from __future__ import annotations

import numpy as np
import pytest

from scapa.measure.excess import Marks, compare

HUMAN, MACHINE = 0.02, 0.4


def marks(rng, n, share=0.0, *, human=HUMAN, machine=MACHINE, words=100, threads=None):
    k = round(share * n)
    chance = np.concatenate([np.full(n - k, human), np.full(k, machine)])
    return Marks.of(rng.random(n) < chance, np.full(n, words), threads)


def bound(rng, share, n=300, **options):
    return compare(marks(rng, n), marks(rng, n), rng).bound(marks(rng, n, share, **options), rng)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0, 0.025, 0.05, 0.1, 0.25, 0.5])
def test_the_bound_holds(share):
    held_for(share, 200)


@pytest.mark.parametrize("share", [0, 0.1])
def test_the_bound_holds_at_a_glance(share):
    held_for(share, 20)


def held_for(share, runs):
    held, answered = 0, 0
    for run in range(runs):
        found = bound(np.random.default_rng([9, run]), share)
        if found.interval is not None:
            answered += 1
            held += found.interval.low <= share
    assert answered > 0.9 * runs
    assert held / answered >= 0.95


def test_it_says_something_where_there_is_something():
    found = bound(np.random.default_rng(0), 0.5, 600)
    assert 0.08 < found.interval.low < found.interval.estimate < 0.25
    assert found.method == "excess_words"


def test_by_hand():
    rng = np.random.default_rng(0)
    old = Marks.of([True] * 4 + [False] * 94, [60] * 98)
    found = compare(old, old, rng).bound(Marks.of([True] * 20 + [False] * 80, [60] * 100), rng)
    before = (8 + 1) / (196 + 2)
    assert found.interval.estimate == pytest.approx((0.2 - before) / (1 - before))


def test_longer_letters_are_no_machine_text():
    """Marked words are the commoner the longer a letter is; half of the old letters are long, all of the new ones."""
    rng = np.random.default_rng(0)
    lows = []
    for _ in range(20):
        short, long = (rng.random(300) < 0.01), (rng.random(300) < 0.2)
        words = np.repeat([30, 300], 300)
        old = [Marks.of(np.concatenate([short, long])[part::2], words[part::2]) for part in (0, 1)]
        found = compare(*old, rng).bound(Marks.of(rng.random(300) < 0.2, np.full(300, 300)), rng)
        lows.append(found.interval.low if found.interval else 0.0)
    assert np.mean(np.array(lows) > 0) <= 0.1


def test_words_on_the_rise_already_are_a_refusal():
    rng = np.random.default_rng(0)
    rising = compare(marks(rng, 300, human=0.02), marks(rng, 300, human=0.15), rng)
    assert rising.bound(marks(rng, 300, human=0.3), rng).refusal == "control_drifts"


def test_lengths_that_were_not_there_before_add_nothing():
    rng = np.random.default_rng(0)
    old = compare(marks(rng, 300, words=30), marks(rng, 300, words=30), rng)
    found = old.bound(marks(rng, 300, 1.0, words=1_000), rng)
    assert (found.interval.low, found.interval.high) == (0, 0)


def test_refusals():
    rng = np.random.default_rng(0)
    few, many = marks(rng, 49), marks(rng, 300)
    assert compare(few, many, rng).bound(many, rng).refusal == "no_older_control"
    assert compare(many, few, rng).bound(many, rng).refusal == "no_older_control"
    assert compare(many, many, rng).bound(marks(rng, 29), rng).refusal == "too_few_documents"
    one_thread = marks(rng, 300, threads=np.zeros(300))
    assert compare(many, many, rng).bound(one_thread, rng).refusal == "too_few_documents"
    assert compare(Marks.of([], []), Marks.of([], []), rng).bound(many, rng).refusal == "no_older_control"


def test_a_rise_that_is_not_certain_is_taken_off_once_more():
    rng = np.random.default_rng(0)
    older, newer = Marks.of([True] * 2 + [False] * 98, [60] * 100), Marks.of([True] * 6 + [False] * 94, [60] * 100)
    found = compare(older, newer, rng).bound(Marks.of([True] * 20 + [False] * 80, [60] * 100), rng)
    before, first = (8 + 1) / 202, (2 + 1) / 102
    rise = (0.06 - first) / (1 - first)
    assert found.interval.estimate == pytest.approx((0.2 - before) / (1 - before) - rise)
