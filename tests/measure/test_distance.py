"""Distances against numerical integration, scipy and closed values."""

import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, linalg, optimize, special, stats

from scapa.errors import MissingPart, UsageError
from scapa.measure.distance import (
    kl,
    kl_gaussian,
    l2_squared_mixtures,
    total_variation,
    w2_squared,
    w2_squared_1d,
    w2_squared_line,
    w2_squared_samples,
)


def test_w2_on_the_line_is_the_integral_over_quantiles():
    first, second = stats.norm(1.0, 2.0), stats.norm(-0.5, 0.7)
    wanted, _ = integrate.quad(lambda u: (first.ppf(u) - second.ppf(u)) ** 2, 1e-9, 1 - 1e-9, limit=200)
    assert float(w2_squared_1d(1.0, 2.0, -0.5, 0.7)) == pytest.approx(wanted, rel=1e-4)
    assert w2_squared([1.0], [[4.0]], [-0.5], [[0.49]]) == pytest.approx(1.5**2 + 1.3**2)


def test_w2_in_the_plane_against_scipys_matrix_root():
    rng = np.random.default_rng(0)
    a, b = (m @ m.T + 0.1 * np.eye(3) for m in rng.normal(size=(2, 3, 3)))
    shift = rng.normal(size=3)
    root = linalg.sqrtm(b)
    wanted = shift @ shift + np.trace(a + b - 2 * linalg.sqrtm(root @ a @ root).real)
    assert w2_squared(shift, a, np.zeros(3), b) == pytest.approx(wanted, rel=1e-9)
    assert w2_squared(shift, a, shift, a) == pytest.approx(0.0, abs=1e-9)


def test_w2_stands_degenerate_covariances():
    assert w2_squared([0, 0], np.zeros((2, 2)), [0, 0], np.eye(2)) == pytest.approx(2.0)


def test_kl_of_gaussians_is_the_integral():
    first, second = stats.norm(1.0, 2.0), stats.norm(-0.5, 0.7)
    wanted, _ = integrate.quad(lambda x: first.pdf(x) * (first.logpdf(x) - second.logpdf(x)), -20, 20)
    assert kl_gaussian([1.0], [[4.0]], [-0.5], [[0.49]]) == pytest.approx(wanted, rel=1e-6)
    point, unit = ([0.0], [[0.0]]), ([0.0], [[1.0]])
    assert kl_gaussian(*point, *unit) == kl_gaussian(*unit, *point) == kl_gaussian(*point, *point) == np.inf


def test_kl_of_gaussians_takes_many_chains_at_once_and_is_torchs():
    normal = torch.distributions.MultivariateNormal
    rng = np.random.default_rng(5)
    roots = rng.normal(size=(7, 2, 2))
    means, covs = rng.normal(size=(7, 2)), roots @ roots.mT + 0.2 * np.eye(2)
    found = kl_gaussian([0.5, -1.0], np.diag([2.0, 0.5]), means, covs)
    real = normal(torch.tensor([0.5, -1.0]).double(), torch.diag(torch.tensor([2.0, 0.5]).double()))
    theirs = torch.distributions.kl_divergence(real, normal(torch.from_numpy(means), torch.from_numpy(covs)))
    assert found == pytest.approx(theirs.numpy())
    covs[3] = 0.0
    assert np.isinf(kl_gaussian([0.5, -1.0], np.eye(2), means, covs)).tolist() == [False] * 3 + [True] + [False] * 3


def test_kl_of_counts_is_scipys_and_infinite_off_the_support():
    p, q = np.array([0.5, 0.5, 0.0]), np.array([[0.25, 0.5, 0.25], [0.5, 0.0, 0.5]])
    assert kl(p, q)[0] == pytest.approx(special.rel_entr(p, q[0]).sum())
    assert kl(p, q)[1] == np.inf


@settings(derandomize=True, max_examples=60)
@given(st.lists(st.integers(0, 50), min_size=2, max_size=8).filter(any), st.integers(0, 100))
def test_total_variation_is_a_bounded_symmetric_distance_below_pinskers_bound(counts, seed):
    p = np.array(counts) / sum(counts)
    q = np.random.default_rng(seed).dirichlet(np.ones(len(p)))
    distance = float(total_variation(p, q))
    assert 0 <= distance <= 1
    assert distance == float(total_variation(q, p))
    assert distance == pytest.approx(max(p[mask].sum() - q[mask].sum() for mask in [p > q]))
    assert distance <= np.sqrt(float(kl(p, q)) / 2) + 1e-12


@pytest.mark.parametrize(("n", "m"), [(7, 7), (6, 9), (1, 5), (12, 4), (5, 7)])
def test_w2_of_samples_on_the_line_is_the_transport_of_them(n, m):
    rng = np.random.default_rng(n)
    x, y = rng.normal(size=n), rng.gamma(2.0, size=m)
    costs = (x[:, None] - y[None]) ** 2
    rows, columns = np.repeat(np.eye(n), m, axis=1), np.tile(np.eye(m), n)
    plan = optimize.linprog(
        costs.ravel(), A_eq=np.vstack([rows, columns]), b_eq=np.concatenate([np.full(n, 1 / n), np.full(m, 1 / m)])
    )
    assert float(w2_squared_line(x, y)) == pytest.approx(plan.fun)


