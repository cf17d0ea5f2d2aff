"""The one recursion: fit, sample, fit again, over many chains at once, under any regime.

A `Subject` says how to draw real items, sample a model, pool and thin training sets, and fit; its data and model
types are its own (sufficient statistics, count matrices, raw items, images, token blocks). `recur` is a
generator of `Step`s; each holds all that the next generation needs, so that a long experiment can save itself after
each and go on from there (`scapa.lab.desk.follow`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab.regimes import Arm, Intake, Ints, Regime, intake

D = TypeVar("D")
M = TypeVar("M")


class Subject(Protocol[D, M]):
    """What is fitted to what. `sizes` is one number of items a chain; every random figure comes from `rng`."""

    @property
    def chains(self) -> int:
        """How many independent repetitions run at once."""

    def real(self, sizes: Ints, rng: np.random.Generator) -> D:
        """Return new items of the original distribution."""

    def sample(self, model: M, sizes: Ints, bias: float, rng: np.random.Generator) -> D:
        """Return items that the models wrote; `bias` is λ, 1 for an honest sample."""

    def pool(self, first: D, second: D) -> D:
        """Return both sets of items as one."""

    def subset(self, items: D, size: int, rng: np.random.Generator) -> D:
        """Return `size` of the items of every chain, drawn without replacement."""

    def fit(self, items: D, rng: np.random.Generator) -> M:
        """Return the models of all chains."""


@dataclass(frozen=True, slots=True)
class Step(Generic[D, M]):
    """One generation: its number (1 is the fit on real data), the models, and what entered the training set.

    `first` are the models of generation 1; `kept` is the training set where the regime keeps it, else None.
    """

    generation: int
    model: M
    intake: Intake
    first: M
    kept: D | None = None


def recur(
    subject: Subject[D, M],
    regime: Regime,
    size: int,
    generations: int,
    rng: np.random.Generator,
    arm: Arm = "loop",
    *,
    after: Step[D, M] | None = None,
) -> Iterator[Step[D, M]]:
    """Yield generation 1 … `generations` of one arm (see `regimes.intake`) of the recursion, or those after `after`.

    `size` is M, the items of a generation. With `after`, `rng` must be in the state that it had when that step came.
    Raises `UsageError` if a generation could be left with fewer than 2 items.
    """
    if size < 2 or generations < 1:
        raise UsageError(f"{size} items and {generations} generations: 2 and 1 are the least")
    regime = regime.for_arm(arm)
    kept = after.kept if after else None
    first = after.first if after else None
    model = after.model if after else None
    for generation in range(after.generation + 1 if after else 1, generations + 1):
        enters = intake(regime, arm, generation, size, subject.chains, rng)
        items = _new_items(subject, enters, first if arm == "first" else model, regime.bias, rng)
        _refuse_empty(regime, enters, kept is not None)
        items = items if kept is None else subject.pool(kept, items)
        if regime.keeps_all or (regime.keeps_first and kept is None):
            kept = items
        model = subject.fit(subject.subset(items, size, rng) if regime.subsamples else items, rng)
        first = model if first is None else first
        yield Step(generation, model, enters, first, kept)


def stream(seed: int, *labels: object) -> np.random.Generator:
    """Return the generator of one line of an experiment, its own whatever other lines are run beside it."""
    key = blake2b("\x00".join(map(str, labels)).encode(), digest_size=16).digest()
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(np.frombuffer(key, dtype=np.uint32))))


def schedule(generations: int, points: int = 60) -> NDArray[np.int64]:
    """Return which generations to record: all, or about `points` of them evenly spaced in their logarithm."""
    if generations <= points:
        return np.arange(1, generations + 1)
    return np.unique(np.geomspace(1, generations, points).round().astype(np.int64))


def _new_items(subject: Subject[D, M], enters: Intake, author: M | None, bias: float, rng: np.random.Generator) -> D:
    if author is None or not enters.machine.any():
        return subject.real(enters.human, rng)
    written = subject.sample(author, enters.machine, bias, rng)
    return subject.pool(subject.real(enters.human, rng), written) if enters.human.any() else written


def _refuse_empty(regime: Regime, enters: Intake, kept: bool) -> None:
    if not kept and int((enters.human + enters.machine).min()) < 2:
        raise UsageError("a training set was left with fewer than 2 items", where=str(regime), next="use a larger size")
