"""The one error tree. Only `scapa.cli` turns an error into an exit code.

    ScapaError
    ├── UsageError            the caller asked for something that cannot be (exit 2)
    │   ├── SettingsError     scapa.toml or a policy file does not say what it must
    │   └── UnknownName       no such document, release, model, source …
    ├── InputError            a file or folder cannot be used as a whole (exit 2)
    │   └── TooLittle         too little text of yours to train on (`scapa.model.split`)
    ├── HomeError             the home folder cannot be used (exit 2)
    │   ├── HomeBusy          another Scapa process is writing
    │   ├── HomeTooNew        written by a newer Scapa
    │   └── StorageFull       the disk has no room
    ├── WorkerEnded           the system ended a process that worked for this one (exit 2)
    ├── MissingPart           an extra or a base model is not installed (exit 2)
    └── CheckFailed           a check of Scapa's own said no (exit 1)

A bad *record* never raises: it becomes a counted `Problem` (see `scapa.records`).
"""

from __future__ import annotations

import re
import traceback
from pathlib import Path

_FRAME = re.compile(r'File "(.+)", line (\d+), in ')


class ScapaError(Exception):
    """What went wrong, where, and what to do next, each a short phrase without private text."""

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", next: str = "") -> None:
        self.what, self.where, self.next = what, where, next
        super().__init__(what)

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        then = f"\n  {self.next}" if self.next else ""
        return f"{where}{self.what}{then}"


class UsageError(ScapaError):
    """The caller asked for something that cannot be."""


class SettingsError(UsageError):
    """scapa.toml or a policy file does not say what it must."""


class UnknownName(UsageError):
    """No such document, release, model, source or part."""


class InputError(ScapaError):
    """A file or folder cannot be used as a whole."""


class HomeError(ScapaError):
    """The home folder cannot be used."""


class HomeBusy(HomeError):
    """Another Scapa process is writing to this home."""


class HomeTooNew(HomeError):
    """The home was written by a newer Scapa."""


class StorageFull(HomeError):
    """The disk has no room for what was to be written."""


class WorkerEnded(ScapaError):
    """The system ended a process that worked for this one."""


class MissingPart(ScapaError):
    """An extra or a base model is not installed."""


class CheckFailed(ScapaError):
    """A check of Scapa's own said no."""

    exit_code = 1


def place(error: BaseException) -> str:
    """Return the file and line that raised `error`, without its message: that may quote private text.

    An error of a pool's process was raised there: the traceback that it brought along says where, ours does not.
    """
    frames = _FRAME.findall(getattr(error.__cause__, "tb", "")) or [
        (frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)
    ]
    file, line = frames[-1]
    return f"{Path(file).name}, line {line}"
