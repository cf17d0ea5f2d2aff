"""The figures: what is drawn is what was given."""

import math
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scapa.records import Gate
from scapa.report.corpus_figures import GRADES, bin_counts, corpus_figure, decisions_figure
from scapa.report.data import Corpus, DatedCount, Decisions, Measure, Reason, Recursion, TailGauge
from scapa.report.lines import spread
from scapa.report.loop_figures import guard_figure, measure_figure
from scapa.report.model_figures import change_figure, gates_figure, is_ceiling, loss_figure, tails_figure
from scapa.report.palette import DARK, LIGHT, sentinel, to_variables
from scapa.report.words import many, number, share, signed, wrapped

sys.path.insert(0, str(Path(__file__).parent))
import itertools

import report_samples as samples


def paths(svg, role, what="fill"):
    """The drawn shapes of one colour, each as its list of (x, y) points."""
    found = []
    for path in ElementTree.fromstring(svg).iter("path"):
        if f"{what}: var(--{role})" in path.get("style", "") and path.get("d"):
            numbers = list(map(float, re.findall(r"-?\d+\.?\d*", path.get("d"))))
            found.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
    return found


def bars(svg, role):
    """(left, width, height) of each bar of one colour."""
    boxes = [([x for x, _ in points], [y for _, y in points]) for points in paths(svg, role)]
    return [(min(xs), max(xs) - min(xs), max(ys) - min(ys)) for xs, ys in boxes]


def curve(svg, role):
    """The heights on the page of the one line of a colour."""
    lines = [p for p in ElementTree.fromstring(svg).iter("path") if f"stroke: var(--{role})" in p.get("style", "")]
    (line,) = [p.get("d") for p in lines if "fill: none" in p.get("style")]
    return list(map(float, re.findall(r"-?\d+\.?\d*", line)[1::2]))


def dots(svg, role):
    """(x, y) of each marker of one colour."""
    root = ElementTree.fromstring(svg)
    return [
        (float(u.get("x")), float(u.get("y"))) for u in root.iter("use") if f"fill: var(--{role})" in u.get("style", "")
    ]


@pytest.mark.parametrize(
    ("first", "last", "monthly", "unit", "bins"),
    [
        (2016, 2025, True, "month", 120),
        (2020, 2020, True, "month", 12),
        (2016, 2025, False, "year", 10),
        (1990, 2025, True, "year", 36),
        (1790, 2026, False, "decade", 24),
        (1726, 2026, False, "decade", 31),
        (1, 2026, False, "century", 21),
    ],
)
def test_the_unit_of_time_suits_the_span(first, last, monthly, unit, bins):
    found = bin_counts(samples.corpus(first, last, monthly=monthly))
    assert (found[0], len(found[1])) == (unit, bins)


@given(st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 12), st.sampled_from(list(GRADES)), st.integers(0, 9))))
def test_binning_loses_nothing(rows):
    counts = tuple(DatedCount(*row) for row in rows)
    _, bins = bin_counts(Corpus(counts, "2022-11-30"))
    for grade in GRADES:
        assert sum(found[grade] for found in bins.values()) == sum(c.documents for c in counts if c.grade == grade)


def test_bars_are_as_high_as_their_counts():
    counts = (DatedCount(2020, 0, "E1", 10), DatedCount(2021, 0, "E1", 20), DatedCount(2021, 0, "E4", 5))
    svg = corpus_figure(Corpus(counts, "2022-11-30")).svg
    (_, _, one), (_, _, two) = sorted(bars(svg, "e1"))
    assert two / one == pytest.approx(2, rel=0.01)
    assert max(height for *_, height in bars(svg, "e4")) / one == pytest.approx(0.5, rel=0.02)
    tops = {role: min(y for points in paths(svg, role) for _, y in points) for role in ("e1", "e4")}
    assert tops["e4"] - tops["e1"] == pytest.approx(two, rel=0.01)  # stacked: the stronger evidence below


def test_the_cut_off_stands_where_it_belongs():
    counts = (DatedCount(2020, 0, "E1", 1), DatedCount(2023, 0, "E1", 1))
    svg = corpus_figure(Corpus(counts, "2022-07-02")).svg
    (line,) = paths(svg, "machine", "stroke")
    (first, width, _), _ = sorted(bars(svg, "e1"))
    year = width / 0.92  # bars leave a gap
    assert (line[0][0] - first) / year == pytest.approx(2.5, abs=0.05)
    outside = corpus_figure(Corpus(counts, "1999-01-01")).svg
    assert paths(outside, "machine", "stroke") == []


