"""The catalog: one SQLite file that says which Parquet files exist. What it does not name does not exist."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scapa.errors import HomeBusy, HomeError, HomeTooNew, StorageFull

MIGRATIONS = (
    """
    CREATE TABLE source (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, format TEXT, options TEXT NOT NULL,
        added INTEGER NOT NULL, removed INTEGER);
    CREATE TABLE file (
        source INTEGER NOT NULL REFERENCES source, path TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        read_to INTEGER NOT NULL, digest TEXT NOT NULL, last TEXT, PRIMARY KEY (source, path)) WITHOUT ROWID;
    CREATE TABLE outgrown (
        document TEXT NOT NULL, source INTEGER NOT NULL, locator TEXT NOT NULL,
        PRIMARY KEY (document, source, locator)) WITHOUT ROWID;
    CREATE TABLE batch (
        sequence INTEGER PRIMARY KEY, root TEXT NOT NULL, created INTEGER NOT NULL, read INTEGER NOT NULL,
        new INTEGER NOT NULL, known INTEGER NOT NULL, errored INTEGER NOT NULL);
    CREATE TABLE segment (
        name TEXT PRIMARY KEY, kind TEXT NOT NULL, batch INTEGER NOT NULL REFERENCES batch, rows INTEGER NOT NULL)
        WITHOUT ROWID;
    CREATE TABLE document (id TEXT PRIMARY KEY, segment TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE occurrence (key BLOB PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE problem (
        id INTEGER PRIMARY KEY, batch INTEGER NOT NULL REFERENCES batch, place TEXT NOT NULL, why TEXT NOT NULL);
    CREATE INDEX problem_place ON problem (place, why);
    CREATE TABLE judgement (
        segment TEXT NOT NULL, judge TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, errored INTEGER NOT NULL,
        PRIMARY KEY (segment, judge)) WITHOUT ROWID;
    CREATE TABLE decision (
        digest TEXT PRIMARY KEY, created INTEGER NOT NULL, policy TEXT NOT NULL, inputs TEXT NOT NULL,
        counts TEXT NOT NULL) WITHOUT ROWID;
    """,
    "CREATE TABLE feature (name TEXT PRIMARY KEY) WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A Parquet file of the store: `name` below the home, what it holds, and how many rows."""

    name: str
    kind: str
    batch: int
    rows: int


class Catalog:
    """Reads see the last committed transaction; `transaction()` is all or nothing."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    @classmethod
    def open(cls, path: Path) -> Catalog:
        """Open or make the catalog and bring it to this version in one transaction."""
        try:
            connection = sqlite3.connect(path, isolation_level=None, timeout=30)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            path.chmod(0o600)
            catalog = cls(connection, path)
            catalog._migrate()
        except sqlite3.DatabaseError as error:
            raise _home_error(error, path) from error
        return catalog

    def version(self) -> int:
        return int(self.value("PRAGMA user_version"))

    def _migrate(self) -> None:
        if self.version() > len(MIGRATIONS):
            raise HomeTooNew(
                f"this home is of version {self.version()}, this Scapa knows up to {len(MIGRATIONS)}",
                where=str(self._path.parent),
                next="upgrade Scapa",
            )
        while self.version() < len(MIGRATIONS):
            with self.transaction():
                version = self.version()  # again: another process may have been first
                if version < len(MIGRATIONS):
                    for statement in MIGRATIONS[version].split(";"):
                        self.run(statement)
                    self.run(f"PRAGMA user_version = {version + 1}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside is of one moment, whatever is committed meanwhile."""
        self.run("BEGIN")
        try:
            yield
        finally:
            self.run("ROLLBACK")

    def run(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql, values)
        except sqlite3.DatabaseError as error:
            raise _home_error(error, self._path) from error

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        try:
            self._connection.executemany(sql, rows)
        except sqlite3.DatabaseError as error:
            raise _home_error(error, self._path) from error

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        return self.run(sql, values).fetchall()

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        row = self.run(sql, values).fetchone()
        return None if row is None else row[0]

    def segments(self, kind: str) -> list[Segment]:
        """Return the segments of one kind (`documents`, `occurrences`, `raw`) in order of their batches."""
        rows = self.rows("SELECT * FROM segment WHERE kind = ? ORDER BY batch, name", (kind,))
        return [Segment(row["name"], row["kind"], row["batch"], row["rows"]) for row in rows]

    def files(self) -> set[str]:
        """Return every file below the home that the catalog names."""
        sql = "SELECT name FROM segment UNION ALL SELECT name FROM judgement UNION ALL SELECT name FROM feature"
        names = [row[0] for row in self.rows(sql)]
        return {*names, *(f"decisions/{row[0]}.parquet" for row in self.rows("SELECT digest FROM decision"))}

    def known(self, table: str, column: str, keys: Sequence[Any]) -> set[Any]:
        """Return those of `keys` that stand in `table.column` already."""
        found: set[Any] = set()
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            marks = ",".join("?" * len(part))
            found.update(r[0] for r in self.rows(f"SELECT {column} FROM {table} WHERE {column} IN ({marks})", part))  # noqa: S608
        return found


def _home_error(error: sqlite3.DatabaseError, path: Path) -> HomeError:
    text = str(error)
    if "full" in text:
        return StorageFull(
            "the disk is full; nothing was changed", where=str(path), next="free some room, run it again"
        )
    if "readonly" in text or "unable to open" in text:
        return HomeError("not allowed to write here", where=str(path), next="check its owner and permissions")
    if "locked" in text:
        return HomeBusy("another process is writing", where=str(path), next="wait for it, then run this again")
    return HomeError(
        f"the catalog cannot be used: {text}", where=str(path), next="restore it from a backup of the home"
    )
