"""`scapa lab`: on whose words it runs, and what it prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from letters import mail, mbox, prose
from scapa.cli import run
from scapa.lab.texts import word_counts
from scapa.records import Check
from scapa.store.run import CHECKS, CONFIG, PLOTS

OTHERS = "Xylophones quarrel vehemently beneath zinc umbrellas."


@pytest.fixture
def home(tmp_path, monkeypatch, capsys) -> Path:
    """A home with a release: six letters of one's own, and one of somebody else as context."""
    monkeypatch.setenv("SCAPA_HOME", str(tmp_path / "home"))
    letters = [mail(n, prose(n)) for n in range(6)] + [mail(9, OTHERS, author="bob@example.org")]
    (tmp_path / "mail.mbox").write_text(mbox(letters))
    for command in (["add", str(tmp_path / "mail.mbox")], ["me", "ada@example.org"], ["curate"], ["release"]):
        assert run([*command, "--json"]) == 0
    capsys.readouterr()
    return tmp_path / "home"


def scapa(capsys, *arguments: str) -> tuple[int, dict]:
    code = run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out, parse_constant=pytest.fail)


def test_a_release_gives_ones_own_words_and_no_one_elses(home, capsys):
    asked = ("--size", "50", "--generations", "2", "--chains", "5", "--regime", "replace")
    _, found = scapa(capsys, "lab", "discrete", "--release", "latest", *asked)
    counts = json.loads((Path(found["run"]) / "config.json").read_text())["settings"]["counts"]
    assert counts["length"] == len(word_counts([prose(n) for n in range(6)])[0])


SECRET = "Zwhxqvut"
LANGUAGE = ("lab", "language", "--preset", "smoke", "--release", "latest", "--jobs", "1")


@pytest.fixture
def lab(tmp_path, monkeypatch, capsys) -> Path:
    """The lab of a home with a release of long letters that each hold `SECRET`."""
    monkeypatch.setenv("SCAPA_HOME", str(tmp_path / "home"))
    letters = [mail(n, f"{SECRET} {prose(n, 2_500)} {SECRET}") for n in range(26)]
    (tmp_path / "mail.mbox").write_text(mbox(letters))
    for command in (["add", str(tmp_path / "mail.mbox")], ["me", "ada@example.org"], ["curate"], ["release"]):
        assert run([*command, "--json"]) == 0
    capsys.readouterr()
    return tmp_path / "home" / "lab"


def told(stage: Path) -> str:
    """Return the text that a stage holds as tokens."""
    import numpy as np

    from scapa.lab.language.tokens import Bytepairs

    with np.load(stage / "text.npz") as text:
        return Bytepairs.load((stage / "tokenizer.json").read_text()).decode(text["prompts"].ravel())


def test_taking_a_source_out_clears_unfinished_runs_on_its_texts(lab, monkeypatch, capsys):
    from scapa.lab.language.gauges import Gauges

    def killed(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(Gauges, "observe", killed)
    assert run([*LANGUAGE]) == 130
    (stage,) = lab.glob("*/tasks/stage")
    assert SECRET in told(stage)
    capsys.readouterr()
    code, found = scapa(capsys, "source", "rm", "1")
    assert (code, found["removed"]["discarded"]) == (0, [stage.parent.parent.name])
    assert list(lab.iterdir()) == []


def test_a_finished_run_on_ones_own_texts_holds_none_of_them(lab, capsys):
    run([*LANGUAGE])
    (folder,) = lab.iterdir()
    assert sorted(path.name for path in folder.iterdir() if path.suffix != ".parquet") == [CHECKS, CONFIG, PLOTS]
    assert not [path for path in folder.iterdir() if SECRET.encode() in path.read_bytes()]


def test_a_run_that_cannot_be_leaves_no_text(lab, capsys):
    code, found = scapa(capsys, *LANGUAGE, "--block", "400")
    assert (code, "128 are needed" in found["error"]["what"]) == (2, True)
    assert list(lab.iterdir()) == []


@pytest.mark.parametrize("asked", [("gaussian", "--chains", "10", "--generations", "2"), ("all", "--preset", "smoke")])
def test_json_has_null_where_a_figure_is_no_number(tmp_path, monkeypatch, capsys, asked):
    from scapa.lab import gallery
    from scapa.lab.gaussian import GaussianConfig

    check = Check("odd", float("nan"), float("inf"), float("-inf"), False)
    monkeypatch.setattr(GaussianConfig, "checks", lambda self, rows: [check])
    monkeypatch.setattr(gallery, "gallery", lambda name: [GaussianConfig(chains=10, generations=2)])
    code, found = scapa(capsys, "lab", *asked, "--home", str(tmp_path))
    assert code == 1
    (run,) = found.get("experiments", [found])
    assert run["checks"] == [{"name": "odd", "observed": None, "expected": None, "tolerance": None, "passed": False}]


def test_base_models_are_kept_in_the_home_that_was_named(tmp_path, monkeypatch, capsys):
    from scapa.errors import MissingPart

    def missing(name, folder):
        raise MissingPart("no network", where=str(folder))

    monkeypatch.setattr("scapa.lab.language.pretrained.prepare_base", missing)
    code, found = scapa(capsys, "lab", "language", "--preset", "paper", "--home", str(tmp_path / "home"))
    assert (code, found["error"]["where"]) == (2, str(tmp_path / "home" / "models" / "base"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("language", "--regime", "mix:2"), "real must lie in [0, 1]"),
        (("language", "--control", "nosuch"), "no regime called 'nosuch'"),
        (("language", "--precision", "x"), "no precision 'x'"),
        (("language", "--text", ""), "no text"),
        (("language", "--text", "hub:"), "'hub:' names no data set"),
        (("language", "--text", "hub:../../etc"), "'hub:../../etc' names no data set"),
        (("language", "--base", ""), "no base"),
        (("gaussian", "--regime", "mix:2"), "real must lie in [0, 1]"),
    ],
)
def test_settings_that_cannot_be_leave_no_home(tmp_path, capsys, asked, said):
    code, found = scapa(capsys, "lab", *asked, "--home", str(tmp_path / "home"))
    assert (code, said in found["error"]["what"]) == (2, True)
    assert not (tmp_path / "home").exists()


def test_text_that_is_not_utf_8_is_told_by_its_file(tmp_path, capsys):
    (tmp_path / "a.txt").write_bytes("Grüße".encode("latin-1"))
    code, found = scapa(capsys, "lab", "language", "--text", str(tmp_path), "--home", str(tmp_path / "home"))
    assert (code, found["error"]["what"]) == (2, "is not UTF-8 text")
    assert found["error"]["where"] == str(tmp_path / "a.txt")


def test_options_are_words_and_only_what_one_can_choose(capsys):
    assert run(["lab", "ridge", "--help"]) == 0
    assert "--penalty FLOAT" in capsys.readouterr().out
    assert run(["lab", "language", "--help"]) == 0
    assert "--measured" not in capsys.readouterr().out
