"""Logistic regression on few examples: what was known before, moved by what was taught.

`fit` minimises  Σ log(1 + exp(−y (x·w)))  +  ‖w − start‖² / (2 · trust),  which is strictly convex and has one minimum,
by dual coordinate ascent (Shalev-Shwartz and Zhang, 2013), whose steps need no rate. `calibrate` turns the scores of
examples that a model has not seen into log-odds that can be believed (Platt, 1999), with a prior for few examples.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.ngrams import Grams, score

ROUNDS = 40
TRUST = 10.0
FOLDS = 5
BIAS = 0.3
"""What each vector has in the place of the constant; below 1, so that examples of one class alone move it little."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_SPREAD = 0.5  # standard deviation of the prior on every coefficient of a calibration
_NEWTON = 50


def fit(examples: Grams, positive: Flags, start: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the weights that `examples` make of `start`; without examples, `start`."""
    signs = np.where(positive, 1.0, -1.0)
    return np.asarray(_fit(examples.buckets, examples.values, examples.first, signs, start))


def calibrate(scores: Floats, positive: Flags, prior: Floats) -> Floats:
    """Return the coefficients c for which `scores` · c[:-1] + c[-1] are the log-odds of `positive`.

    `scores` is float64[examples, n]; `prior` are the n + 1 coefficients that hold where there are no examples.
    """
    x = np.column_stack([scores, np.ones(len(scores))])
    found = prior.copy()
    for _ in range(_NEWTON):
        odds = 1.0 / (1.0 + np.exp(-np.clip(x @ found, -500, 500)))
        slope = x.T @ (odds - positive) + (found - prior) / _SPREAD**2
        bend = (x * (odds * (1.0 - odds))[:, None]).T @ x + np.eye(len(prior)) / _SPREAD**2
        step = np.linalg.solve(bend, slope)
        found = found - step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-9:
            break
    return found


def held_out(examples: Grams, positive: Flags, groups: NDArray[np.int64], start: NDArray[np.float32]) -> Floats:
    """Return the score of every example under the weights that the other folds' examples make: group g is in fold
    g mod `FOLDS`.
    """
    found = np.zeros(len(positive))
    fold = groups % FOLDS
    for number in np.unique(fold).tolist():
        rest, own = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        found[own] = score(examples.rows(own), fit(examples.rows(rest), positive[rest], start))
    return found


@njit
def _fit(buckets: Any, values: Any, first: Any, signs: Any, start: Any) -> Any:
    weights = start.astype(np.float64)
    duals = np.zeros(len(signs), np.float64)
    step = 1.0 + TRUST * (1.0 + BIAS * BIAS) / 4.0
    for _ in range(ROUNDS):
        for text in range(len(signs)):
            margin = weights[-1]
            for at in range(first[text], first[text + 1]):
                margin += weights[buckets[at]] * values[at]
            wanted = signs[text] / (1.0 + np.exp(signs[text] * margin))
            change = (wanted - duals[text]) / step
            duals[text] += change
            for at in range(first[text], first[text + 1]):
                weights[buckets[at]] += TRUST * change * values[at]
            weights[-1] += TRUST * change * BIAS * BIAS
    return weights.astype(np.float32)
