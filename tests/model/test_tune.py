import json
from dataclasses import replace

import numpy as np
import pytest
from made_documents import document
from safetensors import safe_open
from safetensors.torch import load_file

from scapa.errors import CheckFailed, InputError, UsageError
from scapa.measure.interval import Interval
from scapa.measure.tails import Change
from scapa.model import checkpoint
from scapa.model.bill import WEIGHTS, seal_model
from scapa.model.generate import Writer
from scapa.model.hidden import Hidden
from scapa.model.network import Stack
from scapa.model.parts import torch
from scapa.model.train import Rate, Trainer, Training, adapt, plan, schedule
from scapa.model.tune import tune
from scapa.model.windows import Windows
from scapa.seal.manifest import verify
from scapa.settings import Tune

SMALL = Training(
    width=48, batch=4, micro=2, frozen=0.5, eval_windows=10, least_windows=4, samples=4, sample_tokens=12, negatives=60
)
SETTINGS = Tune(threads=1, rank=4, learning_rate=2e-2)
CALM = {"missing_mass": Change(1.0, 1.0, Interval(0.0, -0.1, 0.1))}


def run(corpus, base, folder, *, settings=SETTINGS, training=SMALL, **more):
    options = {"steps": 8, "seed": 3, "budget_seconds": 60.0, "tails": lambda _, __: CALM, "now": lambda: 17}
    return tune(corpus, base, folder, settings, training=training, release_root="r00t", **options | more)


@pytest.fixture(scope="module")
def made(corpus, tiny, tmp_path_factory):
    return run(corpus, tiny, tmp_path_factory.mktemp("models") / "m1")


def weights(result):
    return load_file(result.folder / WEIGHTS)


def assert_same(one, other):
    mine, theirs = weights(one), weights(other)
    assert mine.keys() == theirs.keys()
    assert all(mine[name].equal(theirs[name]) for name in mine)
    assert any(tensor.abs().max() > 0 for name, tensor in mine.items() if "lora_B" in name)
    for name in ("curves.json", "evaluation.json"):
        assert (one.folder / name).read_text() == (other.folder / name).read_text()


def test_it_learns_and_says_how_much(made):
    assert (made.id, made.finished, made.steps) == ("m1", True, 8)
    author = made.measured.evaluation.author
    assert author.before.mean() - author.after.mean() > 0.5
    stored = json.loads((made.folder / "evaluation.json").read_text())
    assert stored["sets"]["author"]["after"] == pytest.approx(author.after.mean())
    assert stored["voice_gain"]["estimate"] == pytest.approx(made.measured.evaluation.voice_gain.estimate)
    assert [gate["name"] for gate in stored["gates"]] == [gate.name for gate in made.measured.gates]
    curves = json.loads((made.folder / "curves.json").read_text())
    assert len(curves["train"]) == 8
    assert curves["train"][-1] < curves["train"][0] - 0.5
    assert [step for step, _ in curves["heldout"]] == [2, 4, 6]


def test_the_bill_names_everything(made, tiny, corpus):
    bill = json.loads((made.folder / "bill.json").read_text())
    assert bill["base"] == tiny.bill
    assert (bill["id"], bill["release"], bill["seed"], bill["made"]) == ("m1", {"root": "r00t"}, 3, 17)
    assert bill["documents"] == {"train": [f"own-{i}" for i in range(5)], "heldout": ["own-5"]}
    assert {id for window in bill["windows"] for id in window} == set(bill["documents"]["train"])
    assert bill["tokens_seen"] == made.tokens_seen
    assert 7 * 4 * 47 < made.tokens_seen <= 8 * 4 * 47
    everything = "".join(f.read_text() for f in made.folder.rglob("*.json"))
    assert str(tiny.folder) not in everything
    assert not (made.folder / "work").exists()
    assert corpus[0].text[:30] not in everything


def test_same_seed_same_model(made, corpus, tiny, tmp_path):
    again = run(list(reversed(corpus)), tiny, tmp_path / "m1")
    assert_same(made, again)


def test_another_seed_another_model(made, corpus, tiny, tmp_path):
    other = weights(run(corpus, tiny, tmp_path / "m1", seed=4, steps=2))
    assert not all(tensor.equal(other[name]) for name, tensor in weights(made).items())


def test_stopped_and_resumed_ends_equal(made, corpus, tiny, tmp_path):
    asked = iter([False] * 3 + [True] * 9)
    first = run(corpus, tiny, tmp_path / "m1", stop=lambda: next(asked))
    assert (first.finished, first.steps, first.passed) == (False, 4, False)
    assert not (tmp_path / "m1" / "bill.json").exists()
    assert_same(made, run(corpus, tiny, tmp_path / "m1"))


