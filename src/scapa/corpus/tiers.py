"""Tiers: many small segments become few large ones, so that a home of a thousand nightly adds reads like one of one.

A segment's tier is the logarithm of its rows; when a tier has `FAN` segments they become one of a higher tier, so a row
is rewritten a few times in its life and there are never more than `FAN` segments a tier. Documents move with their
judgements, in one transaction; ids and decisions stay. Old files go when the next writer cleans up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate

import pyarrow as pa

from scapa.corpus.chain import judges, keys
from scapa.errors import StorageFull
from scapa.files import is_there
from scapa.seal.canonical import digest_of
from scapa.store.catalog import Catalog, Segment
from scapa.store.home import Home
from scapa.store.segments import groups, schema_of, writing

FAN = 8
MOST_ROWS = 100_000
MOST_BYTES = 1_000_000_000
"""A segment is not merged beyond this: nothing is gained by it, and rewriting it would be felt."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """A judgement of a segment: under which key, in which file, how many rows errored."""

    key: str
    name: str
    errored: int


def merge_tiers(home: Home, catalog: Catalog) -> int:
    """Merge what has become many; return how many segments were merged into others. Needs the writer's lock.

    A disk without room for it keeps its small segments: they are slower, not wrong.
    """
    merged = 0
    with suppress(StorageFull):
        for kind in ("documents", "occurrences", "raw"):
            while run := _run(home, catalog, kind):
                _merge(home, catalog, kind, run)
                merged += len(run)
    return merged


def _run(home: Home, catalog: Catalog, kind: str) -> list[Segment]:
    """Return segments that are to become one: the oldest of a tier that has enough; none if there is none."""
    segments = [segment for segment in catalog.segments(kind) if segment.rows < MOST_ROWS]
    crowded = [tier for tier in _split(segments, lambda segment: _tier(segment.rows)) if len(tier) >= FAN]
    if not crowded:
        return []
    judged = _judgements(home, catalog) if kind == "documents" else {}
    for alike in (part for tier in crowded for part in _split(tier, lambda one: _nature(home, one, judged))):
        fitting = _fitting(home, alike) if len(alike) >= FAN else []
        if len(fitting) > 1:
            return fitting
    return []


def _split(segments: Iterable[Segment], by: Callable[[Segment], object]) -> list[list[Segment]]:
    parts = defaultdict[object, list[Segment]](list)
    for segment in segments:
        parts[by(segment)].append(segment)
    return list(parts.values())


def _tier(rows: int) -> int:
    return (rows.bit_length() - 1) // (FAN.bit_length() - 1)


def _nature(home: Home, segment: Segment, judged: Mapping[str, Mapping[str, _Judged]]) -> object:
    """Return what segments must have in common: the columns, and by which judges they were judged under which keys."""
    known = frozenset((judge, found.key) for judge, found in judged.get(segment.name, {}).items())
    return str(schema_of(home.path / segment.name)), known


def _fitting(home: Home, alike: Sequence[Segment]) -> list[Segment]:
    """Return the first segments that are not too large together."""
    rows = accumulate(segment.rows for segment in alike)
    sizes = accumulate((home.path / segment.name).stat().st_size for segment in alike)
    both = zip(alike, rows, sizes, strict=True)
    return [segment for segment, count, size in both if count <= MOST_ROWS and size <= MOST_BYTES]


def _judgements(home: Home, catalog: Catalog) -> dict[str, dict[str, _Judged]]:
    """Return by segment and judge the judgements that are current, or the ledger's; others are not worth moving."""
    from scapa.corpus.matching import LEDGER  # loads compiled code, which most adds need not

    wanted = keys(judges(home.path))
    found = defaultdict[str, dict[str, _Judged]](dict)
    for row in catalog.rows("SELECT segment, judge, key, name, errored FROM judgement"):
        current = row["judge"] == LEDGER or wanted.get(row["judge"]) == row["key"]
        if current and is_there(home.path / row["name"]):
            found[row["segment"]][row["judge"]] = _Judged(row["key"], row["name"], row["errored"])
    return found


def _merge(home: Home, catalog: Catalog, kind: str, run: Sequence[Segment]) -> None:
    """Write the files of the merged segment, then name them, and only them, in one transaction."""
    batch = max(segment.batch for segment in run)
    stem = f"{batch:08d}-{digest_of([segment.name for segment in run])[:16]}"
    folder = "raw" if kind == "raw" else "documents"
    whole = Segment(
        f"{folder}/{stem}{'.occurrences' if kind == 'occurrences' else ''}.parquet", kind, batch,
        sum(segment.rows for segment in run),
    )  # fmt: skip
    ids: list[str] = []
    _join(home, whole.name, (segment.name for segment in run), ids if kind == "documents" else None)
    judged = _joined_judgements(home, catalog, stem, run) if kind == "documents" else {}
    with catalog.transaction():
        names = [(segment.name,) for segment in run]
        catalog.run_many("DELETE FROM segment WHERE name = ?", names)
        catalog.run_many("DELETE FROM judgement WHERE segment = ?", names)
        catalog.run("INSERT INTO segment VALUES (?, ?, ?, ?)", (whole.name, kind, batch, whole.rows))
        catalog.run_many("UPDATE document SET segment = ? WHERE id = ?", ((whole.name, name) for name in ids))
        catalog.run_many(
            "INSERT INTO judgement VALUES (?, ?, ?, ?, ?)",
            ((whole.name, judge, made.key, made.name, made.errored) for judge, made in judged.items()),
        )


def _join(home: Home, name: str, parts: Iterable[str], ids: list[str] | None) -> None:
    """Write the rows of several files into one; add the ids of its documents to `ids`."""
    files = [home.path / part for part in parts]
    with writing(home.path / name, schema_of(files[0])) as put:
        for file in files:
            for table in groups(file):
                put(table)
                if ids is not None:
                    ids += table["id"].to_pylist()


def _joined_judgements(home: Home, catalog: Catalog, stem: str, run: Sequence[Segment]) -> dict[str, _Judged]:
    from scapa.corpus.matching import LEDGER, moved

    found = _judgements(home, catalog)
    joined = {}
    for judge, first in found.get(run[0].name, {}).items():
        parts = [found[segment.name][judge] for segment in run]
        name = f"judgements/{stem}.{judge}-{first.key[:12]}.parquet"
        _join_judgement(home, name, parts, run, moved if judge == LEDGER else None)
        joined[judge] = _Judged(first.key, name, sum(part.errored for part in parts))
    return joined


def _join_judgement(
    home: Home,
    name: str,
    parts: Sequence[_Judged],
    run: Sequence[Segment],
    move: Callable[[pa.Table, int], pa.Table] | None,
) -> None:
    """Write the judgements of several segments into one file; rows that number documents are moved along."""
    at = 0
    with writing(home.path / name, schema_of(home.path / parts[0].name)) as put:
        for part, segment in zip(parts, run, strict=True):
            for table in groups(home.path / part.name):
                put(move(table, at) if move else table)
            at += segment.rows