def test_text_of_the_cut_off_month_is_not_counted_as_earlier():
    counts = (DatedCount(2022, 10, "E1", 3), DatedCount(2022, 11, "E1", 4), DatedCount(2022, 0, "E1", 5))
    assert "3 of them before 2022-11-30" in corpus_figure(Corpus(counts, "2022-11-30")).caption
    assert "12 documents by the year" in corpus_figure(Corpus(counts, "2022-11-30")).caption


def test_the_table_of_the_corpus_adds_up():
    figure = corpus_figure(samples.corpus(2016, 2025, monthly=True))
    assert figure.columns == ("month", "E4", "E1", "E0", "all")
    assert figure.rows[0] == ("2016-01", "3", "3", "3", "9")
    assert len(figure.rows) == 120


def test_bars_of_outcomes_are_in_proportion():
    svg = decisions_figure(samples.DECISIONS).svg
    kept = max(width for _, width, _ in bars(svg, "human"))
    rejected = max(width for _, width, _ in bars(svg, "machine"))
    masked = max(width for _, width, _ in bars(svg, "pale"))
    assert rejected / kept == pytest.approx(20 / 60, rel=0.01)
    assert masked / kept == pytest.approx(7 / 60, rel=0.01)


def test_many_reasons_are_summed_and_the_table_has_them_all():
    reasons = tuple(Reason("rejected", f"reason_{i}", 30 - i) for i in range(20))
    total = sum(reason.documents for reason in reasons)
    figure = decisions_figure(Decisions(total, 0, 0, 0, total, 0, 0, reasons))
    assert "8 other reasons" in figure.svg
    assert "reason 11" in figure.svg
    assert "reason 12" not in figure.svg
    assert len(figure.rows) == 5 + 20
    rest = sum(30 - i for i in range(12, 20))
    assert f">{rest}<" in figure.svg


def test_losses_before_and_after():
    figure = change_figure(samples.TUNING.changes)
    assert figure.rows[0] == ("author", "3.249", "2.861 [2.820, 2.900]", "−0.388")
    ((after, _),) = dots(figure.svg, "human")
    (before, *_) = [x for x, _ in dots(figure.svg, "paper")]
    assert after < before


def test_curves_say_where_they_end():
    figure = loss_figure(samples.TUNING)
    assert figure.description == "held out from 3.400 to 3.100; training from 3.500 to 3"
    assert ("training", "1,000", "3.200") in figure.rows


@pytest.mark.parametrize(
    ("gate", "ceiling"),
    [
        (Gate("g", 5, 3, True), False),
        (Gate("g", 2, 3, True), True),
        (Gate("g", 2, 3, False), False),
        (Gate("g", 5, 3, False), True),
        (Gate("g", 5, 3, False, 2, 8), False),  # above its floor, but not surely
        (Gate("g", 3, 3, True), False),
        (Gate("named", 3, 3, True), True),
    ],
)
def test_floors_and_ceilings_are_told_apart(gate, ceiling):
    assert is_ceiling(gate, ("named",)) == ceiling


def test_passing_is_to_the_right_of_the_line():
    figure = gates_figure(samples.TUNING)
    (middle, *others) = {round(points[0][0], 1) for points in paths(figure.svg, "ink", "stroke")}
    assert others == []
    assert all(x > middle for x, _ in dots(figure.svg, "guard"))
    assert all(x < middle for x, _ in dots(figure.svg, "paper"))  # failed: hollow
    assert len(dots(figure.svg, "guard")) == 2
    assert figure.rows[1] == ("verbatim run", "7", "", "at most 12", "passed", "")
    assert figure.caption.startswith("2 of 3 gates passed. It is not in use")


def test_tails_beside_one():
    figure = tails_figure((TailGauge("low", 4, 3), TailGauge("high", 4, 5)))
    one = paths(figure.svg, "ink", "stroke")[0][0][0]
    ((low, _),), ((high, _),) = dots(figure.svg, "machine"), dots(figure.svg, "human")
    assert one - low == pytest.approx(high - one, abs=0.2)
    assert low < one
    assert "n/a" in tails_figure((TailGauge("low", 4, 3), TailGauge("none", 0, 0))).rows[1]


def test_lines_follow_their_numbers():
    figure = measure_figure(samples.RECURSION, 0)
    control, unguarded = curve(figure.svg, "human"), curve(figure.svg, "machine")
    assert len(set(control)) == 1  # the control stays
    assert unguarded == sorted(unguarded)  # downwards on the page
    drops = [b - a for a, b in itertools.pairwise(unguarded)]
    assert drops[1] / drops[0] == pytest.approx(math.exp(-0.3), rel=0.02)
    assert "exact theory" in figure.caption
    assert "median of the seeds, bands hold the middle 80 % of seeds" in figure.caption


