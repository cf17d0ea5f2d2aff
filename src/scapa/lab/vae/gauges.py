"""What is measured of a generation: its pictures as the original encoder and their nearest real neighbours see them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from scapa.lab.engine import Step
from scapa.lab.vae.images import Pictures
from scapa.lab.vae.network import Vae, draw, evidence, latent_means
from scapa.lab.vae.subject import Album
from scapa.measure.extra import lab_module
from scapa.measure.neighbours import overlap

NEIGHBOURS = 10
"""Real pictures whose classes tell what a generated one looks like."""
SHOWN = 25
_EDGES = np.linspace(-3, 3, 61)


@dataclass(frozen=True, slots=True)
class Gauges:
    """The gauges of one task: `count` pictures a generation, of the same latents each time, which `seed` fixes.

    `learnt` are the real pictures that networks are trained on, `held` those that none is.
    """

    learnt: Pictures
    held: Pictures
    count: int
    seed: int
    beta: float = 1.0

    def measure(self, step: Step[Album, Vae]) -> dict[str, float]:
        """Return every measure of the generation.

        `latent_std` the standard deviation of the latents that the *original* encoder (generation 1) reads from this
        generation's pictures, all latents as one sample; `loss_real` the loss of held-out real pictures, nats a
        picture; `variance` the mean square distance of pictures from their mean, over that of held-out ones;
        `precision` and `recall` at k = 5 against as many held-out ones, `foreign` what precision leaves; and those of
        `class_gauges`, a picture's class being told by its `NEIGHBOURS` nearest among the real ones learnt from.
        """
        made, real = self.pictures(step.model), torch.from_numpy(self.held.pixels[: self.count])
        latents = latent_means(step.first, made).double()
        alike = overlap(_flat(real.numpy()), _flat(made[: len(real)].numpy()))
        return {
            "latent_std": float(latents.std(correction=0)),
            "loss_real": evidence(step.model, real, self._generator(1), self.beta),
            "variance": float(_variance(made) / _variance(real)),
            "precision": alike.precision,
            "foreign": 1 - alike.precision,
            "recall": alike.recall,
            **class_gauges(self._shares(made.numpy())),
        }

    def tables(self, step: Step[Album, Vae], regime: str, arm: str) -> dict[str, list[dict[str, Any]]]:
        """Return this generation's rows of the histogram of latents and of the picture grid."""
        made = self.pictures(step.model)
        where = {"regime": regime, "arm": arm, "generation": step.generation}
        counts, _ = np.histogram(latent_means(step.first, made).numpy(), _EDGES)
        grey = np.rint(made[:SHOWN].numpy() * 255).astype(np.uint8)
        shape = {"height": self.held.side, "width": self.held.side}
        return {
            "histogram": [
                where | {"low": float(low), "high": float(high), "count": int(count)}
                for low, high, count in zip(_EDGES, _EDGES[1:], counts, strict=False)
            ],
            "images": [where | shape | {"index": i, "pixels": picture.tobytes()} for i, picture in enumerate(grey)],
        }

    def pictures(self, model: Vae) -> torch.Tensor:
        """Return what `model` makes of the latents that all generations share, shape (count, side, side)."""
        return draw(model, self.count, self._generator(0))

    def _generator(self, purpose: int) -> torch.Generator:
        return torch.Generator().manual_seed(self.seed + purpose)

    def _shares(self, made: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the share of each class among the nearest real pictures, shape (count, classes)."""
        classifier = lab_module("sklearn.neighbors").KNeighborsClassifier
        judge = classifier(min(NEIGHBOURS, len(self.learnt.labels)), algorithm="brute")
        judge.fit(_flat(self.learnt.pixels), self.learnt.labels)
        return np.asarray(judge.predict_proba(_flat(made)))


def class_gauges(shares: NDArray[np.float64]) -> dict[str, float]:
    """Return what the class shares of every picture, shape (pictures, classes), say of all together.

    `confidence` the mean of the largest share; `class_entropy` (bits) the mean entropy of a picture's shares; `classes`
    the number of classes met, exp of the entropy of their mean shares. `separation` is the information that a picture
    has about its class, the second entropy less the first, over that of as many classes met alike: 1 if every picture
    is of one class and all classes are met, 0 if pictures are mixtures that do not differ, or all of one class.
    Entropy by itself would take the same blur everywhere for classes well kept apart.
    """
    together, single = _entropy(shares.mean(axis=0)), float(_entropy(shares).mean())
    return {
        "confidence": float(shares.max(axis=1).mean()),
        "class_entropy": single / math.log(2),
        "classes": math.exp(together),
        "separation": float(together - single) / math.log(shares.shape[1]),
    }


def _variance(pictures: torch.Tensor) -> torch.Tensor:
    """Return the mean square distance of pictures from their mean."""
    return (pictures - pictures.mean(0)).square().sum((1, 2)).mean()


def _entropy(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(-(shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=-1))


def _flat(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    return pictures.reshape(len(pictures), -1)
