"""A classifier taught by pruned labels: the shortcut against raw items, and the breakdown point."""

import numpy as np
import pytest
from scipy import stats

from scapa.errors import UsageError
from scapa.lab import perform
from scapa.lab.regimes import parse
from scapa.lab.verdict import Line
from scapa.lab.verifier import VerifierConfig, keep_rates, learn, mean_rules


def test_a_guards_rates_are_the_keep_rates_the_other_way_round():
    assert keep_rates(parse("filtered:0.9,0.2")) == pytest.approx((0.8, 0.1))


def test_the_shortcut_has_the_law_of_raw_items_pruned_one_by_one():
    config = VerifierConfig(chains=2_000, dimension=4, strength=1.0)
    rng, kept, p, keep_right, keep_wrong = np.random.default_rng(1), 25, 0.5, 0.8, 0.3
    raw = np.zeros((config.chains, 4))
    for chain in range(config.chains):
        wrong = rng.random(400) < p
        taken = np.flatnonzero(rng.random(400) < np.where(wrong, keep_wrong, keep_right))[:kept]
        truth = np.where(rng.random(kept) < 0.5, 1.0, -1.0)
        items = rng.standard_normal((kept, 4))
        items[:, 0] += truth
        raw[chain] = (np.where(wrong[taken], -truth, truth)[:, None] * items).mean(axis=0)
    counts = rng.binomial(kept, p * keep_wrong / (p * keep_wrong + (1 - p) * keep_right), config.chains)
    ours = mean_rules(config, kept, counts, np.random.default_rng(2))
    for axis in (0, 1):
        assert stats.ks_2samp(raw[:, axis], ours[:, axis]).pvalue > 1e-4


def test_both_classifiers_are_right_below_the_point_and_wrong_above_it():
    config = VerifierConfig(chains=50, dimension=5)
    for estimator in config.estimators:
        line = Line("filtered:0,0", "loop", 500, estimator)
        right, wrong = (learn(config, line, q, np.random.default_rng(3))[1].mean() for q in (0.3, 0.7))
        assert right > 0.95
        assert wrong < 0.05


def test_a_run_checks_itself_and_holds_one_half_at_the_breakdown_point(tmp_path):
    config = VerifierConfig(sizes=(60,), chains=400, steps=5, dimension=6)
    run = perform(config, tmp_path / "a")
    assert [check for check in run.checks if not check.passed] == []
    assert perform(config, tmp_path / "b").digest == run.digest
    points = {row.at for row in run.rows if row.measure == "accuracy" and row.theory == pytest.approx(0.5, abs=1e-5)}
    assert sorted(points) == pytest.approx([1 / 2, 2 / 3, 0.9])
    assert {row.arm for row in run.rows} == {"loop", "control"}


def test_a_perfect_verifier_needs_only_one_right_label_in_the_end(tmp_path):
    run = perform(VerifierConfig(regimes=("filtered:1,0",), sizes=(100,), chains=50, steps=5), tmp_path)
    found = run.select(measure="accuracy", arm="loop", estimator="mean")
    assert [row.at for row in found] == pytest.approx([0, 0.25, 0.5, 0.75])  # at 1 nothing is kept
    assert min(row.mean for row in found) > 0.95


@pytest.mark.parametrize(
    "settings",
    [
        {"chains": 1},
        {"sizes": (5,)},
        {"dimension": 1},
        {"estimators": ("boosting",)},
        {"estimators": ()},
        {"regimes": ("mix:0.1",)},
        {"regimes": ("filtered:0,1",)},
    ],
)
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(UsageError):
        VerifierConfig(**settings).tasks()
