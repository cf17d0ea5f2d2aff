"""The training loop: AdamW over blocks of tokens, in an order that the generator alone decides.

Weights and their moments stay in float32; the passes run in the precision that is asked for. A course is a number
of steps, not of passes over the set.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scapa.errors import CheckFailed, UsageError
from scapa.lab.language.network import Model, Shape, cast, losses
from scapa.model.parts import torch

Blocks = NDArray[np.int32]
"""Token blocks, one a row."""

BATCH, LOGITS = 64, 1 << 25
"""Blocks read side by side, and the logits that they may have at one time (128 MB)."""

Measure = Callable[[torch.Tensor], torch.Tensor]
"""Ids [b, t] → the loss of every token but the first, in nats, [b, t−1]."""


@dataclass(frozen=True, slots=True)
class Course:
    """`steps` of `batch` blocks at peak learning rate `rate`: linear warm-up, then half a cosine down to `floor`."""

    steps: int
    batch: int = 16
    rate: float = 1e-3
    warmup: float = 0.05
    floor: float = 0.1
    decay: float = 0.01
    clip: float = 1.0

    def times(self, factor: float) -> Course:
        """Return the same course with `factor` times the steps, one at least."""
        return replace(self, steps=max(1, round(self.steps * factor)))

    def rate_at(self, step: int) -> float:
        """Return the learning rate of step 0 … `steps`−1."""
        warm = max(1, round(self.warmup * self.steps))
        if step < warm:
            return self.rate * (step + 1) / warm
        done = (step - warm) / max(1, self.steps - warm)
        return self.rate * (self.floor + (1 - self.floor) * 0.5 * (1 + math.cos(math.pi * done)))


def train(
    shape: Shape, model: Model, blocks: Blocks, course: Course, dtype: torch.dtype, rng: np.random.Generator
) -> Model:
    """Return `model` trained on `blocks` [n, t]; the one given stays as it is. Raises what `fit_weights` raises."""
    weights = {name: weight.clone().requires_grad_() for name, weight in model.items()}
    fit_weights(weights, lambda ids: losses(shape, cast(weights, dtype), ids), blocks, course, rng)
    return {name: weight.detach() for name, weight in weights.items()}


def fit_weights(weights: Model, measure: Measure, blocks: Blocks, course: Course, rng: np.random.Generator) -> None:
    """Train `weights` in place, so that the losses that `measure` gives fall; one step at a time.

    Raises `UsageError` without blocks, `CheckFailed` when the gradient is not finite.
    """
    optimiser = torch.optim.AdamW(
        weights.values(), lr=course.rate, betas=(0.9, 0.95), weight_decay=course.decay, fused=True
    )
    for step, rows in enumerate(order(len(blocks), course, rng)):
        optimiser.param_groups[0]["lr"] = course.rate_at(step)
        torch.autograd.backward(measure(torch.from_numpy(blocks[rows].astype(np.int64))).mean())
        slope = torch.nn.utils.clip_grad_norm_(weights.values(), course.clip)
        if not math.isfinite(float(slope)):
            raise CheckFailed(f"the gradient is not finite at step {step + 1}", next="lower the learning rate")
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)


def order(blocks: int, course: Course, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of each step: each pass over the set is a new permutation of it, every batch full."""
    if blocks < 1:
        raise UsageError("a training set without blocks")
    waiting = np.zeros(0, dtype=np.int64)
    for _ in range(course.steps):
        while len(waiting) < course.batch:
            waiting = np.concatenate([waiting, rng.permutation(blocks)])
        rows, waiting = waiting[: course.batch], waiting[course.batch :]
        yield rows


@torch.inference_mode()
def token_losses(shape: Shape, model: Model, blocks: Blocks, dtype: torch.dtype) -> NDArray[np.float64]:
    """Return the loss in nats of every token but the first of each block, [n, t−1]."""
    used, batch = cast(model, dtype), min(BATCH, max(1, LOGITS // (blocks.shape[1] * shape.vocabulary)))
    parts = torch.split(torch.from_numpy(blocks.astype(np.int64)), batch)
    return np.concatenate([losses(shape, used, ids).double().numpy() for ids in parts])
