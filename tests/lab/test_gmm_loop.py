"""The loop over mixtures: what a generation is fitted on, and what the mixture as a whole must do on average."""

from contextlib import suppress

import numpy as np
import pytest
from scipy import stats
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from scapa.errors import UsageError
from scapa.lab import oracles
from scapa.lab.desk import Desk, Found, follow
from scapa.lab.engine import recur, stream
from scapa.lab.gmm.em import Law
from scapa.lab.gmm.gauges import Gauges
from scapa.lab.gmm.mixture import Mixture
from scapa.lab.gmm.points import Points
from scapa.lab.gmm.subject import Clouds
from scapa.lab.gmm.theory import totals
from scapa.lab.regimes import intake, parse

TWO, BLOB = np.array([[-2.0, 0.0], [2.0, 0.0]]), np.zeros((1, 2))
QUICK = Law(tolerance=1e-3, most=3, regulariser=0.02)  # any M-step keeps the moments, so few rounds will do


def _last(chains, regime, size, generations, seed, arm="loop", law=QUICK, centres=TWO):
    subject = Clouds(Mixture.alike(chains, centres), law)
    *_, step = recur(subject, parse(regime), size, generations, np.random.default_rng(seed), arm)
    return step.model


def _z(values, expected):
    return (values.mean(axis=0) - expected) / (values.std(axis=0) / np.sqrt(len(values)))


def test_replace_shrinks_the_covariance_by_r_and_adds_the_regulariser():
    size, generations, real, epsilon = 25, 8, np.diag([5.0, 1.0]), QUICK.regulariser
    model, r = _last(3000, "replace", size, generations, seed=1), (1 - 1 / size) ** generations
    floor = epsilon * size * (1 - r) * np.eye(2)
    assert np.abs(_z(model.covariance(), r * real + floor)).max() < 5
    drift = sum(
        np.trace(real) * (1 - 1 / size) ** n + 2 * epsilon * size * (1 - (1 - 1 / size) ** n)
        for n in range(generations)
    )
    assert abs(_z((model.mean() ** 2).sum(axis=1), drift / size)) < 5
    assert np.abs(_z(model.mean(), 0.0)).max() < 5
    assert _z(model.covariance()[:, 1, 1], r) > 5  # and not without the regulariser


LINES = [
    ("replace", "loop"),
    ("replace", "first"),
    ("accumulate", "loop"),
    ("accumulate", "first"),
    ("accumulate", "control"),
    ("accumulate-subsample", "loop"),
    ("accumulate-subsample", "first"),
    ("mix:0.2", "loop"),
    ("mix:0.2", "control"),
    ("fresh:10", "loop"),
    ("fresh:10", "first"),
    ("archive:0.6", "loop"),
    ("archive:0.6", "first"),
    ("filtered:0,0,0.6", "control"),
    ("fixed", "loop"),
    ("fixed", "first"),
]


@pytest.mark.parametrize(("regime", "arm"), LINES)
def test_every_regime_holds_its_second_moments(regime, arm):
    model = _last(1500, regime, 20, 5, seed=2, arm=arm)
    *_, wanted = totals(parse(regime).for_arm(arm), arm, 20, 5, 3.0, QUICK.regulariser)
    variance = np.trace(model.covariance(), axis1=1, axis2=2) / 2
    assert abs(_z(variance, wanted.variance)) < 5
    assert abs(_z((model.mean() ** 2).sum(axis=1), 2 * wanted.drift)) < 5


@pytest.mark.parametrize(("regime", "arm"), LINES)
def test_without_a_regulariser_the_drift_is_the_share_lost(regime, arm):
    rule = parse(regime)
    steps = (intake(rule, arm, n, 20, 1, np.random.default_rng(0)) for n in range(1, 9))
    known = list(oracles.share_lost(steps, rule, arm, 20))
    found = list(totals(rule, arm, 20, 8, 3.0, 0.0))
    assert [total.drift for total in found] == pytest.approx([3 * lost for lost in known])
    assert [total.variance for total in found] == pytest.approx([3 * (1 - lost) for lost in known])


@pytest.mark.parametrize("regime", ["filtered:0.9,0.1", "mix:0.1,independent", "replace:bias=0.8"])
def test_what_is_not_known_exactly_is_not_said(regime):
    assert set(totals(parse(regime), "loop", 20, 3, 1.0, 0.0)) == {None}
    assert None not in set(totals(parse(regime), "control", 20, 3, 1.0, 0.0))


