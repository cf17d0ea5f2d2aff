"""Perplexity histograms and both their tails."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.errors import UsageError
from scapa.measure.interval import wilson
from scapa.measure.surprise import EDGES, Band, bins, histogram, surprise


def test_human_blocks_have_one_percent_beyond_each_end_of_their_band():
    rng = np.random.default_rng(0)
    band = Band.of(rng.gamma(9, 0.5, size=40_000))
    found = surprise(rng.gamma(9, 0.5, size=40_000), band)
    for share in (found.too_likely, found.too_unlikely):
        assert share.estimate == pytest.approx(0.01, abs=0.003)
        assert share == wilson(round(share.estimate * 40_000), 40_000)
    assert band.low < 4.5 < band.high


def test_a_mode_that_moves_down_and_a_longer_tail_are_both_seen_though_the_mean_stays():
    rng = np.random.default_rng(1)
    human = rng.normal(4.0, 0.3, size=2_000)
    looped = np.concatenate([rng.normal(0.5, 0.05, 1_000), rng.normal(7.5, 0.2, 1_000)])
    before, after = surprise(human, Band.of(human)), surprise(looped, Band.of(human))
    assert after.mean == pytest.approx(before.mean, rel=0.05)
    assert after.too_likely.estimate == after.too_unlikely.estimate == 0.5
    assert before.mode == pytest.approx(np.exp(4.0), rel=0.2)
    assert after.mode == pytest.approx(np.exp(0.5), rel=0.1)


def test_bins_are_a_tenth_of_a_nat_and_hold_every_block():
    assert EDGES[0] == 1.0
    assert np.log(EDGES[1:] / EDGES[:-1]) == pytest.approx(0.1)
    assert bins([0.0, 0.05, 0.3, 99.0]) == [
        (1.0, pytest.approx(np.exp(0.1)), 2),
        (pytest.approx(np.exp(0.3)), pytest.approx(np.exp(0.4)), 1),
        (pytest.approx(np.exp(15.9)), pytest.approx(np.exp(16.0)), 1),
    ]


@settings(derandomize=True, max_examples=60)
@given(st.lists(st.floats(0, 15.9), min_size=1, max_size=50))
def test_the_histogram_is_numpys_over_the_same_edges(losses):
    away = [x for x in losses if abs(x * 10 - round(x * 10)) > 1e-6]
    assert histogram(away).tolist() == np.histogram(np.exp(away), EDGES)[0].tolist()
    assert histogram(losses).sum() == len(losses)


def test_the_band_itself_is_not_outside_of_it():
    found = surprise([1.0, 2.0, 3.0, 4.0], Band(2.0, 3.0))
    assert (found.too_likely.estimate, found.too_unlikely.estimate, found.blocks) == (0.25, 0.25, 4)
    assert found.median == pytest.approx(np.exp(2.5))


def test_bad_losses_and_too_few_human_blocks_are_refused():
    band = Band(1.0, 2.0)
    for losses in ([], [float("nan")], [-1.0], [[1.0]]):
        with pytest.raises(UsageError):
            surprise(losses, band)
    with pytest.raises(UsageError):
        Band.of(np.ones(99))
