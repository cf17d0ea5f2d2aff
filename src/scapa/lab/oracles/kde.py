"""Kernel density estimates fitted to their own samples: the variance of the data set, exactly (Kazdan 2410.16713).

A Gaussian kernel adds its own variance h² to whatever it writes, and resampling takes 1/M away: a fixed bandwidth
*widens* the data up to h²(M−1) and shrinks them beyond it, Silverman's rule for ever widens. Variances have ddof 0.
"""

from __future__ import annotations

from scapa.lab.oracles.moments import Author, Floats


def silverman(items: Floats | float) -> Floats | float:
    """Return (h/s)² of Silverman's rule in one dimension, (4/3N)^(2/5), s² the unbiased variance (1986, eq. 3.28)."""
    return (4 / (3 * items)) ** 0.4


def kernel_author(bandwidth: float) -> Author:
    """Return how wide a kernel estimate writes, for `moments`: v + h², or v + Silverman's where `bandwidth` is 0."""
    if bandwidth:
        return lambda spread, _: spread + bandwidth**2
    return lambda spread, items: spread * (1 + silverman(items) * items / (items - 1))


def kernel_variance(size: int, rounds: int, bandwidth: float, start: float = 1.0) -> float:
    """Return E[v_n] after n rounds of M draws from a fixed-bandwidth estimate whose data set had variance `start`.

    v_0 rⁿ + h² r(1−rⁿ)/(1−r), which goes to h²(M−1).
    """
    r = 1 - 1 / size
    return start * r**rounds + bandwidth**2 * (size - 1) * (1 - r**rounds)


def silverman_growth(size: int) -> float:
    """Return E[v_n]/E[v_(n−1)] under `replace` with Silverman's bandwidth: 1 − 1/M + (4/3M)^(2/5)."""
    return 1 - 1 / size + float(silverman(float(size)))
