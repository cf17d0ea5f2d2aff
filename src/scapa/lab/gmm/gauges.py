"""What is measured of every generation of mixtures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scapa.lab.gmm.em import labels, log_density
from scapa.lab.gmm.mixture import Mixture
from scapa.lab.gmm.points import Floats
from scapa.lab.gmm.theory import Total
from scapa.measure.distance import l2_squared_mixtures

JUDGED = 1_000
"""Original points that no mixture is fitted to, on which all are judged; the same for all chains and generations."""


@dataclass(frozen=True, slots=True)
class Gauges:
    """Figures of every chain about the original mixture `truth` (one chain), on its `points` (2, n)."""

    truth: Mixture
    points: Floats

    @classmethod
    def of(cls, truth: Mixture, rng: np.random.Generator) -> Gauges:
        return cls(truth, truth.sample(np.array([JUDGED]), rng).of(0))

    def measure(self, model: Mixture, first: Mixture) -> dict[str, Floats]:
        """Return each figure of every chain, shape (chains,).

        `mean` first coordinate of the whole mixture's mean, less the original's; `drift` ‖μ_n−μ‖²; `variance` of the
        whole, tr/2, and `std` its root; `narrowest`, `widest` √(tr Σ_k/2) of a component; `lighter` the smaller weight;
        `l2` ∫(p_n−p)² to the original and `l2_first` to generation 1, as the authors take it; `mislabelled` the share
        of original points that the mixture assigns to another component than generation 1's did, up to their names.
        `kl` is KL(p ‖ p_n) in nats, the test loss on original points above that of the original itself. Nothing is cut
        off: a component as narrow as the regulariser lets it (10⁻³) is millions of nats from a point four away, and
        beside such a chain only medians mean something. `separation`, where the original has two modes: how well the
        mixture tells them apart, 1 − 2·(the share of original points it gives to the other one, up to names), 0 for
        chance.
        """
        away = model.mean() - self.truth.mean()
        variance = np.trace(model.covariance(), axis1=1, axis2=2) / 2
        deviations = model.deviations()
        return {
            "mean": away[:, 0],
            "drift": (away**2).sum(axis=1),
            "variance": variance,
            "std": np.sqrt(variance),
            "narrowest": deviations.min(axis=1),
            "widest": deviations.max(axis=1),
            "lighter": model.weights.min(axis=1),
            "l2": _l2(model, self.truth),
            "l2_first": _l2(model, first),
            "mislabelled": self._mislabelled(model, first),
            "kl": (log_density(self.truth, self.points) - log_density(model, self.points)).mean(axis=1),
            **self._separation(model),
        }

    def _separation(self, model: Mixture) -> dict[str, Floats]:
        if self.truth.weights.shape[1] != 2:
            return {}
        return {"separation": 1 - 2 * self._mislabelled(model, self.truth)}

    def _mislabelled(self, model: Mixture, other: Mixture) -> Floats:
        differ = (labels(model, self.points) != labels(other, self.points)).mean(axis=1)
        return np.asarray(np.minimum(differ, 1 - differ))


def expectations(total: Total | None) -> dict[str, float]:
    """Return what theory says of the figures: E[mean] is 0 in every regime, the rest needs `total`."""
    known = {"mean": 0.0}
    return known if total is None else known | {"drift": 2 * total.drift, "variance": total.variance}


def cloud(model: Mixture, points: Floats, where: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row for each of `points` (2, n) with the component of the first chain's mixture it is assigned to.

    Each row carries that component's weight, mean and covariance, so that a picture can draw its ellipse.
    """
    rows = []
    for (x, y), k in zip(points.T.tolist(), labels(model, points)[0].tolist(), strict=True):
        (xx, xy), (_, yy) = model.covariances[0, k].tolist()
        mean_x, mean_y = model.means[0, k].tolist()
        shape = {"weight": float(model.weights[0, k]), "mean_x": mean_x, "mean_y": mean_y, "xx": xx, "xy": xy, "yy": yy}
        rows.append(where | {"x": x, "y": y, "component": k} | shape)
    return rows


def _l2(model: Mixture, other: Mixture) -> Floats:
    parts = (model.weights, model.means, model.covariances, other.weights, other.means, other.covariances)
    return l2_squared_mixtures(*parts)
