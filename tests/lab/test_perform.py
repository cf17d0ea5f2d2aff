"""Performing an experiment: finished work is kept, replicates are combined, a plan is made once."""

from importlib import import_module
from multiprocessing import active_children
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from walks import DEADLY, MET, Killed, Quarrel, Walk

from scapa.errors import HomeBusy, InputError, StorageFull, UsageError
from scapa.files import private_folder, storage_errors
from scapa.lab.desk import Desk
from scapa.lab.perform import combine, perform
from scapa.lab.verdict import Line
from scapa.store.run import CHECKS, CONFIG, PLOTS, RESULT, digest_of, read_run, run_folder
from scapa.store.unfinished import LOCK, TASKS, discard_private


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


def _tasks(config, lab):
    return run_folder(lab, config) / TASKS


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


def test_what_other_versions_had_done_is_done_again(tmp_path, monkeypatch):
    whole = perform(Walk(), tmp_path / "whole", jobs=1)
    _killed(Walk(), tmp_path, (1, 3))
    monkeypatch.setattr("scapa.store.run._LIBRARIES", ("numpy",))
    said = []
    assert perform(Walk(), tmp_path, say=said.append, jobs=1).digest == whole.digest
    assert len(MET) == 15
    assert len(said) == 1
    assert "begins anew" in said[0]


def test_a_damaged_finding_is_found_again(tmp_path):
    whole = perform(Walk(), tmp_path / "whole", jobs=1)
    _killed(Walk(), tmp_path, (2, 3))
    path = _tasks(Walk(), tmp_path) / Walk().tasks()[1].key / "found.npz"
    path.write_bytes(path.read_bytes()[:300])
    said = []
    assert perform(Walk(), tmp_path, say=said.append, jobs=1).digest == whole.digest
    assert [(replicate, n) for replicate in (1, 2) for n in range(1, 6)] == MET
    assert [line for line in said if "found.npz was damaged" in line] == said != []


def test_what_a_process_of_its_own_finds_damaged_is_said(tmp_path):
    whole = perform(Walk(), tmp_path / "whole", jobs=1)
    _killed(Walk(), tmp_path, (0, 1))
    for task in Walk().tasks():
        private_folder(_tasks(Walk(), tmp_path) / task.key)
        (_tasks(Walk(), tmp_path) / task.key / "state.npz").write_bytes(b"cut")
    said = []
    assert perform(Walk(), tmp_path, say=said.append, jobs=2).digest == whole.digest
    assert len([line for line in said if "state.npz was damaged" in line]) == 3


def test_a_kill_after_the_figures_leaves_nothing_for_good(tmp_path, monkeypatch):
    def killed(run):
        raise Killed

    monkeypatch.setattr(import_module("scapa.lab.perform"), "close_tasks", killed)
    with pytest.raises(Killed):
        perform(Walk(), tmp_path, jobs=1)
    monkeypatch.undo()
    assert _tasks(Walk(), tmp_path).is_dir()
    MET.clear()
    perform(Walk(), tmp_path, jobs=1)
    assert MET == []
    assert not _tasks(Walk(), tmp_path).exists()


class Reader(Walk):
    """Reads a file that only its content tells from another."""

    path: ClassVar[Path]

    def reads(self, desk):
        return {"numbers": digest_of([self.path.read_text()])}

    def compute(self, task, desk):
        desk.expect(self.reads(desk))
        return super().compute(task, desk)


def test_other_content_of_the_same_file_is_another_run(tmp_path):
    Reader.path = tmp_path / "file"
    Reader.path.write_text("secret")
    first = perform(Reader(), tmp_path / "lab", jobs=1)
    assert first.config["data"] == {"numbers": digest_of(["secret"])}
    assert "secret" not in (first.folder / CONFIG).read_text()
    MET.clear()
    assert perform(Reader(), tmp_path / "lab", jobs=1).folder == first.folder
    assert MET == []
    Reader.path.write_text("other")
    assert perform(Reader(), tmp_path / "lab", jobs=1).folder != first.folder
    assert len(MET) == 15


def test_content_that_changes_on_the_way_ends_the_run(tmp_path):
    Reader.path = tmp_path / "file"
    Reader.path.write_text("secret")

    def change(stage, done, total=None, unit=""):
        if done > 1:
            Reader.path.write_text("other")

    with pytest.raises(InputError, match="numbers changed"):
        perform(Reader(), tmp_path / "lab", change, jobs=1)
    assert list((tmp_path / "lab").iterdir()) == []


