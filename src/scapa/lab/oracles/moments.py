"""How much each regime loses: the exact second moments of any loop, in one recursion over its training sets.

A training set is known by three expectations: of its mean squared, of the variance within it, and of the product of its
mean with that of the model that writes next. "Share lost" f_n is what has gone from the heterozygosity H = 1 − Σp² of a
discrete distribution (population genetics' name: resampling is the Wright–Fisher model) or from the expected variance
of a Gaussian, ddof 0: E[H_n] = H_0(1−f_n).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scapa.lab.regimes import Arm, Intake, Ints, Regime

Floats = NDArray[np.float64]
Author = Callable[[Floats, Floats], Floats]
"""From a model's E[v] and the number of items it was fitted on to the variance of what it writes about its mean."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Exact expectations at one generation, in units of the original variance, one figure a chain.

    `drift` is E[(μ_n−μ)²], `spread` E[v_n]. With ddof 0 and no bias spread = 1 − drift, and drift is the share f_n
    that is lost of a discrete distribution's heterozygosity, and Var p_i/(p_i(1−p_i)).
    """

    drift: Floats
    spread: Floats


@dataclass(frozen=True, slots=True)
class _Pool:
    """A training set: E of its mean squared, of its variance (ddof 0), and of its mean times the author's, about μ.

    The author is the model that writes the next items.
    """

    size: Floats
    drift: Floats
    within: Floats
    shared: Floats

    def joined(self, human: Floats, machine: Floats, author: Moments, width: Floats) -> _Pool:
        """Return the set with new items; the author writes about its mean with variance `width`.

        With N′ kept, h new real, m machine items, N = N′+h+m, the author's drift D, in units of σ², and s′ the product
        of kept and author's mean: N²·drift = N′²·drift′ + 2N′m·s′ + h + m·width + m²·D. The variance within is that of
        the items less that of their mean, written so that equal terms cancel before they are summed.
        """
        total = self.size + human + machine
        own = human + machine * width
        across = self.size * machine * self.shared
        drift = self.size**2 * self.drift + 2 * across + own + machine**2 * author.drift
        between = self.size * (total - self.size) * self.drift + machine * (total - machine) * author.drift - 2 * across
        within = self.size / total * self.within + (own * (total - 1) + between) / total**2
        shared = (self.size * self.shared + machine * author.drift) / total
        return _Pool(total, drift / total**2, within, shared)

    def thinned(self, size: int) -> _Pool:
        """Return `size` of the items, drawn without replacement: all if there are fewer.

        A sample's mean varies by within·(N−M)/((N−1)M) about the pool's (survey sampling's finite correction).
        """
        taken = np.minimum(self.size, size)
        moved = self.within * (self.size - taken) / (np.maximum(self.size - 1, 1) * taken)
        return _Pool(taken, self.drift + moved, self.within - moved, self.shared)


def moments(
    intakes: Iterable[Intake],
    regime: Regime,
    arm: Arm = "loop",
    size: int = 0,
    *,
    ddof: int = 0,
    author: Author | None = None,
    regulariser: float = 0.0,
) -> Iterator[Moments]:
    """Yield the exact `Moments` of each generation of an arm of a regime, given what entered each training set.

    `size` is M, which only a regime that subsamples needs. `author` says how wide a model writes, λ·v without one;
    `regulariser` is added to the variance by every fit, which is N/(N−ddof) times that within the N items fitted on.
    Conditional on the numbers of items, which never depend on what the items say.
    """
    regime = regime.for_arm(arm)
    author = author or _honest(1.0 if arm == "control" else regime.bias)
    nothing = np.zeros(1)
    kept, writer, seen = _Pool(nothing, nothing, nothing, nothing), Moments(nothing, nothing), nothing
    for generation, step in enumerate(intakes, start=1):
        human, machine = _once(step.human), _once(step.machine)
        width = author(writer.spread, seen) if machine.any() else nothing
        pool = kept.joined(human, machine, writer, width)
        fitted = pool.thinned(size) if regime.subsamples else pool
        model = Moments(fitted.drift, fitted.size / (fitted.size - ddof) * fitted.within + regulariser)
        yield model
        changes = arm != "first" or generation == 1
        kept = _kept(kept, pool, machine, regime, first=generation == 1, changes=changes)
        writer, seen = (model, fitted.size) if changes else (writer, seen)


def _kept(kept: _Pool, pool: _Pool, machine: Floats, regime: Regime, *, first: bool, changes: bool) -> _Pool:
    """Return the items that stay for the next generation; where the author `changes`, `shared` is with the new one.

    The new author's mean is that of what it was fitted on, and that of a thinned set is the pool's in expectation.
    """
    if regime.keeps_all or (regime.keeps_first and first):
        return replace(pool, shared=pool.drift) if changes else pool
    if regime.keeps_first:
        shared = (kept.size * kept.drift + machine * kept.shared) / pool.size
        return replace(kept, shared=shared) if changes else kept
    nothing = np.zeros(1)
    return _Pool(nothing, nothing, nothing, nothing)


def share_lost(intakes: Iterable[Intake], regime: Regime, arm: Arm, size: int) -> Iterator[float | None]:
    """Yield f_n, the exact share lost at each generation of any regime and arm; None where none is known (bias)."""
    unknown = regime.bias != 1 and arm != "control"
    for law in moments(intakes, regime, arm, size):
        yield None if unknown else float(np.mean(law.drift))


def _once(sizes: Ints) -> Floats:
    return (sizes[:1] if (sizes == sizes[0]).all() else sizes).astype(float)


def _honest(bias: float) -> Author:
    return lambda spread, _: bias * spread
