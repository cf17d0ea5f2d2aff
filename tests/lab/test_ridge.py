"""A fixed share of synthetic labels: sufficient statistics against raw rows, and the floor."""

import numpy as np
import pytest
from scipy import stats

from scapa.errors import UsageError
from scapa.lab import perform
from scapa.lab.oracles.ridge import best_penalty, synthetic_floor
from scapa.lab.ridge import RidgeConfig, fitted_errors


def _raw(config, human, machine, penalty, rng):
    n, d = human + machine, config.dimension
    true, shift = rng.standard_normal((2, config.chains, d)) / np.sqrt(d)
    x = rng.standard_normal((config.chains, n, d))
    w = true[:, None] + (np.arange(n) < machine)[:, None] * config.distance * shift[:, None]
    y = (x * w).sum(axis=2) + config.noise * rng.standard_normal((config.chains, n))
    fit = np.linalg.solve(x.mT @ x + n * penalty * np.eye(d), x.mT @ y[..., None])[..., 0]
    return ((fit - true) ** 2).sum(axis=1)


@pytest.mark.parametrize(("human", "machine", "penalty"), [(30, 10, 0.0), (30, 10, 0.3), (38, 2, 0.1), (0, 40, 0.0)])
def test_the_shortcut_has_the_law_of_raw_rows(human, machine, penalty):
    config = RidgeConfig(dimension=5, distance=1.5, noise=0.8, chains=3_000)
    ours = fitted_errors(config, human, machine, penalty, np.random.default_rng(1))
    raw = _raw(config, human, machine, penalty, np.random.default_rng(2))
    assert stats.ks_2samp(ours, raw).pvalue > 1e-4


def test_more_rows_help_the_control_and_stop_helping_at_the_floor(tmp_path):
    run = perform(RidgeConfig(sizes=(100, 10_000, 1_000_000), shares=(0.1,), chains=2_000), tmp_path)
    assert [check for check in run.checks if not check.passed] == []
    mixed, control = run.select(arm="loop"), run.select(arm="control")
    assert control[2].mean < control[0].mean / 5_000
    assert mixed[1].mean == pytest.approx(mixed[2].mean, rel=0.15)
    assert mixed[2].mean == pytest.approx(0.01, rel=0.05)
    assert mixed[2].floor == pytest.approx(0.01)


def test_the_best_penalty_lowers_the_floor_as_far_as_theory_says(tmp_path):
    best = best_penalty(0.5, 1.0)
    run = perform(RidgeConfig(sizes=(100_000,), shares=(0.5,), penalties=(0.0, best), chains=4_000), tmp_path)
    bare, tuned = run.select(arm="loop")
    assert bare.mean == pytest.approx(0.25, rel=0.05)
    assert abs(tuned.mean - synthetic_floor(0.5, 1.0, best)) < 5 * tuned.error + 1e-4
    assert tuned.mean < bare.mean


def test_every_penalised_line_has_its_limit_marked():
    config = RidgeConfig(shares=(0.5, 0.1), penalties=(0.0, 0.2))
    marked = {point.series: point.low for point in config.plots()[0].reference}
    assert marked == pytest.approx(
        {
            name: synthetic_floor(p, 1.0, 0.2)
            for name, p in (("mix:0.5 λ=0.2", 0.5), ("mix:0.9 λ=0.2", 0.1), ("mix:1 λ=0.2", 0))
        }
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"chains": 1},
        {"sizes": (12,)},
        {"shares": (0.0,)},
        {"shares": (1.1,)},
        {"penalties": (-0.1,)},
        {"penalties": ()},
    ],
)
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(UsageError):
        RidgeConfig(**settings).tasks()
