"""Kernel estimates refitted: the kernels themselves, the likelihood, and the run against exact moments."""

import numpy as np
import pytest
from scipy import integrate, stats

from scapa.errors import UsageError
from scapa.lab import perform, read_run
from scapa.lab.kde import ENTROPY, FOREIGN_EDGE, TAIL_EDGE, KdeConfig, Kernels, Points, likeness
from scapa.lab.oracles.kde import kernel_variance, silverman_growth


def _config(**settings):
    return KdeConfig(**({"sizes": (40,), "generations": 5, "chains": 300, "points": 5} | settings))


def test_silvermans_width_is_scipys():
    points = np.random.default_rng(0).standard_normal((3, 50))
    widths = Points(3, 0.0).fit(points, np.random.default_rng(0)).width
    wanted = [float(np.sqrt(stats.gaussian_kde(row, "silverman").covariance[0, 0])) for row in points]
    assert widths == pytest.approx(wanted)


def test_what_a_kernel_estimate_writes_has_its_density():
    points = np.tile([-1.0, -1.0, 2.0], (1, 1))
    model = Kernels(points, np.array([0.5]))
    drawn = Points(1, 0.5).sample(model, np.array([20_000]), 1.0, np.random.default_rng(1))[0]

    def cdf(x):
        return (2 * stats.norm.cdf(x, -1, 0.5) + stats.norm.cdf(x, 2, 0.5)) / 3

    assert stats.kstest(drawn, cdf).pvalue > 1e-6


def surprise(model):
    return likeness(model)["surprise"]


def test_the_likelihood_of_real_data_by_hand_and_by_quadrature():
    one = Kernels(np.array([[0.0], [0.7]]), np.array([1.0, 1.5]))
    wanted = [ENTROPY, np.log(2 * np.pi * 2.25) / 2 + (1 + 0.49) / (2 * 2.25)]
    assert surprise(one) == pytest.approx(wanted, abs=1e-6)
    points = np.random.default_rng(2).standard_normal(30)
    density = stats.gaussian_kde(points)
    wide = np.sqrt(density.covariance[0, 0])
    exact = integrate.quad(lambda x: -stats.norm.pdf(x) * density.logpdf(x)[0], -6, 6, limit=200)[0]
    assert surprise(Kernels(points[None], np.array([wide])))[0] == pytest.approx(exact, abs=1e-5)


def test_what_is_left_of_the_original_by_quadrature():
    points = np.random.default_rng(4).normal(0.4, 1.3, 25)
    density = stats.gaussian_kde(points)
    found = likeness(Kernels(points[None], np.array([np.sqrt(density.covariance[0, 0])])))
    both = [(-6.0, -TAIL_EDGE), (TAIL_EDGE, 6.0)]
    kept = sum(integrate.quad(lambda x: min(stats.norm.pdf(x), density(x)[0]), *side)[0] for side in both)
    assert found["tail_kept"][0] == pytest.approx(kept / (2 * stats.norm.sf(TAIL_EDGE)), abs=0.005)
    inside = density.integrate_box_1d(-FOREIGN_EDGE, FOREIGN_EDGE)
    assert found["foreign"][0] == pytest.approx(1 - inside, abs=0.001)
    assert found["kl"][0] == pytest.approx(found["surprise"][0] - stats.norm.entropy())
    original = likeness(Kernels(np.zeros((1, 1)), np.ones(1)))
    wanted = {"kl": 0.0, "tail_kept": 1.0, "foreign": 2 * stats.norm.sf(FOREIGN_EDGE)}
    assert {name: original[name][0] for name in wanted} == pytest.approx(wanted, abs=1e-4)


def test_wide_kernels_invent_and_lose_nothing(tmp_path):
    run = perform(_config(regimes=("replace",), bandwidths=(0.0,), generations=20), tmp_path)
    answers = {row["definition"]: row["answer"] for row in run.table("definitions")}
    assert answers["appearance of hallucinated data"] == "holds"
    assert answers["collapsing variance"] == "does not hold"


def test_points_far_from_the_real_ones_are_unlikely_and_not_infinitely_so():
    assert 1_000 < surprise(Kernels(np.array([[30.0]]), np.array([0.3])))[0] < np.inf


def test_a_run_checks_itself_against_exact_moments_and_is_repeatable(tmp_path):
    regimes = ("replace", "accumulate", "accumulate-subsample", "mix:0.1", "fresh:10")
    config = _config(regimes=regimes, arms=("loop", "first", "control"), points=2, chains=100)
    run = perform(config, tmp_path / "a")
    assert [check for check in run.checks if not check.passed] == []
    assert perform(config, tmp_path / "b").digest == run.digest
    assert read_run(run.folder) == run
    theories = {(row.regime, row.arm) for row in run.rows if row.theory is not None}
    assert len(theories) == 2 * len(regimes) + 3  # loop and clean model of each, three controls


def test_kernels_widen_what_a_gaussian_refit_would_narrow(tmp_path):
    run = perform(_config(regimes=("replace",), generations=20, chains=200), tmp_path)
    for label, wanted in (("h=0.3", kernel_variance(40, 19, 0.3, 39 / 40)), ("Silverman", silverman_growth(40) ** 19)):
        first, last = (run.select(measure="variance", arm="loop", estimator=label)[i].mean for i in (0, -1))
        assert last / first == pytest.approx(wanted, rel=0.15)
        assert last > first
        control = run.select(measure="surprise", arm="control", estimator=label)[-1]
        assert run.select(measure="surprise", arm="loop", estimator=label)[-1].mean > control.mean > ENTROPY


@pytest.mark.parametrize(
    "settings",
    [
        {"chains": 1},
        {"sizes": (4,)},
        {"bandwidths": ()},
        {"bandwidths": (0.05,)},
        {"bandwidths": (-1.0,)},
        {"regimes": ("replace:bias=0.9",)},
        {"regimes": ("accumulate",), "sizes": (10**6,)},
    ],
)
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(UsageError):
        _config(**settings).tasks()
