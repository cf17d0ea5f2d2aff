"""The demo's set-up: its own words and sentence lengths, with and without the guard."""

import numpy as np

from scapa.lab import perform
from scapa.lab.personal import loop_regimes, sentences_of, words_of
from scapa.lab.regimes import parse

RATES = {"share": 0.8, "hit": 0.98, "false_alarm": 0.002}


def _texts():
    rng = np.random.default_rng(0)
    p = 1 / np.arange(1, 800)
    return [
        " ".join(f"w{i}" + "." * (rng.random() < 0.1) for i in rng.choice(799, 400, p=p / p.sum())) for _ in range(25)
    ]


def test_the_regimes_read_back_with_the_measured_rates():
    found = [parse(text) for text in loop_regimes(**RATES)]
    assert [regime.kind for regime in found] == ["replace", "archive", "archive"]
    assert [(r.hit, r.false_alarm) for r in found] == [(0, 0), (0, 0), (0.98, 0.002)]
    assert {r.share for r in found[1:]} == {0.8}


def test_words_collapse_without_the_guard_and_not_with_it(tmp_path):
    config = words_of(_texts(), **RATES)
    run = perform(config, tmp_path)
    assert [check for check in run.checks if not check.passed] == []
    assert config.sizes == (1000,)
    _, bare, guarded = config.regimes
    drift = {name: run.select(regime=name, arm="loop", measure="drift")[-1] for name in (bare, guarded)}
    control = run.select(regime="accumulate", arm="control", measure="drift")[-1]
    assert drift[bare].mean > 2.5 * control.mean
    assert drift[guarded].mean < 1.5 * control.mean
    kept = run.select(regime="replace", arm="loop", measure="tail_kept")
    assert kept[-1].mean < 0.35 * kept[0].mean


def test_sentence_lengths_are_the_values_and_the_run_checks_itself(tmp_path):
    config = sentences_of(_texts(), **RATES)
    run = perform(config, tmp_path)
    assert [check for check in run.checks if not check.passed] == []
    assert len(config.values) > 700
    assert run.generations == 10


def test_under_a_one_year_memory_the_sign_reverses_against_the_equal_human_control(tmp_path):
    run = perform(words_of(_texts(), **RATES, regimes=("filtered:0,0,0.8",)), tmp_path)
    loop, control = (run.select(arm=arm, measure="tail_kept")[-1] for arm in ("loop", "control"))
    assert loop.mean > control.mean + 5 * (loop.error + control.error)
