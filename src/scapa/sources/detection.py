"""Which reader for which path: the best claim wins and says why; mixed folders are planned file by file.

detection = detect(Path("~/mail").expanduser())     # one reader for the whole path, or InputError
plan = plan(path)                                   # parts [(reader, path, why)] and problems; nothing left out
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scapa.errors import InputError
from scapa.records import Detection, Problem
from scapa.sources import READERS, Reader, files
from scapa.sources.files import Sniff
from scapa.sources.maildir import is_maildir


class Part(NamedTuple):
    """A file or folder and the reader for it, with the evidence in words."""

    reader: str
    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Every regular file at or below a path is in a part or a problem."""

    parts: tuple[Part, ...]
    problems: tuple[Problem, ...]


def detect(path: Path) -> Detection:
    """Return the strongest claim of all readers on `path`; of equal ones the first by name.

    Raises `InputError` where the path is missing, cannot be read, is empty, or fits no reader.
    """
    readable(path)
    best = _best(path)
    if best is None:
        raise InputError("no reader knows this format", where=str(path), next=_known())
    return best


def plan(path: Path) -> Plan:
    """Return which reader reads each file at or below `path`; Maildirs are one part each.

    What fits no reader is a problem. Raises `InputError` where the path is missing, cannot be read or is empty.
    """
    readable(path)
    parts: list[Part] = []
    problems: list[Problem] = []
    for item in _planned(path):
        if isinstance(item, Part):
            parts.append(item)
        else:
            problems.append(item)
    return Plan(tuple(parts), tuple(problems))


def _planned(root: Path) -> Iterator[Part | Problem]:
    for item in files.walk(root, whole=is_maildir):
        if isinstance(item, Problem):
            yield item
        elif item.is_dir():
            yield Part("maildir", item, "a folder with cur and new in it")
        else:
            yield _file(item, root)


def _file(path: Path, root: Path) -> Part | Problem:
    try:
        with files.open_regular(path) as file:
            head = file.read(files.HEAD)
    except OSError as error:
        return Problem(files.relative(path, root), files.reason(error))
    if not head:
        return Problem(files.relative(path, root), "an empty file")
    best = _best(path, head)
    if best is not None:
        return Part(best.reader, path, best.why)
    if files.is_binary(head):
        return Problem(files.relative(path, root), f"not text: {_kind(head)}")
    ending = f"with the ending {path.suffix.lower()}" if path.suffix else "of this kind"
    return Problem(files.relative(path, root), f"no reader takes text {ending} unasked: name one with --format")


def _best(path: Path, head: bytes | None = None) -> Detection | None:
    claims = [claim for reader in _readers() if (claim := _claim(reader, path, head))]
    return max(claims, key=lambda claim: claim.confidence, default=None)


def _claim(reader: Reader, path: Path, head: bytes | None) -> Detection | None:
    """Ask a reader; one that can `sniff` at bytes already read need not open the file again."""
    sniff: Sniff | None = getattr(reader, "sniff", None)
    return reader.detect(path) if head is None or sniff is None else sniff(path, head)


@cache
def _readers() -> tuple[Reader, ...]:
    return tuple(READERS.make(name)[0] for name in READERS.names())


def readable(path: Path) -> Path:
    """Return `path`; raise `InputError` where it is missing, cannot be read or is empty."""
    try:
        path.stat()
        if path.is_dir() and next(path.iterdir(), None) is None:
            raise InputError("an empty folder", where=str(path), next="name a folder or file with text in it")
    except OSError as error:
        raise InputError(files.reason(error), where=str(path), next="check the path and its permissions") from None
    if path.is_file() and not os.access(path, os.R_OK):
        raise InputError("cannot be read: Permission denied", where=str(path), next="check its permissions")
    if path.is_file() and not path.stat().st_size:
        raise InputError("an empty file", where=str(path), next="name a file with text in it")
    if not (path.is_file() or path.is_dir()):
        raise InputError("neither a file nor a folder", where=str(path), next="name a file or a folder")
    return path


def _known() -> str:
    return f"formats read here: {', '.join(READERS.names())}; choose one with --format"


_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstandard"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
)


def _kind(head: bytes) -> str:
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "unknown binary")
