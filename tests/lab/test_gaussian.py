"""The Gaussian experiment: its sufficient statistics against raw items, its figures against closed laws."""

import subprocess
import sys

import numpy as np
import pytest
from closed_forms import accumulate_lost, accumulate_variance, mix_limit
from scipy import stats

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS, perform, read_run
from scapa.lab.engine import recur
from scapa.lab.gaussian import GaussianConfig, Items, Summaries, Summary, _tails, line_found
from scapa.lab.oracles.gaussian import kl_replace, log_variance, w2_replace
from scapa.lab.regimes import parse
from scapa.lab.verdict import Line
from scapa.store.run import run_folder


def _last(subject, regime, size, generations, seed, arm="loop"):
    *_, step = recur(subject, parse(regime), size, generations, np.random.default_rng(seed), arm)
    return step.model


def _rows(regime, *, arm="loop", ddof=0, size=20, generations=8, chains=8000, seed=3, **options):
    config = GaussianConfig(sizes=(size,), generations=generations, chains=chains, seed=seed, points=2, **options)
    rows = line_found(config, Line(regime, arm, size, f"ddof={ddof}")).rows
    return {row.measure: row for row in rows if row.generation == generations}


def _z(row, expected):
    return (row.mean - expected) / row.error


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("regime", ["replace", "accumulate", "mix:0.2", "fresh:5", "replace:bias=0.8"])
def test_sufficient_statistics_have_the_law_of_raw_items(regime, ddof):
    quick = _last(Summaries(4000, ddof), regime, 15, 4, seed=1)
    plain = _last(Items(4000, ddof), regime, 15, 4, seed=2)
    assert stats.ks_2samp(quick.mean, plain.mean).pvalue > 1e-4
    assert stats.ks_2samp(quick.variance, plain.variance).pvalue > 1e-4


def test_a_fit_is_numpys_mean_and_variance():
    items = np.random.default_rng(0).normal(3, 2, (5, 30))
    for ddof in (0, 1):
        parts = [_summary(part) for part in (items[:, :11], items[:, 11:])]
        fit = Summaries(5, ddof).fit(Summaries(5, ddof).pool(*parts), None)
        assert fit.mean == pytest.approx(items.mean(axis=1))
        assert fit.variance == pytest.approx(items.var(axis=1, ddof=ddof))


def _summary(items):
    size = np.full(len(items), items.shape[1])
    return Summary(size, items.mean(axis=1), items.var(axis=1) * items.shape[1])


@pytest.mark.parametrize("ddof", [0, 1])
def test_replace_holds_the_closed_laws(ddof):
    rows, r = _rows("replace", ddof=ddof), 1 - 1 / 20
    assert abs(_z(rows["variance"], 1.0 if ddof else r**8)) < 5
    assert abs(_z(rows["drift"], 8 / 20 if ddof else 1 - r**8)) < 5
    assert abs(_z(rows["w2"], w2_replace(20, 8, ddof))) < 5
    assert abs(_z(rows["log_variance"], log_variance(20, 8, ddof)[0])) < 5
    spread = rows["log_variance"].error ** 2 * 8000
    assert spread == pytest.approx(log_variance(20, 8, ddof)[1], rel=0.08)


@pytest.mark.parametrize("ddof", [0, 1])
def test_the_divergence_holds_its_law_and_stands_beside_it(ddof):
    row = _rows("replace", ddof=ddof, size=40, generations=6)["kl"]
    assert row.theory == pytest.approx(kl_replace(40, 6, ddof))
    assert abs(_z(row, row.theory)) < 5
    assert _rows("accumulate", ddof=ddof)["kl"].theory is None
    checks = GaussianConfig().checks([row, _rows("replace", ddof=ddof)["w2"]])
    assert [check.name.split()[-1] for check in checks] == ["w2"]


