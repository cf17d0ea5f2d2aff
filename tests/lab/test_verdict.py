"""Verdicts: neither lenient nor strict."""

import numpy as np
import pytest
from scipy import stats

from scapa.lab.verdict import Line, check, check_ceiling, check_floor, limit


def test_verdicts_pass_within_the_limit_and_fail_beyond():
    values = np.random.default_rng(0).normal(2.0, 1.0, 400)
    error = values.std(ddof=1) / 20
    line = Line("replace", "loop", 10)
    for shift, passed in [(0.0, True), (4.9, True), (-4.9, True), (5.3, False), (-5.3, False)]:
        assert check(line.row(3, "x", values, float(values.mean() + shift * error))).passed is passed
    still = line.row(3, "x", np.full(400, 7.0), 7 - 10 / 400)  # ten events expected, none seen
    assert not check(still).passed
    assert check(still, step=1.0).passed
    assert not check(still, step=0.5).passed
    row = line.row(3, "x", values)
    assert not check(row).passed  # no theory, no pass
    assert check_floor(row, 1.0).passed
    assert not check_floor(row, float(values.mean() + 5.3 * error)).passed
    assert check_ceiling(row, 3.0).passed
    assert not check_ceiling(row, float(values.mean() - 5.3 * error)).passed
    assert (row.median, row.low, row.high) == pytest.approx(tuple(np.quantile(values, [0.5, 0.05, 0.95])))
    assert check(row).name == "replace loop M=10 n=3 x"


@pytest.mark.parametrize("chains", [2, 3, 5, 16, 40, 5000])
def test_few_chains_widen_the_limit_as_students_t(chains):
    assert limit(chains) == pytest.approx(stats.t(chains - 1).isf(stats.norm.sf(5)), rel=1e-5)


def test_what_could_not_fail_is_not_told():
    line = Line("replace", "loop", 10)
    few = line.row(3, "x", [1.0, 2.0, 3.0], 2.0)  # 1,321 standard errors of .58
    assert check(few) is None
    assert check_floor(few, 2.0) is None
    assert check_ceiling(few, 2.0) is None
    assert check(line.row(3, "x", [-1.0, 0.5, 0.2], 0.0)).passed  # about nothing no tolerance is too wide
    assert not check(line.row(3, "x", [1.0, 1.1, 0.9], -1e6)).passed
    close = np.random.default_rng(1).normal(2.0, 0.1, 50)
    assert check(line.row(3, "x", close, 2.0)).passed
