"""What the ledger needs of a file system: a file is there whole or not at all, and one writer at a time."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scapa.errors import HomeBusy, HomeError, StorageFull


def write_durably(path: Path, data: bytes) -> None:
    """Write `path` (mode 0600) so that after a crash it holds all of `data`, or what it held before."""
    part = path.with_name(path.name + ".part")
    try:
        handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(part, path)  # noqa: PTH105 - one name for tests to break
        sync_folder(path.parent)
    except OSError as error:
        kind = StorageFull if error.errno in (errno.ENOSPC, errno.EDQUOT) else HomeError
        raise kind(f"cannot be written: {error.strerror}", where=str(path)) from None


def sync_folder(folder: Path) -> None:
    """Make names made, changed or removed in `folder` survive a crash."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(path: Path, *, wait: float) -> Iterator[None]:
    """Hold the lock file `path`, waiting up to `wait` seconds; the kernel lets go of it when the process dies.

    Raises `HomeBusy` if another thread or process still holds it then.
    """
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        _take(handle, path, time.monotonic() + wait)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise HomeBusy(
                    "another process is writing to the ledger", where=str(path.parent), next="try again when it is done"
                ) from None
            time.sleep(0.01)
        else:
            return
