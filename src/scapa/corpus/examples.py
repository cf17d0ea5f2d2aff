"""Examples: a few documents of many, spread over time, shown by what tells people which they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scapa.corpus.relations import Labels
from scapa.store.home import Home
from scapa.store.segments import read_table


@dataclass(frozen=True, slots=True)
class Example:
    """One document; `claimed` is the first instant of its claimed interval."""

    id: str
    claimed: datetime | None
    author: str
    title: str


def spread(rows: Labels, count: int) -> Labels:
    """Return `count` of `rows`, evenly spaced: rows of a decision set are in order of time."""
    return rows[np.linspace(0, len(rows) - 1, min(count, len(rows))).round().astype(np.int64)]


def examples(home: Home, ids: Sequence[str]) -> dict[str, Example]:
    """Return the documents `ids` by id."""
    found: dict[str, Example] = {}
    marks = ",".join("?" * len(ids))
    rows = home.catalog.rows(f"SELECT DISTINCT segment FROM document WHERE id IN ({marks}) ORDER BY 1", ids)  # noqa: S608
    for (segment,) in rows:
        table = read_table(home.path / segment, ["id", "claimed_start", "author", "title"])
        for row in table.filter(pc.is_in(table["id"], value_set=pa.array(ids))).to_pylist():
            found[row["id"]] = Example(row["id"], row["claimed_start"], row["author"], row["title"])
    return found
