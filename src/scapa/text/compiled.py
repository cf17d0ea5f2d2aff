"""The one place that sets numba up: compiled code is cached between runs, in a folder that only the user can write.

Import `njit` from here, never from numba. A cache entry is a pickle, so the folder must be ours alone (0700); if it
cannot be, nothing is cached and every process compiles for itself. Several processes may compile at once: numba
replaces cache files atomically. Numba compiles anew what changes in a function's own file; a kernel also holds code and
constants of the files it imports, so there is a folder for each state of this package's sources.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def cache_folder() -> Path:
    """Return where compiled code is kept: in $NUMBA_CACHE_DIR, else in the user's cache folder."""
    chosen, state = os.environ.get("NUMBA_CACHE_DIR"), sources_digest()
    if chosen:
        return Path(chosen) if Path(chosen).name == state else Path(chosen) / state
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "scapa" / "numba" / state


def sources_digest() -> str:
    """Return a digest of this package's sources, which kernels in other packages import from, too."""
    made = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        made.update(path.read_bytes())
    return made.hexdigest()[:16]


def _private(folder: Path) -> bool:
    """Make the folder if need be and say whether it is a real folder, ours, and closed to everyone else."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        usable = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and os.access(folder, os.W_OK)
        if usable and stat.S_IMODE(found.st_mode) != 0o700:
            folder.chmod(0o700)
    except (OSError, RuntimeError):
        return False
    return usable


def _set_up() -> None:
    folder = cache_folder()
    if not (_private(folder.parent) and _private(folder)):
        folder = Path(tempfile.mkdtemp(prefix="scapa-numba-"))
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if "numba" in sys.modules:
        from numba.core import config

        setattr(config, "CACHE_DIR", str(folder))  # noqa: B010 - numba makes its settings at run time


_set_up()

import numba  # noqa: E402


def njit(function: F) -> F:
    """Compile on first use, keep the machine code between runs, and let other threads run meanwhile."""
    compiled: Any = numba.njit(cache=True, nogil=True)(function)
    return cast(F, compiled)


def leaf(function: F) -> F:
    """As `njit`, copied into every caller: for the parts of hot loops, which read and write arrays and make none.

    Without numba's reference counts, which such parts don't need and which cost them up to thirty times their own time.
    """
    jit: Any = numba.njit
    compiled: Any = jit(cache=True, nogil=True, forceinline=True, _nrt=False)(function)
    return cast(F, compiled)
