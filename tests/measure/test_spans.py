"""Agreement of spans: every byte in one cell, shares of nothing, what white space and unsure lines are worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scapa.measure.spans import Agreement, agreement, confusion, interval, total
from scapa.records import Span

_TEXT = "own\n> quoted\nñandú\n"  # bytes 0-3, 4-12, 13-20


def test_every_byte_that_is_not_white_space_is_in_one_cell():
    found = agreement(_TEXT, [Span(4, 8, "quote")], [Span(4, 12, "quote"), Span(13, 16, "quote")])
    assert found == Agreement(both=3, found=0, wanted=4 + 3, neither=3 + 4)
    assert found.precision == 1
    assert found.recall == pytest.approx(3 / 10)
    assert found.f1 == pytest.approx(6 / 13)
    assert (found.leak, found.loss) == (pytest.approx(7 / 10), 0)


def test_bytes_where_the_labellers_differ_do_not_count():
    assert agreement(_TEXT, [Span(0, 3, "x")], [], [Span(0, 3, "")]) == Agreement(neither=7 + 7)


def test_the_inverse_is_the_same_of_what_is_own():
    one = Agreement(both=5, found=2, wanted=3, neither=11)
    assert one.inverse == Agreement(both=11, found=3, wanted=2, neither=5)
    assert one.inverse.inverse == one
    assert one.inverse.recall == 1 - one.loss
    assert one.inverse.precision == pytest.approx(11 / 14)


def test_of_nothing_every_share_is_the_best_it_can_be():
    nothing = Agreement()
    assert (nothing.precision, nothing.recall, nothing.f1, nothing.leak, nothing.loss) == (1, 1, 1, 0, 0)


def test_confusion_names_own_what_lies_in_no_span():
    wanted, found = [Span(4, 12, "quote")], [Span(4, 8, "header"), Span(13, 20, "quote")]
    assert confusion(_TEXT, found, wanted) == {
        ("own", "own"): 3, ("quote", "header"): 3, ("quote", "own"): 4, ("own", "quote"): 7
    }  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4), st.text(max_size=20))
def test_cells_sum_to_the_bytes_that_count(pairs, text):
    size = len(text.encode())
    spans = [Span(min(a, b, size), min(max(a, b), size), "x") for a, b in pairs]
    one = agreement(text, spans, spans[:2])
    counted = sum(byte not in b" \t\n\v\f\r" for byte in text.encode())
    assert one.both + one.found + one.wanted + one.neither == counted
    assert sum(confusion(text, spans, spans[:2]).values()) == counted


def test_the_interval_resamples_documents():
    rng = np.random.default_rng(1)
    documents = [Agreement(both=10, neither=1)] * 30 + [Agreement(wanted=10, neither=1)] * 10
    found = interval(documents, "recall", rng)
    assert found.estimate == pytest.approx(0.75) == total(documents).recall
    assert 0.58 < found.low < 0.68
    assert 0.82 < found.high < 0.9
