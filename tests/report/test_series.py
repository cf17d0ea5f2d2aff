"""Which rows become which lines, what these are called, and in what colour."""

import sys
from pathlib import Path

import pytest

from scapa.report.hues import hue, hues
from scapa.report.series import gather, series_of

sys.path.insert(0, str(Path(__file__).parent))
import lab_samples as samples
from lab_samples import line, lines_plot


def drawn(folder, rows, **plot):
    choice = series_of(samples.run(folder, rows), lines_plot(**plot))
    return choice.series, choice.of


def test_lines_are_the_rows_of_one_measure_in_order(tmp_path):
    rows = [*line([3, 2, 1])[::-1], *line([9, 9, 9], measure="other")]
    (found,), every = drawn(tmp_path, rows)
    assert ([row.mean for row in found.rows], every) == ([3, 2, 1], 1)


def test_where_chooses_rows_by_one_value_or_several():
    rows = [*line([1], size=10), *line([2], size=100), *line([3], size=1_000)]
    assert [s.rows[0].mean for s in gather(rows, lines_plot(where={"size": 100}))] == [2]
    assert [s.rows[0].mean for s in gather(rows, lines_plot(where={"size": [10, 1_000]}, series=("size",)))] == [1, 3]


def test_controls_that_see_other_amounts_of_real_data_are_drawn_and_told_apart(tmp_path):
    rows = [
        r
        for regime in ("replace", "accumulate")
        for arm in ("loop", "control")
        for r in line([1], regime=regime, arm=arm)
    ]
    found, every = drawn(tmp_path, rows)
    assert [(one.label, one.role) for one in found] == [
        ("replace", "machine"),
        ("real data only", "human"),
        ("accumulate", "violet"),
        ("all real data so far", "rose"),
    ]
    assert [one.name for one in found] == [one.label for one in found]
    assert every == 4


def test_regimes_are_named_for_people_and_keep_their_machine_form(tmp_path):
    regimes = ("filtered:0.9,0.05", "archive:0.6,0.98,0.001", "fresh:200")
    found, _ = drawn(tmp_path, [r for regime in regimes for r in line([1], regime=regime)])
    said = ["guard 90\u00a0%, 5\u00a0% lost", "archive 60\u00a0%, guard 98\u00a0%", "200\u00a0fresh real"]
    assert [one.label for one in found] == said
    assert [one.name for one in found] == said
    assert [one.regime for one in found] == list(regimes)


def test_no_two_labels_are_the_same(tmp_path):
    alike = [f"archive:0.6,0.98,{lost}" for lost in (0.001, 0.002)]
    found, _ = drawn(tmp_path, [r for regime in alike for r in line([1], regime=regime)])
    assert [one.label for one in found] == alike


def test_what_all_regimes_say_is_left_to_the_caption(tmp_path):
    rows = [r for regime in ("filtered:0,0,0.9", "filtered:0.9,0.05,0.9") for r in line([1], regime=regime)]
    choice = series_of(samples.run(tmp_path, [*rows, *line([1], arm="control")]), lines_plot())
    assert [one.label for one in choice.series] == ["no guard", "guard 90\u00a0%, 5\u00a0% lost", "real data only"]
    assert choice.common == ("90\u00a0% machine",)
    assert choice.series[0].name == "no guard, 90\u00a0% machine"


def test_the_control_of_fresh_data_is_told_from_the_others(tmp_path):
    rows = [r for regime in ("replace", "fresh:200") for r in line([1], regime=regime, arm="control")]
    assert [one.label for one in drawn(tmp_path, rows)[0]] == ["real data only", "only 200\u00a0fresh real"]


def test_panels_are_named(tmp_path):
    lines = [(regime, e) for regime in ("replace", "mix:0.1") for e in ("", "forecast")]
    found, _ = drawn(tmp_path / "e", [r for regime, e in lines for r in line([1], regime=regime, estimator=e)],
                     series=("regime", "estimator"))  # fmt: skip
    assert {one.panel for one in found} == {"observed", "forecast"}
    lines = [(size, at) for size in (10, 100, 1_000) for at in (0.1, 0.5)]
    found, _ = drawn(tmp_path / "a", [r for size, at in lines for r in line([1], size=size, at=at)],
                     series=("size", "at"))  # fmt: skip
    assert {one.panel for one in found} == {"at 0.1", "at 0.5"}


