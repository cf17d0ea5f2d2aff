"""All experiments, one after another: whatever becomes of one, the others are done."""

import json
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from click.testing import CliRunner

from scapa.cli import scapa
from scapa.errors import HomeBusy, MissingPart, StorageFull, UnknownName
from scapa.lab import gallery as module
from scapa.lab.desk import Found, Task
from scapa.lab.gallery import gallery, perform_all
from scapa.lab.verdict import Line
from scapa.records import Check
from scapa.store.plot import Plot

DONE: list[str] = []


@dataclass(frozen=True)
class Toy:
    """One row, and an error or a failed check if wanted."""

    version: ClassVar[int] = 1
    presets: ClassVar[dict] = {}
    name: str = "toy"
    preset: str = "smoke"
    seed: int = 1
    error: Exception | None = None
    passes: bool = True

    def tasks(self):
        return [Task(Line("replace", "loop", 10))]

    def compute(self, task, desk):
        DONE.append(self.name)
        if self.error:
            raise self.error
        return Found([task.line.row(n, "m", [1.0, 2.0]) for n in range(3)])

    def checks(self, rows):
        return [Check("c", 1.0, 2.0, 0.1, self.passes)]

    def plots(self):
        return (Plot("m", "M", "A measure.", measure="m"),)


@pytest.fixture(autouse=True)
def _afresh(monkeypatch):
    DONE.clear()
    monkeypatch.setattr("scapa.store.run.settings_of", lambda config: {"name": config.name, "preset": config.preset})


def test_every_experiment_that_has_the_preset():
    configs = gallery("smoke")
    assert {"discrete", "gaussian", "absorption"} <= {config.name for config in configs}
    assert {config.preset for config in configs} == {"smoke"}
    with pytest.raises(UnknownName, match="'none'"):
        gallery("none")


def test_an_error_does_not_cost_the_others(tmp_path):
    errors = {"b": KeyError("private words"), "c": MissingPart("no torch"), "e": HomeBusy("another is at it")}
    said = []
    found = perform_all([Toy(name, error=errors.get(name)) for name in "abcdef"], tmp_path, say=said.append)
    assert [run.name for run in found.runs] == ["a", "d", "f"]
    assert [(name, preset) for name, preset, _ in found.broken] == [(name, "smoke") for name in errors]
    assert found.broken[0][2].startswith("a bug: KeyError in test_gallery.py, line ")
    assert found.broken[1][2] == "no torch"
    assert "private words" not in " ".join(said)
    assert not found.passed


def test_a_failed_check_is_no_error(tmp_path):
    found = perform_all([Toy(passes=False)], tmp_path)
    assert (found.broken, found.passed) == ((), False)
    assert perform_all([Toy("good")], tmp_path).passed


def test_what_was_finished_is_not_done_again(tmp_path):
    configs = [Toy("a"), Toy("b", error=KeyError())]
    perform_all(configs, tmp_path)
    perform_all([configs[0], replace(configs[1], error=None)], tmp_path)
    assert DONE == ["a", "b", "b"]
    perform_all(configs[:1], tmp_path, again=True)
    assert DONE == ["a", "b", "b", "a"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), StorageFull("no room")])
def test_an_interrupt_and_a_full_disk_end_it(tmp_path, error):
    with pytest.raises(type(error)):
        perform_all([Toy("a"), Toy("b", error=error), Toy("c")], tmp_path)
    assert DONE == ["a", "b"]
    perform_all([Toy("a"), Toy("b"), Toy("c")], tmp_path)
    assert DONE == ["a", "b", "b", "c"]  # what was finished is kept


def test_the_command_draws_what_there_is_and_says_what_failed(tmp_path, monkeypatch):
    monkeypatch.setattr(
        module, "gallery", lambda name: [Toy("a", preset=name), Toy("b", error=MissingPart("no torch"))]
    )
    result = CliRunner().invoke(scapa, ["lab", "all", "--home", str(tmp_path), "--json"], standalone_mode=False)
    shown = json.loads(result.output)
    assert result.return_value == 1
    assert shown["broken"] == [{"experiment": "b", "preset": "smoke", "error": "no torch"}]
    assert (shown["checks"], shown["failed"], shown["experiments"][0]["preset"]) == (1, 0, "laptop")
    page = (tmp_path / "lab.html").read_text(encoding="utf-8")
    assert shown["path"] == str(tmp_path / "lab.html")
    assert "no torch" in page
    assert 'id="figure-a-' in page


def test_the_command_passes_and_writes_where_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "gallery", lambda name: [Toy("a")])
    out = tmp_path / "page" / "out.html"
    arguments = ["lab", "all", "--preset", "smoke", "--home", str(tmp_path / "home"), "--out", str(out)]
    result = CliRunner().invoke(scapa, arguments, standalone_mode=False)
    assert (result.return_value, out.is_file()) == (0, True)
    assert "1 of 1 checks passed" in result.output