def test_killed_and_resumed_ends_equal(made, corpus, tiny, tmp_path):
    class Killed(BaseException):
        pass

    def kill(stage, done, total=None, unit=""):
        if stage == "training" and done == 6:
            raise Killed

    every_step = replace(SMALL, checkpoint_seconds=-1.0)
    with pytest.raises(Killed):
        run(corpus, tiny, tmp_path / "m1", training=every_step, progress=kill)
    seen = []
    resumed = run(
        corpus, tiny, tmp_path / "m1", training=every_step, progress=lambda stage, done, *_: seen.append((stage, done))
    )
    assert [done for stage, done in seen if stage == "training"] == [6, 7, 8]
    assert not any("before" in stage for stage, _ in seen)
    assert_same(made, resumed)


def test_killed_while_measuring_nothing_is_trained_twice(made, corpus, tiny, tmp_path):
    def kill(stage, *_):
        if stage == "measuring after: heldout":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(corpus, tiny, tmp_path / "m1", progress=kill)
    seen = []
    assert_same(made, run(corpus, tiny, tmp_path / "m1", progress=lambda stage, *_: seen.append(stage)))
    assert "training" not in seen


def test_a_checkpoint_of_other_data_is_not_used(made, corpus, tiny, tmp_path):
    asked = iter([False] + [True] * 9)
    run(corpus[2:], tiny, tmp_path / "m1", stop=lambda: next(asked))
    assert (tmp_path / "m1" / "work" / checkpoint.FILE).exists()
    assert_same(made, run(corpus, tiny, tmp_path / "m1"))


def test_the_adapter_can_be_written_with(made, tiny):
    seen = []
    plain, tuned = Writer.load(tiny, threads=1), Writer.load(tiny, made.folder / "adapter", threads=1)
    for writer in (plain, tuned):
        out = writer.write("Keel ", n=2, max_new_tokens=5, record=lambda text, prompt: seen.append(text) or "g")
        assert [o.text for o in out] == seen[-2:]
    assert seen[:2] != seen[2:]


def test_a_sealed_model_verifies_until_it_is_touched(made, corpus, tiny, tmp_path):
    import shutil

    from scapa.seal.signature import SigningKey

    folder = tmp_path / "m1"
    shutil.copytree(made.folder, folder)
    seal_model(folder, SigningKey.create(tmp_path / "key"))
    assert verify(folder).failures == ()
    swapped = folder / WEIGHTS
    swapped.write_bytes(swapped.read_bytes()[:-1] + b"x")
    assert any("altered" in failure for failure in verify(folder).failures)


def test_a_bill_for_other_weights_fails_even_when_signed(made, tmp_path):
    import shutil

    from scapa.seal.signature import SigningKey

    folder = tmp_path / "m1"
    shutil.copytree(made.folder, folder)
    (folder / WEIGHTS).write_bytes(b"other")
    seal_model(folder, SigningKey.create(tmp_path / "key"))
    assert any("bill names" in failure for failure in verify(folder).failures)


def test_refusals(made, corpus, tiny, tmp_path):
    with pytest.raises(InputError, match="finished model"):
        run(corpus, tiny, made.folder)
    with pytest.raises(InputError, match="too few"):
        run([document("a", "x y"), document("b", "y z")], tiny, tmp_path / "few")
    with pytest.raises(UsageError, match="budget is too short"):
        run(corpus, tiny, tmp_path / "short", steps=None, budget_seconds=0.001)


def test_a_loss_that_is_not_finite_is_an_error(corpus, tiny, tmp_path):
    with pytest.raises(CheckFailed, match="not finite"):
        run(corpus, tiny, tmp_path / "nan", settings=replace(SETTINGS, learning_rate=1e36))


def test_without_others_the_voice_gate_fails(corpus, tiny, tmp_path):
    result = run([d for d in corpus if d.role == "target"], tiny, tmp_path / "alone", steps=2)
    failed = {gate.name for gate in result.measured.gates if not gate.passed}
    assert {"voice_gain", "forgetting"} <= failed
    assert not result.passed
    assert "voice" in result.notes[0]


def test_plan_by_hand():
    training = Training(batch=4, epochs=2)
    # 10 windows: a step costs 4 × 1 s, the frozen layers 10 × 2 s in all, once
    assert plan(Rate(2, 1), 10, training, 1e9) == 5
    assert plan(Rate(2, 1), 10, training, 36) == 4  # 16 + 20
    assert Rate(2, 1).seconds(2, 4, 10) == 8 + 16
    with pytest.raises(UsageError, match="add 1 s"):
        plan(Rate(2, 1), 10, training, 35)


def test_schedule_rises_then_falls():
    training = Training(warmup=0.1, floor=0.05)
    found = [schedule(i, 100, training) for i in range(100)]
    assert found[:10] == pytest.approx([(i + 1) / 10 for i in range(10)])
    assert all(np.diff(found[10:]) < 0)
    assert found[-1] == pytest.approx(0.05, abs=0.001)


