"""A run's lines, drawn: every figure where it belongs, theory and bounds beside it, published figures marked."""

import itertools
import math
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from scapa.report.line_figures import line_figure
from scapa.report.scales import tick
from scapa.report.svg import text_width
from scapa.report.words import measured
from scapa.store.plot import Reference

sys.path.insert(0, str(Path(__file__).parent))
import lab_samples as samples
from lab_samples import line, lines_plot, words

THEORY, BOUND, BAR = "stroke-width: 1.2", "stroke-dasharray: 1,1.6", "stroke-width: 2.6"
BAND = "fill: var(--machine);fill-opacity: 0.18"


def figure(folder, rows, **plot):
    return line_figure(samples.run(folder, rows), lines_plot(**plot), "m")


def thin(svg, role, style="stroke-width: 1.8"):
    """The points of the curves of one colour: theory, bounds and bars are drawn otherwise."""
    found = []
    for path in ElementTree.fromstring(svg).iter("path"):
        if {f"stroke: var(--{role})", style, "fill: none"} <= set(path.get("style", "").split(";")):
            numbers = list(map(float, re.findall(r"-?\d+\.?\d*", path.get("d"))))
            found.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
    return found


def test_a_curve_is_in_proportion_to_its_figures(tmp_path):
    svg = figure(tmp_path, line([4, 3, 1])).svg
    (curve,) = thin(svg, "machine")
    (x0, y0), (x1, y1), (x2, y2) = curve
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.02)
    assert (y2 - y1) / (y1 - y0) == pytest.approx(2, abs=0.02)


def test_logarithmic_axes(tmp_path):
    svg = figure(tmp_path, line([1, 10, 100], start=1), log_x=True, log_y=True).svg
    (((x0, y0), (x1, y1), (x2, y2)),) = thin(svg, "machine")
    assert y0 - y1 == pytest.approx(y1 - y2, abs=0.02)
    assert (x2 - x0) / (x1 - x0) == pytest.approx(math.log(3) / math.log(2), abs=0.01)
    assert {"1", "10", "100"} <= set(words(svg))


def test_generation_zero_has_a_place_on_a_logarithmic_axis(tmp_path):
    svg = figure(tmp_path, line([1] * 200), log_x=True).svg
    assert {"0", "1", "10", "100"} <= set(words(svg))
    (curve,) = thin(svg, "machine")
    assert len(curve) == 200
    assert all(b[0] > a[0] for a, b in itertools.pairwise(curve))


def test_what_is_not_positive_leaves_a_gap_on_a_logarithmic_axis(tmp_path):
    (curve,) = thin(figure(tmp_path, line([1, 0, 10, 100]), log_y=True).svg, "machine")
    assert len(curve) == 3


def test_theory_is_dashed_and_named(tmp_path):
    found = figure(tmp_path, line([4, 3, 1], theory=2.0), formula="E[m] = 2")
    (theory,) = thin(found.svg, "ink", THEORY)
    assert len({y for _, y in theory}) == 1
    assert "stroke-dasharray" in found.svg
    assert found.key == (("theory", "E[m] = 2"),)
    assert found.columns == ("line", "generation", "mean\n±\u00a0standard error", "middle 90 %", "theory")
    assert found.rows[0] == ("replace", "0", "4\n±\u00a00.1", "3.6 to 4.4", "2")


def test_theory_known_at_one_generation_only_is_still_seen(tmp_path):
    rows = [samples.row(0, 4, theory=4.0), *line([3, 1], start=1)]
    assert "stroke: var(--ink)" in figure(tmp_path, rows).svg


def test_a_median_has_no_theory(tmp_path):
    rows = line([4, 3, 1], theory=2.0, floor=0.5, median=7.0)
    found = figure(tmp_path, rows, statistic="median")
    assert found.key == (("bound", "proven bound of the mean"),)
    assert thin(found.svg, "ink", THEORY) == []
    assert found.rows[0][2] == "7"


