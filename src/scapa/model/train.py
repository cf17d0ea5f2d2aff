"""The training loop: measure the rate, plan the steps that fit, run them; every step decided by seed and plan alone."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.errors import CheckFailed, UsageError
from scapa.model.hidden import Hidden
from scapa.model.network import Excerpt, Stack
from scapa.model.parts import old_names, part, torch

Rows = NDArray[np.int64]
Timer = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Training:
    """How a tuning is run, beside the user's settings; all of it goes into the bill of materials.

    `frozen` is the share of the layers, from below, that stay as they are; `epochs` the most passes over the text,
    `glances` the looks at held-out text on the way. LoRA's alpha is `alpha` times its rank.
    `negatives` is the number of ids beside those in use over which training normalises (0: the full vocabulary);
    measuring always uses the full vocabulary.
    """

    width: int = 256
    batch: int = 8
    micro: int = 4
    frozen: float = 2 / 3
    epochs: float = 2.0
    targets: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
    alpha: float = 2.0
    warmup: float = 0.05
    floor: float = 0.05
    clip: float = 1.0
    negatives: int = 3_000
    eval_windows: int = 24
    least_windows: int = 8
    glances: int = 3
    samples: int = 16
    sample_tokens: int = 64
    checkpoint_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Rate:
    """Seconds a window of the frozen layers (once a window) and of a training pass through the rest (each time)."""

    lower: float
    upper: float

    def seconds(self, steps: int, batch: int, windows: int) -> float:
        """Return how long `steps` take over a set of `windows`."""
        return steps * batch * self.upper + min(steps * batch, windows) * self.lower


def adapt(network: Any, rank: int, training: Training, seed: int) -> Stack:
    """Return `network` with a LoRA adapter (float32) in its upper layers, cut below them; a new one changes nothing."""
    layers = int(network.config.num_hidden_layers)
    frozen = min(layers - 1, round(training.frozen * layers))
    peft = part("peft")
    config = peft.LoraConfig(
        r=rank,
        lora_alpha=training.alpha * rank,
        target_modules=list(training.targets),
        layers_to_transform=list(range(frozen, layers)),
        task_type="CAUSAL_LM",
    )
    torch.manual_seed(seed)
    with old_names():
        return Stack.cut(peft.get_peft_model(network, config, autocast_adapter_dtype=True), frozen)


def trainable(stack: Stack) -> dict[str, torch.Tensor]:
    """Return the adapter's tensors by name."""
    return {name: weight for name, weight in stack.model.named_parameters() if weight.requires_grad}


