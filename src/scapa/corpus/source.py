"""Sources: the files and folders a home was filled from; removing one takes its documents out of the next decision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scapa.corpus.place import printable, whole
from scapa.errors import UnknownName
from scapa.store.home import Home
from scapa.store.unfinished import discard_private


def sources(home: Home) -> list[dict[str, Any]]:
    """Return every source with its number, path, format, custody, and when it was added or removed."""
    return [
        {
            "source": row["id"], "path": row["path"], "format": row["format"] or "detected", "added": row["added"],
            "removed": row["removed"],
            "files": home.catalog.value("SELECT count(*) FROM file WHERE source = ?", (row["id"],)),
        }
        for row in home.catalog.rows("SELECT * FROM source ORDER BY id")
    ]  # fmt: skip


def remove_source(home: Home, name: str) -> dict[str, Any]:
    """Mark a source (its number or path) as removed and return it, with the unfinished runs of the lab that were
    `discarded` because they held texts of this home. Documents that no other source has are rejected from the next
    decision on; adding the path again brings them back. Nothing else is deleted.
    """
    with home.writing("source rm") as catalog:
        path = printable(whole(Path(name)))
        rows = catalog.rows("SELECT id FROM source WHERE CAST(id AS TEXT) = ? OR path = ?", (name, path))
        if not rows:
            raise UnknownName(f"no source {name!r}", where=str(home.path), next="see: scapa source list")
        discarded = discard_private(home.folder("lab"))
        catalog.run("UPDATE source SET removed = coalesce(removed, ?) WHERE id = ?", (home.now(), rows[0]["id"]))
    found = next(source for source in sources(home) if source["source"] == rows[0]["id"])
    return found | {"discarded": discarded}