def test_tails_of_a_fit_by_hand():
    real, half, beyond = (_tails(np.array([m]), np.array([s])) for m, s in [(0.0, 1.0), (0.0, 0.5), (1.0, 1.0)])
    assert (real["tail_kept"][0], real["foreign"][0]) == pytest.approx((1.0, 0.01), abs=1e-6)
    edge, far = stats.norm.isf(0.025), stats.norm.isf(0.005)
    assert half["tail_kept"][0] == pytest.approx(2 * stats.norm.sf(2 * edge) / 0.05, rel=1e-5)
    assert half["foreign"][0] == pytest.approx(2 * stats.norm.sf(2 * far), rel=1e-5)
    # more than enough on the right makes up for nothing on the left
    assert beyond["tail_kept"][0] == pytest.approx((0.025 + stats.norm.sf(edge + 1)) / 0.05, rel=1e-5)
    assert beyond["foreign"][0] == pytest.approx(stats.norm.sf(far - 1) + stats.norm.sf(far + 1), rel=1e-5)
    point = _tails(np.array([3.0, 0.0]), np.array([0.0, 0.0]))
    assert point["tail_kept"] == pytest.approx([0.5, 0.0])
    assert point["foreign"] == pytest.approx([1.0, 0.0])


def test_the_log_law_holds_far_beyond_where_means_can_be_trusted():
    row = _rows("replace", ddof=0, size=10, generations=300, chains=3000)["log_variance"]
    assert abs(_z(row, log_variance(10, 300, 0)[0])) < 5


def test_accumulate_holds_its_products_and_stays():
    assert abs(_z(_rows("accumulate", ddof=0, size=6)["variance"], 1 - accumulate_lost(6, 8))) < 5
    assert abs(_z(_rows("accumulate", ddof=1, size=6)["variance"], accumulate_variance(6, 8))) < 5


def test_accumulate_subsample_holds_its_recursion():
    rows = _rows("accumulate-subsample", ddof=0, size=10, generations=6, chains=4000)
    assert abs(_z(rows["drift"], rows["drift"].theory)) < 5
    assert abs(_z(rows["variance"], rows["variance"].theory)) < 5
    assert rows["variance"].theory == pytest.approx(1 - rows["drift"].theory)
    assert accumulate_lost(10, 6) < rows["drift"].theory < 1 - 0.9**6


@pytest.mark.parametrize("text", ["replace", "accumulate", "accumulate-subsample", "fixed", "fresh:9", "archive:0.6"])
def test_a_clean_models_text_has_exact_moments_under_every_regime(text):
    rows = _rows(text, arm="first", ddof=1, size=12, generations=5, chains=4000)
    assert abs(_z(rows["drift"], rows["drift"].theory)) < 5
    assert abs(_z(rows["variance"], rows["variance"].theory)) < 5


@pytest.mark.parametrize(("text", "independent"), [("mix:0.1", False), ("mix:0.1,independent", True)])
def test_a_tenth_of_real_data_bounds_the_drift(text, independent):
    limit, a = mix_limit(100, 0.1, independent=independent)
    row = _rows(text, size=100, generations=30, chains=4000)["drift"]
    assert abs(_z(row, limit * (1 - a**30))) < 5
    assert abs(_z(row, 1 - 0.99**30)) > 20  # what replace would have


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("text", ["fixed", "fixed:bias=0.8"])
def test_fixed_real_data_hold_their_exact_moments(text, ddof):
    rows = _rows(text, ddof=ddof, generations=10, size=12)
    assert abs(_z(rows["drift"], rows["drift"].theory)) < 5
    assert abs(_z(rows["variance"], rows["variance"].theory)) < 5
    assert rows["drift"].mean < 3 / 12  # bounded, where replace would have 10/12


def test_accumulate_subsample_has_its_moments_under_both_estimators():
    rows = _rows("accumulate-subsample", ddof=1, size=10, generations=6, chains=4000)
    assert abs(_z(rows["variance"], rows["variance"].theory)) < 5


def test_the_control_is_refitted_on_real_data_only():
    for generations in (1, 8):
        row = _rows("replace", arm="control", generations=generations)["drift"]
        assert abs(_z(row, 1 / 20)) < 5