class Trainer:
    """One optimiser over one adapter and one set of windows; `step(i)` is a function of the seed, `i` and the state."""

    def __init__(self, stack: Stack, hidden: Hidden, training: Training, learning_rate: float, seed: int) -> None:
        self.stack, self.hidden, self.training, self.seed = stack, hidden, training, seed
        self.weights = trainable(stack)
        self.learning_rate = learning_rate
        self._used = torch.from_numpy(np.unique(hidden.windows.ids[hidden.windows.target]))
        self._excerpt: Excerpt | None = None
        self.optimiser = torch.optim.AdamW(self.weights.values(), lr=learning_rate, weight_decay=0.0, foreach=False)

    def rate(self, timer: Timer = time.perf_counter, repeats: int = 2) -> Rate:
        """Measure, changing nothing: the first pass warms up and isn't counted. The fastest of `repeats` counts."""
        rows = np.arange(min(self.training.micro, len(self.hidden.windows)))
        ids = torch.from_numpy(self.hidden.windows.ids[rows])
        lower, upper = [], []
        for _ in range(repeats + 1):
            start = timer()
            self.stack.lower(ids)
            middle = timer()
            self.hidden.rows(rows)
            ready = timer()
            self._draw(0)
            self._pass(rows, 1)
            lower.append(middle - start)
            upper.append(timer() - ready)
        self.optimiser.zero_grad(set_to_none=True)
        return Rate(min(lower[1:]) / len(rows), min(upper[1:]) / len(rows))

    def rows(self, step: int) -> Rows:
        """Return the windows of a step: each pass over the set is a new permutation of it."""
        n, batch = len(self.hidden.windows), min(self.training.batch, len(self.hidden.windows))
        at = np.arange(step * batch, (step + 1) * batch)
        orders = {
            epoch: np.random.default_rng([self.seed, epoch]).permutation(n)
            for epoch in sorted({int(i) // n for i in at})
        }
        return np.array([orders[i // n][i % n] for i in at.tolist()], dtype=np.int64)

    def step(self, step: int, steps: int) -> float:
        """Make one step of `steps`; return the mean loss of its targets before it, in nats/token.

        Raises `CheckFailed` when the loss is not finite.
        """
        rows = self.rows(step)
        rate = self.learning_rate * schedule(step, steps, self.training)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        targets = max(1, int(self.hidden.windows.target[rows].sum()))
        self._draw(step)
        total = sum(
            self._pass(rows[i : i + self.training.micro], targets) for i in range(0, len(rows), self.training.micro)
        )
        slope = torch.nn.utils.clip_grad_norm_(self.weights.values(), self.training.clip)
        if not (math.isfinite(total) and math.isfinite(slope)):
            raise CheckFailed(
                f"the loss or its gradient is not finite at step {step + 1}", next="lower learning_rate under [tune]"
            )
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        return total

    def _draw(self, step: int) -> None:
        """Draw the step's excerpt of the vocabulary, where one is small enough to save time."""
        others = self.training.negatives
        if others and len(self._used) + others < 0.7 * len(self.stack.output):
            rng = torch.Generator().manual_seed(self.seed * 1_000_003 + step)
            self._excerpt = Excerpt.draw(self.stack.output, self._used, others, rng)

    def _pass(self, rows: Rows, targets: int) -> float:
        """Add the gradient of (sum of losses / targets) and return that figure."""
        windows = self.hidden.windows
        final = self.stack.upper(self.hidden.rows(rows))
        ids, target = torch.from_numpy(windows.ids[rows]), torch.from_numpy(windows.target[rows])
        losses, slope = self.stack.head(final, ids, target, excerpt=self._excerpt)
        if slope is not None:
            torch.autograd.backward(final, slope / targets)
        return float(losses.sum()) / targets


def schedule(step: int, steps: int, training: Training) -> float:
    """Return the factor on the peak learning rate: linear warm-up, then half a cosine down to `floor`."""
    warm = max(1, round(training.warmup * steps))
    if step < warm:
        return (step + 1) / warm
    done = (step - warm) / max(1, steps - warm)
    return training.floor + (1 - training.floor) * 0.5 * (1 + math.cos(math.pi * done))


def plan(rate: Rate, windows: int, training: Training, seconds: float) -> int:
    """Return the steps that fit in `seconds`, at most `epochs` passes. Raises `UsageError` when under four do."""
    batch, most = min(training.batch, windows), _most(windows, training)
    fitting = [steps for steps in range(1, most + 1) if rate.seconds(steps, batch, windows) <= seconds]
    if len(fitting) < min(4, most):
        needed = least_seconds(rate, windows, training) - seconds
        raise UsageError("the time budget is too short to train", next=f"add {math.ceil(needed)} s or more to it")
    return fitting[-1]


def least_seconds(rate: Rate, windows: int, training: Training) -> float:
    """Return how long the shortest training takes that `plan` allows."""
    return rate.seconds(min(4, _most(windows, training)), min(training.batch, windows), windows)


def _most(windows: int, training: Training) -> int:
    return max(1, math.ceil(training.epochs * windows / min(training.batch, windows)))


def window_losses(stack: Stack, hidden: Hidden, micro: int, most: int | None = None) -> list[float]:
    """Return the mean loss of the targets of the first `most` windows in nats/token, over the full vocabulary."""
    windows, found = hidden.windows, []
    end = len(windows) if most is None else min(most, len(windows))
    for i in range(0, end, micro):
        rows = np.arange(i, min(i + micro, end))
        ids, target = torch.from_numpy(windows.ids[rows]), torch.from_numpy(windows.target[rows])
        with torch.no_grad():
            losses, _ = stack.head(stack.upper(hidden.rows(rows)), ids, target, slope=False)
        found += (losses.sum(1) / target.sum(1)).tolist()
    return found