def test_controls_alone_are_all_drawn(tmp_path):
    rows = [r for regime in ("replace", "accumulate") for r in line([1], regime=regime, arm="control")]
    assert len(drawn(tmp_path, rows)[0]) == 2


def test_fields_that_were_forgotten_still_tell_lines_apart(tmp_path):
    rows = [*line([1, 2], size=10), *line([3, 4], size=1_000)]
    found, _ = drawn(tmp_path, rows, series=("regime",))
    assert [one.label for one in found] == ["M = 10", "M = 1,000"]
    assert [len(one.rows) for one in found] == [2, 2]


def test_over_sizes_the_last_generation_counts(tmp_path):
    rows = [*line([1, 2], size=10), *line([3, 4, 5], size=100)]
    (found,), _ = drawn(tmp_path, rows, x="size", series=("regime",))
    assert [(row.size, row.mean) for row in found.rows] == [(10, 2), (100, 5)]


def test_many_lines_of_two_fields_get_panels(tmp_path):
    rows = [r for size in (10, 100, 1_000) for e in ("ddof=0", "ddof=1") for r in line([1], size=size, estimator=e)]
    found, _ = drawn(tmp_path, rows, series=("size", "estimator"))
    assert {one.panel for one in found} == {"ddof=0", "ddof=1"}
    assert [one.label for one in found if one.panel == "ddof=0"] == ["M = 10", "M = 100", "M = 1,000"]
    assert [one.role for one in found if one.panel == "ddof=0"] == ["s0", "s2", "s5"]


def test_no_more_lines_than_can_be_told_apart(tmp_path):
    rows = [r for i in range(12) for r in line([1], regime=f"mix:0.{i:02}")]
    found, every = drawn(tmp_path, rows)
    assert (len(found), every) == (8, 12)


def test_of_too_many_lines_controls_are_dropped_first(tmp_path):
    rows = [r for i in range(6) for arm in ("loop", "control") for r in line([1], regime=f"mix:0.{i + 1}", arm=arm)]
    found, every = drawn(tmp_path, rows)
    assert (len(found), every) == (8, 12)
    assert sum(one.rows[0].arm == "loop" for one in found) == 6


@pytest.mark.parametrize(
    ("regime", "role"),
    [
        ("replace", "machine"),
        ("replace,bias=0.9", "machine"),
        ("accumulate", "violet"),
        ("accumulate-subsample", "rose"),
        ("mix:0.1", "olive"),
        ("fresh:200", "cyan"),
        ("filtered:0.9,0.01", "guard"),
        ("archive:0.6", "brown"),
        ("archive:0.6,0.98,0.001", "guard"),
        ("something else", "control"),
    ],
)
def test_a_regime_has_one_colour_on_every_picture(regime, role):
    assert hue(regime) == role
    assert hues([{"regime": regime}, {"regime": "none"}], ["regime"])[0] == role
    known = role != "control"
    assert (hue(regime, "control"), hue(regime, "first")) == (("human", "amber") if known else (role, role))


def test_human_text_as_it_is_stays_beside_the_control(tmp_path):
    rows = [*line([1]), *line([1], arm="control"), *line([1], regime="human text", arm="control")]
    found, _ = drawn(tmp_path, rows)
    assert [one.label for one in found] == ["replace", "real data only", "human text"]
    assert [one.role for one in found] == ["machine", "human", "control"]


def test_where_only_the_arm_differs_the_loop_goes_by_its_regime(tmp_path):
    found, _ = drawn(tmp_path, [*line([1]), *line([1], arm="control")])
    assert [one.label for one in found] == ["replace", "real data only"]


def test_no_colour_twice_in_a_panel_but_the_same_in_all():
    lines = [{"regime": r, "estimator": e} for e in ("a", "b") for r in ("replace", "mix:0.1", "mix:0.5")]
    found = hues(lines, ["regime"], "estimator")
    assert found[:3] == found[3:]
    assert found[:2] == ["machine", "olive"]
    assert len(set(found)) == 3
