"""The home folder: everything Scapa keeps, in one place, private to its owner."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scapa.errors import HomeError, UnknownName
from scapa.files import PARTIAL, private_folder, remove, sole, storage_errors, write_text
from scapa.records import Clock
from scapa.settings import Settings, home_path, read_settings, sample
from scapa.store.catalog import Catalog

FOLDERS = (
    "documents", "raw", "judgements", "features", "decisions", "generations", "releases", "models", "lab", "keys",
    "rights", "evaluations", "relations",
)  # fmt: skip

DATA = ("documents", "raw", "judgements", "features", "decisions")
"""The folders whose files the catalog names."""
READERS = "readers"
"""Whoever reads holds this file's lock with others, whoever removes files holds it alone."""


def microseconds() -> int:
    """Return now in UTC microseconds: the default `Clock`."""
    return time.time_ns() // 1_000


@dataclass(frozen=True)
class Home:
    """An open home. `now` is injected so that tests own time; `settings` are those of its scapa.toml."""

    path: Path
    now: Clock = microseconds

    @classmethod
    def open(cls, path: str | Path | None = None, *, create: bool = True, now: Clock = microseconds) -> Home:
        """Open the home at `path` ($SCAPA_HOME, else the default), making it where it is missing.

        Raises `HomeError` if it cannot be made, `HomeTooNew` if a newer Scapa wrote it, `SettingsError` for a bad
        scapa.toml, `UnknownName` if it is missing and `create` is false.
        """
        home = cls(home_path(path), now)
        catalog = home.path / "catalog.sqlite"
        if not catalog.exists() or not catalog.stat().st_size:
            home._check_empty()
            if not create:
                raise UnknownName("there is no home here yet", where=str(home.path), next="run: scapa add PATH")
            home._make()
        home.catalog.version()
        return home

    def _check_empty(self) -> None:
        """Raise `HomeError` where there are data and no catalog: a new one would take them for orphans."""
        folder = self.path / "documents"
        if folder.is_dir() and any(folder.glob("*.parquet")):
            raise HomeError(
                "the catalog is gone, and the documents are here", where=str(self.path),
                next="restore catalog.sqlite from a backup of the home; nothing was changed",
            )  # fmt: skip

    def _make(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise HomeError("the home must be a folder, and this is a file", where=str(self.path))
        private_folder(self.path)
        with storage_errors(self.path):
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # several may open a new home at once
            if not (self.path / "scapa.toml").exists():
                write_text(self.path / "scapa.toml", sample())
        finally:
            os.close(descriptor)

    def folder(self, name: str) -> Path:
        """Return one of `FOLDERS`, made (0700) if missing."""
        if name not in FOLDERS:
            raise HomeError(f"no folder {name!r} in a home")
        return private_folder(self.path / name)

    @cached_property
    def settings(self) -> Settings:
        return read_settings(self.path / "scapa.toml")

    @cached_property
    def catalog(self) -> Catalog:
        return Catalog.open(self.path / "catalog.sqlite")

    @contextmanager
    def writing(self, command: str) -> Iterator[Catalog]:
        """Hold the one writer's lock, which the kernel releases when the process ends, however it ends.

        What an earlier process left half-written is removed first. Raises `HomeBusy` naming who holds the lock.
        """
        with sole(self.path / "lock", f"scapa {command}"):
            self._clean()
            yield self.catalog

    @contextmanager
    def reading(self) -> Iterator[Catalog]:
        """Pin what the catalog names now: a writer may change it, but no file of this moment goes while this lasts."""
        with ExitStack() as stack:
            with suppress(OSError):  # of a home that may only be read nothing can go
                stack.enter_context(_held(self.path / READERS, fcntl.LOCK_SH))
            stack.enter_context(self.catalog.snapshot())
            yield self.catalog

    def _clean(self) -> None:
        """Remove what a killed process left behind: temporary files, and data files that no catalog row names.

        While someone is reading, data files stay: they may be of the moment that is pinned.
        """
        for place in (self.path, *map(self.folder, ("releases", "relations", "keys"))):
            for path in place.iterdir():
                if path.name.endswith(PARTIAL):
                    remove(path)
        with ExitStack() as stack:
            try:
                stack.enter_context(_held(self.path / READERS, fcntl.LOCK_EX | fcntl.LOCK_NB))
            except BlockingIOError:
                return
            except OSError:  # then no reader could pin anything either
                pass
            known = self.catalog.files()
            for folder in DATA:
                for path in self.folder(folder).iterdir():
                    if f"{folder}/{path.name}" not in known:
                        remove(path)


@contextmanager
def _held(path: Path, how: int) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)
