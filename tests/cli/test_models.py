"""`scapa write` and `scapa models` over made-up models: no weights are loaded."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from scapa.cli import run
from scapa.records import Gate
from scapa.store.home import Home

PASSED = Gate("heldout_improves", 0.3, 0.0, True)
FAILED = [Gate("voice_gain", -0.1, 0.0, False), Gate("tails", -0.5, -0.35, False)]


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A home with two models: `good` serves, `bad` failed two gates. Writing appends a word."""
    generate = pytest.importorskip("scapa.model.generate")
    from scapa.model import writing
    from scapa.model.tuning import shelf

    monkeypatch.setenv("SCAPA_HOME", str(tmp_path / "home"))
    kept = shelf(Home.open(tmp_path / "home"))
    for name, gates in (("good", [PASSED]), ("bad", [PASSED, *FAILED])):
        folder = kept.new(name)
        (folder / "evaluation.json").write_text(json.dumps({"gates": [asdict(gate) for gate in gates]}))
        (folder / "bill.json").write_text(json.dumps({"id": name}))
    kept.promote("good")

    class Writer:
        def write(self, prompt, *, record, n, **_):
            return [generate.Output(text=" word", generation_id=record(" word", prompt)) for _ in range(n)]

    monkeypatch.setattr(writing, "home_base", lambda *_, **__: None)
    monkeypatch.setattr(writing.Writer, "load", lambda *_, **__: Writer())
    return kept


def write(capsys, *options):
    code = run(["write", "Hello", *options])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_model_that_failed_its_gates_writes_but_says_so(models, capsys):
    code, out, err = write(capsys, "--model", "bad")
    assert code == 0
    assert "Hello word" in out
    assert err == "bad was not promoted: it did not pass voice_gain, tails\n"
    code, out, err = write(capsys, "--model", "bad", "--json")
    found = json.loads(out)
    assert (code, found["model"], found["promoted"], found["failed_gates"]) == (
        0,
        "bad",
        False,
        ["voice_gain", "tails"],
    )


@pytest.mark.parametrize("options", [[], ["--model", "good"]])
def test_the_serving_model_needs_no_warning(models, capsys, options):
    assert write(capsys, *options)[2] == ""
    found = json.loads(write(capsys, *options, "--json")[1])
    assert (found["text"], found["model"], found["promoted"], found["failed_gates"]) == (" word", "good", True, [])


def test_a_model_that_passed_but_does_not_serve(models, capsys):
    models.roll_back()
    found = json.loads(write(capsys, "--model", "good", "--json")[1])
    assert (found["promoted"], found["failed_gates"]) == (False, [])


def test_the_list_names_the_gates_that_failed(models, capsys):
    assert run(["models", "list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "  bad  failed voice_gain, tails",
        "→ good  passed its gates",
    ]
