"""Distances against numerical integration, scipy and closed values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, linalg, special, stats

from scapa.measure.distance import kl, kl_gaussian, total_variation, w2_squared, w2_squared_1d


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
    assert kl_gaussian([0.0], [[0.0]], [0.0], [[1.0]]) == np.inf


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
