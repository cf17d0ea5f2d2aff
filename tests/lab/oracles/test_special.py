"""Polygammas against scipy."""

import pytest
from scipy import special

from scapa.lab.oracles.special import digamma, trigamma


@pytest.mark.parametrize("x", [0.5, 1.0, 1.5, 4.5, 9.99, 10.0, 49.5, 5e5])
def test_polygammas_are_scipys(x):
    assert digamma(x) == pytest.approx(float(special.digamma(x)), abs=2e-13)
    assert trigamma(x) == pytest.approx(float(special.polygamma(1, x)), abs=2e-13, rel=1e-12)