def test_after_an_error_no_process_goes_on_and_writes(tmp_path):
    with pytest.raises(UsageError):
        perform(Quarrel(replicates=2), tmp_path, jobs=2)
    assert active_children() == []
    assert list(tmp_path.iterdir()) == []


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
    assert sorted(path.name for path in run.folder.iterdir() if path.suffix != ".parquet") == [CHECKS, CONFIG, PLOTS]


@pytest.mark.parametrize("damage", [lambda path: path.write_text('{"gene'), lambda path: path.unlink()])
def test_without_its_plan_all_is_done_again(tmp_path, damage):
    Planned.asked.clear()
    _killed(Planned(), tmp_path, (2, 3))
    damage(_tasks(Planned(), tmp_path) / "plan.json")
    run = perform(Planned(), tmp_path, jobs=1)
    assert run.config["plan"] == {"generations": 4}
    assert {row.generation for row in run.rows} == {1, 2, 3, 4}
    assert [(replicate, n) for replicate in range(3) for n in range(1, 5)] == MET


class Shared(Walk):
    """Its tasks share a file that is made once."""

    made: ClassVar[list[int]] = []

    def make_ready(self, desk):
        self.made.append(1)
        (desk.shared / "shared").write_text("5")

    def compute(self, task, desk):
        assert (desk.shared / "shared").read_text() == "5"
        return super().compute(task, desk)


def test_what_tasks_share_is_made_before_them_and_gone_after_them(tmp_path):
    run = perform(Shared(), tmp_path, jobs=1)
    assert len(Shared.made) == 1
    assert not (run.folder / "tasks").exists()


def test_a_system_that_cannot_name_its_processors_runs_the_lab(tmp_path, monkeypatch):
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert perform(Walk(), tmp_path).generations == 5


class Met(Walk):
    """Meets another process at the same run."""

    other: ClassVar[Any]

    def compute(self, task, desk):
        with pytest.raises(HomeBusy, match=r"a run of walk-\w+ \(process"):
            type(self).other()
        return super().compute(task, desk)


@pytest.mark.parametrize("again", [False, True])
def test_a_run_that_is_going_on_is_left_alone(tmp_path, again):
    Met.other = lambda: perform(Walk(), tmp_path, jobs=1, again=again)
    run = perform(Met(), tmp_path, jobs=1)
    assert run.digest == perform(Walk(), tmp_path, jobs=1).digest
    assert not (run.folder / LOCK).exists()


def test_what_a_run_that_is_going_on_keeps_of_someone_is_not_pulled_away(tmp_path):
    Reader.path = tmp_path / "file"
    Reader.path.write_text("secret")

    class Both(Met, Reader):
        pass

    Met.other = lambda: discard_private(tmp_path / "lab")
    assert perform(Both(), tmp_path / "lab", jobs=1).generations == 5


def test_a_run_that_a_killed_process_held_is_free(tmp_path):
    folder = run_folder(tmp_path, Walk())
    private_folder(folder)
    (folder / LOCK).write_text("a run (process 1)")
    assert not (perform(Walk(), tmp_path, jobs=1).folder / LOCK).exists()


@pytest.mark.parametrize("name", [CHECKS, PLOTS, RESULT, "cloud.parquet"])
@pytest.mark.parametrize("content", [b"", b"[1]", b"\x89junk" * 40, None])
def test_a_finished_run_that_cannot_be_read_any_more_is_made_again(tmp_path, name, content):
    first = perform(Walk(), tmp_path, jobs=1)
    path = first.folder / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] if content is None else content)
    said: list[str] = []
    again = perform(Walk(), tmp_path, say=said.append, jobs=1)
    assert (again, again.table("cloud")) == (first, read_run(first.folder).table("cloud"))
    assert "cannot be read any more" in said[0]
    assert len(MET) == 30


class Picky(Planned):
    """Refuses its settings, after all that must not come before."""

    def reads(self, desk):
        pytest.fail("read something")

    def plan(self, desk):
        pytest.fail("planned")

    def tasks(self):
        raise UsageError("no such thing")


def test_settings_are_refused_before_anything_is_read_planned_or_made(tmp_path):
    with pytest.raises(UsageError, match="no such thing"):
        perform(Picky(), tmp_path / "lab")
    assert not (tmp_path / "lab").exists()


def test_a_full_disk_is_told_with_what_is_kept(tmp_path, monkeypatch):
    def full(path, found):
        with storage_errors(path):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(import_module("scapa.lab.perform"), "save_found", full)
    with pytest.raises(StorageFull, match="the disk is full") as caught:
        perform(Walk(), tmp_path, jobs=1)
    assert "nothing was changed" not in caught.value.what
    assert "what was finished is kept" in caught.value.next
