"""The mixture experiment: what a run records, draws and checks, and which settings it refuses."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from scapa.errors import UsageError
from scapa.lab import preset
from scapa.lab.desk import Desk
from scapa.lab.gmm import GmmConfig, gauges, likeness
from scapa.lab.gmm.em import labels
from scapa.lab.gmm.experiment import Watch
from scapa.lab.gmm.mixture import Mixture
from scapa.lab.gmm.subject import Clouds
from scapa.lab.perform import perform
from scapa.lab.regimes import parse
from scapa.lab.verdict import Line
from scapa.measure.neighbours import expected_coverage

LOOKED_AT = ("precision", "recall")
SMALL = {"sizes": (60,), "generations": 12, "chains": 30}


def _found(config):
    return {(task.line.estimator, task.line.arm): config.compute(task, Desk()) for task in config.tasks()}


def test_the_smoke_preset_passes_its_checks_and_is_repeatable(tmp_path):
    config = GmmConfig(preset="smoke", **GmmConfig.presets["smoke"].settings)
    run = perform(config, tmp_path / "a")
    assert [check for check in run.checks if not check.passed] == []
    assert len(run.checks) > 25
    assert perform(config, tmp_path / "b").digest == run.digest
    assert not config.dear
    assert {row.estimator for row in run.rows} == {"two", "blob"}
    cloud = run.table("cloud")
    assert {(row["estimator"], row["generation"]) for row in cloud} == {("two", 0), ("blob", 0)}
    assert "gmm-two-mislabelled" in {plot.name for plot in run.plots}
    assert {plot.name for plot in run.plots if plot.kind == "cloud"} == {"gmm-two-cloud", "gmm-blob-cloud"}


def test_a_missing_regulariser_is_caught_by_the_run_itself(tmp_path, monkeypatch):
    from scapa.lab.gmm import em

    config = GmmConfig(
        regulariser=0.05, set_ups=("blob",), regimes=("replace",), arms=("loop",), **SMALL | {"chains": 200}
    )
    assert perform(config, tmp_path / "a").passed
    honest = em.maximise
    monkeypatch.setattr(em, "maximise", lambda sums, regulariser: honest(sums, regulariser / 50))
    run = perform(config, tmp_path / "b")
    assert {check.name.split()[-1] for check in run.checks if not check.passed} >= {"variance"}


def test_the_pictures_are_drawn_at_the_papers_generations_without_changing_a_figure(monkeypatch):
    monkeypatch.setattr("scapa.lab.gmm.experiment.PICTURED", (0, 5, 10, 99))
    config = GmmConfig(set_ups=("two",), regimes=("replace",), points=3, **SMALL)
    found = _found(config)
    cloud = found["two", "loop"].tables["cloud"]
    assert sorted({row["generation"] for row in cloud}) == [0, 5, 10]
    assert "cloud" not in found["two", "control"].tables
    assert {5, 10} <= {row.generation for row in found["two", "loop"].rows}
    at_ten = [row for row in cloud if row["generation"] == 10]
    assert len(at_ten) == 400
    weights = {row["component"]: row["weight"] for row in at_ten}
    assert sum(weights.values()) == pytest.approx(1.0)
    monkeypatch.setattr("scapa.lab.gmm.experiment.PICTURED", (0, 5, 10))
    monkeypatch.setattr("scapa.lab.gmm.experiment.DRAWN", 7)
    again = _found(config)
    assert again["two", "loop"].rows == found["two", "loop"].rows


def test_a_picture_shows_what_the_models_of_its_generation_write():
    config = GmmConfig(set_ups=("two",), regimes=("replace",), **SMALL | {"generations": 50})
    watch = Watch(config, config.tasks()[0].line, parse("replace"))
    first, far = config.truth("two"), Mixture.alike(30, np.array([[50.0, 0.0], [60.0, 0.0]]), 0.5)
    real = np.array([row["x"] for row in watch.see(1, first, first).tables["cloud"]])
    written = watch.see(50, far, first).tables["cloud"]
    assert np.abs(real).max() < 7
    assert all(abs(row["x"] - row["mean_x"]) < 3 for row in written)
    assert {(row["mean_x"], row["weight"], row["xx"]) for row in written} == {(50.0, 0.5, 0.25), (60.0, 0.5, 0.25)}


def test_the_control_is_refitted_on_real_points_and_only_where_it_is_recorded(monkeypatch):
    config = GmmConfig(set_ups=("blob",), regimes=("replace",), points=4, **SMALL | {"chains": 300})
    fits = []
    honest = gauges.Gauges.measure
    monkeypatch.setattr(gauges.Gauges, "measure", lambda self, *models: fits.append(1) or honest(self, *models))
    rows = _found(config)["blob", "control"].rows
    control = [row for row in rows if row.measure == "variance"]
    assert [row.generation for row in control] == [1, 2, 5, 12]
    for row in control:
        assert row.theory == pytest.approx(59 / 60 + 1e-6)
        assert abs(row.mean - row.theory) < 5 * row.error


@pytest.mark.parametrize(
    ("regime", "seen"), [("replace", [60] * 3), ("mix:0.2", [60] * 3), ("accumulate", [60, 120, 180])]
)
def test_every_fit_sees_the_points_that_the_regime_gives_it(regime, seen, monkeypatch):
    fitted, honest = [], Clouds.fit
    monkeypatch.setattr(
        Clouds, "fit", lambda self, items, rng: fitted.append(set(items.sizes)) or honest(self, items, rng)
    )
    _found(GmmConfig(set_ups=("two",), regimes=(regime,), arms=("loop",), **SMALL | {"generations": 3}))
    assert fitted == [{size} for size in seen]


def test_regimes_of_the_same_size_share_one_control():
    config = GmmConfig(regimes=("replace", "mix:0.1", "accumulate"), set_ups=("two",), **SMALL)
    controls = [task.line.regime for task in config.tasks() if task.line.arm == "control"]
    assert controls == ["replace", "accumulate"]
    assert len(config.tasks()) == 5


def test_bounds_of_the_width_are_kept():
    rows = _found(GmmConfig(set_ups=("two",), regimes=("replace",), arms=("loop",), **SMALL))["two", "loop"].rows
    widths = [row for row in rows if row.measure == "std"]
    assert all(row.floor == pytest.approx(1e-3) and row.floor < row.mean <= row.ceiling * 1.2 for row in widths)
    assert widths[0].ceiling == pytest.approx(np.sqrt(59 / 60 * 3 + 1e-6))


def test_gauges_by_hand():
    truth = Mixture.alike(1, np.array([[-2.0, 0.0], [2.0, 0.0]]))
    own = gauges.Gauges.of(truth, np.random.default_rng(0))
    swapped = Mixture(truth.weights[:, ::-1], truth.means[:, ::-1], truth.covariances[:, ::-1])
    found = own.measure(swapped, truth)
    assert found["variance"] == pytest.approx([3.0])
    assert found["std"] == pytest.approx([np.sqrt(3)])
    assert found["narrowest"] == found["widest"] == pytest.approx([1.0])
    none = ("mean", "drift", "l2", "l2_first", "mislabelled", "kl")
    assert [found[name][0] for name in none] == pytest.approx([0] * 6)
    assert found["separation"] == pytest.approx([1.0])
    moved = Mixture(np.array([[0.2, 0.8]]), truth.means + np.array([3.0, 4.0]), truth.covariances * 4)
    found = own.measure(moved, truth)
    assert found["mean"] == pytest.approx([3 + 0.6 * 2])
    assert found["drift"] == pytest.approx([4.2**2 + 16])
    assert found["lighter"] == pytest.approx([0.2])
    assert found["widest"] == pytest.approx([2.0])
    turned = Mixture(truth.weights, truth.means[..., ::-1].copy(), truth.covariances)  # split across, not along
    assert own.measure(turned, truth)["mislabelled"][0] > 0.4
    assert abs(own.measure(turned, turned)["separation"][0]) < 0.2  # whatever the first fit took for right
    assert labels(truth, np.array([[-3.0, 3.0], [0.0, 0.0]]))[0].tolist() == [0, 1]


def test_the_test_loss_is_that_of_the_densities_and_finite_at_the_floor():
    rng = np.random.default_rng(2)
    truth = Mixture.alike(1, np.array([[-2.0, 0.0], [2.0, 0.0]]))
    own = gauges.Gauges.of(truth, rng)
    roots = rng.normal(size=(3, 2, 2, 2))
    model = Mixture(rng.dirichlet([2.0, 2.0], 3), rng.normal(size=(3, 2, 2)), roots @ roots.mT + 0.3 * np.eye(2))

    def log(mixture, chain):
        parts = zip(mixture.weights[chain], mixture.means[chain], mixture.covariances[chain], strict=True)
        return np.log(sum(w * stats.multivariate_normal(m, c).pdf(own.points.T) for w, m, c in parts))

    wanted = [(log(truth, 0) - log(model, chain)).mean() for chain in range(3)]
    assert own.measure(model, truth)["kl"] == pytest.approx(wanted)
    point = Mixture.alike(1, np.array([[0.0, 0.0], [0.0, 0.0]]), 1e-3)
    assert 1e6 < own.measure(point, truth)["kl"][0] < 1e7


def test_one_mode_is_not_kept_apart_from_another():
    config = GmmConfig(regimes=("replace",), **SMALL | {"generations": 2})
    measured = {key: {row.measure for row in found.rows} for key, found in _found(config).items()}
    assert "separation" in measured["two", "loop"]
    assert "separation" not in measured["blob", "loop"]


def _likeness_of(model, seed=3):
    truth = Mixture.alike(1, np.array([[-2.0, 0.0], [2.0, 0.0]]))
    own = likeness.Likeness.of(truth, np.random.default_rng(1))
    return own.measure(model, np.random.default_rng(seed))


def test_written_points_are_held_against_real_ones():
    centres = np.array([[-2.0, 0.0], [2.0, 0.0]])
    real, narrow, far = (
        _likeness_of(Mixture.alike(10, centres + away, width)) for away, width in [(0, 1.0), (0, 0.3), (50, 1.0)]
    )
    assert {values.shape for values in real.values()} == {(likeness.CHAINS,)}
    assert 0.98 < real["precision"].mean() < 1.0  # real points against real points
    assert 0.98 < real["recall"].mean() < 1.0
    assert real["coverage"].mean() == pytest.approx(expected_coverage(500, 500), abs=0.02)
    assert real["w2"].mean() < 1.0
    assert narrow["precision"].mean() > real["precision"].mean() + 0.002
    assert narrow["recall"].mean() < 0.6
    assert [far[name].mean() for name in ("precision", "foreign", "recall", "coverage")] == [0.0, 1.0, 0.0, 0.0]
    assert far["w2"].mean() == pytest.approx(2 * 50**2, rel=0.02)
    uneven = Mixture(np.tile([0.1, 0.9], (8, 1)), np.tile(centres, (8, 1, 1)), np.tile(np.eye(2), (8, 2, 1, 1)))
    assert _likeness_of(uneven)["w2"].mean() == pytest.approx(3.67, abs=1.0)  # of the laws: by quantiles of x


def test_a_stray_point_raises_recall_and_not_coverage():
    lost = Mixture(
        np.array([[0.994, 0.006]]), np.array([[[-2.0, 0.0], [2.0, 0.0]]]), np.tile(np.eye(2) * 0.01, (1, 2, 1, 1))
    )
    found = _likeness_of(lost)
    assert found["recall"][0] > 0.6
    assert found["coverage"][0] < 0.3


def test_looking_changes_nothing_that_is_fitted(monkeypatch):
    config = GmmConfig(set_ups=("two",), regimes=("replace",), arms=("loop",), **SMALL)
    before = _found(config)["two", "loop"].rows
    monkeypatch.setattr("scapa.lab.gmm.experiment.LOOKS", 2)
    after = _found(config)["two", "loop"].rows
    looked = {row.generation for row in after if row.measure == "recall"}
    assert looked == {1, 12}
    assert {row.generation for row in before if row.measure == "recall"} == set(range(1, 13))
    assert [row for row in before if row in after] == after


def test_self_consuming_loops_lose_diversity_sooner_with_bias_and_real_data_keep_it(tmp_path):
    few = {
        "generations": 25,
        "chains": 8,
        "regimes": ("replace", "fresh:100", "replace:bias=0.7", "fresh:100,bias=0.7"),
    }
    run = perform(preset("gmm", "self-consuming", **few), tmp_path)
    assert run.passed
    assert {plot.name: plot.measure for plot in run.plots} == {"gmm-precision": "precision", "gmm-recall": "recall"}
    last = {
        (row.measure, row.regime, row.arm): row.mean for row in run.select(generation=25) if row.measure in LOOKED_AT
    }
    recall = [last["recall", regime, "loop"] for regime in few["regimes"]]
    control = last["recall", "replace", "control"]
    assert recall[2] < 0.1 < recall[0] < 0.85 < min(recall[1], recall[3], control)
    assert recall[3] < recall[1] + 0.01
    assert last["precision", "replace:bias=0.7", "loop"] > last["precision", "replace", "control"]
    answers = {(row["definition"], row["regime"]): row["answer"] for row in run.table("definitions")}
    assert answers["disappearance of real tail data", "replace:bias=0.7"] == "holds"
    assert answers["disappearance of real tail data", "fresh:100,bias=0.7"] == "does not hold"
    assert answers["appearance of hallucinated data", "replace:bias=0.7"] == "does not hold"
    assert answers["any increase of population risk", "replace"] == "holds"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"set_ups": ("three",)}, "three"),
        ({"set_ups": ()}, "set-up"),
        ({"sizes": ()}, "set-up"),
        ({"chains": 1}, "two chains"),
        ({"sizes": (5,)}, "10 or more"),
        ({"regulariser": 0.0}, "regulariser"),
        ({"regimes": ("nonsense",)}, "nonsense"),
        ({"regimes": ("accumulate",), "chains": 100}, "6.4 GB"),
        ({"regimes": ("accumulate-subsample",), "chains": 100}, "9.6 GB"),
        ({"regimes": ("archive:0.9",), "generations": 500}, "GB"),
    ],
)
def test_settings_that_cannot_be_are_refused(options, says):
    with pytest.raises(UsageError, match=says):
        GmmConfig(**options).tasks()


def test_a_long_line_is_saved_and_goes_on_with_the_same_figures(tmp_path):
    config = GmmConfig(set_ups=("two",), regimes=("replace",), arms=("loop",), **SMALL)
    whole = config.compute(config.tasks()[0], Desk())

    def killed_at_six(done, total):
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        config.compute(config.tasks()[0], Desk(tmp_path, killed_at_six, 0))
    again = config.compute(config.tasks()[0], Desk(tmp_path, every=0))
    assert again.rows == whole.rows
    assert again.tables == whole.tables


def test_the_papers_end_is_checked_where_its_set_up_was_run():
    config = GmmConfig()
    end = Line("replace", "loop", 1_000, "two").row(2_000, "narrowest", [0.014, 0.02, 5.0])
    assert [check.passed for check in config.checks([end])] == [True]
    assert [check.passed for check in config.checks([replace(end, median=0.05)])] == [False]
    assert config.checks([replace(end, size=500), replace(end, generation=1_999), replace(end, arm="control")]) == []


def test_the_presets_can_all_be_set_up():
    for chosen in GmmConfig.presets.values():
        assert GmmConfig(**chosen.settings).tasks()


def test_importing_it_loads_no_peer():
    code = (
        "import sys, scapa.lab.gmm;"
        "print(sorted({'torch', 'sklearn', 'scipy', 'matplotlib', 'numba', 'duckdb'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
