"""The eight definitions on the page: each answered apart, in the open, or plainly undecided and why."""

import lab_samples as samples
from selectolax.lexbor import LexborHTMLParser

from scapa.measure.collapse import RULES
from scapa.report.definitions import MOST_LINES, definitions_html

TAIL, RISK = "disappearance of real tail data", "any increase of population risk"


def _card(folder, answers):
    return LexborHTMLParser(
        definitions_html(samples.run(folder, samples.line([1.0, 2.0]), tables={"definitions": answers}))
    )


def _text(card, selector):
    return [" ".join(node.text(deep=True).split()) for node in card.css(selector)]


def test_each_definition_is_answered_for_each_line_in_the_open(tmp_path):
    card = _card(
        tmp_path,
        [
            samples.answer(TAIL, "replace", "holds", 0.71),
            samples.answer(RISK, "replace", "does not hold", 0.02),
            samples.answer(TAIL, "filtered:0.9,0.05", "does not hold", 0.02),
            samples.answer(RISK, "filtered:0.9,0.05", "cannot be said", 0.005, why="neither below 0 nor above 0.01"),
        ],
    )
    assert _text(card, "thead th") == ["definition", "replace", "guard 90 %, 5 % lost"]
    assert card.css("thead th")[2].attributes["title"] == "filtered:0.9,0.05"
    assert _text(card, "tbody th") == [TAIL, f"{RISK} ? neither below 0 nor above 0.01"]
    assert _text(card, "tbody td") == [
        "✓ 0.71 [0.61, 0.81]", "✗ 0.02 [−0.08, 0.12]", "✗ 0.02 [−0.08, 0.12]", "? 0.005 [−0.095, 0.11]",
    ]  # fmt: skip
    assert card.css("tbody td")[0].attributes["title"] == "holds"
    assert card.css("details table") == []
    assert "what <it> fears" in _text(card, "details li")[0]


def test_all_eight_are_shown_and_why_some_cannot_be_said(tmp_path):
    answers = [
        samples.answer(rule.name, regime, "cannot be said", None, why=f"not measured: {rule.name[:5]}")
        for regime in ("replace", "mix:0.1")
        for rule in RULES
    ]
    card = _card(tmp_path, answers)
    assert _text(card, "tbody th") == [f"{rule.name} ? not measured: {rule.name[:5].strip()}" for rule in RULES]
    assert _text(card, "tbody td") == ["?"] * 16
    assert len(card.css("details li")) == 8


def test_an_interval_that_is_not_defined_is_not_shown(tmp_path):
    nan = float("nan")
    card = _card(tmp_path, [samples.answer(TAIL, answer="cannot be said", estimate=1.0, low=nan, high=nan)])
    assert _text(card, "tbody td") == ["? 1"]


def test_a_run_that_sought_no_answers_has_no_card(tmp_path):
    assert definitions_html(samples.run(tmp_path, samples.line([1.0, 2.0]))) == ""


def test_many_lines_are_cut_and_it_is_said(tmp_path):
    answers = [samples.answer(TAIL, "replace", "holds", 0.5, size=size) for size in range(10, 10 + MOST_LINES + 2)]
    card = _card(tmp_path, answers)
    assert f"{MOST_LINES} of {MOST_LINES + 2} lines are shown" in _text(card, "p")[0]
    assert _text(card, "thead th")[1:3] == ["M = 10", "M = 11"]
    assert len(card.css("thead th")) == MOST_LINES + 1


def test_columns_are_told_apart_by_all_that_differs(tmp_path):
    lines = [("archive:0.6,0.98,0.001", "", None), ("archive:0.6,0.98,0.002", "ddof=0", 0.5)]
    answers = [samples.answer(TAIL, regime, "holds", 0.5, estimator=e, at=at) for regime, e, at in lines]
    assert _text(_card(tmp_path, answers), "thead th")[1:] == [lines[0][0], f"{lines[1][0]}, ddof=0, at 0.5"]