def test_w2_of_samples_in_the_plane_is_the_optimal_transport_of_them():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(9, 2)), rng.normal(size=(9, 2)) * [1.0, 3.0] + 1
    costs = ((x[:, None] - y[None]) ** 2).sum(axis=-1)
    rows, columns = np.repeat(np.eye(9), 9, axis=1), np.tile(np.eye(9), 9)
    plan = optimize.linprog(costs.ravel(), A_eq=np.vstack([rows, columns]), b_eq=np.full(18, 1 / 9))
    assert w2_squared_samples(x, y) == pytest.approx(plan.fun)
    assert w2_squared_samples(x[:, :1], y[:, :1]) == pytest.approx(float(w2_squared_line(x[:, 0], y[:, 0])))


def test_w2_of_large_samples_is_that_of_their_laws():
    x, y = np.random.default_rng(2).normal(size=(2, 200_000))
    assert float(w2_squared_line(1 + 2 * x, -0.5 + 0.7 * y)) == pytest.approx(1.5**2 + 1.3**2, rel=0.02)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.integers(2, 12), st.integers(1, 3), st.integers(0, 999))
def test_w2_of_samples_obeys_the_shift_law_and_is_a_symmetric_square(n, dimensions, seed):
    """W₂²(X + s, Y) = W₂²(X, Y) + 2 s·(x̄ − ȳ) + |s|²: the plan does not change."""
    rng = np.random.default_rng(seed)
    x, y, s = rng.normal(size=(n, dimensions)), rng.normal(size=(n, dimensions)), rng.normal(size=dimensions)
    plain = w2_squared_samples(x, y)
    assert w2_squared_samples(x + s, y) == pytest.approx(plain + 2 * s @ (x.mean(axis=0) - y.mean(axis=0)) + s @ s)
    assert w2_squared_samples(y, x) == pytest.approx(plain)
    assert w2_squared_samples(3 * x, 3 * y) == pytest.approx(9 * plain)
    assert w2_squared_samples(x, x + s) == pytest.approx(s @ s)
    assert w2_squared_samples(x, x) == pytest.approx(0.0, abs=1e-12)


def test_w2_on_the_line_takes_many_chains_at_once():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(4, 30)), rng.normal(size=(4, 20))
    for n in (20, 30):
        wanted = [float(w2_squared_line(a, b)) for a, b in zip(x[:, :n], y, strict=True)]
        assert w2_squared_line(x[:, :n], y) == pytest.approx(wanted)


def test_samples_that_do_not_fit_are_refused():
    for first, second in [((0, 2), (3, 2)), ((0, 2), (0, 2)), ((3, 2), (3, 3)), ((3, 2), (4, 2)), ((3,), (3,))]:
        with pytest.raises(UsageError):
            w2_squared_samples(np.zeros(first), np.zeros(second))
    with pytest.raises(UsageError):
        w2_squared_line([], [1.0])


def test_without_scipy_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(MissingPart, match="needs scipy"):
        w2_squared_samples(np.zeros((3, 2)), np.zeros((3, 2)))
    assert w2_squared_samples(np.zeros((3, 1)), np.ones((3, 1))) == 1.0


def _mixture(rng, chains, components, dimensions):
    roots = rng.normal(size=(*chains, components, dimensions, dimensions))
    return (
        rng.dirichlet(np.ones(components), size=chains),
        rng.normal(size=(*chains, components, dimensions)),
        roots @ np.swapaxes(roots, -1, -2) + 0.2 * np.eye(dimensions),
    )


def _density(mixture, points):
    return sum(w * stats.multivariate_normal(m, c).pdf(points) for w, m, c in zip(*mixture, strict=True))


def test_l2_of_mixtures_is_the_integral():
    rng = np.random.default_rng(4)
    p, q = _mixture(rng, (), 2, 1), _mixture(rng, (), 3, 1)
    wanted, _ = integrate.quad(lambda x: (_density(p, x) - _density(q, x)) ** 2, -25, 25, limit=400)
    assert float(l2_squared_mixtures(*p, *q)) == pytest.approx(wanted, rel=1e-6)
    p, q = _mixture(rng, (), 2, 2), _mixture(rng, (), 1, 2)
    axis = np.linspace(-15, 15, 1201)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1)
    wanted = ((_density(p, grid) - _density(q, grid)) ** 2).sum() * (axis[1] - axis[0]) ** 2
    assert float(l2_squared_mixtures(*p, *q)) == pytest.approx(wanted, rel=1e-5)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(0, 999))
def test_l2_of_mixtures_is_symmetric_zero_to_itself_and_chain_by_chain(first, second, dimensions, seed):
    rng = np.random.default_rng(seed)
    p, q = _mixture(rng, (3,), first, dimensions), _mixture(rng, (), second, dimensions)
    found = l2_squared_mixtures(*p, *q)
    assert found.shape == (3,)
    assert (found >= 0).all()
    assert found == pytest.approx(l2_squared_mixtures(*q, *p))
    assert found[1] == pytest.approx(float(l2_squared_mixtures(p[0][1], p[1][1], p[2][1], *q)))
    split = (np.concatenate([q[0] / 4, 3 * q[0] / 4]), np.tile(q[1], (2, 1)), np.tile(q[2], (2, 1, 1)))
    assert float(l2_squared_mixtures(*q, *split)) == pytest.approx(0.0, abs=1e-9)


def test_l2_to_a_point_mass_is_infinite():
    blob = (np.ones(1), np.zeros((1, 2)), np.eye(2)[None])
    point = (np.array([[0.5, 0.5], [1.0, 0.0]]), np.zeros((2, 2, 2)), np.stack([np.eye(2), np.zeros((2, 2))])[None])
    found = l2_squared_mixtures(*point[:2], np.tile(point[2], (2, 1, 1, 1)), *blob)
    assert found[0] == np.inf
    assert found[1] == pytest.approx(0.0, abs=1e-12)
