"""Style counts: every column against a plain count by hand, spans left out, batches without influence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.prior import Prior
from scapa.text.style import NAMES, Lists, count
from scapa.text.words import words

LISTS = Lists.of(
    {0: ["delve", "tapestry"], 1: ["i", "don't"]},
    {2: [["hope", "this", "helps"], ["hope", "this", "helps", "you"]], 3: [["as", "an", "ai"]]},
    ["the", "of"],
)
FIRST = len(NAMES) - 1


def counted(text: str, spans: list[tuple[int, int]] | None = None) -> dict[str, float]:
    given_ = np.array(spans or np.zeros((0, 2)), np.int64).reshape(-1, 2)
    row = count([text], given_, np.array([0, len(given_)]), LISTS, Prior.load())[0]
    named = dict(zip(NAMES, row.tolist(), strict=False))
    tail = ("rare", "own", "stock", "self", "rare_kinds", "the", "of")
    return named | dict(zip(tail, row[FIRST:].tolist(), strict=True))


def test_words_lists_and_phrases():
    found = counted("We delve, delve! Tapestry of the I don’t. I hope this helps you; as an AI. The end")
    assert (found["words"], found["rare"], found["rare_kinds"], found["own"]) == (18, 3, 2, 3)
    assert (found["stock"], found["self"], found["the"], found["of"]) == (1, 1, 2, 1)


def test_a_phrase_at_the_end_and_one_cut_short():
    assert counted("so I hope this helps")["stock"] == 1
    assert counted("so I hope this")["stock"] == 0
    assert counted("hope this. Helps")["stock"] == 1, "words count, not what stands between them"


@pytest.mark.parametrize(
    ("text", "sentences", "squares", "lower"),
    [
        ("One two. Three four five.", 2, 4 + 9, 0),
        ("one two\n\nthree", 2, 4 + 1, 2),
        ("one 2.5 two", 1, 16, 1),
        ("Wait… what", 1, 4, 0),
        ('He said "go." Then left', 2, 9 + 4, 0),
        ("", 0, 0, 0),
    ],
)
def test_sentences(text, sentences, squares, lower):
    found = counted(text)
    assert (found["sentences"], found["sentence_squares"], found["lower_starts"]) == (sentences, squares, lower)


def test_punctuation_and_lines():
    found = counted("a, b — c, d\n- e\n* f\n1 g - h")
    assert (found["commas"], found["dashes"], found["listed"], found["lines"]) == (2, 1, 2, 3)


def test_distinct_words_among_the_first_hundred():
    assert counted("the the of")["distinct"] == 2
    many = counted(" ".join(f"w{n}" for n in range(300)))
    assert (many["distinct"], many["distinct_of"]) == (100, 100)


def test_spans_are_as_if_absent():
    text = "Keep delve.\n> tapestry of the end\nRest"
    start = text.index(">")
    assert counted(text, [(start, text.index("Rest"))]) == counted("Keep delve.\n\nRest") | {"lines": 1}
    assert counted(text, [(0, len(text))])["words"] == 0
    assert counted("ab", [(-5, 99)])["words"] == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="the of.,\n—delv ü!中-", max_size=80), max_size=6))
def test_a_batch_is_its_texts_one_by_one(texts):
    rows = np.zeros(len(texts) + 1, np.int64)
    none = np.zeros((0, 2), np.int64)
    together = count(texts, none, rows, LISTS, Prior.load())
    for text, row in zip(texts, together, strict=True):
        assert np.array_equal(count([text], none, rows[:2], LISTS, Prior.load())[0], row)
        assert row[0] == len(words(text))
        assert row[FIRST + 5] == words(text).count("the")
        assert row[NAMES.index("distinct")] == len(set(words(text)[:100]))