def test_bounds_are_shaded_between_and_dotted(tmp_path):
    rows = line([4, 3, 2], floor=1.0, ceiling=5.0)
    found = figure(tmp_path, rows)
    bounds = sorted(thin(found.svg, "machine", BOUND), key=lambda curve: curve[0][1])
    assert [len({y for _, y in curve}) for curve in bounds] == [1, 1]
    ((_, y0), *_), (_, y2) = thin(found.svg, "machine")[0], thin(found.svg, "machine")[0][2]
    unit = (y2 - y0) / 2
    assert bounds[1][0][1] - y2 == pytest.approx(unit, abs=0.03)  # the floor is 1 below 2
    assert y0 - bounds[0][0][1] == pytest.approx(unit, abs=0.03)
    assert ("bound", "proven bound") in found.key
    assert found.columns[-2:] == ("floor", "ceiling")


def test_bands_are_drawn_while_they_hide_nothing(tmp_path):
    few = figure(tmp_path / "few", line([1, 2]))
    assert BAND in few.svg
    assert "bands hold the middle 90\u00a0% of them" in few.caption
    single = figure(tmp_path / "single", [samples.row(n, n, chains=1, low=n, high=n) for n in (1, 2)])
    assert "Lines are one run." in single.caption
    many = figure(tmp_path / "many", [r for i in range(6) for r in line([1, 2], regime=f"mix:0.{i}")])
    assert "bands" not in many.caption
    assert "fill-opacity" not in many.svg
    coin = [samples.row(9, p, at=float(i), low=0.0, high=1.0) for i, p in enumerate([0.5, 0.3, 0.2])]
    assert "bands" not in figure(tmp_path / "coin", coin, x="at").caption


def test_a_wide_band_does_not_flatten_the_lines(tmp_path):
    narrow = thin(figure(tmp_path / "a", line([1, 2], low=1, high=2)).svg, "machine")[0]
    wide = thin(figure(tmp_path / "b", line([1, 2], low=-1_000, high=1_000)).svg, "machine")[0]
    assert (wide[0][1] - wide[1][1]) > 0.45 * (narrow[0][1] - narrow[1][1])


def test_a_published_figure_is_marked_beside_ours(tmp_path):
    rows = [*line([4, 3, 1]), *line([4, 4, 4], regime="accumulate")]
    references = (
        Reference(1, 2.5, 3.5, "the paper", "replace"),
        Reference(2, 2, 3, "the paper", "replace"),
        Reference(1, 4.1, 4.2, "the paper", "accumulate"),
        Reference(9, 1, 1, "the paper", "replace"),
        Reference(1, 1, 1, "the paper", "mix:0.1"),
    )
    found = figure(tmp_path, rows, reference=references)
    assert found.beside == (
        ("replace", "1", "3\n2.7 to 3.3", "2.5 to 3.5\nours is inside"),
        ("replace", "2", "1\n0.9 to 1.1", "2 to 3\nours is apart"),
        ("accumulate", "1", "4\n3.6 to 4.4", "4.1 to 4.2\nour band reaches it"),
        ("replace", "9", "not run", "1"),
        ("10\u00a0% real", "1", "not run", "1"),
    )
    assert ("published", "published: the paper") in found.key
    ((_, y1),) = [thin(found.svg, "machine")[0][1]]
    bars = thin(found.svg, "machine", BAR)
    assert len(bars) == 2
    assert sum(y for _, y in bars[0]) / 2 == pytest.approx(y1, abs=0.03)  # 2.5 to 3.5 is around our 3
    diamonds = [u for u in ElementTree.fromstring(found.svg).iter("use") if "fill: var(--paper)" in u.get("style", "")]
    assert float(diamonds[0].get("y")) == pytest.approx(y1, abs=0.03)
    assert len(diamonds) == 3  # what is not run is not drawn


