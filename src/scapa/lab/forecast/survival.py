"""Whether a word is still written after n generations: exact, for every word at once, without simulation.

Let a word have the count c in generation 1 and the share p of human text, S_n its count in what generation n is fitted
on and T_n the words there. Items are drawn one by one, so given the past every new count is a Poisson number (machine:
mean m S/T; human: mean h p), and −log E[exp(−θ S_n)] is *linear* in c and p at every n:

    E[exp(−θ S_n)] = exp(−a c − b p),

because each step only replaces the θ on S_n by one on S_(n−1): a machine intake of m words by (m/T)(1 − e^(−θ)), a
count that is kept by θ, a sample of a share f of the pool by −log(1 − f(1 − e^(−θ))); human intake adds h(1 − e^(−θ))
to b. For `replace` this is the branching process of Suresh (arXiv 2412.17646); here it is every regime, guarded or not,
at temperature 1. Poisson counts instead of multinomial ones err by a word's share p of all words: nothing, where rare.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, log1p

from scapa.errors import UsageError
from scapa.lab.regimes import Arm, Regime


@dataclass(frozen=True, slots=True)
class Exponent:
    """a and b of E[exp(−θ S_n)] = exp(−a c − b p), and their derivatives by θ, which give E[S_n exp(−θ S_n)]."""

    a: float
    b: float
    a_slope: float
    b_slope: float


NEVER = Exponent(0.0, 0.0, 0.0, 0.0)
"""θ = 0: every word is absent from nothing."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What enters at each generation: `human` and `machine` words after any guard, and what is fitted, `trained`.

    Index 0 is generation 1; `pool` is all that is there to train on, of which `trained` words are a sample where less.
    """

    human: tuple[float, ...]
    machine: tuple[float, ...]
    pool: tuple[float, ...]
    trained: tuple[float, ...]
    keeps: bool
    keeps_first: bool
    first: bool

    @classmethod
    def of(cls, regime: Regime, size: float, generations: int, start: float, arm: Arm = "loop") -> Stream:
        """Return the stream of `regime` with M = `size` words a generation after a generation 1 of `start` words.

        Raises `UsageError` for a temperature other than 1, whose law is not linear.
        """
        if regime.bias != 1 and arm != "control":
            raise UsageError("survival is only known exactly at temperature 1", where=str(regime))
        regime = regime.for_arm(arm)
        human, machine = _enters(regime, size, arm)
        pool = [start]
        for _ in range(1, generations):
            kept = pool[-1] if regime.keeps_all else start if regime.keeps_first else 0
            pool.append(human + machine + kept)
        trained = [start, *(min(size, n) if regime.subsamples else n for n in pool[1:])]
        later = generations - 1
        return cls(
            (start, *[human] * later), (0.0, *[machine] * later), tuple(pool), tuple(trained), regime.keeps_all,
            regime.keeps_first,
            arm == "first",
        )  # fmt: skip

    def exponent(self, generation: int, theta: float) -> Exponent:
        """Return the exponent of S_n at `theta`, n = `generation` (from 1)."""
        at, slope = self._sampled(generation, theta, 1.0)
        a = b = a_slope = b_slope = 0.0
        for n in range(generation - 1, 0, -1):
            gone, gone_slope = -expm1(-at), exp(-at) * slope
            b, b_slope = b + self.human[n] * gone, b_slope + self.human[n] * gone_slope
            rate = self.machine[n] / self.trained[0 if self.first else n - 1]
            by, by_slope = rate * gone, rate * gone_slope
            written, written_slope = (0.0, 0.0) if self.first else self._sampled(n, by, by_slope)
            if self.keeps_first:
                a, a_slope = a + at, a_slope + slope
            if self.first:
                a, a_slope = a + by, a_slope + by_slope
            at, slope = (at if self.keeps else 0.0) + written, (slope if self.keeps else 0.0) + written_slope
        return Exponent(a + at, b, a_slope + slope, b_slope)

    def _sampled(self, generation: int, theta: float, slope: float) -> tuple[float, float]:
        """Return the θ on the pool (and its slope) that equals `theta` on a sample of it."""
        share = self.trained[generation - 1] / self.pool[generation - 1]
        if share >= 1:
            return theta, slope
        inner = 1 + share * expm1(-theta)
        return -log1p(share * expm1(-theta)), share * exp(-theta) * slope / inner


def _enters(regime: Regime, size: float, arm: Arm) -> tuple[float, float]:
    """Return the expected human and machine words of a generation after the first (as `regimes.intake`)."""
    if arm == "control":
        return (float(regime.fresh) if regime.kind == "fresh" else size), 0.0
    if regime.kind == "mix":
        return size * regime.real, size * (1 - regime.real)
    if regime.kind in ("filtered", "archive"):
        machine = size * regime.share / (1 - regime.share)
        return size * (1 - regime.false_alarm), machine * (1 - regime.hit)
    return float(regime.fresh), size
