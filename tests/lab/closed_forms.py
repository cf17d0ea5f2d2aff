"""Closed forms of the simple regimes' losses, to hold the lab's one recursion and its loops against.

f_n is the share lost (see `scapa.lab.oracles.moments`), M the size of a generation, γ the share of real items.
"""

from math import expm1, log1p, pi, prod, sin, sqrt


def lost_by_replace(size, generations):
    """f_n = 1 − rⁿ of `replace` (Wright 1931)."""
    return -expm1(generations * log1p(-1 / size))


def accumulate_lost(size, generations):
    """f_n of `accumulate`: 1 − Π_(k≤n)(1 − 1/(M k²))."""
    return 1 - prod(1 - 1 / (size * k * k) for k in range(1, generations + 1))


def accumulate_limit(size):
    """lim f_n of `accumulate`, 1 − sin(π/√M)/(π/√M) (Euler's product)."""
    x = pi / sqrt(size)
    return 1 - sin(x) / x


def accumulate_variance(size, generations):
    """E[v_n]/σ² of `accumulate` with the pooled unbiased variance: Π_(2≤k≤n) [1 − 1/(k(kM−1))]."""
    return prod(1 - 1 / (k * (k * size - 1)) for k in range(2, generations + 1))


def mix_limit(size, real, *, independent):
    """(V∞/(p(1−p)), a) of `mix`: V_n = V∞ (1 − aⁿ) when generation 1 is mixed like the others from p_0.

    Independent: 1/(M − (M−1)(1−γ)²), a = (1−γ)²(1−1/M). Fixed split: (1/M)/(1 + (1−γ)/M − (1−γ)²),
    a = (1−γ)² − (1−γ)/M.
    """
    machine = 1 - real
    a = machine**2 * (1 - 1 / size) if independent else machine**2 - machine / size
    return 1 / size / (1 - a), a


def finite_corpus(limit, documents):
    """V∞ about the population when the "real" data are one corpus of R items: 1/R + (1 − 1/R)V∞."""
    return 1 / documents + (1 - 1 / documents) * limit
