"""One fit: many mixtures at once must be what scikit-learn finds, chain by chain, from the same start."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

from scapa.lab.gmm import slots
from scapa.lab.gmm.em import Law, fit, labels
from scapa.lab.gmm.kmeans import seeds, start
from scapa.lab.gmm.mixture import Mixture
from scapa.lab.gmm.points import Points

TWO, BLOB = np.array([[-2.0, 0.0], [2.0, 0.0]]), np.zeros((1, 2))


def _points(*chains):
    """Chains of points (n, 2), of any numbers, as one set."""
    sizes = np.array([len(points) for points in chains])
    values = np.zeros((len(chains), 2, sizes.max()))
    for chain, points in enumerate(chains):
        values[chain, :, : len(points)] = points.T
    return Points(values, sizes)


def _data_sets(rng):
    """Two Gaussians, one, unequal and crossed ones, heavy tails, a collapsed cloud far out, and few points."""
    drawn = Mixture.alike(1, TWO).sample(np.array([300]), rng).of(0).T
    stretched = rng.standard_normal((400, 2)) @ np.array([[3.0, 0.5], [0.0, 0.2]])
    return [
        drawn,
        rng.standard_normal((1000, 2)),
        np.concatenate([stretched, rng.standard_normal((50, 2)) + np.array([0, 3])]),
        rng.standard_t(3, (500, 2)),
        rng.standard_normal((200, 2)) * 0.01 + np.array([100, -50]),
        rng.standard_normal((12, 2)),
    ]


def _start(data):
    """A start that is not symmetric, at the scale of each data set."""
    scale = [points.std() if points.mean() < 10 else 0.01 for points in data]
    means = [
        points.mean(axis=0) + s * np.array([[-0.5, 0.2], [0.7, 0.1]]) for points, s in zip(data, scale, strict=True)
    ]
    shape = np.array([[[1.0, 0.2], [0.2, 0.8]], [[0.7, -0.1], [-0.1, 1.5]]])
    covariances = np.array([shape * s**2 for s in scale])
    return Mixture(np.tile([0.4, 0.6], (len(data), 1)), np.array(means), covariances)


def _peer(points, start, chain, law):
    return GaussianMixture(
        2, tol=law.tolerance, max_iter=law.most, reg_covar=law.regulariser, weights_init=start.weights[chain],
        means_init=start.means[chain], precisions_init=np.linalg.inv(start.covariances[chain]),
    ).fit(points)  # fmt: skip


@pytest.mark.parametrize("law", [Law(1e-3, 2000), Law(1e-5, 2000), Law(1e-3, 2000, regulariser=1e-2)])
def test_every_chain_is_fitted_as_scikit_learn_fits_it_alone(law, monkeypatch):
    data = _data_sets(np.random.default_rng(1))
    begin = _start(data)
    monkeypatch.setattr(slots, "CACHE", 2 * 8 * 6 * 1000)  # two slots, so that chains change places
    found = fit(_points(*data), begin, law)
    for chain, points in enumerate(data):
        peer = _peer(points, begin, chain, law)
        scale = points.std(axis=0).max()
        assert found.rounds[chain] == peer.n_iter_
        assert found.likelihood[chain] == pytest.approx(peer.lower_bound_, abs=1e-6)
        assert found.mixture.weights[chain] == pytest.approx(peer.weights_, abs=1e-6)
        assert found.mixture.means[chain] == pytest.approx(peer.means_, abs=1e-6 * scale)
        assert found.mixture.covariances[chain] == pytest.approx(peer.covariances_, abs=1e-6 * scale**2)
        assert (labels(found.mixture, points.T)[chain] == peer.predict(points)).all()


def test_it_ends_after_the_most_rounds_allowed():
    data = _points(np.random.default_rng(2).standard_normal((200, 2)))
    begin = start(data, 1e-6, np.random.default_rng(0))
    assert fit(data, begin, Law(0.0, 7)).rounds.tolist() == [7]
    with pytest.warns(UserWarning, match="did not converge"):
        peer = _peer(data.of(0).T, begin, 0, Law(1e-12, 7))
    assert fit(data, begin, Law(0.0, 7)).mixture.means[0] == pytest.approx(peer.means_, abs=1e-9)


def test_the_result_does_not_depend_on_how_many_chains_are_in_work(monkeypatch):
    data = _points(*_data_sets(np.random.default_rng(3)))
    begin = start(data, 1e-6, np.random.default_rng(4))
    wide = fit(data, begin, Law())
    monkeypatch.setattr(slots, "CACHE", 1)
    alone = fit(data, begin, Law())
    assert (wide.rounds == alone.rounds).all()
    assert alone.mixture.means == pytest.approx(wide.mixture.means, abs=1e-12)
    again = start(data, 1e-6, np.random.default_rng(4))
    assert again.means == pytest.approx(begin.means, abs=1e-12)


def test_a_collapsed_chain_stands_on_the_regulariser():
    still = _points(np.zeros((50, 2)), np.full((50, 2), 7.0))
    found = fit(still, start(still, 1e-6, np.random.default_rng(5)), Law())
    assert found.mixture.covariance() == pytest.approx(np.tile(1e-6 * np.eye(2), (2, 1, 1)), abs=1e-15)
    assert found.mixture.mean() == pytest.approx(np.array([[0.0, 0.0], [7.0, 7.0]]))


def test_the_start_is_scikit_learns_k_means_from_the_same_seeds():
    data = _data_sets(np.random.default_rng(6))
    points = _points(*data)
    begin = start(points, 1e-3, np.random.default_rng(7))
    sown = seeds(points, np.random.default_rng(7))
    for chain, own in enumerate(data):
        clusters = KMeans(2, init=sown[chain], n_init=1).fit(own).labels_
        for k in (0, 1):
            members = own[clusters == k]
            assert begin.weights[chain, k] == pytest.approx(len(members) / len(own), abs=1e-12)
            assert begin.means[chain, k] == pytest.approx(members.mean(axis=0), abs=1e-9)
            wanted = np.cov(members.T, ddof=0) + 1e-3 * np.eye(2)
            assert begin.covariances[chain, k] == pytest.approx(wanted, abs=1e-9)


def test_seeds_have_the_odds_of_greedy_k_means_plus_plus():
    own, chains = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 1.0], [3.0, 4.0]]), 20_000
    square = ((own[:, None] - own) ** 2).sum(axis=2)
    odds = np.zeros((4, 4))
    for first in range(4):
        chance = square[first] / square[first].sum()
        left = np.minimum(square[first], square).sum(axis=1)  # what each candidate for the second leaves
        for a in range(4):
            for b in range(4):
                odds[first, a if left[a] <= left[b] else b] += chance[a] * chance[b] / 4
    sown = seeds(_points(*[own] * chains), np.random.default_rng(8))
    index = (sown[:, :, None] == own).all(axis=3).argmax(axis=2)
    seen = np.zeros((4, 4))
    np.add.at(seen, (index[:, 0], index[:, 1]), 1)
    likely = odds > 0
    assert seen[~likely].sum() == 0
    z = (seen[likely] - chains * odds[likely]) / np.sqrt(chains * odds[likely] * (1 - odds[likely]))
    assert np.abs(z).max() < 5


def test_points_past_a_chains_size_are_never_a_seed():
    rng = np.random.default_rng(9)
    points = _points(*[rng.standard_normal((size, 2)) + 50 for size in [3, 400] * 200])
    assert seeds(points, rng).min() > 40
