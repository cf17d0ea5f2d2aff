"""Files that are whole or absent: written aside, flushed to the disk, then renamed into place.

write_atomic(path, data)     replaces what was there, at once
write_new(path, data)        never replaces
private_folder(path)         a folder that only its owner can enter
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from scapa.errors import HomeError, InputError, ScapaError, StorageFull

PARTIAL = ".partial"
"""The ending of a file that was still being written; safe to delete."""


def write_atomic(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write `data` to `path` so that a crash leaves the old file or the new one, never a part.

    Raises `StorageFull` when the disk is full, else `HomeError`.
    """
    aside = path.with_name(path.name + PARTIAL)
    try:
        _write(aside, data, os.O_CREAT | os.O_TRUNC, mode)
        aside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise _storage_error(error, path) from None


def write_new(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write `data` to `path`, which must not exist. Raises `InputError` when it does, else as `write_atomic`."""
    try:
        _write(path, data, os.O_CREAT | os.O_EXCL, mode)
        sync_folder(path.parent)
    except FileExistsError:
        raise InputError("is already there and is never overwritten", where=str(path), next="choose another") from None
    except OSError as error:
        raise _storage_error(error, path) from None


def private_folder(path: Path) -> None:
    """Make `path` with mode 0700; a folder that was there keeps its files and gets the mode. Raises `HomeError`."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as error:
        raise _storage_error(error, path) from None


def sync_folder(folder: Path) -> None:
    """Flush the names in `folder` to the disk, where the system can."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems have no folders to flush
            os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, data: bytes, flags: int, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | flags, mode)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)  # whatever the umask says
        file.write(data)
        file.flush()
        os.fsync(handle)


def _storage_error(error: OSError, path: Path) -> ScapaError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull("the disk is full", where=str(path), next="make room and run it again")
    return HomeError(f"cannot be written: {error.strerror}", where=str(path))
