"""Dohmatob's cut-off against the exact sums, and those against draws."""

import numpy as np
import pytest

from montecarlo import z
from scapa.lab.oracles.discrete import survival_after_one
from scapa.lab.oracles.tails import power_law_missing, power_law_support


def _power_law(beta, states=300_000):
    p = np.arange(1, states + 1, dtype=float) ** -beta
    return p / p.sum()


@pytest.mark.parametrize(("beta", "items"), [(2.0, 300), (2.0, 100_000), (3.0, 10_000)])
def test_the_power_of_the_sample_size(beta, items):
    p = _power_law(beta)
    assert power_law_support(items, beta, p[0]) == pytest.approx(survival_after_one(p, items).sum(), rel=0.003)
    assert power_law_missing(items, beta, p[0]) == pytest.approx((p * (1 - p) ** items).sum(), rel=0.01)


def test_against_draws():
    p = _power_law(2.0, 5_000)
    counts = np.random.default_rng(0).multinomial(300, p, size=2_000)
    seen = (counts > 0).sum(axis=1)
    assert abs(z(seen, survival_after_one(p, 300).sum())) < 5
    assert seen.mean() == pytest.approx(power_law_support(300, 2.0, p[0]), rel=0.03)
