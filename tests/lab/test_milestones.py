"""First, middle and last of every line."""

import numpy as np

from scapa.lab.milestones import milestones
from scapa.lab.verdict import Line


def test_three_rows_of_each_measure_of_each_line_that_has_a_theory():
    values = np.array([1.0, 2.0])
    lines = [Line("replace", "loop", 10), Line("replace", "loop", 10, at=0.5), Line("mix:0.1", "loop", 10)]
    rows = [line.row(n, name, values, 1.0) for n in range(1, 8) for line in lines for name in ("a", "b")]
    rows += [lines[0].row(n, "unknown", values) for n in range(1, 8)]
    chosen = list(milestones(rows))
    assert len(chosen) == 3 * 2 * 3
    assert {(row.measure, row.generation) for row in chosen} == {(m, n) for m in "ab" for n in (1, 4, 7)}


def test_a_line_of_one_row_gives_one():
    row = Line("replace", "loop", 10).row(3, "a", np.array([1.0, 2.0]), 1.5)
    assert list(milestones([row])) == [row]
    assert list(milestones([])) == []