def test_a_guard_brings_an_archive_back_to_its_human_only_control():
    bare, guarded, control = (
        _rows(text, arm=arm, generations=12)["drift"].mean
        for text, arm in [("archive:0.8", "loop"), ("archive:0.8,0.98,0.001", "loop"), ("archive:0.8", "control")]
    )
    assert bare > 2.5 * control
    assert guarded == pytest.approx(control, rel=0.2)


def test_real_data_may_be_given_and_the_laws_of_any_distribution_hold():
    values = np.log(np.random.default_rng(5).geometric(0.06, 400)).astype(float)
    rows = _rows("replace", ddof=1, generations=4, values=values)
    assert abs(_z(rows["variance"], 1.0)) < 5
    assert abs(_z(rows["drift"], 4 / 20)) < 5
    assert rows["w2"].theory is None  # exact only for a normal start
    assert rows["log_variance"].theory is None


def test_a_run_checks_itself_is_repeatable_and_reads_back(tmp_path):
    config = GaussianConfig(
        sizes=(10, 50), generations=10, chains=1500, regimes=("replace", "mix:0.1", "archive:0.6,0.9,0.01")
    )
    run = perform(config, tmp_path / "a")
    assert run.passed
    assert len(run.checks) > 60
    assert perform(config, tmp_path / "b").digest == run.digest
    assert read_run(run.folder) == run
    other = perform(GaussianConfig(sizes=(10,), generations=10, chains=1500, seed=1), tmp_path)
    assert other.select(regime="replace", size=10) == run.select(regime="replace", size=10)  # its own stream
    assert perform(GaussianConfig(sizes=(10,), generations=10, chains=1500, seed=2), tmp_path).digest != other.digest


def test_a_wrong_theory_is_caught_by_the_run_itself(tmp_path, monkeypatch):
    monkeypatch.setattr("scapa.lab.oracles.w2_replace", lambda size, n, ddof: (n - 1) / size + 1.5 / size)
    run = perform(GaussianConfig(sizes=(100,), generations=5, chains=2000), tmp_path)
    assert not run.passed
    assert {check.name.split()[-1] for check in run.checks if not check.passed} == {"w2"}


@pytest.mark.slow
def test_the_shape_of_figure_four():
    config = GaussianConfig(chains=1000, arms=("loop",))
    for size, wanted in [(100, 1.0), (500, 0.86), (1000, 0.63), (10_000, 0.095)]:
        sigma = [r for r in line_found(config, Line("replace", "loop", size, "ddof=0")).rows if r.measure == "sigma"][
            -1
        ]
        assert sigma.generation == 1000
        assert 1 - sigma.median == pytest.approx(wanted, abs=0.03)


@pytest.mark.parametrize(
    "options",
    [
        {"chains": 1},
        {"sizes": ()},
        {"sizes": (4,)},
        {"ddofs": (2,)},
        {"regimes": ("accumulate-subsample",)},
        {"values": np.ones(9)},
        {"regimes": ("nonsense",)},
    ],
)
def test_settings_that_cannot_be_are_refused(options, tmp_path):
    with pytest.raises(UsageError):
        perform(GaussianConfig(**options), tmp_path)


def test_the_registry_makes_it_without_torch_matplotlib_or_numba():
    code = (
        "import sys; from pathlib import Path; from tempfile import mkdtemp;"
        "from scapa.lab import EXPERIMENTS, perform;"
        "config, _ = EXPERIMENTS.make('gaussian', sizes=(10,), generations=2, chains=9);"
        "run = perform(config, Path(mkdtemp()));"
        "print(run.name + '-', sorted({'torch', 'matplotlib', 'numba', 'duckdb'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.startswith("gaussian-")
    assert out.rstrip().endswith("[]")


def test_the_folder_name_follows_the_settings_and_the_data(tmp_path):
    names = {
        run_folder(tmp_path, GaussianConfig(**options)).name
        for options in [{}, {"seed": 2}, {"values": np.arange(5.0)}, {"values": np.arange(5.0) + 1}, {"seed": 1}]
    }
    assert len(names) == 4
    config, recipe = EXPERIMENTS.make("gaussian", seed=2)
    assert run_folder(tmp_path, config).name in names
    assert recipe.settings == (("seed", "2"),)
