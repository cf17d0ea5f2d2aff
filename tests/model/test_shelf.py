import json
from dataclasses import asdict

import pytest

from scapa.errors import CheckFailed, InputError, UnknownName
from scapa.model.shelf import Shelf
from scapa.records import Gate

PASS, FAIL = Gate("voice_gain", 0.1, 0.0, True, 0.05, 0.15), Gate("forgetting", 0.3, 0.15, False)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "models")


def put(shelf, id, *gates):
    folder = shelf.new(id)
    (folder / "evaluation.json").write_text(json.dumps({"gates": [asdict(gate) for gate in gates]}))
    (folder / "bill.json").write_text(json.dumps({"id": id}))


def test_an_empty_shelf(shelf):
    assert shelf.models() == []
    assert shelf.current() is None
    with pytest.raises(UnknownName):
        shelf.roll_back()


def test_promotion_and_roll_back(shelf):
    for id in ("m1", "m2", "m3"):
        put(shelf, id, PASS)
        assert shelf.promote(id).id == id
    shelf.promote("m3")
    assert [model.id for model in shelf.models()] == ["m1", "m2", "m3"]
    assert shelf.current().gates == [PASS]
    assert shelf.roll_back().id == "m2"
    assert shelf.roll_back().id == "m1"
    assert shelf.roll_back() is None
    assert shelf.current() is None


def test_a_failed_gate_leaves_the_last_good_one(shelf):
    put(shelf, "good", PASS)
    put(shelf, "bad", PASS, FAIL)
    put(shelf, "none")
    shelf.promote("good")
    with pytest.raises(CheckFailed, match="forgetting"):
        shelf.promote("bad")
    with pytest.raises(CheckFailed, match="none was measured"):
        shelf.promote("none")
    assert shelf.current().id == "good"


def test_roll_back_skips_what_was_deleted(shelf):
    for id in ("m1", "m2", "m3"):
        put(shelf, id, PASS)
        shelf.promote(id)
    (shelf.folder / "m2" / "bill.json").unlink()
    assert shelf.roll_back().id == "m1"


def test_an_unfinished_model_is_resumed_but_not_listed(shelf):
    folder = shelf.new("half")
    assert shelf.new("half") == folder
    assert shelf.models() == []
    with pytest.raises(UnknownName):
        shelf.promote("half")


@pytest.mark.parametrize("id", ["", "..", "a/b", "current", "base", "A", "x" * 101])
def test_names(shelf, id):
    with pytest.raises(InputError):
        shelf.new(id)


def test_a_finished_model_is_never_overwritten(shelf):
    put(shelf, "m", PASS)
    with pytest.raises(InputError, match="already"):
        shelf.new("m")


def test_a_broken_pointer_says_so(shelf):
    put(shelf, "m", PASS)
    (shelf.folder / "current").write_text("[]")
    with pytest.raises(InputError, match="no JSON object"):
        shelf.current()
