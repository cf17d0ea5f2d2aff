"""Least squares in a loop: sufficient statistics against raw rows, the run against exact laws."""

import numpy as np
import pytest
from scipy import stats

from montecarlo import z
from scapa.errors import UsageError
from scapa.lab import perform, preset
from scapa.lab.engine import recur
from scapa.lab.regimes import parse
from scapa.lab.regression import Grams, Labelled, RegressionConfig, factors

CHAINS = 3_000


@pytest.mark.parametrize("rows", [3, 7])
def test_a_factor_gives_the_gram_matrix_of_normal_rows(rows):
    factor = factors(np.full(20_000, rows), 4, np.random.default_rng(rows))
    gram = factor @ factor.mT
    assert np.abs(z(gram - rows * np.eye(4), 0.0)).max() < 5
    assert abs(z(gram[:, 0, 1] ** 2, rows)) < 5
    assert abs(z((gram[:, 0, 0] - rows) ** 2, 2 * rows)) < 5
    assert abs(z(gram[:, 0, 0] * gram[:, 1, 1] - gram[:, 0, 1] ** 2, rows * (rows - 1))) < 5


def test_factors_of_chains_with_different_numbers_of_rows():
    sizes = np.array([2, 9] * 5_000)
    for dimension in (2, 4):
        factor = factors(sizes, dimension, np.random.default_rng(0))
        gram = (factor @ factor.mT)[:, 0, 0]
        assert abs(z(gram[::2], 2)) < 5
        assert abs(z(gram[1::2], 9)) < 5


@pytest.mark.parametrize("regime", ["replace", "accumulate", "mix:0.25", "fresh:4"])
def test_the_shortcut_has_the_law_of_raw_rows(regime):
    found = []
    for subject in (Grams(CHAINS, 3, 0.5), Labelled(CHAINS, 3, 0.5)):
        *_, last = recur(subject, parse(regime), 20, 3, np.random.default_rng(5))
        found.append((last.model**2).sum(axis=1))
    assert stats.ks_2samp(*found).pvalue > 1e-4


def test_the_same_features_stay_the_same():
    same = factors(np.full(4, 20), 3, np.random.default_rng(1))
    subject = Grams(4, 3, 1.0, same)
    rng, sizes = np.random.default_rng(2), np.full(4, 20)
    drawn = subject.pool(subject.real(sizes, rng), subject.sample(np.ones((4, 3)), sizes, 1.0, rng))
    assert drawn.square == pytest.approx(2 * same @ same.mT)


def test_without_noise_a_fit_finds_its_author():
    model = np.random.default_rng(3).standard_normal((5, 4))
    for subject in (Grams(5, 4, 0.0), Labelled(5, 4, 0.0)):
        items = subject.sample(model, np.full(5, 12), 1.0, np.random.default_rng(4))
        assert subject.fit(items, np.random.default_rng(0)) == pytest.approx(model)


def test_a_run_checks_itself_against_exact_laws(tmp_path):
    config = RegressionConfig(sizes=(40,), dimension=4, noise=0.7, generations=5, chains=1_500, points=5)
    run = perform(config, tmp_path / "a")
    assert [check for check in run.checks if not check.passed] == []
    assert perform(config, tmp_path / "b").digest == run.digest
    known = {(row.regime, row.arm, row.estimator) for row in run.rows if row.theory is not None}
    assert ("accumulate", "loop", "same X") in known
    assert ("mix:0.1", "loop", "new X") in known
    assert ("mix:0.1", "loop", "same X") not in {(row.regime, row.arm, row.estimator) for row in run.rows}


def test_accumulating_stays_below_its_cap_and_replacing_does_not(tmp_path):
    run = perform(preset("regression", "gerstgrasser", chains=500, generations=20), tmp_path)
    assert run.passed
    cap = run.select(regime="accumulate", arm="loop")[-1].ceiling
    assert cap == pytest.approx(0.1645, abs=5e-5)
    assert run.select(regime="accumulate", arm="loop")[-1].mean < cap
    assert run.select(regime="replace", arm="loop")[-1].mean > 10 * cap


@pytest.mark.parametrize(
    "settings",
    [
        {"chains": 1},
        {"sizes": (15,)},
        {"features": ("old",)},
        {"features": ()},
        {"regimes": ("accumulate-subsample",), "sizes": (10**5,)},
    ],
)
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(UsageError):
        RegressionConfig(**settings).tasks()
