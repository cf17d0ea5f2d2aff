"""The share of machine text: planted shares are in their intervals, and every way to be wrong is a refusal."""

from __future__ import annotations

import numpy as np
import pytest

from scapa.measure.share import FEWEST, FEWEST_NEW, REFUSALS, Sample, calibrate


def scores(rng, n, machine, *, apart=2.0, off=0.0):
    """Scores of a detector that sees `apart` standard deviations between people and machines."""
    return 1 / (1 + np.exp(-(rng.normal(apart * machine + off, 1, n) - apart / 2)))


def planted(rng, share, n=200, **human):
    machine = round(share * n)
    return np.concatenate([scores(rng, n - machine, 0, **human), scores(rng, machine, 1)])


def calibrated(rng, n=200, apart=2.0, off=0.0):
    human, machine = scores(rng, n, 0, apart=apart), scores(rng, n, 1, apart=apart)
    return calibrate(*map(Sample.of, (human, machine, scores(rng, n, 0, apart=apart, off=off))), rng)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0, 0.025, 0.05, 0.1, 0.25, 0.5])
def test_planted_shares_are_in_their_intervals(share):
    covered(share, 200)


@pytest.mark.parametrize("share", [0, 0.25])
def test_planted_shares_are_in_their_intervals_at_a_glance(share):
    covered(share, 15)


def covered(share, runs):
    inside, answered, estimates = np.zeros(2), 0, []
    for run in range(runs):
        rng = np.random.default_rng([7, run])
        found = calibrated(rng).estimate(Sample.of(planted(rng, share)), rng)
        if found[0].interval is not None:
            answered += 1
            inside += [share in f.interval for f in found]
            estimates.append(found[0].interval.estimate)
    assert answered > 0.8 * runs
    assert (inside / answered >= 0.9).all(), inside / answered
    assert abs(np.mean(estimates) - share) < 0.05


def test_both_estimators_by_hand():
    rng = np.random.default_rng(0)
    human, machine = [0.1] * 80 + [0.9] * 20, [0.1] * 20 + [0.9] * 80
    new = [0.1] * 65 + [0.9] * 35
    calibration = calibrate(Sample.of(human), Sample.of(machine), Sample.of(human), rng)
    pacc, counted = calibration.estimate(Sample.of(new), rng)
    assert pacc.interval.estimate == pytest.approx((0.38 - 0.26) / (0.74 - 0.26))
    assert counted.interval.estimate == pytest.approx((0.35 - 0.2) / (0.8 - 0.2))
    assert (pacc.method, counted.method, pacc.documents) == ("pacc", "rogan_gladen", 100)


def refusal(calibration, new, rng):
    found = calibration.estimate(Sample.of(new), rng)
    assert all(f.interval is None for f in found)
    assert found[0].refusal == found[1].refusal
    assert found[0].refusal in REFUSALS
    return found[0].refusal


def test_too_few_documents():
    rng = np.random.default_rng(0)
    assert refusal(calibrated(rng), planted(rng, 0.5, FEWEST_NEW - 1), rng) == "too_few_documents"
    assert refusal(calibrated(rng, FEWEST - 1), planted(rng, 0.5), rng) == "no_older_control"
    enough, few = Sample.of(scores(rng, 60, 0)), Sample.of(scores(rng, FEWEST - 1, 1))
    assert refusal(calibrate(enough, few, enough, rng), planted(rng, 0.5), rng) == "too_few_documents"
    nothing = Sample.of([])
    assert refusal(calibrate(nothing, nothing, nothing, rng), [], rng) == "no_older_control"


def test_one_long_thread_is_one_document():
    rng = np.random.default_rng(0)
    many = Sample.of(scores(rng, 500, 0), np.zeros(500))
    assert refusal(calibrate(many, many, many, rng), planted(rng, 0.5), rng) == "no_older_control"


def test_a_detector_that_parts_too_little():
    rng = np.random.default_rng(0)
    assert refusal(calibrated(rng, 500, apart=0.4), planted(rng, 0.5), rng) == "weak_detector"
    back = calibrate(*map(Sample.of, (scores(rng, 200, 1), scores(rng, 200, 0), scores(rng, 200, 1))), rng)
    assert refusal(back, planted(rng, 0.5), rng) == "weak_detector"


@pytest.mark.parametrize("off", [-1.0, 1.0])
def test_a_source_on_which_the_detector_is_off(off):
    rng = np.random.default_rng(0)
    assert refusal(calibrated(rng, off=off), planted(rng, 0, off=off), rng) == "control_excludes_zero"


def test_a_source_whose_scores_are_spread_otherwise():
    """Its mean is right, and its share over the threshold; only the spread tells that the source is another one."""
    rng = np.random.default_rng(0)
    human, machine = scores(rng, 400, 0), scores(rng, 400, 1)
    control = np.where(rng.random(400) < 0.5, human.mean() + 0.01, human.mean() - 0.01)
    control[rng.random(400) < (human > 0.5).mean()] = human[human > 0.5].mean()
    control += human.mean() - control.mean()
    found = calibrate(*map(Sample.of, (human, machine, control)), rng)
    assert refusal(found, planted(rng, 0), rng) == "control_unlike"


def test_documents_like_neither_sort():
    rng = np.random.default_rng(0)
    between = rng.normal(0.5, 0.02, 300).clip(0, 1)
    assert refusal(calibrated(rng, 400), between, rng) == "not_a_mixture"


def test_threads_widen_the_interval():
    rng = np.random.default_rng(3)
    calibration = calibrated(rng, 400)
    values = np.repeat(planted(rng, 0.3, 200), 2)
    alone, together = (
        calibration.estimate(Sample.of(values, groups), np.random.default_rng(1))[0].interval
        for groups in (None, np.arange(400) // 2)
    )
    assert together.high - together.low > 1.2 * (alone.high - alone.low)


def test_very_many_documents_are_pooled_without_changing_the_interval():
    rng = np.random.default_rng(8)
    calibration, values = calibrated(rng, 400), planted(rng, 0.3, 1_200)
    found = calibration.estimate(Sample.of(values), rng)[0].interval
    draws = [calibration.estimate(Sample.of(values), np.random.default_rng(n))[0].interval for n in range(3)]
    assert all(abs(d.low - found.low) < 0.015 and abs(d.high - found.high) < 0.015 for d in draws)
    assert found.estimate == pytest.approx(draws[0].estimate)


def test_the_same_seed_gives_the_same_answer():
    def once():
        rng = np.random.default_rng(5)
        return calibrated(rng).estimate(Sample.of(planted(rng, 0.2)), rng)

    assert once() == once()
