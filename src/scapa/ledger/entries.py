"""The ledger's SQLite file: one row a generation, the prints not yet in a segment, and which segments count.

Whatever is in it was committed (write-ahead log, synchronous FULL); readers never block and never wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scapa.errors import HomeError, HomeTooNew, StorageFull, UnknownName
from scapa.ledger.segments import EMPTY, Segment, merge

VERSION = 1
_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS generations(
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, time INTEGER NOT NULL, model TEXT NOT NULL,
    origin TEXT NOT NULL, words INTEGER NOT NULL, prints INTEGER NOT NULL, left_out INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'complete', 'forgotten')));
CREATE TABLE IF NOT EXISTS recent(generation INTEGER NOT NULL, prints BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS recent_generation ON recent(generation);
CREATE TABLE IF NOT EXISTS segments(name TEXT PRIMARY KEY, prints INTEGER NOT NULL, place INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS head(digest TEXT NOT NULL);
INSERT INTO head SELECT '' WHERE NOT EXISTS (SELECT 1 FROM head);
PRAGMA user_version = 1;
COMMIT;
"""
_COLUMNS = "id, time, model, origin, words, prints, left_out, state"

State = Literal["open", "complete", "forgotten"]


@dataclass(frozen=True, slots=True)
class Generation:
    """One generated text as the ledger knows it: no text, only when, by what, and how much.

    `time` is UTC microseconds; `origin` is `own` or the assistant it was exported from; `prints` counts what is kept,
    `left_out` what the prompt had already said; `state` is `open` while streaming (or for ever, if that was cut off).
    """

    id: str
    time: int
    model: str
    origin: str
    words: int
    prints: int
    left_out: int
    state: State


class Entries:
    """The rows, a connection an operation: safe in threads and after a fork."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection inside one read snapshot."""
        with self._connect() as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection inside one transaction, on disk when the block ends, undone if it raises."""
        with self._connect() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            yield connection
        except sqlite3.OperationalError as error:
            kind = StorageFull if "full" in str(error) else HomeError
            raise kind(f"the ledger cannot be used: {error}", where=str(self.path)) from error
        finally:
            connection.close()

    def create(self) -> None:
        """Make the tables (mode 0600), or check that they are of a version this Scapa knows."""
        self.path.touch(mode=0o600)
        with self._connect() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise HomeTooNew("the ledger was written by a newer Scapa", where=str(self.path), next="update Scapa")
            if version < VERSION:
                connection.execute("PRAGMA auto_vacuum = FULL")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(_SCHEMA)

    def checkpoint(self) -> None:
        """Empty the write-ahead log, so that nothing deleted lingers there."""
        with self._connect() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def add(connection: sqlite3.Connection, made: Generation, prints: NDArray[np.uint64]) -> None:
    """Insert a generation with its first prints."""
    marks = ", ".join("?" * 8)
    values = (made.id, made.time, made.model, made.origin, made.words, made.prints, made.left_out, made.state)
    number = connection.execute(f"INSERT INTO generations({_COLUMNS}) VALUES ({marks})", values).lastrowid  # noqa: S608
    _keep(connection, int(number or 0), made.id, prints)


def extend(connection: sqlite3.Connection, made: Generation, prints: NDArray[np.uint64]) -> None:
    """Bring a generation's row up to date and add `prints` to what it has."""
    values = (made.words, made.prints, made.left_out, made.state, made.id)
    changed = connection.execute(
        "UPDATE generations SET words = ?, prints = ?, left_out = ?, state = ? WHERE id = ? AND state = 'open'", values
    )
    if changed.rowcount != 1:
        raise UnknownName("this generation is not open any more", where=made.id)
    _keep(connection, number_of(connection, made.id), made.id, prints)


def _keep(connection: sqlite3.Connection, number: int, id: str, prints: NDArray[np.uint64]) -> None:
    blob = prints.astype("<u8").tobytes()
    if blob:
        connection.execute("INSERT INTO recent VALUES (?, ?)", (number, blob))
    advance(connection, f"keep {id} {sha256(blob).hexdigest()}")


def advance(connection: sqlite3.Connection, event: str) -> None:
    """Chain `event` to the digest that names the ledger's state."""
    head = connection.execute("SELECT digest FROM head").fetchone()[0]
    connection.execute("UPDATE head SET digest = ?", (sha256(f"{head} {event}".encode()).hexdigest(),))


def head(connection: sqlite3.Connection) -> str:
    """Return the digest of everything that ever changed what matches; merging segments doesn't."""
    return str(connection.execute("SELECT digest FROM head").fetchone()[0])


def number_of(connection: sqlite3.Connection, id: str) -> int:
    """Return a generation's number; raises `UnknownName`."""
    row = connection.execute("SELECT number FROM generations WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise UnknownName(f"no generation {id!r}", where="ledger", next="`scapa why` names the generations it finds")
    return int(row[0])


def generation(connection: sqlite3.Connection, id: str) -> Generation:
    """Return one generation; raises `UnknownName`."""
    number = number_of(connection, id)
    row = connection.execute(f"SELECT {_COLUMNS} FROM generations WHERE number = ?", (number,))  # noqa: S608
    return Generation(*row.fetchone())


def recent(connection: sqlite3.Connection) -> Segment:
    """Return the prints that are in no segment file yet, as a segment."""
    rows = connection.execute("SELECT generation, prints FROM recent ORDER BY rowid").fetchall()
    if not rows:
        return EMPTY
    parts = [np.frombuffer(blob, "<u8") for _, blob in rows]
    owners = np.repeat(np.array([number for number, _ in rows], np.uint32), [len(p) for p in parts])
    return merge([Segment(np.concatenate(parts), owners)])


def segment_names(connection: sqlite3.Connection) -> list[str]:
    """Return the segment files that count, oldest first."""
    return [name for (name,) in connection.execute("SELECT name FROM segments ORDER BY place")]


def set_segments(connection: sqlite3.Connection, named: list[tuple[str, int]]) -> None:
    """Make (file name, prints) the segments that count, oldest first."""
    connection.execute("DELETE FROM segments")
    rows = [(name, prints, place) for place, (name, prints) in enumerate(named)]
    connection.executemany("INSERT INTO segments VALUES (?, ?, ?)", rows)
