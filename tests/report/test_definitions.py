"""The eight definitions on the page: each answered apart, with its figure, or plainly undecided."""

import lab_samples as samples

from scapa.report.definitions import MOST_LINES, definitions_html

TAIL, RISK = "disappearance of real tail data", "any increase of population risk"


def _answer(definition, regime, answer, estimate, **more):
    figures = {"estimate": estimate, "low": None if estimate is None else estimate - 0.1, "why": ""}
    figures["high"] = None if estimate is None else estimate + 0.1
    return {
        "regime": regime, "arm": "loop", "size": 100, "estimator": "", "at": None, "definition": definition,
        "meaning": "what <it> fears", "figure": "a share", "answer": answer,
    } | figures | more  # fmt: skip


def _page(folder, answers):
    return definitions_html(samples.run(folder, samples.line([1.0, 2.0]), tables={"definitions": answers}))


def test_each_definition_is_answered_for_each_line(tmp_path):
    page = _page(
        tmp_path,
        [
            _answer(TAIL, "replace", "holds", 0.71),
            _answer(RISK, "replace", "cannot be said", None),
            _answer(TAIL, "mix:0.1", "does not hold", 0.02),
            _answer(RISK, "mix:0.1", "cannot be said", 0.005),
        ],
    )
    assert "holds: 0.71 [0.61, 0.81]" in page
    assert "does not hold: 0.02 [−0.08, 0.12]" in page
    assert "?: 0.005" in page
    assert page.index(">replace<") < page.index(">mix:0.1<")
    assert "what &lt;it&gt; fears" in page


def test_what_no_definition_is_about_has_no_card(tmp_path):
    assert _page(tmp_path, [_answer(TAIL, "replace", "cannot be said", None)]) == ""
    assert definitions_html(samples.run(tmp_path / "none", samples.line([1.0, 2.0]))) == ""


def test_many_lines_are_cut_and_it_is_said(tmp_path):
    answers = [_answer(TAIL, "replace", "holds", 0.5, size=size) for size in range(10, 10 + MOST_LINES + 2)]
    page = _page(tmp_path, answers)
    assert f"{MOST_LINES} of {MOST_LINES + 2} lines are shown" in page
    assert page.count(">M = ") == MOST_LINES
