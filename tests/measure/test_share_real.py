"""Planted shares of a real assistant's answers: intervals cover them, what is half by people reads as less, and text
from elsewhere is refused or read as none. The full figures are those of `python -m bench.quality machine`.
"""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def evaluation():
    from bench.evaluations import machine

    return machine


def answers(evaluation, planted, share, runs=40):
    found = [evaluation.one(*evaluation.pools(), planted, share, run) for run in range(runs)]
    return [row[0].interval for row in found if row[0].interval], [row[2].interval for row in found if row[2].interval]


@pytest.mark.parametrize("share", [0, 0.1, 0.5])
def test_coverage_in_domain(evaluation, share):
    intervals, bounds = answers(evaluation, evaluation.pools()[1], share)
    assert len(intervals) > 25
    assert np.mean([share in i for i in intervals]) >= 0.9
    assert all(bound.low <= share for bound in bounds)


def test_half_by_people_reads_as_a_share_of_words(evaluation):
    intervals, bounds = answers(evaluation, evaluation.half_edited(), 0.25)
    assert np.mean([0.125 in i for i in intervals]) >= 0.9
    assert all(bound.low <= 0.125 for bound in bounds)


def test_elsewhere_it_is_refused_or_none(evaluation):
    figures = {(f.measure, f.on): f.value for f in evaluation.elsewhere(*evaluation.pools())}
    for name, _ in evaluation.elsewhere_pools():
        assert figures["out of domain: refused (true share 0)", name] > 0.5
        assert figures.get(("out of domain, not refused: interval holds", name), 1.0) >= 0.75
        assert figures["excess words: bound holds (true share 0)", name] == 1
