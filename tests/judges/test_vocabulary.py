"""Vocabulary: phrases found by the first letters of words, as a search of each would find them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scapa.judges import ending_words
from scapa.judges.vocabulary import Vocabulary, heads


def _count(phrases, text):
    padded = f" {text} "
    return Vocabulary(phrases).count(padded, heads(padded))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("please unsubscribe me", 1), ("(unsubscribe)", 1), ("<unsubscribe>", 1), ("resubscribe", 0),
        ("opt out now", 1),
        ("he will adopt outright", 0), ("ここから配信停止できます", 1), ("©2002 x", 1), ("unsubscribe, opt out", 2),
    ],
)  # fmt: skip
def test_phrases_begin_with_a_word(text, found):
    assert _count(["unsubscri", " opt out", "配信停止", "©20"], text) == found


_LISTS = ["LAWYERS", "SCANNED", "REGISTERED", "FOOTED", "FOOTED_WEAKLY", "PROVIDERS"]


@pytest.mark.parametrize("name", _LISTS)
def test_every_phrase_of_the_tables_is_found_in_itself(name):
    phrases = getattr(ending_words, name)
    assert len(set(phrases)) == len(phrases)
    for phrase in phrases:
        assert _count([phrase], phrase) == 1, phrase
        assert phrase == phrase.lower()


@given(
    st.text(alphabet="ab (©配", max_size=30), st.lists(st.sampled_from(["ab", "b a", "aab", "配", "©"]), unique=True)
)
def test_no_more_is_found_than_the_text_has(text, phrases):
    padded = f" {text} "
    assert _count(phrases, text) <= sum(phrase in padded for phrase in phrases)
