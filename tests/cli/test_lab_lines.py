"""What `scapa lab NAME` prints of a run: every figure with its doubt."""

from dataclasses import replace

import pytest

from scapa.cli.lab import _lines
from scapa.store.plot import Plot
from scapa.store.run import LabRun, Row

NAN = float("nan")
ROW = Row("replace", "loop", 100, "", 50, 3, "support", 2.0, 0.1, 2.0, 1.5, 2.5)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW, "2 ± 0.1"),
        (replace(ROW, chains=1, error=NAN), "2 [1.5, 2.5]"),
        (replace(ROW, chains=1, error=NAN, low=2.0, high=2.0), "2"),
        (replace(ROW, theory=2.0), "2 ± 0.1, theory 2"),
    ],
)
def test_a_figure_has_its_error_or_its_interval(tmp_path, row, said):
    run = LabRun("toy", tmp_path, 3, {}, (row,), (), (Plot("p", "P", "", measure="support"),))
    assert f"replace loop M = 100: support after 3 generations {said}" in list(_lines(run))
