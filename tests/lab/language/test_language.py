"""The experiment: its presets, one generation 1 for all lines of a seed, the same figures again, also after a kill."""

import subprocess
import sys
from dataclasses import replace
from shutil import copytree

import numpy as np
import pytest

from scapa.errors import InputError, UsageError
from scapa.lab import perform, preset
from scapa.lab.desk import Desk, Task
from scapa.lab.language import LanguageConfig, reading
from scapa.lab.language.gauges import HUMAN, Gauges
from scapa.lab.language.presets import PRESETS
from scapa.lab.language.stage import STAGE, course, set_up
from scapa.lab.regimes import parse
from scapa.lab.speeches import speech_texts
from scapa.lab.verdict import Line
from scapa.store.run import run_folder, settings_of

SMOKE = preset("language", "smoke")
THREE = replace(SMOKE, generations=3, base_steps=1)


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    """A folder of tasks with the stage of `THREE`, and folders of tasks that do not disturb each other."""
    tasks = tmp_path_factory.mktemp("tasks")
    set_up(THREE, Desk(tasks / "planner"))
    return tasks


def rows_of(config, line, desk):
    return [(row.regime, row.generation, row.measure, row.mean) for row in config.compute(Task(line), desk).rows]


def test_naming_it_loads_no_torch():
    code = "import sys, scapa.lab.language; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_preset_can_be_made_and_the_papers_is_its_set_up():
    for name in PRESETS:
        config = preset("language", name)
        assert len(replace(config, size=config.size or 64).tasks()) >= config.replicates
    settings = settings_of(preset("language", "paper"))
    expected = {
        "block": 64, "prompt": 64, "beams": 5, "replicates": 5, "epochs": 5.0, "mixed_epochs": 10.0, "size": 0,
        "regimes": ["replace", "mix:0.1"], "penalty": 1.0,
    }  # fmt: skip
    assert {name: settings[name] for name in expected} == expected
    assert preset("language", "paper-penalty").penalty == 2.0


def test_mixed_regimes_train_for_their_own_epochs():
    config = replace(preset("language", "paper"), size=80)
    assert [course(config, parse(regime)).steps for regime in ("replace", "mix:0.1")] == [50, 100]


