"""The ledger's lock: one writer at a time, and writers wait for each other."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scapa.errors import HomeBusy


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
