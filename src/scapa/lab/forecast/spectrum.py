"""A release's words as the forecast knows them: how many words occur how often, and what that says of unseen ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab.forecast.survival import Exponent

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
LEAST_WORDS = 2_000
RARE = (2, 5)
_SHAPES = (-2.0, 0.95)  # of `shape`: nothing but chance takes real text beyond


@dataclass(frozen=True, slots=True)
class Spectrum:
    """`number[i]` words occur `count[i]` times each, `count` ascending; N is `words`.

    The x = N·p of all words have the density α x^(−1−d), the extended gamma law of Engen (Biometrika 61:263, 1974). So
    E f_c = α Γ(c−d)/c!, whence `shape` d = 1 − 2f₂/f₁ and α; a word seen c times has x ~ Gamma(c − d), and words not
    seen the density α x^(−1−d) e^(−x). Words are independent here: no topics, no bursts.
    """

    count: Ints
    number: Ints

    @classmethod
    def of(cls, counts: Ints) -> Spectrum:
        """Return the spectrum of word counts. Raises `UsageError` if there are too few words to say anything."""
        spectrum = cls(*np.unique(counts[counts > 0], return_counts=True))
        if spectrum.words < LEAST_WORDS or not spectrum.occurring(1) or not spectrum.occurring(2):
            raise UsageError(
                f"{spectrum.words:,} words are too few for a forecast: it needs {LEAST_WORDS:,}, rare ones among them",
                next="release more text",
            )
        return spectrum

    @property
    def words(self) -> int:
        """N."""
        return int(self.count @ self.number)

    def occurring(self, times: int) -> int:
        """Return f_c, how many words occur so many times."""
        return int(self.number[self.count == times].sum())

    @property
    def shape(self) -> float:
        """d, the exponent of the density of rare words; the larger, the more unseen words."""
        return float(np.clip(1 - 2 * self.occurring(2) / self.occurring(1), *_SHAPES))

    @property
    def heterozygosity(self) -> float:
        """Return 1 − Σp²."""
        return float(1 - self.number @ (self.count / self.words) ** 2)

    def reach(self, share: float) -> int:
        """Return up to which count the rarest words make up `share` of all words, and no less than the rare ones."""
        mass = np.cumsum(self.count * self.number) / self.words
        return max(RARE[1], int(self.count[min(int(np.searchsorted(mass, share)), len(mass) - 1)]) + 2)

    def absent(self, exponent: Exponent) -> Floats:
        """Return P(a word is not met) for each count: E exp(−a c − b p)."""
        per_word = exponent.b / self.words
        return np.asarray(np.exp(-exponent.a * self.count - (self.count - self.shape) * np.log1p(per_word)))

    def once(self, exponent: Exponent, theta: float) -> Floats:
        """Return P(a word is met once) for each count: θ E[S exp(−θ S)], `theta` being that of `exponent`."""
        human = exponent.b_slope / self.words * (self.count - self.shape) / (1 + exponent.b / self.words)
        return theta * (exponent.a_slope * self.count + human) * self.absent(exponent)

    def unseen_met(self, exponent: Exponent) -> float:
        """Return how many words that the release does not have are expected to be met."""
        d, per_word = self.shape, exponent.b / self.words
        grown = np.log1p(per_word) if abs(d) < 1e-9 else np.expm1(d * np.log1p(per_word)) / d
        return float(self.occurring(1) * grown)

    def unseen_once(self, exponent: Exponent, theta: float) -> float:
        """Return how many words that the release does not have are expected to be met once."""
        per_word = exponent.b / self.words
        slope = theta * exponent.b_slope / self.words
        return float(self.occurring(1) * slope * (1 + per_word) ** (self.shape - 1))

    def human_text(self, exponent: Exponent, most: int) -> Floats:
        """Return how many words a new human text of N words has 1 … `most` times that are absent under `exponent`.

        Shape (counts + 1, most): one row for each count in the release, the last for words that it does not have.
        P(k and absent) = e^(−ac) (r)_k/k! (2 + b/N)^(−r−k) with r = c − d; for unseen
        words f₁ Γ(k−d)/(Γ(1−d) k!) (2 + b/N)^(d−k).
        """
        k, r = np.arange(1, most + 1), (self.count - self.shape)[:, None]
        thinned = np.log(2 + exponent.b / self.words)
        rising = np.cumsum(np.log((r + k - 1) / k), axis=1)
        seen = self.number[:, None] * np.exp(rising - exponent.a * self.count[:, None] - (r + k) * thinned)
        first = np.concatenate([[0.0], np.cumsum(np.log((k[:-1] - self.shape) / k[1:]))])
        unseen = self.occurring(1) * np.exp(first - (k - self.shape) * thinned)
        return np.vstack([seen, unseen])
