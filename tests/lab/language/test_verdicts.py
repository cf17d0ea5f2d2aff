"""What is checked of the lines: by intervals over seeds, and never where there is no interval."""

import numpy as np
import pytest

from scapa.lab.language.verdicts import verdicts
from scapa.lab.perform import combine
from scapa.lab.verdict import Line

GOOD = {
    ("replace", "loop"): 0.6, ("accumulate", "loop"): 0.05, ("mix:0.1", "loop"): 0.4,
    ("filtered:0.9,0.05", "loop"): 0.03, ("filtered:0,0", "loop"): 0.2,
    ("replace", "control"): 0.0,
}  # fmt: skip


def judged(means, noise=0.004, seeds=3):
    rng = np.random.default_rng(0)
    rows = [
        Line(regime, arm, 10).row(n, "rise", [mean * n / 4 + noise * rng.standard_normal()])
        for _ in range(seeds)
        for (regime, arm), mean in means.items()
        for n in (1, 4)
    ]
    return {check.name: check.passed for check in verdicts(combine(rows))}


def test_what_the_successors_found_passes():
    found = judged(GOOD)
    assert len(found) == 10
    assert all(found.values())


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({("replace", "loop"): 0.0}, "replace loop n=4 rise rises"),
        ({("accumulate", "loop"): 0.4}, "accumulate loop n=4 rise less than 50% of replace loop n=4 rise"),
        ({("replace", "control"): 0.3}, "replace control n=4 rise less than 25% of replace loop n=4 rise"),
        ({("mix:0.1", "loop"): 0.6}, "mix:0.1 loop n=4 rise less than replace loop n=4 rise"),
        (
            {("filtered:0.9,0.05", "loop"): 0.19},
            "filtered:0.9,0.05 loop n=4 rise less than filtered:0,0 loop n=4 rise",
        ),
        (
            {("filtered:0.9,0.05", "loop"): -0.2},
            "filtered:0.9,0.05 loop n=4 rise not less than replace control n=4 rise",
        ),
    ],
)
def test_a_line_that_does_otherwise_fails_its_check(change, failed):
    assert not judged(GOOD | change)[failed]


def test_noise_as_large_as_the_effect_proves_nothing():
    assert not judged(GOOD, noise=3.0)["replace loop n=4 rise rises"]


def test_one_seed_or_one_generation_is_not_judged():
    assert judged(GOOD, seeds=1) == {}
    assert verdicts([Line("replace", "loop", 10).row(1, "rise", [0.0, 0.1, 0.2])]) == []
