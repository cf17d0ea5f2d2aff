"""Winnowing's guarantee, and that its prints are SipHash-2-4."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.kernels import tokenise
from scapa.text.winnow import WINDOW, K, gram_counts, gram_prints, winnow

KEY = bytes(range(16))
A, B, RUN = st.text("abc", min_size=1, max_size=2), st.text("xyz", min_size=1, max_size=2), st.text("klm", min_size=1)


def prints(words: list[str], key: bytes = KEY) -> np.ndarray:
    tokens = tokenise([" ".join(words)])
    return gram_prints(tokens.hashes, tokens.first, key)


def chosen(words: list[str], *, ends: bool = False) -> set[int]:
    tokens = tokenise([" ".join(words)])
    grams = gram_prints(tokens.hashes, tokens.first, KEY)
    return set(grams[winnow(grams, gram_counts(tokens.first), ends=ends)].tolist())


@settings(deadline=None)  # the first example may compile
@given(*[st.lists(A, max_size=12)] * 2, *[st.lists(B, max_size=12)] * 2, st.lists(RUN, min_size=7, max_size=20))
def test_every_shared_run_of_seven_words_shares_a_chosen_print(a, b, x, y, run) -> None:  # type: ignore[no-untyped-def]
    assert K + WINDOW - 1 == 7
    assert chosen(a + run + b) & chosen(x + run + y)


@settings(deadline=None)  # the first example may compile
@given(*[st.lists(A, max_size=12)] * 2, *[st.lists(B, max_size=12)] * 2, st.lists(RUN, max_size=3))
def test_nothing_shorter_than_four_words_matches(a, b, x, y, run) -> None:  # type: ignore[no-untyped-def]
    assert not set(prints(a + run + b).tolist()) & set(prints(x + run + y).tolist())


@settings(deadline=None)  # the first example may compile
@given(st.lists(st.sampled_from("abcdefgh"), max_size=60))
def test_one_print_of_each_window_and_the_ends(words: list[str]) -> None:
    tokens = tokenise([" ".join(words)])
    grams = gram_prints(tokens.hashes, tokens.first, KEY)
    mask = winnow(grams, gram_counts(tokens.first))
    expected = np.zeros(len(grams), bool)
    for start in range(len(grams) - WINDOW + 1):
        window = grams[start : start + WINDOW]
        expected[start + max(np.flatnonzero(window == window.min()))] = True
    if len(grams):
        expected[[0, -1]] = True
    assert mask.tolist() == expected.tolist()


def test_runs_do_not_cross_texts() -> None:
    tokens = tokenise(["a b c", "d e f g", "", "h i j k l"])
    assert gram_counts(tokens.first).tolist() == [0, 0, 1, 1, 3]
    both = gram_prints(tokens.hashes, tokens.first, KEY).tolist()
    assert both == prints(list("defg")).tolist() + prints(list("hijkl")).tolist()


def test_prints_are_siphash_2_4_and_depend_on_the_key() -> None:
    words = np.frombuffer(bytes(range(32)), np.uint64)
    got = gram_prints(words, np.array([0, 4]), KEY)
    assert got.tolist() == [0x7127512F72F27CCE]  # the published test vector for 32 bytes
    assert gram_prints(words, np.array([0, 4]), bytes(16)).tolist() != got.tolist()


def test_density_is_two_in_five() -> None:
    rng = np.random.default_rng(1)
    words = [f"w{i}" for i in rng.integers(0, 50_000, 20_000)]
    assert abs(len(chosen(words)) / 20_000 - 2 / (WINDOW + 1)) < 0.01