def _of_peer(centres, chains, size, generations):
    """The same loop over scikit-learn, one chain at a time: start by k-means, default tolerance and regulariser."""
    rng, mixtures = np.random.default_rng(3), []
    with threadpool_limits(1):
        for _ in range(chains):
            points = Mixture.alike(1, centres).sample(np.array([size]), rng).of(0).T
            for _ in range(generations):
                peer = GaussianMixture(2, random_state=int(rng.integers(2**31))).fit(points)
                points = peer.sample(size)[0]
            mixtures.append((peer.weights_, peer.means_, peer.covariances_))
    return Mixture(*(np.array(part) for part in zip(*mixtures, strict=True)))


@pytest.mark.parametrize("centres", [TWO, BLOB], ids=["two", "blob"])
def test_generations_have_the_law_of_scikit_learns(centres):
    gauges = Gauges.of(Mixture.alike(1, centres), np.random.default_rng(4))
    ours = _last(400, "replace", 60, 3, seed=5, law=Law(), centres=centres)
    peers = _of_peer(centres, 80, 60, 3)
    mine, theirs = gauges.measure(ours, ours), gauges.measure(peers, peers)
    for name in ("mean", "variance", "narrowest", "widest", "lighter", "l2"):
        assert stats.ks_2samp(mine[name], theirs[name]).pvalue > 1e-4, name


@pytest.mark.parametrize("regime", ["replace", "accumulate", "filtered:0.5,0.1"])
def test_a_line_that_was_killed_goes_on_bit_for_bit(regime, tmp_path):
    subject = Clouds(Mixture.alike(3, TWO), Law())

    def run(folder, dies_at=None):
        seen = []

        def observe(step):
            if step.generation == dies_at:
                raise KeyboardInterrupt
            seen.append(step.model.means.copy())
            return Found()

        desk = Desk(tmp_path / folder, every=0)
        with suppress(KeyboardInterrupt):
            follow(desk, subject, parse(regime), 40, 6, stream(1, "killed"), "loop", observe)
        return seen

    whole = run("a")
    parts = run("b", dies_at=4) + run("b")
    assert (np.array(parts) == np.array(whole)).all()


def test_a_sample_has_the_mixtures_moments_and_sizes():
    mixture = Mixture(
        np.array([[0.3, 0.7]] * 2), np.array([[[0.0, 1.0], [4.0, -1.0]]] * 2),
        np.array([[[[2.0, 0.6], [0.6, 0.5]], [[0.3, -0.1], [-0.1, 0.2]]]] * 2),
    )  # fmt: skip
    drawn = mixture.sample(np.array([200_000, 5]), np.random.default_rng(6))
    assert drawn.sizes.tolist() == [200_000, 5]
    assert not drawn.values[1, :, 5:].any()
    own = drawn.of(0)
    assert own.mean(axis=1) == pytest.approx(mixture.mean()[0], abs=0.02)
    assert np.cov(own) == pytest.approx(mixture.covariance()[0], abs=0.04)
    assert mixture.mean()[0] == pytest.approx([2.8, -0.4])
    assert mixture.covariance()[0, 0, 0] == pytest.approx(0.3 * 2 + 0.7 * 0.3 + 0.21 * 16)
    near = mixture.sample(np.array([100_000, 2]), np.random.default_rng(7), bias=0.25).of(0)
    first = near[:, near[0] < 1.9]
    assert first.var(axis=1) == pytest.approx([0.5, 0.125], rel=0.05)


def test_pools_and_subsets_of_uneven_chains_keep_every_point_once():
    rng = np.random.default_rng(8)
    one = Mixture.alike(3, TWO).sample(np.array([4, 0, 2]), rng)
    two = Mixture.alike(3, TWO).sample(np.array([1, 5, 3]), rng)
    pool = one.pool(two)
    assert pool.sizes.tolist() == [5, 5, 5]
    for chain in range(3):
        assert (pool.of(chain) == np.concatenate([one.of(chain), two.of(chain)], axis=1)).all()
    some = one.pool(pool).subset(5, rng)
    for chain in range(3):
        known = {tuple(point) for point in one.pool(pool).of(chain).T}
        drawn = [tuple(point) for point in some.of(chain).T]
        assert len(drawn) == 5
        assert set(drawn) <= known


def test_a_subset_is_drawn_with_equal_odds_from_the_points_that_count():
    values = np.zeros((4000, 2, 9))
    values[:, 0] = np.arange(9)
    drawn = Points(values, np.full(4000, 6)).subset(2, np.random.default_rng(9)).values[:, 0].astype(int)
    assert (drawn[:, 0] != drawn[:, 1]).all()
    seen = np.bincount(drawn.ravel(), minlength=9)
    assert seen[6:].sum() == 0
    assert np.abs((seen[:6] - 8000 / 6) / np.sqrt(8000 / 6)).max() < 5


def test_an_empty_training_set_is_refused():
    with pytest.raises(UsageError):
        _last(2, "filtered:1,1", 20, 3, seed=10)
