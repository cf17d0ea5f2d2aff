"""A killed line goes on where it was saved, and ends as if nothing had happened."""

from contextlib import suppress

import numpy as np
import pytest
from walks import DEADLY, MET, Killed, Walk, Walkers

from scapa.lab.desk import STATE, Desk, Found, follow, load_found, npz, of_npz, save_found
from scapa.lab.regimes import parse


@pytest.fixture(autouse=True)
def _afresh():
    DEADLY.clear()
    MET.clear()


def _killed(folder, generation, **settings):
    DEADLY.add((0, generation))
    with pytest.raises(Killed):
        Walk(**settings).compute(Walk(**settings).tasks()[0], Desk(folder, every=0))
    DEADLY.clear()
    MET.clear()


@pytest.mark.parametrize("regime", ["replace", "accumulate", "accumulate-subsample", "mix:0.5,independent"])
@pytest.mark.parametrize("generation", [1, 2, 5])
def test_a_killed_line_goes_on_to_the_same_figures(tmp_path, regime, generation):
    walk = Walk(regime=regime)
    whole = walk.compute(walk.tasks()[0], Desk())
    _killed(tmp_path, generation, regime=regime)
    resumed = walk.compute(walk.tasks()[0], Desk(tmp_path, every=0))
    assert repr(resumed.rows) == repr(whole.rows)
    assert resumed.tables == whole.tables
    assert [(0, n) for n in range(generation, 6)] == MET  # nothing before it is done twice


def test_the_clean_models_arm_resumes_with_the_first_model(tmp_path):
    def line(folder, stop=0):
        met = []

        def observe(step):
            if step.generation == stop:
                raise Killed
            met.append((step.generation, float(step.model.mean[0]), float(step.first.mean[0])))
            return Found()

        with suppress(Killed):
            rng = np.random.default_rng(3)
            follow(Desk(folder, every=0), Walkers(1, 0), parse("archive:0.5"), 6, 5, rng, "first", observe)
        return met

    whole = line(None)
    assert line(tmp_path, stop=4) + line(tmp_path) == whole
    assert len({first for _, _, first in whole}) == 1


@pytest.mark.parametrize("damage", [lambda raw: raw[:200], lambda raw: raw[:-200], lambda raw: b"", lambda raw: b"PK!"])
def test_a_damaged_state_is_discarded_and_the_task_begins_again(tmp_path, damage):
    whole = Walk().compute(Walk().tasks()[0], Desk())
    _killed(tmp_path, 3)
    (tmp_path / STATE).write_bytes(damage((tmp_path / STATE).read_bytes()))
    said = []
    found = Walk().compute(Walk().tasks()[0], Desk(tmp_path, say=said.append))
    assert repr(found.rows) == repr(whole.rows)
    assert [(0, n) for n in range(1, 6)] == MET
    assert len(said) == 1
    assert f"{STATE} was damaged" in said[0]


def test_a_state_without_its_model_leaves_the_random_stream_alone(tmp_path):
    whole = Walk().compute(Walk().tasks()[0], Desk())
    _killed(tmp_path, 3)
    arrays = of_npz((tmp_path / STATE).read_bytes())
    (tmp_path / STATE).write_bytes(npz({name: a for name, a in arrays.items() if not name.startswith("model/")}))
    assert repr(Walk().compute(Walk().tasks()[0], Desk(tmp_path)).rows) == repr(whole.rows)


def test_quick_generations_are_not_saved_one_by_one(tmp_path):
    Walk().compute(Walk().tasks()[0], Desk(tmp_path))
    assert not (tmp_path / STATE).exists()
    Walk().compute(Walk().tasks()[0], Desk(tmp_path, every=0))
    assert (tmp_path / STATE).exists()


def test_what_was_found_comes_back(tmp_path):
    found = Walk().compute(Walk().tasks()[1], Desk())
    save_found(tmp_path / "found", found)
    back = load_found(tmp_path / "found")
    assert repr(back.rows) == repr(found.rows)
    assert back.tables == found.tables
