"""Least squares fitted to its own predictions plus noise: the expected error E‖w_n − w*‖², standard normal features.

With standard normal features it is the expected excess of the test error. d features, n items of new noise σ², so
that one fit has the error σ²d/(n−d−1) (the mean of an inverse Wishart matrix).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import pi

import numpy as np
from numpy.typing import NDArray

from scapa.lab.regimes import Intake

Floats = NDArray[np.float64]


def one_fit(items: Floats | float, dimension: int) -> Floats | float:
    """Return E‖w − w*‖²/σ² of one fit to n > d+1 items: d/(n−d−1)."""
    return dimension / (items - dimension - 1)


def carried(human: Floats | float, machine: Floats | float, dimension: int) -> Floats | float:
    """Return E‖S⁻¹G δ‖²/‖δ‖²: how much of an author's squared error enters a fit, G the Gram matrix of its m items.

    With X = QR, Q uniform on the Stiefel manifold and independent of R, it is E tr(R⁻ᵀR⁻¹ · U RRᵀ U)/d for
    U = QₘᵀQₘ, and E[UAU] = aA + b·tr(A)·I with b = mh/((N−1)N(N+2)), a = m(m+2)/(N(N+2)) − b. As E[tr(S)S⁻¹] =
    (Nd−2)/(N−d−1)·I, the answer is a + b(Nd−2)/(N−d−1); for N ≫ 1 it is p² + p(1−p)φ/(1−φ), p = m/N, φ = d/N, the
    form of Dohmatob (2410.04840). It is never below p², because E[S⁻¹G] = p·I.
    """
    total = human + machine
    b = machine * human / ((total - 1) * total * (total + 2))
    a = machine * (machine + 2) / (total * (total + 2)) - b
    return a + b * (total * dimension - 2) / (total - dimension - 1)


def errors(intakes: Iterable[Intake], dimension: int, *, keeps_all: bool, noise: float = 1.0) -> Iterator[float | None]:
    """Yield E‖w_n − w*‖² of each generation, new features in every one; None where no exact form is known.

    Where the last generation's items are replaced: e_n = `carried`·e_(n−1) + `one_fit`. Where machine items
    accumulate: w_n = w_(n−1) + S_n⁻¹X_nᵀε_n, and as items are alike E[S⁻¹G_nS⁻¹] = (m/N)E[S⁻¹]: e_n = e_(n−1) +
    (m/N)·`one_fit`(N). Human items after machine ones that are kept have no closed form here, and a fit to N ≤ d+3
    items no error with a variance, so that no mean of any number of chains could be held against it.
    """
    error, total, pure = np.zeros(1), np.zeros(1), True
    known = True
    for step in intakes:
        human, machine = step.human.astype(float), step.machine.astype(float)
        total = total + human + machine if keeps_all else human + machine
        known = known and not (keeps_all and human.any() and (machine.any() or not pure))
        known = known and total.min() > dimension + 3
        pure = pure and not machine.any()
        if known:
            fit = noise**2 * one_fit(total, dimension)
            added = keeps_all and not pure
            error = error + machine / total * fit if added else carried(human, machine, dimension) * error + fit
        yield float(np.mean(error)) if known else None


def same_features(items: int, dimension: int, generation: int, *, accumulate: bool, noise: float = 1.0) -> float:
    """Return E‖w_n − w*‖² where every generation labels the same X anew (Gerstgrasser 2404.01413, Theorems 1 and 2).

    Replaced: n·σ²d/(T−d−1). Accumulated: σ²d/(T−d−1)·Σ 1/i², never above π²/6 of one fit.
    """
    rounds = sum(1 / i**2 for i in range(1, generation + 1)) if accumulate else generation
    return noise**2 * float(one_fit(float(items), dimension)) * rounds


def accumulate_cap(items: int, dimension: int, noise: float = 1.0) -> float:
    """Return lim E‖w_n − w*‖² of accumulating labels on the same X: π²/6·σ²d/(T−d−1)."""
    return pi**2 / 6 * noise**2 * float(one_fit(float(items), dimension))