def test_a_damaged_checkpoint_starts_anew(made, corpus, tiny, tmp_path):
    asked = iter([True] * 9)
    run(corpus, tiny, tmp_path / "m1", stop=lambda: next(asked))
    stored = tmp_path / "m1" / "work" / checkpoint.FILE
    stored.write_bytes(stored.read_bytes()[:100])
    assert_same(made, run(corpus, tiny, tmp_path / "m1"))


def test_without_a_cache_the_result_is_the_same(made, corpus, tiny, tmp_path, monkeypatch):
    from scapa.model import hidden

    monkeypatch.setattr(hidden.Hidden.__init__, "__kwdefaults__", {"limit": 0})
    assert_same(made, run(corpus, tiny, tmp_path / "m1"))


def test_every_pass_sees_every_window_once_in_a_new_order(tiny, tmp_path):
    ids = np.random.default_rng(0).integers(1, 250, (10, 12))
    target = np.ones(ids.shape, dtype=bool)
    stack = adapt(tiny.network(torch.float32), 2, SMALL, 0)
    hidden = Hidden(stack, Windows(ids, target, (("a",),) * 10), tmp_path)
    trainer = Trainer(stack, hidden, SMALL, 1e-3, 5)  # steps of 4 over 10 windows: five make two passes
    seen = np.concatenate([trainer.rows(step) for step in range(5)]).tolist()
    first, second = seen[:10], seen[10:]
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second


def test_the_plan_is_walked_step_by_step(corpus, tiny, tmp_path, monkeypatch):
    walked = []
    monkeypatch.setattr(Trainer, "step", lambda _, step, steps: walked.append((step, steps)) or 1.0)
    run(corpus, tiny, tmp_path / "m1", steps=4)
    assert walked == [(0, 4), (1, 4), (2, 4), (3, 4)]


class SlowMachine:
    """A clock on which frozen layers take a second a window, the others as much with a gradient and half without."""

    def __init__(self, monkeypatch, factor=1.0):
        self.now = 0.0
        lower, upper = Stack.lower, Stack.upper

        def slow(method, seconds):
            def run(stack, ids):
                if len(ids) > 1:  # not the check of the cut
                    self.now += factor * len(ids) * seconds()
                return method(stack, ids)

            return run

        monkeypatch.setattr(Stack, "lower", slow(lower, lambda: 1.0))
        monkeypatch.setattr(Stack, "upper", slow(upper, lambda: 1.0 if torch.is_grad_enabled() else 0.5))

    def __call__(self):
        return self.now


EVALUATED = replace(SMALL, eval_windows=15, batch=2, glances=1)


def measured(result):
    stored = json.loads((result.folder / "evaluation.json").read_text())
    return {name: found["windows"] for name, found in stored["sets"].items()}, stored["notes"]


def test_a_short_budget_measures_less_before_it_refuses(corpus, tiny, tmp_path, monkeypatch):
    timer = SlowMachine(monkeypatch)
    options = {"training": EVALUATED, "steps": None, "timer": timer}
    ample = run(corpus, tiny, tmp_path / "ample", budget_seconds=1_000.0, **options)
    whole, notes = measured(ample)
    assert whole == {"author": 15, "control": 15, "general": 15}
    assert not any("budget" in note for note in notes)
    timer.now = 0.0
    short = run(corpus, tiny, tmp_path / "short", budget_seconds=150.0, **options)
    fewer, notes = measured(short)
    assert all(8 <= windows < 15 for windows in fewer.values())
    assert f"measured on fewer windows ({fewer['author']} of 15 heldout" in notes[-1]
    assert short.steps >= 4
    assert timer.now <= 150.0
    assert 2 * sum(fewer.values()) <= 0.45 * 150.0  # lower once, half of upper before and after
    timer.now = 0.0
    with pytest.raises(UsageError, match="budget is too short"):
        run(corpus, tiny, tmp_path / "none", budget_seconds=50.0, **options)


def test_resumed_it_measures_on_the_windows_it_began_with(corpus, tiny, tmp_path, monkeypatch):
    timer = SlowMachine(monkeypatch)
    options = {"training": EVALUATED, "steps": None, "timer": timer}
    assert not run(corpus, tiny, tmp_path / "m1", budget_seconds=150.0, stop=lambda: True, **options).finished
    state = json.loads(safe_open(tmp_path / "m1" / "work" / checkpoint.FILE, "pt").metadata()["state"])
    done = run(corpus, tiny, tmp_path / "m1", budget_seconds=1_000.0, **options)
    windows, _ = measured(done)
    assert set(windows.values()) == {state["measured"]}
    assert state["measured"] < 15


def test_a_fixed_number_of_steps_measures_everything(corpus, tiny, tmp_path, monkeypatch):
    timer = SlowMachine(monkeypatch)
    done = run(corpus, tiny, tmp_path / "m1", training=EVALUATED, timer=timer, budget_seconds=10.0, steps=1)
    assert set(measured(done)[0].values()) == {15}
