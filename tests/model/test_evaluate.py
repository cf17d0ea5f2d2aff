import numpy as np
import pytest

from scapa.measure.interval import Interval
from scapa.measure.tails import Change
from scapa.model.evaluate import Losses, evaluate
from scapa.model.gates import FORGETTING, RUN, TAILS, all_pass, gates, tail_changes
from scapa.model.memory import Memory


def losses(before, drop, groups=None, noise=0.05, n=40, seed=0):
    rng = np.random.default_rng(seed)
    start = before + rng.normal(0, 0.3, n)
    return Losses(start, start - drop - rng.normal(0, noise, n), groups or tuple("a" * n))


def rng():
    return np.random.default_rng(7)


def test_voice_gain_is_the_difference_of_drops():
    author, control = losses(3.2, 0.4, seed=1), losses(3.4, 0.3, seed=2)
    found = evaluate(author, control, losses(3, -0.1, seed=3), rng())
    own, other = (author.before - author.after).mean(), (control.before - control.after).mean()
    assert found.improvement.estimate == pytest.approx(own)
    assert found.voice_gain.estimate == pytest.approx(own - other)
    assert found.forgetting.estimate == pytest.approx(0.1, abs=0.03)
    assert found.forgetting.low < found.forgetting.estimate < found.forgetting.high
    width = found.voice_gain.high - found.voice_gain.low
    assert width == pytest.approx(2 * 1.96 * 0.05 * np.sqrt(2 / 40), rel=0.25)


def test_the_interval_covers():
    held = 0
    for seed in range(200):
        found = evaluate(losses(3, 0.35, seed=2 * seed), losses(3, 0.3, seed=2 * seed + 1), None, rng(), replicates=300)
        held += 0.05 in found.voice_gain
    assert held / 200 >= 0.9


def test_windows_of_one_document_count_together():
    groups = tuple(str(i // 5) for i in range(40))
    shift = np.repeat(np.random.default_rng(0).normal(0, 0.5, 8), 5)
    start = np.full(40, 3.0)
    by_document, by_window = Losses(start, start - shift, groups), Losses(start, start - shift, tuple("a" * 40))
    assert (by_document.unit, by_window.unit) == ("document", "window")
    wide, narrow = (evaluate(x, None, None, rng()).improvement for x in (by_document, by_window))
    assert wide.high - wide.low > 1.6 * (narrow.high - narrow.low)


def test_what_cannot_be_measured_is_none_and_fails():
    found = evaluate(losses(3, 0.4), None, None, rng())
    assert found.voice_gain is None
    made = {gate.name: gate for gate in gates(found, Memory(3, 3, 0.0, 9, 1, 1), {})}
    assert [name for name, gate in made.items() if not gate.passed] == ["voice_gain", "forgetting", "tails"]
    assert not all_pass(made.values())


GOOD_MEMORY = Memory(longest=7, baseline=7, copying=0.0, samples=20, sampled_words=900, baseline_words=900)


def tails_at(relative):
    """The missing mass changed by this share of a human .5."""
    return {"missing_mass": Change(0.5 * (1 + relative), 0.5, Interval(0.5 * relative, -0.4, 0.1))}


GOOD_TAILS = tails_at(-0.1)


def passed(author=0.4, control=0.3, general=-0.05, memory=GOOD_MEMORY, tails=GOOD_TAILS):
    sets = (losses(3, drop, seed=i) for i, drop in enumerate((author, control, general)))
    return {gate.name: gate.passed for gate in gates(evaluate(*sets, rng()), memory, tails)}


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ({}, set()),
        ({"author": 0.25, "control": 0.3}, {"voice_gain"}),
        ({"author": -0.01, "control": -0.3}, {"heldout_improves"}),
        ({"general": -FORGETTING - 0.05}, {"forgetting"}),
        ({"memory": Memory(RUN + 3, 7, 0.0, 20, 900, 900)}, {"longest_run"}),
        ({"memory": Memory(RUN + 2, 7, 0.0, 20, 900, 900)}, set()),
        ({"memory": Memory(20, 10, 0.05, 20, 900, 900)}, {"copying"}),
        ({"memory": Memory(0, 0, 0.0, 0, 0, 0)}, {"longest_run", "copying"}),
        ({"tails": tails_at(TAILS - 0.01)}, {"tails"}),
    ],
)
def test_each_gate_alone(change, failing):
    found = passed(**change)
    assert {name for name, ok in found.items() if not ok} == failing
    assert len(found) == 6


def test_no_gates_is_no_pass():
    assert not all_pass([])


def test_missing_mass_notices_flat_text():
    draw = np.random.default_rng(0)
    real = [" ".join(f"w{int(i)}" for i in draw.zipf(1.3, 60)) for _ in range(20)]
    flat = [" ".join(f"w{int(i) % 9}" for i in draw.zipf(1.3, 60)) for _ in range(20)]
    again = [" ".join(f"w{int(i)}" for i in draw.zipf(1.3, 60)) for _ in range(20)]
    change = tail_changes(rng())
    assert change(flat, real)["missing_mass"].relative < -0.9
    assert abs(change(again, real)["missing_mass"].relative) < 0.2
