"""How long two states last, exactly and between bounds."""

import pytest

from scapa.errors import UsageError
from scapa.lab import perform
from scapa.lab.two_states import TwoStatesConfig


def test_a_run_checks_itself_against_the_exact_chance_and_the_bounds(tmp_path):
    config = TwoStatesConfig(sizes=(15,), shares=(0.5, 0.2), chains=4_000, rounds=4)
    run = perform(config, tmp_path / "a")
    assert [check for check in run.checks if not check.passed] == []
    assert {check.name.split()[-1] for check in run.checks} == {"undecided", "least", "most"}
    assert perform(config, tmp_path / "b").digest == run.digest
    for row in run.rows:
        assert row.floor - 1e-12 <= row.theory <= row.ceiling + 1e-12
    falls = [row.mean for row in run.select(at=0.5)]
    assert falls == sorted(falls, reverse=True)


@pytest.mark.parametrize("settings", [{"chains": 1}, {"sizes": (1,)}, {"shares": (1.0,)}, {"rounds": 0}])
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(UsageError):
        TwoStatesConfig(**settings).tasks()
