"""Run folders of the lab, drawn: who is compared with whom, and which lines are which."""

import json
import os
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from scapa.errors import InputError
from scapa.records import Check
from scapa.report.runs import read_run_folder, read_runs
from scapa.store.run import Row, write_run


@dataclass
class Config:
    name: str = "toy"
    version: int = 1
    counts: np.ndarray | None = field(default=None, metadata={"data": True})


def rows(regime, arm="loop", size=100, measure="support", theory=None, estimator=""):
    return [
        Row(regime, arm, size, estimator, 9, n, measure, 10.0 - n, 0.1, 20.0 - n, 5.0 - n, 30.0 - n, theory)
        for n in (2, 0, 1)
    ]


def run(folder, *groups, name="toy", checks=(), counts=None):
    write_run(folder, Config(name, counts=counts), 3, [row for group in groups for row in group], checks)
    return read_run_folder(folder)


def test_lines_carry_their_numbers(tmp_path):
    check = Check("c", 1.0, 1.0, 0.1, True)
    found = run(tmp_path, rows("replace"), checks=[check])
    (arm,) = found.measures[0].arms
    assert (arm.generations, arm.values) == ((0, 1, 2), (20, 19, 18))
    assert (arm.low, arm.high, arm.theory) == ((5, 4, 3), (30, 29, 28), ())
    assert found.measures[0].centre == "median"
    assert found.checks == (check,)
    assert found.title == "toy, 3 generations"


def test_theory_is_of_the_mean_so_the_mean_is_drawn(tmp_path):
    (measure,) = run(tmp_path, rows("replace", theory=7.0), rows("mix:0.1")).measures
    assert measure.centre == "mean"
    assert [arm.values for arm in measure.arms] == [(10, 9, 8)] * 2
    assert [arm.theory for arm in measure.arms] == [(7, 7, 7), ()]


@pytest.mark.parametrize(
    ("regime", "arm", "kind"),
    [
        ("replace", "loop", "unguarded"),
        ("replace,bias=0.9", "loop", "unguarded"),
        ("archive:0.6", "loop", "unguarded"),
        ("archive:0.6,0.95,0.01", "loop", "guarded"),
        ("archive:0.6,0,0.01", "loop", "unguarded"),
        ("archive:0.6,bias=0.8", "loop", "unguarded"),
        ("filtered:0.95,0.01", "loop", "guarded"),
        ("filtered:0,0.01", "loop", "unguarded"),
        ("mix:0.1", "loop", "other"),
        ("archive:0.6", "first", "clean"),
        ("archive:0.6,0.95,0.01", "control", "control"),
    ],
)
def test_who_is_who(tmp_path, regime, arm, kind):
    assert run(tmp_path, rows(regime, arm)).measures[0].arms[0].kind == kind


def test_regimes_are_compared_at_one_size(tmp_path):
    groups = [
        rows(regime, arm, size)
        for size in (100, 500)
        for regime in ("replace", "mix:0.1")
        for arm in ("loop", "control")
    ]
    (measure,) = run(tmp_path, *groups).measures
    assert [arm.name for arm in measure.arms] == [
        "replace", "replace, human only", "10\u00a0% real", "10\u00a0% real, human only",
    ]  # fmt: skip
    assert "4 of 8 lines are drawn" in measure.about


def test_with_a_guard_lines_are_named_by_their_part(tmp_path):
    regimes = ("archive:0.6", "archive:0.6,0.95,0.01")
    lines = [(regime, arm) for regime in (*regimes, "replace") for arm in ("loop", "first")]
    lines += [("replace", "control")]
    groups = [rows(*line, measure=measure) for line in lines for measure in ("tv", "support")]
    groups.append([replace(row, median=99.0) for row in rows("accumulate", "control", measure="tv")])
    found = run(tmp_path, *groups, name="discrete")
    assert found.title == "Your words, 3 years on"
    (measure,) = found.measures
    assert measure.name == "distance to the original"
    assert {arm.name: arm.kind for arm in measure.arms} == {
        "no guard": "unguarded",
        "guard": "guarded",
        "human only": "control",
        "clean model": "clean",
    }
    assert next(arm for arm in measure.arms if arm.kind == "control").values == (99, 99, 99)  # what an archive keeps


def test_names_tell_lines_apart(tmp_path):
    found = run(tmp_path, rows("filtered:0.9,0"), rows("filtered:0.5,0"), rows("replace", "first"))
    assert [arm.name for arm in found.measures[0].arms] == [
        "guard 90\u00a0%",
        "guard 50\u00a0%",
        "replace, clean model",
    ]


def test_lines_of_their_own_estimator_are_compared_too(tmp_path):
    found = run(tmp_path, *(rows(regime, estimator=regime[:3]) for regime in ("replace", "mix:0.1")))
    assert [arm.name for arm in found.measures[0].arms] == ["replace", "10\u00a0% real"]


def test_one_regime_is_compared_over_its_sizes(tmp_path):
    groups = [rows("replace", size=size, estimator=e) for size in (100, 500) for e in ("ddof=0", "ddof=1")]
    (measure,) = run(tmp_path, *groups).measures
    assert [arm.name for arm in measure.arms] == ["M = 100", "M = 500"]


def test_the_telling_measures_come_first(tmp_path):
    names = ("entropy", "drift", "tail_mass", "tv", "support")
    found = run(tmp_path, *(rows("replace", measure=name) for name in names))
    assert [measure.name for measure in found.measures] == ["tail mass", "support", "entropy"]
    (measure,) = run(tmp_path / "s", rows("replace", measure="sigma")).measures
    assert measure.name == "spread σ"


def test_the_newest_of_each_experiment_and_the_guard_first(tmp_path):
    run(tmp_path / "a-1", rows("replace"), name="a")
    run(tmp_path / "a-2", rows("mix:0.1"), name="a")
    os.utime(tmp_path / "a-2" / "checks.json", (1, 1))
    run(tmp_path / "loop-1", rows("archive:0.6,0.9,0.01"), name="loop")
    (tmp_path / "b-1").mkdir()  # not finished
    (tmp_path / "b-1" / "config.json").write_text("{}")
    found = read_runs(tmp_path)
    assert [one.title.partition(",")[0] for one in found] == ["loop", "a"]
    assert found[1].measures[0].arms[0].name == "replace"


@pytest.mark.parametrize("damage", ["[", json.dumps([{"name": 1}])])
def test_a_damaged_run_is_named(tmp_path, damage):
    run(tmp_path, rows("replace"))
    (tmp_path / "checks.json").write_text(damage)
    with pytest.raises(InputError, match="not a finished run"):
        read_run_folder(tmp_path)
    (tmp_path / "checks.json").write_text("[]")
    (tmp_path / "result.parquet").write_bytes(b"no")
    with pytest.raises(InputError):
        read_run_folder(tmp_path)


def test_runs_on_a_release_s_own_text_come_before_the_lab_s(tmp_path):
    run(tmp_path / "a-1", rows("replace"), name="a")
    run(tmp_path / "loop-1", rows("replace"), name="loop", counts=np.array([3, 1]))
    run(tmp_path / "loop-2", rows("mix:0.1"), name="loop")  # newer, and nobody's text
    (found,) = read_runs(tmp_path)
    assert found.measures[0].arms[0].name == "replace"


def test_what_has_nothing_to_draw_is_left_to_the_gallery(tmp_path):
    run(tmp_path / "a-1", rows("replace", measure="accuracy"), name="a")
    assert read_runs(tmp_path) == ()


def test_no_lab_yet(tmp_path):
    assert read_runs(tmp_path) == ()
