"""Files as strangers leave them: walked in order, never blocked on, never followed in circles, never written."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from scapa.records import Detection, Problem

HEAD = 16_384
"""Bytes looked at to tell a format."""
SAMPLE = 48
"""Files looked at to tell a folder's format."""

Sniff = Callable[[Path, bytes], Detection | None]
"""A reader's look at one file: its path and first `HEAD` bytes."""


def walk(root: Path, whole: Callable[[Path], bool] | None = None) -> Iterator[Path | Problem]:
    """Yield the regular files at or below `root`, sorted by name folder by folder; all else is a problem.

    `root` itself may be a symbolic link; links below it are not followed, so nothing loops or is read twice.
    A folder of which `whole` is true is yielded itself and not entered.
    """
    if not root.is_dir():
        yield _regular(root, os.fspath(root.name), follow=True)
        return
    folders = [root]
    while folders:
        folder = folders.pop()
        if whole and whole(folder):
            yield folder
            continue
        entries = _entries(folder, root)
        if isinstance(entries, Problem):
            yield entries
            continue
        below = []
        for entry in entries:
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                below.append(path)
            else:
                yield _regular(path, relative(path, root), follow=False)
        folders += reversed(below)


def relative(path: Path, root: Path) -> str:
    """Return how a problem names `path`: below `root`, or its own name."""
    name = path.relative_to(root).as_posix() if path != root and path.is_relative_to(root) else path.name
    return shown(name)


def shown(name: str) -> str:
    """Return a file name that any terminal or JSON can hold."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading, without waiting for a pipe's other end; OSError for anything else."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "not a regular file")
    return os.fdopen(descriptor, "rb")


def head(path: Path, size: int = HEAD) -> bytes:
    """Return the first bytes of a regular file, b"" where it cannot be read."""
    try:
        with open_regular(path) as file:
            return file.read(size)
    except OSError:
        return b""


def read_whole(path: Path, limit: int) -> bytes | Problem:
    """Return the bytes of a file of at most `limit` bytes; otherwise say why not."""
    try:
        with open_regular(path) as file:
            data = file.read(limit + 1)
    except OSError as error:
        return Problem(shown(path.name), reason(error))
    return (
        data if len(data) <= limit else Problem(shown(path.name), f"larger than {limit:,} bytes (ingest.record_limit)")
    )


def reason(error: OSError) -> str:
    """Return what went wrong, without the path."""
    return f"cannot be read: {error.strerror or type(error).__name__}"


def is_binary(data: bytes) -> bool:
    """Whether bytes are no text in any encoding read here: a NUL (UTF-16 with its mark aside) or many controls."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    controls = data.translate(None, bytes(range(32, 256)) + b"\t\n\r\f\b\x1b")
    return b"\x00" in data or len(controls) * 20 > len(data)


def detect(path: Path, reader: str, sniff: Sniff) -> Detection | None:
    """Return a reader's claim on a file, or on a folder by the share of its first `SAMPLE` files that it claims."""
    if not path.is_dir():
        data = head(path)
        return sniff(path, data) if data else None
    files = []
    for item in walk(path):
        if isinstance(item, Path):
            files.append(item)
        if len(files) == SAMPLE:
            break
    claims = [claim for claim in (sniff(file, data) for file in files for data in [head(file)] if data) if claim]
    if not claims:
        return None
    confidence = sum(claim.confidence for claim in claims) / len(files)
    return Detection(reader, confidence, f"{len(claims)} of the first {len(files)} files: {claims[0].why}")


def _entries(folder: Path, root: Path) -> list[os.DirEntry[str]] | Problem:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        return Problem(relative(folder, root), reason(error))


def _regular(path: Path, name: str, *, follow: bool) -> Path | Problem:
    try:
        mode = path.stat(follow_symlinks=follow).st_mode
    except OSError as error:
        return Problem(shown(name), reason(error))
    if stat.S_ISREG(mode):
        return path
    kind = next((words for is_, words in _IRREGULAR if is_(mode)), "a device")
    return Problem(shown(name), f"not a regular file: {kind}")


_IRREGULAR: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISLNK, "a symbolic link, not followed: add its target itself"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISDIR, "a folder"),
)
