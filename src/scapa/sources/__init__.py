"""Readers: one file, one format. A reader names the files it would read and yields records or counted problems."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from scapa.records import Detection, Found, Problem
from scapa.registry import Registry


class Reader(Protocol):
    """One format. `appendable`: new records only ever come at the end of a file, so reading can resume at an offset."""

    name: str
    version: int
    appendable: bool

    def detect(self, path: Path) -> Detection | None:
        """Say whether `path` (a file or a folder) looks like this format, and why; None if it does not."""

    def files(self, path: Path) -> Iterator[Path | Problem]:
        """Yield the files below `path` in a stable order; what cannot be reached is a problem."""

    def read(self, file: Path, start: int = 0) -> Iterator[Found | Problem]:
        """Yield the records of one file from byte `start` (0 or an earlier `Found.end`); never write to it."""


READERS: Registry[Reader] = Registry("scapa.sources")