def test_long_runs_are_tabled_in_brief():
    figure = measure_figure(samples.RECURSION, 1)
    generations = [int(row[1]) for row in figure.rows]
    assert (generations[0], generations[-1], len(generations)) == (0, 299, 21)
    assert "mathdefault" not in figure.svg


def test_what_the_guard_caught():
    figure = guard_figure(samples.GUARD)
    assert figure.rows == (("20–80 words", "19", "14", "73.7%"), ("150 words and more", "not known", "5", ""))
    assert "when it came back: 19 times. 6 documents had" in figure.caption
    ((_, caught, _), *_), ((_, missed, _),) = bars(figure.svg, "guard"), bars(figure.svg, "machine")
    assert missed / caught == pytest.approx(5 / 14, rel=0.02)


@pytest.mark.parametrize("log", [False, True])
def test_measures_without_numbers(log):
    recursion = Recursion("", (Measure("x", "", samples.ODD.recursions[0].measures[1].arms, log),))
    assert "<svg" in measure_figure(recursion, 0).svg


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 0.1)), max_size=10))
def test_labels_are_spread(labels):
    middles, sizes = [middle for middle, _ in labels], [size for _, size in labels]
    placed = spread(middles, sizes)
    order = sorted(range(len(labels)), key=lambda i: middles[i])
    ends = [(placed[i] - sizes[i] / 2, placed[i] + sizes[i] / 2) for i in order]
    assert all(above[0] >= below[1] - 1e-9 for below, above in itertools.pairwise(ends))
    assert all(low >= -1e-9 and high <= 1 + 1e-9 for low, high in ends)


def test_labels_far_enough_apart_stay():
    assert spread([0.9, 0.1, 0.5], [0.1] * 3) == pytest.approx([0.9, 0.1, 0.5])
    assert spread([0.5, 0.5], [0.1, 0.1]) == pytest.approx([0.45, 0.55])
    assert spread([0.5, 0.5], [0.1, 0.3]) == pytest.approx([0.4, 0.6])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("real data only", ["real data only"]),
        ("guard 90\u00a0%, 5\u00a0% lost", ["guard 90\u00a0%,", "5\u00a0% lost"]),
        ("archive, 60\u00a0% machine", ["archive,", "60\u00a0% machine"]),
        ("all real data so far", ["all real", "data so far"]),
        ("M = 1,000", ["M = 1,000"]),
        ("filtered:0.99,0.01,0.9,bias=0.8", ["filtered:", "0.99,0.01,", "0.9,bias=0.8"]),
        ("incomprehensibilities", ["incomprehensibilities"]),
        ("", [""]),
    ],
)
def test_long_names_are_wrapped_where_they_can_be(text, lines):
    assert wrapped(text, 16) == lines


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (3.14159, "3.142"),
        (-0.5, "−0.500"),
        (-3.0, "−3"),
        (1234567, "1,234,567"),
        (12.34, "12.3"),
        (1e-5, "1.0e−05"),
    ],
)
def test_numbers(value, written):
    assert number(value) == written


def test_more_numbers():
    assert (number(math.nan), number(math.inf), signed(0.25), signed(-0.25)) == ("n/a", "n/a", "+0.250", "−0.250")
    assert [many(1, "document"), many(2000, "document")] == ["1 document", "2,000 documents"]
    assert [share(*pair) for pair in ((0, 5), (5, 5), (1, 1000), (999, 1000), (0, 0))] == [
        *("0 %", "100 %", "< 1 %", "99 %", "0 %")
    ]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, two):
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_words_can_be_read(scheme):
    for role in ("ink", "soft", "human", "machine", "guard", "control", "amber"):
        assert contrast(scheme[role], scheme["paper"]) >= (4.5 if role != "amber" and role != "control" else 4)
    assert contrast(scheme["soft"], scheme["page"]) >= 4.5
    assert all(contrast(scheme[grade.lower()], scheme["paper"]) >= 1.6 for grade in GRADES)


@pytest.mark.parametrize(("scheme", "sign"), [(LIGHT, -1), (DARK, 1)])
def test_better_evidence_stands_out_more(scheme, sign):
    shades = [sign * luminance(scheme[f"e{grade}"]) for grade in range(1, 6)]
    assert shades == sorted(shades)


def test_sentinels_come_back_as_variables():
    assert set(LIGHT) == set(DARK)
    assert (
        to_variables(f"fill: {sentinel('human')}; stroke: {sentinel('e5')}") == "fill: var(--human); stroke: var(--e5)"
    )
    assert len({sentinel(role) for role in LIGHT}) == len(LIGHT)
