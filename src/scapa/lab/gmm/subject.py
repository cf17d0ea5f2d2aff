"""The engine's subject: points of the plane, and mixtures of two normal components fitted to them."""

from __future__ import annotations

import numpy as np

from scapa.lab.desk import Arrays
from scapa.lab.gmm import kmeans
from scapa.lab.gmm.em import Law, fit
from scapa.lab.gmm.mixture import Mixture
from scapa.lab.gmm.points import Points
from scapa.lab.regimes import Ints


class Clouds:
    """Real points are drawn from `truth`, one mixture a chain; each fit starts from two-means and ends by `law`."""

    def __init__(self, truth: Mixture, law: Law) -> None:
        self.chains, self.truth, self.law = len(truth.weights), truth, law

    def real(self, sizes: Ints, rng: np.random.Generator) -> Points:
        return self.truth.sample(sizes, rng)

    def sample(self, model: Mixture, sizes: Ints, bias: float, rng: np.random.Generator) -> Points:
        return model.sample(sizes, rng, bias)

    def pool(self, first: Points, second: Points) -> Points:
        return first.pool(second)

    def subset(self, items: Points, size: int, rng: np.random.Generator) -> Points:
        return items.subset(size, rng)

    def fit(self, items: Points, rng: np.random.Generator) -> Mixture:
        return fit(items, kmeans.start(items, self.law.regulariser, rng), self.law).mixture

    def pack_model(self, model: Mixture) -> Arrays:
        return {"weights": model.weights, "means": model.means, "covariances": model.covariances}

    def unpack_model(self, arrays: Arrays) -> Mixture:
        return Mixture(**arrays)

    def pack_items(self, items: Points) -> Arrays:
        return {"values": items.values, "sizes": items.sizes}

    def unpack_items(self, arrays: Arrays) -> Points:
        return Points(**arrays)
