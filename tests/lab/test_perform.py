"""Performing an experiment: finished work is kept, replicates are combined, a plan is made once."""

from typing import ClassVar

import numpy as np
import pytest
from walks import DEADLY, MET, Killed, Walk

from scapa.errors import InputError
from scapa.lab.desk import Desk
from scapa.lab.perform import combine, perform
from scapa.lab.verdict import Line
from scapa.store.run import read_run


@pytest.fixture(autouse=True)
def _afresh():
    DEADLY.clear()
    MET.clear()


def _killed(config, lab, at):
    DEADLY.add(at)
    with pytest.raises(Killed):
        perform(config, lab, jobs=1)
    DEADLY.clear()
    MET.clear()


def test_a_killed_experiment_goes_on_and_does_nothing_twice(tmp_path):
    whole = perform(Walk(), tmp_path / "whole", jobs=1)
    _killed(Walk(), tmp_path, (1, 3))
    run = perform(Walk(), tmp_path, jobs=1)
    assert run.digest == whole.digest
    assert run.table("cloud") == whole.table("cloud")
    assert [(replicate, n) for replicate in (1, 2) for n in range(1, 6)] == MET  # 0 was finished
    assert not (run.folder / "tasks").exists()


def test_a_finished_run_is_read_unless_asked_for_again(tmp_path):
    first = perform(Walk(), tmp_path, jobs=1)
    MET.clear()
    assert perform(Walk(), tmp_path, jobs=1) == read_run(first.folder)
    assert MET == []
    assert perform(Walk(), tmp_path, jobs=1, again=True).digest == first.digest
    assert len(MET) == 15


def test_another_seed_is_another_run(tmp_path):
    assert perform(Walk(), tmp_path, jobs=1).digest != perform(Walk(seed=2), tmp_path, jobs=1).digest


def test_replicates_become_one_row_over_them(tmp_path):
    (row,) = perform(Walk(), tmp_path, jobs=1).select(generation=5, measure="mean")
    founds = [Walk().compute(task, Desk()) for task in Walk().tasks()]
    each = [row.mean for found in founds for row in found.rows if (row.generation, row.measure) == (5, "mean")]
    assert (row.chains, len(each)) == (3, 3)
    assert row.mean == pytest.approx(np.mean(each))
    assert row.error == pytest.approx(np.std(each, ddof=1) / np.sqrt(3))
    assert (row.low, row.median, row.high) == pytest.approx(tuple(np.quantile(each, [0.05, 0.5, 0.95])))


def test_two_tasks_with_rows_of_many_chains_for_one_line_are_refused():
    row = Line("replace", "loop", 5).row(1, "x", [1.0, 2.0])
    with pytest.raises(InputError):
        combine([row, row])


class Planned(Walk):
    """Fits the number of generations to the time there is, which differs whenever it is measured."""

    asked: ClassVar[list[int]] = []

    def plan(self, desk):
        self.asked.append(1)
        return {"generations": 2 + len(self.asked)}


def test_a_plan_is_made_once_and_stands_when_the_run_goes_on(tmp_path):
    Planned.asked.clear()
    _killed(Planned(), tmp_path, (2, 3))
    run = perform(Planned(), tmp_path, jobs=1)
    assert len(Planned.asked) == 1
    assert run.generations == 3
    assert run.config["plan"] == run.summary()["plan"] == {"generations": 3}


def test_a_system_that_cannot_name_its_processors_runs_the_lab(tmp_path, monkeypatch):
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert perform(Walk(), tmp_path).generations == 5
