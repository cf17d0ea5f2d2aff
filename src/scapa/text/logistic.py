"""Logistic regression on n-gram vectors of few examples.

`fit` minimises  Σ c log(1 + exp(−y (x·w)))  +  ‖w‖² / (2 · TRUST),  where the c make both classes count the same. This
is strictly convex and has one minimum, which is found by dual coordinate ascent (Shalev-Shwartz and Zhang, 2013), whose
steps need no rate. `calibrate` turns scores of examples that a model has not seen into log-odds that can be believed
(Platt, 1999), with a prior for few examples.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.ngrams import BUCKETS, Grams, joined, score

ROUNDS = 40
TRUST = 10.0
FOLDS = 5
BIAS = 0.3
"""What each vector has in the place of the constant; below 1, so that examples of one class alone move it little."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_SPREAD = 0.5  # standard deviation of the prior on every coefficient of a calibration
_NEWTON = 50


def fit(examples: Grams, positive: Flags) -> NDArray[np.float32]:
    """Return the weights that `examples` make, the constant last. Both classes count the same, whatever their size."""
    signs = np.where(positive, 1.0, -1.0)
    return np.asarray(_fit(examples.buckets, examples.values, examples.first, signs, _balance(positive)))


def _balance(positive: Flags) -> Floats:
    """Return what each example counts: one on average, each class half of all; examples of one class alone one each."""
    share = positive.mean() if len(positive) else 1.0
    if share in (0.0, 1.0):
        return np.ones(len(positive))
    return np.where(positive, 0.5 / share, 0.5 / (1.0 - share))


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


def held_out(
    examples: Grams, positive: Flags, groups: NDArray[np.int64], always: Grams, always_positive: Flags
) -> Floats:
    """Return the score of every example by what `always` and the examples of the other folds make: those of group g are
    in fold g mod `FOLDS`.
    """
    found, fold = np.zeros(len(positive)), groups % FOLDS
    for number in np.unique(fold).tolist():
        rest, own = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        made = joined([always, examples.rows(rest)])
        found[own] = score(examples.rows(own), fit(made, np.concatenate([always_positive, positive[rest]])))
    return found


@njit
def _fit(buckets: Any, values: Any, first: Any, signs: Any, counts: Any) -> Any:
    weights, duals = np.zeros(BUCKETS + 1, np.float64), np.zeros(len(signs), np.float64)
    for _ in range(ROUNDS):
        for text in range(len(signs)):
            margin = weights[-1]
            for at in range(first[text], first[text + 1]):
                margin += weights[buckets[at]] * values[at]
            wanted = counts[text] * signs[text] / (1.0 + np.exp(signs[text] * margin))
            change = (wanted - duals[text]) / (1.0 + counts[text] * TRUST * (1.0 + BIAS * BIAS) / 4.0)
            duals[text] += change
            for at in range(first[text], first[text + 1]):
                weights[buckets[at]] += TRUST * change * values[at]
            weights[-1] += TRUST * change * BIAS * BIAS
    return weights.astype(np.float32)
