"""The detector for one source: it parts what can be parted, and does so whatever the units and the numbers of each."""

import numpy as np
import pytest

from scapa.errors import UsageError
from scapa.measure.discriminant import fit


def made(n, shift, seed=0, k=4):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(0, 1, (n, k)), rng.normal(shift, 1, (n, k))]), np.arange(2 * n) >= n


def test_it_finds_the_best_line():
    columns, machine = made(2_000, np.array([2.0, 0, 0, 0]))
    detector = fit(columns, machine)
    assert detector.weights[0] / detector.scale[0] == pytest.approx(2.0, abs=0.15)  # ln of the ratio of densities
    assert np.abs(detector.weights[1:]).max() < 0.15
    assert np.mean((detector.scores(columns) > 0.5) == machine) == pytest.approx(0.841, abs=0.01)  # Φ(1)


def test_units_and_constant_columns_do_not_matter():
    columns, machine = made(200, 1.0)
    other = np.column_stack([columns * [1e-6, 1, 1e3, 7] + 5, np.full(400, 3.0)])
    assert fit(other, machine).scores(other) == pytest.approx(fit(columns, machine).scores(columns))


def test_both_sorts_count_alike_however_many_there_are():
    columns, machine = made(1_000, 1.5)
    few = np.concatenate([np.arange(1_000), np.arange(1_000, 1_100)])
    scores = fit(columns[few], machine[few]).scores(columns)
    assert np.mean(scores[:1_000] > 0.5) == pytest.approx(np.mean(scores[1_000:] < 0.5), abs=0.06)


def test_one_odd_document_does_not_decide():
    columns, machine = made(300, 1.0)
    columns[0] = 1e9
    detector = fit(columns, machine)
    assert np.isfinite(detector.scores(columns)).all()
    assert (np.nanmax(detector.scores(columns)) <= 1) & (np.nanmin(detector.scores(columns)) >= 0)


def test_perfectly_parted_sorts_have_finite_weights():
    columns, machine = made(60, 50.0)
    assert np.isfinite(fit(columns, machine).weights).all()


@pytest.mark.parametrize("value", [True, False])
def test_one_sort_alone_is_refused(value):
    with pytest.raises(UsageError):
        fit(np.zeros((3, 2)), np.full(3, value))