def test_between_two_rows_ours_is_on_the_line(tmp_path):
    rows = [samples.row(9, mean, at=at) for at, mean in ((0.0, 1.0), (1.0, 3.0))]
    found = figure(tmp_path, rows, x="at", reference=(Reference(0.25, 1.5, 1.5, "w*"),))
    assert found.beside[0][:4] == ("replace", "0.25", "1.5\n1.35 to 1.65", "1.5\nours is inside")


def test_a_published_figure_may_name_its_line_by_several_fields(tmp_path):
    rows = [r for e in ("λ=0", "λ=1") for m in (0.5, 0.9) for r in line([m], regime=f"mix:{m}", estimator=e)]
    references = (Reference(0, 0.9, 0.9, "theory", "mix:0.9 λ=1"),)
    ((name, *_, published),) = figure(tmp_path, rows, series=("regime", "estimator"), reference=references).beside
    assert (name, published) == ("λ=1, 90\u00a0% real", "0.9\nours is inside")


def test_figures_have_their_error_and_band_where_there_is_one(tmp_path):
    single = samples.row(1, 2.0, chains=1, error=math.nan, low=2.0, high=2.0)
    found = figure(tmp_path / "single", [single])
    assert (found.columns, found.rows) == (("line", "generation", "mean"), (("replace", "1", "2"),))
    computed = figure(tmp_path / "computed", [samples.row(1, 2.0, chains=1, error=math.nan, low=1.5, high=2.5)])
    assert computed.columns == ("line", "generation", "mean", "interval")
    assert computed.rows == (("replace", "1", "2", "1.5 to 2.5"),)
    assert "Lines are computed, with intervals in the table." in computed.caption
    median = figure(tmp_path / "median", line([1.0], theory=1.0), statistic="median")
    assert median.columns == ("line", "generation", "median", "middle 90 %")  # error and theory are the mean's


def test_the_table_has_the_machine_form_of_a_regime(tmp_path):
    found = figure(tmp_path, [*line([1.0], regime="filtered:0.9,0.05"), *line([1.0])])
    assert found.columns[-1] == "regime"
    assert [(row[0], row[-1]) for row in found.rows] == [
        ("guard 90\u00a0%, 5\u00a0% lost", "filtered:0.9,0.05"), ("replace", "replace"),
    ]  # fmt: skip
    assert "regime" not in figure(tmp_path / "plain", line([1.0])).columns


def test_panels_share_their_scale(tmp_path):
    rows = [
        r
        for i, size in enumerate((10, 100, 1_000))
        for e in ("a", "b")
        for r in line([1, 1 + i + 10 * (e == "b")], size=size, estimator=e)
    ]
    found = figure(tmp_path, rows, series=("size", "estimator"))
    assert len(found.panels) == 2
    a, b = (thin(panel, "s5")[0] for panel in found.panels)
    assert (b[0][1] - b[1][1]) / (a[0][1] - a[1][1]) == pytest.approx(12 / 2, rel=0.01)
    assert "a" in words(found.panels[0])
    assert "b" in words(found.panels[1])


def test_names_stand_at_the_ends(tmp_path):
    rows = [*line([4, 3]), *line([1, 1], arm="control"), *line([2, 2], regime="accumulate-subsample")]
    said = words(figure(tmp_path, rows).svg)
    assert {"replace", "real data only", "acc.-subsample"} <= set(said)


def labels(svg):
    """The names at the ends of lines, line by line: text, left, right and middle, in units, from the top down."""
    found = [
        (text.text, float(text.get("x")), float(text.get("y")))
        for text in ElementTree.fromstring(svg).iter("text")
        if "font-weight: 700" in text.get("style")
    ]
    return sorted(((said, x, x + text_width(said, 10.5, bold=True), y) for said, x, y in found), key=lambda one: one[3])


def extent(svg):
    return map(float, ElementTree.fromstring(svg).get("viewBox").split()[2:])


REGIMES = (
    "replace", "accumulate-subsample", "mix:0.1", "fresh:2000", "archive:0.6", "archive:0.6,0.98,0.001",
    "archive:0.6,0.9,0.05", "filtered:0.99,0.01,0.9,bias=0.8",
)  # fmt: skip


