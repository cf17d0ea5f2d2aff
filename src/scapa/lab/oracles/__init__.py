"""Exact results to hold simulations against, one file a subject; the names that experiments use most are here.

Every formula is tested against printed values and against simulations that use none of the lab's own code.
Notation: generation n is the n-th fit; generation 1 is fitted on M real draws; r = 1 − 1/M; ψ is the digamma function.
"""

from __future__ import annotations

from scapa.lab.oracles.discrete import survival_after_one, survival_bound
from scapa.lab.oracles.fixation import fixation_time_two
from scapa.lab.oracles.gaussian import c4, kl_replace, log_variance, w2_replace
from scapa.lab.oracles.moments import Moments, moments, share_lost

__all__ = [
    "Moments",
    "c4",
    "fixation_time_two",
    "kl_replace",
    "log_variance",
    "moments",
    "share_lost",
    "survival_after_one",
    "survival_bound",
    "w2_replace",
]
