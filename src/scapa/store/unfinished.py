"""What an unfinished run keeps to go on from, in a folder of its own beside its figures; gone when it is finished.

It may hold someone's text (as tokens, in a tokenizer, in the weights of models), so that it must stay behind neither
when the run is finished nor when the text's source is taken out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from scapa.errors import ScapaError
from scapa.files import private_folder, remove, sole, write_text
from scapa.records import Say, unsaid
from scapa.store.run import versions

T = TypeVar("T")
TASKS, STAMP, LOCK = "tasks", "stamp.json", "lock"


@contextmanager
def alone(run: Path) -> Iterator[None]:
    """Hold the run in the folder `run` against other processes; an empty folder does not stay.

    Raises `HomeBusy` if another process is at it.
    """
    with sole(run / LOCK, f"a run of {run.name}"):
        try:
            yield
        finally:
            (run / LOCK).unlink(missing_ok=True)
            with suppress(OSError):
                run.rmdir()


def open_tasks(run: Path, *, private: bool, say: Say = unsaid) -> Path:
    """Return the folder of what the run in the folder `run` has done so far, made if missing.

    What other versions of Scapa or of its libraries left there is discarded: a run's figures are all of one make.
    `private` says whether it is made from someone's data.
    """
    tasks, stamp = run / TASKS, {"versions": versions(), "private": private}
    if tasks.is_dir() and _stamp(tasks) != stamp:
        say(f"{run.name} begins anew: what was done of it so far was not done by these versions, and is discarded")
        remove(tasks)
    private_folder(tasks)
    write_text(tasks / STAMP, json.dumps(stamp))
    return tasks


def close_tasks(run: Path) -> None:
    """Remove what the run in the folder `run` kept to go on from."""
    remove(run / TASKS)


def forget(run: Path) -> None:
    """Remove all that is in the folder `run`, which is held (`alone`)."""
    for path in run.iterdir():
        if path.name != LOCK:
            remove(path)


def begin_anew(tasks: Path) -> None:
    """Remove all that was done so far; the folder stays open."""
    for path in tasks.iterdir():
        if path.name != STAMP:
            remove(path)


def kept(path: Path, read: Callable[[Path], T], say: Say = unsaid) -> T | None:
    """Return what `read` makes of a file, None if there is none; a damaged one is discarded with a word to `say`.

    A file that was cut short makes its readers raise all kinds of errors. Only time is lost: its content is made again.
    """
    if not path.is_file():
        return None
    try:
        return read(path)
    except (ScapaError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001
        say(f"{path.parent.name}/{path.name} was damaged ({type(error).__name__}) and is made again")
        remove(path)
        return None


def discard_private(lab: Path) -> tuple[str, ...]:
    """Remove what unfinished runs below the folder `lab` keep of someone's data, and return the runs' names.

    Raises `HomeBusy` if one of them is going on.
    """
    found = [tasks for tasks in sorted(lab.glob(f"*/{TASKS}")) if _stamp(tasks).get("private", True)]
    for tasks in found:
        with alone(tasks.parent):
            close_tasks(tasks.parent)
    return tuple(tasks.parent.name for tasks in found)


def _stamp(tasks: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((tasks / STAMP).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}
