"""A detector for one source: logistic regression on a few columns, by Newton's method, ridge-penalised.

detector = fit(columns, machine)     float64[n, k], bool[n]
detector.scores(columns)             the chance of machine text if both sorts were equally common
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError

Floats = NDArray[np.float64]
_RIDGE = 1.0  # on columns of unit variance, with both sorts weighing as many documents as there are
_STEPS = 30
_FAR = 4.0  # standard deviations at which a column is cut off: one odd document must not decide


@dataclass(frozen=True, slots=True)
class Detector:
    """Centre and scale of each column, then its weight; `offset` is the intercept."""

    centre: Floats
    scale: Floats
    weights: Floats
    offset: float

    def scores(self, columns: Floats) -> Floats:
        """Return the score in [0, 1] of each row of `columns`."""
        return _logistic(_standard(columns, self.centre, self.scale) @ self.weights + self.offset)


def fit(columns: Floats, machine: NDArray[np.bool_]) -> Detector:
    """Fit a detector; both sorts count alike, however many there are. Raises `UsageError` when one is missing."""
    if machine.all() or not machine.any():
        raise UsageError("a detector needs both human and machine documents")
    centre = columns.mean(0)
    scale = np.where(columns.std(0) > 0, columns.std(0), 1.0)
    x = np.column_stack([_standard(columns, centre, scale), np.ones(len(columns))])
    weight = np.where(machine, 0.5 / machine.mean(), 0.5 / (1 - machine.mean()))
    ridge = np.diag([*np.full(x.shape[1] - 1, _RIDGE), 1e-9])
    beta = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = _logistic(x @ beta)
        gradient = x.T @ (weight * (p - machine)) + ridge @ beta
        curve = (x * (weight * np.maximum(p * (1 - p), 1e-6))[:, None]).T @ x + ridge
        step = np.linalg.solve(curve, gradient)
        beta -= step
        if np.abs(step).max() < 1e-8:
            break
    return Detector(centre, scale, beta[:-1], float(beta[-1]))


def _standard(columns: Floats, centre: Floats, scale: Floats) -> Floats:
    return np.clip((columns - centre) / scale, -_FAR, _FAR)


def _logistic(x: Floats) -> Floats:
    y: Floats = 1 / (1 + np.exp(-np.clip(x, -30, 30)))
    return y
