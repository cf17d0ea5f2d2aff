"""An experiment from settings to a finished run folder: planned, its tasks done where missing, checked, written.

Tasks that are dear run in processes of their own, one thread each: two such beat one with two threads, and each has
its own random stream, so the figures do not depend on how many there are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from scapa.cores import usable
from scapa.errors import InputError, UsageError
from scapa.files import private_folder, remove, write_text
from scapa.lab.definitions import answers
from scapa.lab.desk import FOUND, Desk, Found, Task, load_found, save_found, seeds_of
from scapa.lab.experiment import Experiment, refuse
from scapa.records import Progress, Say, silent, unsaid
from scapa.store.run import CHECKS, TABLES, LabRun, Row, is_current, of_data, read_run, run_folder, write_run
from scapa.store.unfinished import TASKS, alone, begin_anew, close_tasks, forget, kept, open_tasks
from scapa.workers import apart

PLAN, PLANNER, AT = "plan.json", "planner", "at"


def perform(
    config: Experiment,
    lab: Path,
    progress: Progress = silent,
    say: Say = unsaid,
    *,
    jobs: int | None = None,
    again: bool = False,
    bases: Path | None = None,
) -> LabRun:
    """Run `config` in its own folder below `lab` and return the run; a finished one is read unless `again`.

    What a kill left is taken up: finished tasks are kept, an unfinished one goes on after its last saved generation.
    What other versions left, or what is damaged, is made again; `say` is told. `jobs` is the number of processes for an
    experiment with dear tasks, by default one a core; `bases` is the folder that pretrained base models are kept in.
    Raises `UsageError` for settings that cannot be, `HomeBusy` if another process is at the same run.
    """
    refuse(config)
    desk = _informed(config, Desk(say=say, bases=bases))
    folder = run_folder(lab, config, desk.data)
    done = None if again or (folder / TASKS).exists() else _finished(folder, desk.say)
    if done:
        return done
    with alone(folder):
        done = None if again else _finished(folder, desk.say)
        if done:
            close_tasks(folder)  # a kill may have come between the figures and this
            return done
        if again:
            forget(folder)
        return _worked(config, folder, desk, progress, jobs)


def _finished(folder: Path, say: Say) -> LabRun | None:
    """Return the run if it was finished by these versions; one that cannot be read is made again, with a word."""
    if not is_current(folder):
        return None
    try:
        run = read_run(folder)
        for name in TABLES:
            run.table(name)
    except InputError as error:
        say(f"{folder.name} was finished before, but cannot be read any more, and is made again: {error.where}")
        remove(folder / CHECKS)
        return None
    say(f"{run.name} was finished before with these settings (--again runs it anew)")
    return run


def _worked(config: Experiment, folder: Path, desk: Desk, progress: Progress, jobs: int | None) -> LabRun:
    work = open_tasks(folder, private=of_data(config) or bool(desk.data), say=desk.say)
    try:
        run = _done(config, folder, work, desk, progress, jobs)
    except (UsageError, InputError):  # it can never be finished, and might keep someone's text for good
        close_tasks(folder)
        raise
    close_tasks(folder)
    return run


def _informed(config: Experiment, desk: Desk) -> Desk:
    """Return the desk with the digests of what the experiment reads."""
    reads = getattr(config, "reads", None)
    return replace(desk, data=reads(desk)) if reads else desk


def _done(config: Experiment, folder: Path, work: Path, desk: Desk, progress: Progress, jobs: int | None) -> LabRun:
    """Do what is not done yet, and write the run."""
    planned, plan = _planned(config, work, desk, progress)
    tasks = list(dict.fromkeys(planned.tasks()))  # the same line asked for twice is no second seed
    founds = _all(planned, tasks, work, desk, progress, _processes(planned, len(tasks), jobs))
    rows = combine([row for found in founds for row in found.rows])
    tables: dict[str, list[dict[str, Any]]] = {}
    for found in founds:
        for name, content in found.tables.items():
            tables.setdefault(name, []).extend(content)
    tables.update(_definitions(planned, tasks, founds, tables))
    if not rows:
        raise UsageError("these settings record nothing", where=config.name, next="give more regimes or points")
    compared = planned.checks(rows)
    checks = [check for check in compared if check is not None]
    last = max((row.generation for row in rows), default=0)
    untold = len(compared) - len(checks)
    return write_run(folder, planned, last, rows, checks, planned.plots(), tables, plan, desk.data, untold)


def _definitions(
    config: Experiment, tasks: Sequence[Task], founds: Sequence[Found], tables: dict[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """Return the tables `seeds` and `definitions` of an experiment that says which of its measures is what."""
    roles = getattr(config, "roles", {})
    if not roles:
        return {}
    seeds = tables.get("seeds", [])
    seeds += [seed for task, found in zip(tasks, founds, strict=True) for seed in seeds_of(task, found.rows)]
    return {"seeds": seeds, "definitions": answers(seeds, roles, getattr(config, "useless_risk", None))}


def combine(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with replicates of one chain each made into one row over them, in order of first appearance."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        key = (row.regime, row.arm, row.size, row.estimator, row.at, row.generation, row.measure)
        groups.setdefault(key, []).append(row)
    return [group[0] if len(group) == 1 else _over(group) for group in groups.values()]


def _over(group: Sequence[Row]) -> Row:
    if any(row.chains != 1 for row in group):
        raise InputError("two tasks made rows of the same line", where=f"{group[0].regime} {group[0].measure}")
    values = np.array([row.mean for row in group])
    low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
    error = float(values.std(ddof=1) / np.sqrt(len(values)))
    return replace(
        group[0],
        chains=len(values),
        mean=float(values.mean()),
        error=error,
        median=float(median),
        low=float(low),
        high=float(high),
    )


def _planned(config: Experiment, work: Path, desk: Desk, progress: Progress) -> tuple[Experiment, dict[str, Any]]:
    """Return the settings fitted to the budget; the plan of an unfinished run stands, or its figures would mix."""
    make = getattr(config, "plan", None)
    if make is None:
        return config, {}
    plan = kept(work / PLAN, _settings, desk.say)
    if plan is None:
        begin_anew(work)  # what lies there was made by a plan that is lost
        progress(f"{config.name}: measuring the rate", 0)
        plan = make(_planner(work, desk))
        write_text(work / PLAN, json.dumps(plan))
    changes = {name: tuple(value) if isinstance(value, list) else value for name, value in plan.items()}
    return replace(config, **changes), plan  # type: ignore[type-var]


def _planner(work: Path, desk: Desk) -> Desk:
    """Return the desk of what is done once for all tasks, beside theirs."""
    return replace(desk, folder=work / PLANNER)


def _settings(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _processes(config: Experiment, tasks: int, jobs: int | None) -> int:
    if not getattr(config, "dear", False):
        return 1
    return min(tasks, jobs or usable())


def _all(
    config: Experiment, tasks: Sequence[Task], work: Path, desk: Desk, progress: Progress, processes: int
) -> list[Found]:
    """Do what is not done, and return what every task found, in the order of `tasks`."""
    if not getattr(config, "dear", False):
        founds = []
        for done, task in enumerate(tasks):
            progress(config.name, done, len(tasks), "lines")
            founds.append(config.compute(task, desk))
        progress(config.name, len(tasks), len(tasks), "lines")
        return founds
    folders = {task: work / task.key for task in tasks}
    founds_before = {task: kept(folder / FOUND, load_found, desk.say) for task, folder in folders.items()}
    waiting = {task: folder for task, folder in folders.items() if founds_before[task] is None}
    make_ready = getattr(config, "make_ready", None)
    if waiting and make_ready:
        make_ready(_planner(work, desk))
    tell = partial(_tell, config, tuple(folders.values()), progress)
    if processes > 1:
        quiet = replace(desk, say=unsaid)  # what is said on the way to a terminal cannot be sent to another process
        jobs = [(config, task, folder, quiet) for task, folder in waiting.items()]
        apart(_do_apart, jobs, processes, partial(_say_all, desk.say), tell)
    else:
        for task, folder in waiting.items():
            _do(config, task, folder, desk, tell)
    tell()
    return [founds_before[task] or load_found(folder / FOUND) for task, folder in folders.items()]


def _do_apart(config: Experiment, task: Task, folder: Path, desk: Desk) -> list[str]:
    """Do a task in a process of its own; return what it had to say."""
    said: list[str] = []
    _do(config, task, folder, replace(desk, say=said.append))
    return said


def _say_all(say: Say, lines: Iterable[str]) -> None:
    for line in lines:
        say(line)


def _do(config: Experiment, task: Task, folder: Path, desk: Desk, told: Callable[[], None] | None = None) -> None:
    private_folder(folder)

    def tell(done: int, total: int) -> None:
        (folder / AT).write_text(str(done / total), encoding="utf-8")
        if told:
            told()

    save_found(folder / FOUND, config.compute(task, replace(desk, folder=folder, tell=tell)))


def _tell(config: Experiment, folders: Sequence[Path], progress: Progress) -> None:
    progress(config.name, round(sum(map(_share, folders)), 2), len(folders), "lines")


def _share(folder: Path) -> float:
    if (folder / FOUND).is_file():
        return 1.0
    try:
        return float((folder / AT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0.0