@pytest.mark.parametrize(
    "wrong", [{"generations": 0}, {"heads": 5}, {"precision": "int8"}, {"base_share": 1.0}, {"regimes": ("none",)}]
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(UsageError):
        replace(SMOKE, **wrong).tasks()


def test_smoke_runs_keeps_no_text_and_runs_the_same_again(tmp_path):
    first = perform(SMOKE, tmp_path, jobs=1)
    again = perform(SMOKE, tmp_path, jobs=1, again=True)
    assert first.digest == again.digest
    lines = {(row.regime, row.arm, row.generation) for row in first.rows}
    assert lines == {
        (r, a, n) for r, a in [("replace", "loop"), ("replace", "control"), (HUMAN, "control")] for n in (1, 2)
    }
    assert {row["generation"] for row in first.table("histogram")} == {1, 2}
    assert not [path for path in run_folder(tmp_path, SMOKE).iterdir() if path.is_dir()]
    assert first.config["plan"]["size"] == 64


def test_another_seed_gives_other_figures(staged):
    line = Line("replace", "loop", 64)
    other = replace(THREE, seed=2).compute(Task(line), Desk(staged / "other"))
    assert [row.mean for row in other.rows] != [row[3] for row in rows_of(THREE, line, Desk(staged / "one"))]


def test_lines_of_a_seed_begin_with_one_generation_and_seeds_do_not(staged):
    loop, control = (rows_of(THREE, Line("replace", arm, 64), Desk(staged / arm)) for arm in ("loop", "control"))
    at = {
        name: {(n, measure): mean for regime, n, measure, mean in rows if regime == "replace"}
        for name, rows in (("loop", loop), ("control", control))
    }
    assert at["loop"][1, "loss"] == at["control"][1, "loss"]
    assert at["loop"][2, "loss"] != at["control"][2, "loss"]
    second = THREE.compute(Task(Line("replace", "loop", 64), 1), Desk(staged / "second"))
    assert next(row.mean for row in second.rows if row.measure == "loss") != at["loop"][1, "loss"]
    assert second.tables == {}


@pytest.mark.parametrize("regime", ["replace", "accumulate", "filtered:0.5,0.1"])
def test_a_killed_line_goes_on_bit_for_bit(staged, monkeypatch, regime):
    line = Line(regime, "loop", 64)
    whole = rows_of(THREE, line, Desk(staged / f"whole-{regime}"))
    observe = Gauges.observe

    def killed(self, line, step, *, table):
        if step.generation == 3:
            raise KeyboardInterrupt
        return observe(self, line, step, table=table)

    monkeypatch.setattr(Gauges, "observe", killed)
    with pytest.raises(KeyboardInterrupt):
        rows_of(THREE, line, Desk(staged / f"killed-{regime}", every=0))
    monkeypatch.undo()
    assert (staged / f"killed-{regime}" / "state.npz").is_file()
    assert rows_of(THREE, line, Desk(staged / f"killed-{regime}", every=0)) == whole


def test_the_stage_is_made_once(staged, monkeypatch):
    monkeypatch.setattr("scapa.lab.language.stage.train", None)
    monkeypatch.setattr("scapa.lab.language.reading.documents", None)
    assert len(set_up(THREE, Desk(staged / "other")).text.corpus) > 64


@pytest.mark.parametrize("name", ["tokenizer.json", "text.npz", "base.npz"])
def test_a_damaged_part_of_the_stage_is_made_again(staged, tmp_path, name):
    copytree(staged / STAGE, tmp_path / STAGE)
    path, said = tmp_path / STAGE / name, []
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    again = set_up(THREE, Desk(tmp_path / "planner", say=said.append))
    assert [f"{name} was damaged" in line for line in said] == [True]
    first = set_up(THREE, Desk(staged / "planner"))
    assert np.array_equal(again.text.corpus.blocks, first.text.corpus.blocks)
    assert all(np.array_equal(again.author.start[at], weights) for at, weights in first.author.start.items())


def test_another_text_in_the_same_folder_is_another_run(tmp_path, monkeypatch):
    for n, speech in enumerate(speech_texts()[:24]):
        (tmp_path / f"{n:02}.txt").write_text(speech)
    config, opened = replace(SMOKE, text=str(tmp_path)), []
    whole = reading._text
    monkeypatch.setattr(reading, "_text", lambda path: opened.append(path.name) or whole(path))
    before = config.reads(Desk())
    set_up(config, Desk(tmp_path / "run" / "planner", data=before))
    assert len(opened) == len(set(opened)) == 24  # read once for digest, tokenizer and tokens
    assert set(before["text"]) == {"length", "blake2b"}
    (tmp_path / "03.txt").write_text(speech_texts()[3].replace("citizens", "denizens"))
    after = config.reads(Desk())
    assert run_folder(tmp_path, config, before) != run_folder(tmp_path, config, after)
    with pytest.raises(InputError, match="text changed"):
        set_up(config, Desk(tmp_path / "other" / "planner", data=before))


def test_what_is_a_package_or_a_setting_is_not_read_for_a_digest():
    assert SMOKE.reads(Desk()) == replace(SMOKE, text="nowhere", texts=("own",)).reads(Desk()) == {}


def test_ones_own_texts_stay_out_of_the_record():
    config = LanguageConfig(**LanguageConfig.from_texts(["secret words"] * 3))
    assert "secret" not in str(settings_of(config))
    assert config.texts == ("secret words",) * 3


def test_human_text_is_measured_as_the_models_text_is(staged):
    stage = set_up(THREE, Desk(staged / "planner"))
    gauges = stage.gauges(THREE, np.random.default_rng(0))
    kept = gauges._of_words(gauges._words(gauges.probes.blocks))
    assert kept["words"] * 0.8 == pytest.approx(gauges._kept, abs=1)
    assert 0 < kept["missing_mass"] < 1
    held = {tuple(block) for block in stage.text.held_out.blocks}
    assert {tuple(block) for block in gauges.probes.blocks} <= held
    assert not held & {tuple(block) for block in gauges.reference}
