"""Real pictures parted before anything is trained: most are learnt from, the rest do nothing but measure.

Without it a risk would be a training loss, and a network that knows its pictures by heart would look best.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab.vae.images import Pictures

LEAST = 20
"""Pictures that must be measured, real and made: some more than the neighbours asked for."""


def parted(real: Pictures, share: float, rng: np.random.Generator) -> tuple[Pictures, Pictures]:
    """Return the pictures to learn from and a random `share` of them held out, both in the order that `rng` deals.

    Raises `UsageError` if fewer than `LEAST` are held out or none is left.
    """
    held = round(share * len(real.pixels))
    if not LEAST <= held < len(real.pixels):
        raise UsageError(
            f"{held:,} of {len(real.pixels):,} pictures held out: {LEAST} are needed, and some to learn from",
            next="change --held-out or give more pictures",
        )
    order = rng.permutation(len(real.pixels))
    held_out, learnt = np.split(order, [held])
    return _those(real, learnt), _those(real, held_out)


def useless_loss(learnt: NDArray[np.float32], held: NDArray[np.float32]) -> float:
    """Return the loss of `held` for a decoder that knows only each pixel's mean over `learnt`, in nats a picture.

    Its latents say nothing and cost nothing; what is left is the cross-entropy of pixels, −Σ x ln m + (1−x) ln(1−m).
    A half is added to the white and to the black of each pixel (Krichevsky & Trofimov 1981): one that is black in all
    of `learnt` is not for ever so, and its loss finite.
    """
    mean = (learnt.sum(axis=0, dtype=np.float64) + 0.5) / (len(learnt) + 1)
    seen = held.mean(axis=0, dtype=np.float64)
    return float(-(seen * np.log(mean) + (1 - seen) * np.log1p(-mean)).sum())


def _those(real: Pictures, numbers: NDArray[np.int64]) -> Pictures:
    return Pictures(real.pixels[numbers], real.labels[numbers])
