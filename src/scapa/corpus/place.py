"""Places: how a source's path is written down, the same whoever gives it and whatever bytes are in it."""

from __future__ import annotations

import os
from pathlib import Path


def whole(path: Path) -> Path:
    """Return `path` as sources are named by it: absolute, without `..` and `.`."""
    return Path(os.path.abspath(path))  # noqa: PTH100  (links stay as the user named them)


def printable(path: str | Path) -> str:
    """Return a path as text that is valid UTF-8: bytes that are not are shown as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
