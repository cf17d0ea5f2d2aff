"""New real data by weight: the run against exact laws, and its minimum."""

import numpy as np
import pytest

from scapa.errors import UsageError
from scapa.lab import perform
from scapa.lab.oracles.weighting import best_weight
from scapa.lab.weighting import WeightingConfig, refit


def test_a_run_checks_itself_and_is_least_at_the_golden_ratio(tmp_path):
    config = WeightingConfig(machines=(100,), chains=3_000, steps=10)
    run = perform(config, tmp_path / "a")
    assert [check for check in run.checks if not check.passed] == []
    assert perform(config, tmp_path / "b").digest == run.digest
    drift = run.select(measure="drift")
    best = next(row for row in drift if row.at == best_weight(100, 100))
    assert best.at == pytest.approx(0.618, abs=1e-3)
    assert best.theory == min(row.theory for row in drift)
    assert best.mean < drift[-1].mean * 0.7  # weight 1 ignores the machine


def test_weight_one_is_a_fit_on_the_real_items_alone():
    config = WeightingConfig(real=20, generations=5, chains=20_000)
    mean, variance = refit(config, 50, np.array([1.0]), np.random.default_rng(0))
    assert mean.var() == pytest.approx(1 / 20, rel=0.05)
    assert variance.var() == pytest.approx(2 / 19, rel=0.08)


@pytest.mark.parametrize("settings", [{"chains": 1}, {"real": 4}, {"machines": ()}, {"machines": (2,)}, {"steps": 1}])
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(UsageError):
        WeightingConfig(**settings).tasks()
