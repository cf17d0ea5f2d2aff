"""Shared runs of words, against a plain search."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.kernels import tokenise
from scapa.text.known_runs import index_of, overlap, runs
from scapa.text.words import words


def found(texts: list[str], sets: list[list[str]], n: int):
    known = [runs(t.hashes, t.first, n) for t in map(tokenise, sets)]
    tokens = tokenise(texts)
    return overlap(index_of(known, n), tokens.hashes, tokens.first, len(sets))


def plain(text: str, sets: list[list[str]], n: int) -> tuple[int, int, list[bool]]:
    """(covered, longest, sets) by comparing every run with every run."""
    known = [{tuple(w[i : i + n]) for w in map(words, texts) for i in range(len(w) - n + 1)} for texts in sets]
    own = words(text)
    at = [i for i in range(len(own) - n + 1) if any(tuple(own[i : i + n]) in k for k in known)]
    marked = [any(i <= w < i + n for i in at) for w in range(len(own))]
    stretches, open_ = [0], []
    for i in at:  # runs that touch or overlap are one stretch
        open_ = [open_[0], i + n] if open_ and i <= open_[1] else [i, i + n]
        stretches.append(open_[1] - open_[0])
    hits = [any(tuple(own[i : i + n]) in k for i in at) for k in known]
    return sum(marked), max(stretches), hits


_TEXT = st.lists(st.sampled_from("abc"), max_size=25).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(st.lists(_TEXT, max_size=4), st.lists(st.lists(_TEXT, max_size=3), min_size=1, max_size=3), st.integers(2, 6))
def test_it_is_what_a_plain_search_finds(texts, sets, n):
    got = found(texts, sets, n)
    for row, text in enumerate(texts):
        assert (got.covered[row], got.longest[row], got.sets[row].tolist()) == plain(text, sets, n)


def test_runs_stay_within_a_text():
    got = found(["one two", "three four", "one two three four"], [["two three"]], 2)
    assert got.covered.tolist() == [0, 0, 2]


def test_nothing_known_and_nothing_asked():
    assert found(["a b c"], [[]], 2).covered.tolist() == [0]
    assert found([], [["a b c"]], 2).covered.tolist() == []
    assert np.array_equal(found(["a"], [["a b"]], 2).longest, [0])


def test_runs_that_touch_are_one_stretch_and_those_apart_are_two():
    assert found(["a b c d x"], [["a b", "c d"]], 2).longest.tolist() == [4]
    assert found(["a b x c d"], [["a b", "c d"]], 2).longest.tolist() == [2]
