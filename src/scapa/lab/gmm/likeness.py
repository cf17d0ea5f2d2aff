"""How like real points those are that the mixtures write: precision and recall, and the cost of moving them there.

Alemohammad et al. 2023 (2307.01850) follow precision and recall of Kynkäänniemi et al. 2019 through the generations,
over features of pictures; the plane needs none. Each costs milliseconds a chain, so only the first few chains are
looked at, at a dozen generations. Real points against real points have neither 1 nor a distance of 0: see the control.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scapa.lab.gmm.mixture import Mixture
from scapa.lab.gmm.points import Floats
from scapa.measure.distance import w2_squared_samples
from scapa.measure.neighbours import overlap

LOOKS = 12
"""Generations that are looked at, at most about."""
CHAINS, COMPARED, MOVED = 8, 500, 200
"""Chains that are looked at; points of each, and as many real ones, for overlap and (assignment is dear) for W₂²."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The real points, shape (points, 2), that every chain and generation is held against."""

    real: Floats

    @classmethod
    def of(cls, truth: Mixture, rng: np.random.Generator) -> Likeness:
        return cls(_drawn(truth, rng)[0])

    def measure(self, model: Mixture, rng: np.random.Generator) -> dict[str, Floats]:
        """Return each figure of the first chains, shape (chains looked at,).

        `precision` the share of written points within reach of a real one (no further than its fifth neighbour),
        `foreign` the rest; `recall` the share of real points within reach of a written one; `coverage` the share of
        real points with a written one in reach of their own, which a few stray points, each with a long reach, cannot
        raise; `w2` W₂² of the samples.
        """
        clouds = _drawn(model.first(CHAINS), rng)
        found = [overlap(self.real, cloud) for cloud in clouds]
        precision = np.array([each.precision for each in found])
        return {
            "precision": precision,
            "foreign": 1 - precision,
            "recall": np.array([each.recall for each in found]),
            "coverage": np.array([each.coverage for each in found]),
            "w2": np.array([w2_squared_samples(self.real[:MOVED], cloud[:MOVED]) for cloud in clouds]),
        }


def _drawn(model: Mixture, rng: np.random.Generator) -> Floats:
    """Return points of every chain in a random order, shape (chains, points, 2): a sample comes by component."""
    drawn = model.sample(np.full(len(model.weights), COMPARED), rng).values
    return np.asarray(rng.permutation(drawn, axis=2).transpose(0, 2, 1))
