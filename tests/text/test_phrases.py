"""Phrases: what a form finds and what it does not; equal to a plain search over words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.kernels import tokenise
from scapa.text.phrases import Phrase, Phrases, number
from scapa.text.words import words


def _found(phrase, text):
    return [(int(p), int(s)) for p, s in zip(*Phrases([phrase]).find([text])[2:], strict=True)] and [
        int(place) for place in Phrases([phrase]).find([text]).places
    ]


@pytest.mark.parametrize(
    ("form", "text", "found"),
    [
        ("bitcoin", "BITCOIN, bitcoin", True),
        ("bitcoin", "bitcoins", True),
        ("bitcoin", "bitcoin’s", True),
        ("bitcoin", "bitcoiner", False),
        ("Uber", "an uber", False),
        ("Uber", "an UBER", True),
        ("COVID-19", "COVID 19", True),
        ("COVID-19", "COVID\n> -19", True),
        ("COVID-19", "COVID, 19", False),
        ("iPhone", "IPHONE", True),
        ("iPhone", "iphone", False),
        ("github.com", "http://github.com/x", True),
        ("github.com", "github,com", False),
        ("~github.com", "my-github.com", False),
        ("~github.com", "a.github.com", True),
        ("^ARC-Seal:", "x\nARC-Seal: y", True),
        ("^ARC-Seal:", "x ARC-Seal: y", False),
        ("t.co/", "t.co/x", True),
        ("t.co/", "t.co", False),
        ("HM Revenue & Customs", "HM  Revenue\n& Customs", True),
        ("HM Revenue & Customs", "HM Revenue and Customs", False),
        ("@mail.gmail.com", "<x@mail.gmail.com>", True),
        ("@mail.gmail.com", "mail.gmail.com", False),
        ("pokémon", "POKEMON", True),
    ],
)
def test_form(form, text, found):
    assert bool(_found(Phrase(form), text)) is found


@pytest.mark.parametrize(
    ("text", "step"),
    [("Windows 10", 2), ("Windows 7", 1), ("Windows/8.1", 1), ("Windows 3.11", 0), ("Windows version 7", 1),
     ("Windows v10", 2), ("Windows 95", None), ("Windows 7th", None), ("Windows 10:30", None), ("Windows 9x", None),
     ("Windows 10,000", None), ("Windows, 10", None), ("Windows\n10", None), ("Windows", None),
     ("Windows 10.0.19041.1", 2)],
)  # fmt: skip
def test_versions(text, step):
    found = Phrases([Phrase("Windows", steps=((3, 1), (7,), (10,)))]).find([text]).steps.tolist()
    assert found == ([] if step is None else [step])


def test_words_near_and_far():
    phrases = Phrases([Phrase("AIDS", near=("virus",), far=("navigation",))])
    texts = [
        "AIDS",
        "AIDS and the virus",
        "the virus " + "x " * 30 + "AIDS",
        "AIDS to navigation, a virus",
        "Virus: AIDS",
    ]
    assert phrases.find(texts).rows.tolist() == [1, 4]
    dotted = Phrases([Phrase("Python", near=("code",), steps=((3,),))])
    assert dotted.find(["Python 3 metres", "Python 3.1", "Python 3 code"]).rows.tolist() == [1, 2]


def test_once_a_text_or_every_time():
    assert Phrases([Phrase("date")]).find(["date date", "date"]).places.tolist() == [0, 0]
    assert Phrases([Phrase("date", every=True)]).find(["date date"]).places.tolist() == [0, 5]


def test_a_phrase_without_a_word_is_refused():
    with pytest.raises(ValueError, match="no word"):
        Phrases([Phrase("fine"), Phrase("...")])
    with pytest.raises(ValueError, match="single words"):
        Phrases([Phrase("fine", near=("two words",))])


def test_numbers_compare_as_versions():
    assert number((3, 11)) > number((3, 2)) > number((3,)) > number((2, 99, 99))
    assert number((20101125,)) > number((20100101,))
    assert number((10**9,)) == number((10**8,))


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.sampled_from(["ab", "ba", "abc", "c"]), max_size=30),
    st.lists(st.sampled_from(["ab", "ba", "c"]), min_size=1, max_size=3),
)
def test_equals_a_plain_search(text, phrase):
    found = Phrases([Phrase(" ".join(phrase), every=True)]).find([" ".join(text)]).places.tolist()
    n = len(phrase)
    plain = [i for i in range(len(text) - n + 1) if text[i : i + n] == phrase]
    starts = tokenise([" ".join(text)]).starts.tolist()
    assert found == [starts[i] for i in plain]
    assert words(" ".join(text)) == text


def test_bytes_that_are_no_utf8_and_null_texts():
    import pyarrow as pa

    bad = pa.array([b"\xff\xfe bitcoin \xf0\x9f", None, b"bitcoin"], pa.binary())
    assert Phrases([Phrase("bitcoin")]).find(bad).rows.tolist() == [0, 2]
