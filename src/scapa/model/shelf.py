"""The model folders of a home, and which one serves: one pointer file, swapped whole, so that the last good stays.

models/<id>/            a tuned model: adapter/, evaluation.json, curves.json, bill.json
models/current          {"current": id, "earlier": [ids]}: written aside and renamed
models/lock             held by the tuning under way
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scapa.errors import CheckFailed, HomeBusy, InputError, UnknownName
from scapa.files import private_folder, storage_errors, write_atomic
from scapa.model.bill import BILL, EVALUATION, read_json
from scapa.model.gates import all_pass
from scapa.records import Gate

POINTER, LOCK = "current", "lock"
_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Model:
    """One finished model: its `bill`, `evaluation` and gates as they were written."""

    id: str
    folder: Path
    bill: dict[str, Any]
    evaluation: dict[str, Any]

    @property
    def gates(self) -> list[Gate]:
        return [Gate(**gate) for gate in self.evaluation["gates"]]

    @property
    def failed(self) -> list[str]:
        """The names of the gates that it did not pass."""
        return [gate.name for gate in self.gates if not gate.passed]

    @property
    def adapter(self) -> Path:
        return self.folder / "adapter"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder `home/models`."""

    folder: Path

    def new(self, id: str) -> Path:
        """Return the folder for a model to be called `id`; an unfinished one of that name is resumed."""
        if not _ID.fullmatch(id) or id in {POINTER, LOCK, "base"}:
            raise InputError(f"{id!r} cannot be a model's name", next="use lower-case letters, digits, dots and dashes")
        if (self.folder / id / BILL).exists():
            raise InputError(f"there is a model {id!r} already", next="choose another name")
        private_folder(self.folder)
        private_folder(self.folder / id)
        return self.folder / id

    @contextmanager
    def tuning(self) -> Iterator[None]:
        """Hold the lock of the one tuning; the kernel releases it when the process ends, however it ends.

        It is not the home's writer's lock: a tuning takes long, and meanwhile others can add and curate. Raises
        `HomeBusy` naming who holds it.
        """
        private_folder(self.folder)
        path = self.folder / LOCK
        with storage_errors(path):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor, self.folder)
            yield
        finally:
            os.close(descriptor)

    def models(self) -> list[Model]:
        """Return the finished models, by id."""
        if not self.folder.is_dir():
            return []
        found = (path for path in sorted(self.folder.iterdir()) if _ID.fullmatch(path.name) and (path / BILL).is_file())
        return [self.get(path.name) for path in found if path.name != "base"]

    def get(self, id: str) -> Model:
        """Return a finished model. Raises `UnknownName`, or `InputError` when its files cannot be read."""
        path = self.folder / id
        if not _ID.fullmatch(id) or not (path / BILL).is_file():
            raise UnknownName(f"no finished model {id!r}", next="see `scapa models`")
        return Model(id, path, read_json(path / BILL), read_json(path / EVALUATION))

    def current(self) -> Model | None:
        """Return the model that serves; None when none was promoted."""
        id, _ = self._pointer()
        return self.get(id) if id else None

    def promote(self, id: str) -> Model:
        """Let a model serve. Raises `CheckFailed`, naming the gates, unless it passed all of them."""
        model = self.get(id)
        if not all_pass(model.gates):
            failed = ", ".join(model.failed) or "none was measured"
            raise CheckFailed(f"the model {id!r} did not pass its gates: {failed}", next="the current model stays")
        now, earlier = self._pointer()
        if now != id:
            self._point(id, [*earlier, *([now] if now else [])])
        return model

    def roll_back(self) -> Model | None:
        """Return to the model that served before; None when there was none (then none serves)."""
        now, earlier = self._pointer()
        if not now:
            raise UnknownName("no model serves, so there is nothing to roll back", next="see `scapa models`")
        left = [id for id in earlier if (self.folder / id / BILL).is_file()]
        self._point(left[-1] if left else "", left[:-1])
        return self.current()

    def _pointer(self) -> tuple[str, list[str]]:
        file = self.folder / POINTER
        if not file.exists():
            return "", []
        found = read_json(file)
        id, earlier = found.get("current"), found.get("earlier")
        if not isinstance(id, str) or not isinstance(earlier, list):
            raise InputError("does not say which model serves", where=str(file), next="promote a model again")
        return id, [str(name) for name in earlier]

    def _point(self, id: str, earlier: Iterable[str]) -> None:
        private_folder(self.folder)
        data = json.dumps({"current": id, "earlier": list(earlier)}, indent=2).encode()
        write_atomic(self.folder / POINTER, data, mode=0o600)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 200).decode(errors="replace").strip() or "another process"
        raise HomeBusy(
            f"{holder} is tuning here", where=str(folder), next="wait for it to end, then run this again"
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"scapa tune (process {os.getpid()})".encode(), 0)
