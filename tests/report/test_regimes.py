"""Regimes in words: short enough for the end of a line, never two alike."""

import pytest

from scapa.report.regimes import guarded, name, names, shared


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("replace", "replace"),
        ("replace,bias=0.9", "replace, λ = .9"),
        ("replace:bias=1.25", "replace, λ = 1.25"),
        ("accumulate-subsample", "acc.-subsample"),
        ("fixed", "same real items"),
        ("mix:0.1", "10 % real"),
        ("mix:1", "100 % real"),
        ("mix:0.1,independent", "10 % real, one by one"),
        ("fresh:500", "500 fresh real"),
        ("fresh:2000", "2,000 fresh real"),
        ("filtered:0,0", "no guard"),
        ("filtered:0.9,0.05", "guard 90 %, 5 % lost"),
        ("filtered:0.9,0", "guard 90 %"),
        ("filtered:0,0.05", "no guard, 5 % lost"),
        ("filtered:0,0,0.9", "no guard, 90 % machine"),
        ("filtered:0.99,0.01,0.9,bias=0.8", "guard 99 %, 1 % lost, 90 % machine, λ = .8"),
        ("archive:0.6", "archive, 60 % machine"),
        ("archive:0.6,bias=0.8", "archive, 60 % machine, λ = .8"),
        ("archive:0.6,0.98,0.001", "archive 60 %, guard 98 %"),
        ("archive:0.6,0.98,0.05", "archive 60 %, guard 98 %, 5 % lost"),
    ],
)
def test_a_regime_has_a_name_for_people(text, said):
    assert plain(name(text)) == said


@pytest.mark.parametrize(
    ("text", "is_guarded"),
    [
        ("filtered:0.9,0.05", True), ("filtered:0,0.05", False), ("archive:0.6,0.98,0.001", True),
        ("archive:0.6", False), ("archive:0.6,0,0.01", False), ("mix:0.1", False), ("archive", False),
    ],
)  # fmt: skip
def test_who_has_a_guard(text, is_guarded):
    assert guarded(text) is is_guarded


@pytest.mark.parametrize(
    "text", ["human text", "mix", "mix:a", "mix:0.1,0.2", "filtered:0.9", "replace:cold=1", "", "a:"]
)
def test_a_form_that_is_not_known_goes_by_its_text(text):
    assert name(text) == text


def test_what_all_say_can_be_said_once_and_left_out_of_their_names():
    texts = ["filtered:0,0,0.9", "filtered:0,0,0.9,bias=0.8", "filtered:0.9,0.05,0.9,bias=0.8"]
    common = shared(texts)
    assert list(map(plain, common)) == ["90 % machine"]
    found = names(texts, common)
    assert list(map(plain, found.values())) == ["no guard", "no guard, λ = .8", "guard 90 %, 5 % lost, λ = .8"]


def test_nothing_is_shared_where_a_name_would_be_empty():
    assert shared(["replace", "replace:bias=0.9"]) == ()
    assert shared(["replace"]) == shared(["replace", "replace"]) == shared([]) == ()


def test_names_that_would_be_alike_are_told_apart():
    alike = ["archive:0.6,0.98,0.001", "archive:0.6,0.98,0.002", "archive:0.6,0.98,0.05"]
    found = names(alike)
    assert [plain(found[text]) for text in alike] == [*alike[:2], "archive 60 %, guard 98 %, 5 % lost"]
