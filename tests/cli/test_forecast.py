"""`scapa forecast` from mail to a table."""

from __future__ import annotations

import json

import pytest

from letters import mail, mbox, prose
from scapa.cli import run

KEYS = {"share", "generations", "tail_mass", "rare_coverage", "missing_mass", "vocabulary", "drift", "guard", "run"}


def scapa(capsys, *arguments: str) -> tuple[int, dict, str]:
    code = run([*arguments, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out, parse_constant=pytest.fail) if out else {}, err


@pytest.fixture
def home(tmp_path, monkeypatch, capsys):
    """A maker of homes with a release of these letters."""

    def make(bodies):
        monkeypatch.setenv("SCAPA_HOME", str(tmp_path / "home"))
        (tmp_path / "Sent.mbox").write_text(mbox([mail(n, body) for n, body in enumerate(bodies)]))
        for command in (["add", str(tmp_path / "Sent.mbox")], ["me", "ada@example.org"], ["curate"], ["release"]):
            assert run([*command, "--json"]) == 0
        capsys.readouterr()
        return tmp_path / "home"

    return make


@pytest.fixture
def letters():
    from scapa.lab.speeches import speech_texts

    paragraphs = [" ".join(part.split()) for text in speech_texts()[:12] for part in text.split("\n\n")]
    long = [part for part in paragraphs if 80 < len(part.split()) < 400]
    return ["\n\n".join(long[n : n + 4]) for n in range(0, 160, 4)]


def test_the_forecast_of_a_release(home, letters, capsys):
    folder = home(letters)
    asked = ("forecast", "--share", "0.3", "--share-low", "0.2", "--share-high", "0.4", "--generations", "4")
    code, found, _ = scapa(capsys, *asked, "--release", "latest")
    assert code == 0
    assert set(found) >= KEYS
    assert (found["generations"], found["share"]) == (4, {"estimate": 0.3, "low": 0.2, "high": 0.4})
    assert found["run"].startswith(str(folder / "lab" / "forecast-"))
    for series in found["tail_mass"].values():
        assert len(series) == 4
        assert all(band["low"] <= band["value"] <= band["high"] for band in series)
    left = {name: series[-1]["value"] for name, series in found["tail_mass"].items()}
    assert left["human"] > left["archive"] > left["mix"] > left["replace"]
    assert run([*asked]) == 0
    out, _ = capsys.readouterr()
    assert "So, at 30% machine text and against human text alone, generation 4" in out
    assert "replace" in out


def test_without_a_share_the_one_that_curate_found_is_taken(home, letters, capsys):
    home(letters)
    code, found, _ = scapa(capsys, "forecast", "--generations", "2")
    assert code == 0
    assert found["share"]["estimate"] == found["share"]["low"] == 0
    assert 0.01 < found["share"]["high"] < 0.2


def test_forecast_and_outcome_side_by_side(home, letters, capsys):
    home(letters)
    asked = ("forecast", "--share", "0.3", "--generations", "2", "--check")
    code, found, _ = scapa(capsys, *asked)
    assert code == (0 if all(check["passed"] for check in found["checks"]) else 1)
    assert {one["measure"] for one in found["check"]} == {"vocabulary", "missing_mass", "rare_coverage", "tail_kept"}
    assert {one["regime"] for one in found["check"]} >= {"replace", "accumulate", "archive:0.6"}
    assert sum(abs(one["predicted"] / one["observed"] - 1) for one in found["check"]) / len(found["check"]) < 0.25
    assert run([*asked]) == code
    assert "vocabulary: observed in loops, and forecast from their first training set" in capsys.readouterr().out


def test_a_forecast_that_is_off_is_a_failed_check(home, letters, capsys, monkeypatch):
    from scapa.lab.forecast import ForecastCheckConfig
    from scapa.records import Check

    given = ForecastCheckConfig.from_texts
    small = {"generations": 2, "replicates": 1, "regimes": ("replace",)}
    monkeypatch.setattr(ForecastCheckConfig, "from_texts", staticmethod(lambda texts: given(texts) | small))
    checks = [Check("near", 0.05, 0.0, 0.1, True), Check("far", float("inf"), float("nan"), 0.1, False)]
    monkeypatch.setattr(ForecastCheckConfig, "checks", lambda self, rows: checks)
    home(letters)
    asked = ("forecast", "--share", "0.3", "--generations", "2")
    assert scapa(capsys, *asked)[0] == 0
    code, found, _ = scapa(capsys, *asked, "--check")
    assert code == 1
    assert [(check["name"], check["passed"]) for check in found["checks"]] == [("near", True), ("far", False)]
    assert (found["checks"][1]["observed"], found["checks"][1]["expected"]) == (None, None)
    assert found["check"][0]["error"] is None  # one seed has no standard error
    assert run([*asked, "--check"]) == 1
    out = capsys.readouterr().out
    assert "1 of 2 checks passed" in out
    assert "FAILED  far" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--share", "1"], "cannot be"), (["--share", "0.3", "--share-low", "0.5"], "cannot be"),
     (["--share", "-0.1"], "between 0 and 1"), (["--share-low", "0.1"], "needs its --share"),
     (["--share", "0.3", "--hit", "2"], "hit must lie between"), (["--release", "nothing"], "no release"),
     (["--share", "0.3"], "too few")],
)  # fmt: skip
def test_wrong_usage_is_one_clear_error(home, arguments, words, capsys):
    home([prose(n) for n in range(6)])
    code, found, err = scapa(capsys, "forecast", *arguments)
    assert code == 2
    assert words in found["error"]["what"]
    assert "Traceback" not in err


def test_a_home_is_needed(tmp_path, capsys):
    code, found, _ = scapa(capsys, "forecast", "--share", "0.3", "--home", str(tmp_path / "none"))
    assert code == 2
    assert "no home here" in found["error"]["what"]