@pytest.mark.parametrize("top", [0.0, 3.0])
def test_names_are_whole_and_never_overlap(tmp_path, top):
    rows = [r for i, regime in enumerate(REGIMES) for r in line([1e5, 1 + (i == 0) * top], regime=regime)]
    svg = figure(tmp_path, rows, y_label="a long name of a measure that says more").svg
    found, (width, _) = labels(svg), extent(svg)
    said = " ".join(text for text, *_ in found)
    for part in ("guard 99 %, 1 % lost,", "90 % machine, λ = .8", "archive 60 %, guard 98 %", "guard 90 %, 5 % lost"):
        assert set(part.split()) <= set(said.replace("\u00a0", " ").split())
    assert "…" not in said
    assert all(below[3] - above[3] > 10.5 for above, below in itertools.pairwise(found))
    assert max(right for *_, right, _ in found) < width
    title = next(t for t in ElementTree.fromstring(svg).iter("text") if "a long name" in (t.text or ""))
    assert found[0][3] - float(title.get("y")) > 8


def test_panels_are_equally_high_whatever_their_names(tmp_path):
    rows = [r for e in "ab" for i in range(7) for r in line([i], regime=f"archive:0.{i + 1},0.9,0.05", estimator=e)]
    found = figure(tmp_path, [*rows, *line([1], estimator="c")], series=("regime", "estimator"))
    assert len(found.panels) == 3
    assert len({tuple(extent(panel)) for panel in found.panels}) == 1


def test_what_all_regimes_have_in_common_is_said_in_the_caption(tmp_path):
    rows = [r for rate in (0, 0.9) for r in line([1], regime=f"filtered:{rate},0,0.9")]
    assert "All regimes here: 90\u00a0% machine." in figure(tmp_path, rows).caption


def test_ticks_do_not_touch(tmp_path):
    rows = [samples.row(1, size, size=size) for size in (100, 1_000, 10_000, 100_000, 1_000_000)]
    svg = figure(tmp_path, rows, x="size", log_x=True, series=("regime",)).svg
    style = "font-size: 11px;text-anchor: middle"
    ticks = [t for t in ElementTree.fromstring(svg).iter("text") if style in t.get("style") and t.text[0].isdigit()]
    places = [(float(t.get("x")), text_width(t.text, 11) / 2) for t in ticks]
    assert len(places) >= 3
    assert all(b - a > half + other for (a, half), (b, other) in itertools.pairwise(places))


def test_tables_are_brief_and_complete_at_both_ends(tmp_path):
    rows = figure(tmp_path, line(list(range(1, 1_001)))).rows
    assert (len(rows), rows[0][1], rows[-1][1]) == (6, "0", "999")


def test_nothing_to_draw(tmp_path):
    assert figure(tmp_path, line([1], measure="other")) is None


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", [[math.nan] * 3, [0.0] * 3, [1.0] * 3, [1e-12, 1e-13, 0], [-1, 0, 1], [1e9]])
def test_odd_values_are_drawn(tmp_path, values, log):
    assert "<svg" in figure(tmp_path, line(values), log_x=log, log_y=log).svg


@pytest.mark.parametrize(
    ("value", "written"),
    [
        *((0, "0"), (0.0015, "0.0015"), (0.00153, "0.00153"), (1e-5, "10⁻⁵"), (-2.5e-7, "−2.5·10⁻⁷"), (1e6, "10⁶")),
        *((12_345.6, "12,346"), (3.14159, "3.142"), (math.nan, "n/a"), (0.000999999, "0.001"), (9_999.96, "10,000")),
    ],
)
def test_measurements_keep_their_leading_digits(value, written):
    assert measured(value) == written


def test_ticks():
    assert [tick(value) for value in (0.01, 1_000, 1e-4, -1)] == ["0.01", "1,000", "10⁻⁴", "−1"]
