"""The ledger's state by name, without loading what searches it: whoever finds it unchanged need not open the ledger."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from scapa.errors import HomeError


def state(folder: Path) -> str:
    """Return what `Ledger.snapshot` returns of the ledger in `folder`; of none, the same as of an empty one."""
    path = folder / "ledger.sqlite"
    if not path.exists() or not path.stat().st_size:
        return ""
    try:
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            return str(connection.execute("SELECT digest FROM head").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise HomeError(f"the ledger cannot be used: {error}", where=str(path)) from error
