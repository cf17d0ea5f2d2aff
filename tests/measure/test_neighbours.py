"""Precision, recall, density and coverage: against their definitions computed directly, and known expectations."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.errors import MissingPart, UsageError
from scapa.measure import neighbours
from scapa.measure.neighbours import expected_coverage, overlap


def _direct(real, made, k):
    """Naeem et al. 2020 and Kynkäänniemi et al. 2019 as they are written, one full table of distances."""

    def apart(x, y):
        return np.sqrt(((x[:, None] - y[None]) ** 2).sum(axis=-1))

    real_radius, made_radius = np.sort(apart(real, real))[:, k], np.sort(apart(made, made))[:, k]
    distance = apart(real, made)
    inside = distance < real_radius[:, None]
    return {
        "precision": inside.any(axis=0).mean(),
        "recall": (distance < made_radius).any(axis=1).mean(),
        "density": inside.sum(axis=0).mean() / k,
        "coverage": (distance.min(axis=1) < real_radius).mean(),
    }


@pytest.mark.parametrize(("k", "dimensions"), [(1, 2), (3, 5), (5, 40)])
def test_the_four_are_their_definitions(monkeypatch, k, dimensions):
    monkeypatch.setattr(neighbours, "ROWS", 37)
    rng = np.random.default_rng(k)
    real, made = rng.normal(size=(120, dimensions)), 0.7 * rng.normal(size=(90, dimensions)) + 0.4
    found = overlap(real, made, k)
    for name, value in _direct(real, made, k).items():
        assert getattr(found, name) == pytest.approx(value), name
    assert found.precision != found.recall


def test_two_samples_of_one_law_have_density_one_and_the_expected_coverage():
    rng = np.random.default_rng(0)
    found = [overlap(*rng.normal(size=(2, 300, 3))) for _ in range(60)]
    density, coverage = (np.array([getattr(one, name) for one in found]) for name in ("density", "coverage"))
    assert abs(density.mean() - 1) < 5 * density.std() / np.sqrt(60)
    assert abs(coverage.mean() - expected_coverage(300, 300)) < 5 * coverage.std() / np.sqrt(60)
    assert np.mean([one.precision for one in found]) > 0.9
    assert np.mean([one.recall for one in found]) > 0.9


@settings(derandomize=True, max_examples=25, deadline=None)
@given(st.integers(6, 60), st.integers(1, 5), st.integers(0, 999))
def test_a_cloud_overlaps_itself_wholly_and_one_far_away_not_at_all(points, k, seed):
    cloud = np.random.default_rng(seed).normal(size=(points, 2))
    same, far = overlap(cloud, cloud, k), overlap(cloud, cloud + 1e3, k)
    assert (same.precision, same.recall, same.coverage) == (1.0, 1.0, 1.0)
    assert (far.precision, far.recall, far.density, far.coverage) == (0.0, 0.0, 0.0, 0.0)


@settings(derandomize=True, max_examples=20, deadline=None)
@given(st.integers(0, 999), st.floats(0.1, 10), st.floats(-5, 5))
def test_they_do_not_depend_on_scale_place_or_order(seed, scale, shift):
    rng = np.random.default_rng(seed)
    real, made = rng.normal(size=(40, 3)), rng.normal(size=(30, 3)) * 0.5
    first = overlap(real, made)
    second = overlap(rng.permutation(real) * scale + shift, rng.permutation(made) * scale + shift)
    assert first == second


def test_a_collapsed_cloud_is_precise_and_recalls_little():
    rng = np.random.default_rng(1)
    found = overlap(rng.normal(size=(1_500, 2)), 0.2 * rng.normal(size=(1_500, 2)))
    assert found.precision > 0.99
    assert found.recall < 0.3
    assert found.coverage < 0.3
    wide = overlap(rng.normal(size=(1_500, 2)), 3 * rng.normal(size=(1_500, 2)))
    assert wide.precision < 0.6 < wide.recall


def test_too_few_points_and_unequal_spaces_are_refused():
    with pytest.raises(UsageError):
        overlap(np.zeros((5, 2)), np.zeros((9, 2)), k=5)
    with pytest.raises(UsageError):
        overlap(np.zeros((9, 2)), np.zeros((9, 3)))


def test_without_scikit_learn_it_says_what_to_install(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "sklearn"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MissingPart) as caught:
        overlap(np.zeros((9, 2)), np.zeros((9, 2)))
    assert "scikit-learn" in str(caught.value)
    assert "pip install 'scapa[lab]'" in str(caught.value)
