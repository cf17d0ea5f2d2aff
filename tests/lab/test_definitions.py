"""The eight definitions of collapse, answered apart for every line of a run."""

import re
from dataclasses import fields
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from walks import Walk

from scapa.lab import EXPERIMENTS, perform, preset
from scapa.lab.definitions import answers
from scapa.lab.desk import MOST_SEEDS, Found
from scapa.lab.discrete import DiscreteConfig
from scapa.lab.gaussian import GaussianConfig
from scapa.lab.verdict import Line
from scapa.measure.trajectories import Trajectories


def _answers(run, **where):
    rows = [row for row in run.table("definitions") if all(row[name] == value for name, value in where.items())]
    return {row["definition"]: row["answer"] for row in rows}


def test_a_gaussian_fed_to_itself_collapses_by_some_definitions_and_not_by_others(tmp_path):
    config = GaussianConfig(sizes=(100,), generations=400, chains=200, regimes=("replace", "accumulate"), ddofs=(0,))
    run = perform(config, tmp_path)
    replace, accumulate = _answers(run, regime="replace"), _answers(run, regime="accumulate")
    assert len(replace) == len(accumulate) == 8
    assert (replace["collapsing variance"], accumulate["collapsing variance"]) == ("holds", "does not hold")
    assert replace["any increase of population risk"] == "holds"
    tail, foreign = "disappearance of real tail data", "appearance of hallucinated data"
    assert (replace[tail], accumulate[tail]) == ("holds", "cannot be said")
    assert (replace[foreign], accumulate[foreign]) == ("cannot be said", "does not hold")
    assert replace["entanglement of real data modes"] == "cannot be said"  # a Gaussian has one mode


def test_a_discrete_tail_goes_and_real_data_keep_it(tmp_path):
    config = DiscreteConfig(states=200, sizes=(500,), generations=10, chains=40, regimes=("replace", "fresh:5000"))
    run = perform(config, tmp_path)
    assert _answers(run, regime="replace")["disappearance of real tail data"] == "holds"
    assert _answers(run, regime="fresh:5000")["disappearance of real tail data"] == "does not hold"
    catastrophe = {row["regime"]: row for row in run.table("definitions") if row["definition"].startswith("catastr")}
    (first,), (last,) = (run.select(regime="replace", arm="loop", measure="tv", generation=n) for n in (1, 10))
    way = (last.mean - first.mean) / (config.useless_risk - first.mean)
    assert catastrophe["replace"]["estimate"] == pytest.approx(way)
    assert catastrophe["fresh:5000"]["answer"] == "does not hold"


def test_replicates_of_dear_tasks_are_seeds(tmp_path):
    class Roles(Walk):
        roles: ClassVar[dict[str, str]] = {"variance": "variance", "risk": "mean"}

    run = perform(Roles(), tmp_path, jobs=1)
    seeds = run.table("seeds")
    assert {seed["seed"] for seed in seeds} == {0, 1, 2}
    (row,) = run.select(generation=5, measure="variance")
    values = [seed["value"] for seed in seeds if (seed["generation"], seed["measure"]) == (5, "variance")]
    assert np.mean(values) == pytest.approx(row.mean)
    assert len(_answers(run)) == 8


def test_of_many_chains_the_first_are_kept_one_by_one():
    found, values = Found(), np.arange(MOST_SEEDS + 5.0)
    found.measure(Line("replace", "loop", 9), 3, {"x": values, "y": values}, {"x": 1.0}, keep=("y",))
    assert [(row.measure, row.theory) for row in found.rows] == [("x", 1.0), ("y", None)]
    assert [seed["value"] for seed in found.tables["seeds"]] == values[:MOST_SEEDS].tolist()
    assert {seed["measure"] for seed in found.tables["seeds"]} == {"y"}


def test_the_control_of_the_same_line_and_three_sizes_are_used():
    def seeds(arm, size, risks):
        found = Found()
        line = Line("replace", arm, size)
        for generation, risk in enumerate(risks, start=1):
            found.measure(line, generation, {"w2": risk * np.array([0.99, 1.0, 1.01])}, keep=("w2",))
        return found.tables["seeds"]

    rows = []
    for size in (10, 100, 1000):
        rows += seeds("loop", size, [1 / size, 0.5]) + seeds("control", size, [1 / size, 1 / size])
    found = answers(rows, {"risk": "w2"})
    scaling = [row for row in found if row["definition"] == "change in scaling law" and row["size"] == 10]
    assert scaling[0]["answer"] == "holds"
    assert scaling[0]["estimate"] == pytest.approx(1.0, abs=0.01)  # the loop's risk does not fall with size at all
    increase = [row for row in found if row["definition"].startswith("any increase") and row["size"] == 100]
    assert increase[0]["estimate"] == pytest.approx((0.5 - 0.01) / 0.01, rel=0.05)


def test_generations_are_those_at_which_everything_was_measured():
    found, line = Found(), Line("replace", "loop", 9)
    for generation in range(1, 13):
        figures = {"w2": 1 + generation * np.ones(4), "recall": np.linspace(0.9, 0.8, 5) / generation}
        keep = ("w2", "recall") if generation in (1, 4, 10) else ("w2",)
        found.measure(line, generation, figures, keep=keep)
    by_name = {row["definition"]: row for row in answers(found.tables["seeds"], {"risk": "w2", "tail": "recall"})}
    assert by_name["disappearance of real tail data"]["estimate"] == pytest.approx(0.9)
    assert by_name["any increase of population risk"]["estimate"] == pytest.approx(9 / 2)


def test_roles_are_those_of_the_definitions_and_the_guide_names_who_answers():
    roles = {kind.name: getattr(kind, "roles", {}) for kind in EXPERIMENTS}
    parts = {each.name for each in fields(Trajectories)} - {"generations", "control_risk", "useless_risk", "scaling"}
    assert {role for of in roles.values() for role in of} == parts
    guide = (Path(__file__).parents[2] / "docs" / "lab.md").read_text(encoding="utf-8")
    said = guide[guide.index("Every run of") : guide.index("The thresholds are ours")]
    answering, others = (set(re.findall(r"`([a-z-]+)`", part)) for part in said.split("answers them one by one"))
    assert answering == {name for name, of in roles.items() if of}
    assert others == {name for name, of in roles.items() if not of}


@pytest.mark.parametrize("name", ["discrete", "gaussian", "kde", "regression", "gmm"])
def test_every_role_is_measured(name, tmp_path):
    run = perform(preset(name, "smoke"), tmp_path)
    roles = EXPERIMENTS.get(name).roles
    assert set(roles.values()) <= {row.measure for row in run.rows}
    silent = {row["definition"] for row in run.table("definitions") if row["why"].startswith("not measured")}
    asked = {
        "variance": "collapsing variance",
        "separation": "entanglement of real data modes",
        "tail": "disappearance of real tail data",
        "foreign": "appearance of hallucinated data",
    }
    answered = {
        row["definition"]
        for row in run.table("definitions")
        if row["estimate"] is not None and row["definition"] in asked.values()
    }
    assert {name for role, name in asked.items() if role in roles} == answered
    assert {name for role, name in asked.items() if role not in roles} <= silent
