"""Late collapse: a chain's end is a lottery with the first distribution's odds; its time is known for two states."""

import numpy as np
import pytest

from scapa.errors import UsageError
from scapa.lab import perform
from scapa.lab.absorption import AbsorptionConfig, absorb
from scapa.lab.oracles.fixation import fixation_time


def test_the_end_is_drawn_from_the_start_and_the_time_is_exact(tmp_path):
    run = perform(AbsorptionConfig(size=40, chains=20_000), tmp_path)
    assert run.passed
    assert [check.expected for check in run.checks[:5]] == pytest.approx([0.5, 0.3, 0.15, 0.04, 0.01])
    assert sum(row.mean for row in run.select(measure="end_at")) == pytest.approx(1.0)
    assert run.checks[-1].name.endswith("fixation_two")


def test_the_printed_time_to_fixation():
    _, times = absorb(np.array([0.5, 0.5]), 100, 4000, np.random.default_rng(0), exact_start=True)
    assert abs(times.mean() - 136.60) < 5 * times.std() / np.sqrt(4000)


def test_the_diffusion_formula_is_within_a_few_per_cent():
    start = np.array([0.5, 0.3, 0.2])
    _, times = absorb(start, 60, 4000, np.random.default_rng(1))
    assert 0.97 < fixation_time(start, 60) / times.mean() < 1.1


@pytest.mark.parametrize("options", [{"size": 1}, {"chains": 1}, {"start": (1.0,)}, {"start": (0.5, 0.0)}])
def test_settings_that_cannot_be_are_refused(options, tmp_path):
    with pytest.raises(UsageError):
        perform(AbsorptionConfig(**options), tmp_path)
