"""Published figures beside ours, passed or failed."""

from scapa.lab.references import check_references
from scapa.lab.verdict import Line
from scapa.store.plot import Plot, Reference


def test_each_reference_is_held_against_its_own_line_and_place():
    rows = [
        Line("replace", arm, size).row(n, "x", [n, n, 10.0 * n])
        for arm in ("loop", "control")
        for size in (5, 6)
        for n in (1, 2)
    ]
    points = (
        Reference(2, 1.5, 2.5, "a paper", "5"),
        Reference(2, 3.0, 4.0, "a paper", "6"),
        Reference(9, 0, 9, "a paper", "5"),
    )
    plot = Plot(
        "p", "t", "c", measure="x", series=("size",), where={"arm": "loop"}, statistic="median", reference=points
    )
    checks = list(check_references(rows, [plot]))
    assert [(check.passed, check.observed) for check in checks] == [(True, 2.0), (False, 2.0)]
    assert checks[0].name == "replace loop M=5 n=2 x median as a paper"


def test_a_line_is_named_by_any_of_its_fields_or_all_and_no_name_means_every_line():
    row = Line("mix:0.1", "loop", 5, "h", at=0.3).row(1, "x", [1.0, 1.0])
    points = tuple(Reference(0.3, 0.9, 1.1, "s", name) for name in ("mix:0.1", "h", "", "mix:0.1 h", "mix:0.2"))
    plot = Plot("p", "t", "c", measure="x", x="at", series=("regime", "estimator"), reference=points)
    assert [check.passed for check in check_references([row], [plot])] == [True] * 4
    elsewhere = Plot("p", "t", "c", measure="x", x="at", where={"size": [6, 7]}, reference=points)
    assert list(check_references([row], [elsewhere])) == []
