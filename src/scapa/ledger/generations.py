"""The generation ledger: remembers what was generated here as keyed fingerprints, and recognises it when it returns.

    ledger = Ledger.open(home / "generations")
    made = ledger.record(text, context=[prompt], model="…")       durable before it returns: only then show the text
    ledger.match(texts, first_ingested)                           per text the generations it shares text with

No text is stored. Without the key file the fingerprints say nothing about the words.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from time import time_ns
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.errors import HomeError
from scapa.files import PARTIAL, sync_folder, write_atomic
from scapa.ledger import entries
from scapa.ledger.entries import Entries, Generation
from scapa.ledger.lock import locked
from scapa.ledger.matching import Hits, Match, admissible, describe, join, matches
from scapa.ledger.prints import KEY_BYTES, Printer
from scapa.ledger.segments import SUFFIX, Segment, find, merge, read_segment, without, write_segment
from scapa.ledger.stream import Stream
from scapa.records import Clock
from scapa.text.kernels import Texts, tokenise, utf8
from scapa.text.prior import Prior

FLUSH = 200_000
"""Prints that gather in SQLite before they become a segment file."""
_NEVER = np.iinfo(np.int64).max


class _View(NamedTuple):
    """A consistent picture of the ledger: `times[number]`, `_NEVER` where forgotten."""

    head: str
    names: tuple[str, ...]
    times: NDArray[np.int64]
    segments: list[Segment]


class Ledger:
    """See the module's text. Safe in threads and processes; writers wait for each other, readers for no one."""

    def __init__(self, folder: Path, key: bytes, now: Clock, rng: Callable[[int], bytes], wait: float) -> None:
        self.folder, self._now, self._rng, self._wait = folder, now, rng, wait
        self._printer = Printer(key)
        self._entries = Entries(folder / "ledger.sqlite")
        self._view: _View | None = None
        self._guard = Lock()
        self.flush_at = FLUSH

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        now: Clock = lambda: time_ns() // 1000,
        rng: Callable[[int], bytes] = os.urandom,
        wait: float = 30.0,
    ) -> Ledger:
        """Open the ledger in `folder`, making it (0700) if there is none.

        `now` gives UTC microseconds, `rng` random bytes, `wait` is how many seconds to wait for another writer.
        Raises `HomeBusy`, `HomeTooNew`, `HomeError` (a ledger whose key is gone is of no use).
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(folder / "lock", wait=wait):
            ledger = cls(folder, _key(folder, rng), now, rng, wait)
            ledger._entries.create()
            ledger._sweep()
        return ledger

    # --- writing ---------------------------------------------------------------------------------------------------

    def record(
        self, text: str, *, context: Sequence[str] = (), model: str = "", started: int | None = None
    ) -> Generation:
        """Remember a generated text; it is on disk when this returns, so show the text only then.

        `context` is everything the model was given (prompt, system prompt, retrieved text): what it already says is
        not held against anyone. `started` is when generation began (UTC microseconds), now if not given.
        """
        return self._record([(text, context, started)], model, "own")[0]

    def import_machine_text(
        self,
        texts: Iterable[str],
        origin: str,
        *,
        contexts: Iterable[Sequence[str]] | None = None,
        times: Iterable[int | None] | None = None,
    ) -> list[Generation]:
        """Remember another assistant's answers, e.g. of a conversation export, in one transaction.

        `contexts` are what came before each answer, `times` when it was given (UTC microseconds); unknown is now,
        which only lets it match what is ingested from now on.
        """
        texts = list(texts)
        given = [tuple(c) for c in contexts] if contexts is not None else [()] * len(texts)
        when = list(times) if times is not None else [None] * len(texts)
        return self._record(list(zip(texts, given, when, strict=True)), "", origin)

    def begin(self, *, context: Sequence[str] = (), model: str = "", started: int | None = None) -> Stream:
        """Begin a streamed generation: `extend` it with each piece *before* sending that piece, then `close` it."""
        stream = Stream(self._printer, self._keep, self._made("", context, model, "own", started), context)
        with locked(self.folder / "lock", wait=self._wait), self._entries.writing() as connection:
            entries.add(connection, stream.generation, np.empty(0, np.uint64))
        return stream

    def forget(self, id: str) -> None:
        """Erase one generation's prints for good; its row stays as a tombstone. Raises `UnknownName`."""
        with locked(self.folder / "lock", wait=self._wait):
            self._sweep()
            with self._entries.reading() as connection:
                number = entries.number_of(connection, id)
                named = [(name, self._read(name)) for name in entries.segment_names(connection)]
            renamed = [self._rewritten(name, segment, number) for name, segment in named]
            with self._entries.writing() as connection:
                entries.set_segments(connection, [r for r in renamed if r[1]])
                connection.execute("DELETE FROM recent WHERE generation = ?", (number,))
                connection.execute("UPDATE generations SET state = 'forgotten', prints = 0 WHERE number = ?", (number,))
                entries.advance(connection, f"forget {id}")
            self._entries.checkpoint()
            self._sweep()

    def _record(self, items: list[tuple[str, Sequence[str], int | None]], model: str, origin: str) -> list[Generation]:
        made = []
        for text, context, started in items:
            prints, words, left_out = self._printer.stored(text, context)
            generation = self._made(text, context, model, origin, started)
            changed = replace(generation, words=words, prints=len(prints), left_out=left_out, state="complete")
            made.append((changed, prints))
        with locked(self.folder / "lock", wait=self._wait):
            with self._entries.writing() as connection:
                for generation, prints in made:
                    entries.add(connection, generation, prints)
            self._flush()
        return [generation for generation, _ in made]

    def _made(self, text: str, context: Sequence[str], model: str, origin: str, started: int | None) -> Generation:
        when = self._now() if started is None else started
        return Generation(f"g{self._rng(8).hex()}", when, model, origin, 0, 0, 0, "open")

    def _keep(self, generation: Generation, prints: NDArray[np.uint64]) -> None:
        """Make a stream's new prints durable."""
        with locked(self.folder / "lock", wait=self._wait):
            with self._entries.writing() as connection:
                entries.extend(connection, generation, prints)
            if generation.state == "complete":
                self._flush()

    # --- segments, all under the lock ------------------------------------------------------------------------------

    def _flush(self) -> None:
        """Move recent prints into a segment file once there are many, merging files so that there are few."""
        with self._entries.reading() as connection:
            gathered = connection.execute("SELECT coalesce(sum(length(prints)), 0) / 8 FROM recent").fetchone()[0]
            if gathered < self.flush_at:
                return
            fresh, names = entries.recent(connection), entries.segment_names(connection)
        kept, parts = [(name, self._read(name)) for name in names], [fresh]
        # Every file is at least four times as long as the next: few to ask, and each print is rewritten rarely.
        while kept and len(kept[-1][1].prints) < 4 * sum(len(p.prints) for p in parts):
            parts.insert(0, kept.pop()[1])
        whole = merge(parts)
        named = [(name, len(segment.prints)) for name, segment in kept]
        named.append((self._write(whole), len(whole.prints)))
        with self._entries.writing() as connection:
            entries.set_segments(connection, named)
            connection.execute("DELETE FROM recent")
        self._sweep()

    def _rewritten(self, name: str, segment: Segment, number: int) -> tuple[str, int]:
        left = without(segment, number)
        if len(left.prints) == len(segment.prints):
            return name, len(left.prints)
        return (self._write(left) if len(left.prints) else ""), len(left.prints)

    def _write(self, segment: Segment) -> str:
        name = f"{self._rng(8).hex()}{SUFFIX}"
        write_segment(self.folder / name, segment)
        return name

    def _read(self, name: str) -> Segment:
        return read_segment(self.folder / name)

    def _sweep(self) -> None:
        """Remove files that no transaction names: what a crash, a merge or `forget` left behind."""
        with self._entries.reading() as connection:
            named = set(entries.segment_names(connection))
        left = [p for p in self.folder.iterdir() if p.suffix in (SUFFIX, PARTIAL) and p.name not in named]
        for path in left:
            path.unlink(missing_ok=True)
        if left:
            sync_folder(self.folder)

    # --- reading ---------------------------------------------------------------------------------------------------

    def match(
        self, texts: Texts, first_ingested: Sequence[int] | NDArray[np.int64], *, floor: float = 30.0
    ) -> list[list[Match]]:
        """Return, for each text, the generations it shares at least `floor` bits with, most first.

        `first_ingested` is since when each text is known to exist (UTC microseconds). Only older generations match;
        and words that any of `texts` had before a generation are not held against the others, so give all at once,
        old texts too; or `search` in batches and `settle` together.
        """
        return self.settle([self.search(texts, first_ingested)], len(first_ingested), floor=floor)

    def search(self, texts: Texts, first_ingested: Sequence[int] | NDArray[np.int64], *, offset: int = 0) -> Hits:
        """Return what `texts` share with any generation, before custody; text i of the batch is text `offset` + i."""
        data = utf8(texts)
        tokens = tokenise(data)
        grams = self._printer.grams(tokens)
        found = [find(segment, grams) for segment in self._current().segments]
        index = np.concatenate([f[0] for f in found])
        owner = np.concatenate([f[1] for f in found])
        known = np.asarray(first_ingested, np.int64)
        hits = describe(data, tokens, grams, (index, owner), known, Prior.load())
        return hits._replace(text=hits.text + offset)

    def settle(self, batches: list[Hits], texts: int, *, floor: float = 30.0) -> list[list[Match]]:
        """Return the matches of `texts` texts from the hits of all their batches."""
        view = self._current()
        out: list[list[Match]] = [[] for _ in range(texts)]
        # A generation recorded between search and here is unknown to this picture: as if not yet there.
        hits = join(batches)
        hits = hits.take(np.flatnonzero(hits.owner < len(view.times)))
        with self._entries.reading() as connection:
            for f in matches(admissible(hits, view.times), floor):
                row = connection.execute("SELECT id, time FROM generations WHERE number = ?", (f.owner,)).fetchone()
                out[f.text].append(Match(row[0], row[1], f.bits, f.words, f.share, f.spans))
        return out

    def generation(self, id: str) -> Generation:
        """Return one generation; raises `UnknownName`."""
        with self._entries.reading() as connection:
            return entries.generation(connection, id)

    def snapshot(self) -> str:
        """Return a digest that names the ledger's state; it changes with whatever can change a match."""
        with self._entries.reading() as connection:
            return entries.head(connection)

    def stats(self) -> dict[str, int]:
        """Return counts: generations (of which forgotten and open), words, prints, segments and bytes on disk."""
        with self._entries.reading() as connection:
            row = connection.execute(
                "SELECT count(*), coalesce(sum(state = 'forgotten'), 0), coalesce(sum(state = 'open'), 0),"
                " coalesce(sum(words), 0), coalesce(sum(prints), 0), (SELECT count(*) FROM segments) FROM generations"
            ).fetchone()
        names = ("generations", "forgotten", "open", "words", "prints", "segments")
        size = sum(p.stat().st_size for p in self.folder.iterdir() if p.is_file())
        return {**dict(zip(names, row, strict=True)), "bytes": size}

    def _current(self) -> _View:
        """Return the newest picture; a merge may take a file away between naming and mapping it: look again."""
        for _ in range(100):
            with self._entries.reading() as connection:
                head, names = entries.head(connection), tuple(entries.segment_names(connection))
                with self._guard:
                    if self._view and (self._view.head, self._view.names) == (head, names):
                        return self._view
                recent, times = entries.recent(connection), _times(connection.execute(_TIMES).fetchall())
            try:
                view = _View(head, names, times, [*map(self._read, names), recent])
            except FileNotFoundError:
                continue
            with self._guard:
                self._view = view
            return view
        raise HomeError("its segments keep vanishing", where=str(self.folder), next="restore the folder from a backup")


_TIMES = "SELECT number, CASE state WHEN 'forgotten' THEN NULL ELSE time END FROM generations"


def _times(rows: list[tuple[int, int | None]]) -> NDArray[np.int64]:
    times = np.full(max((number for number, _ in rows), default=0) + 1, _NEVER, np.int64)
    for number, when in rows:
        times[number] = _NEVER if when is None else when
    return times


def _key(folder: Path, rng: Callable[[int], bytes]) -> bytes:
    """Return the ledger's key, making it with the ledger."""
    path = folder / "key"
    if not path.exists():
        if (folder / "ledger.sqlite").exists():
            raise HomeError("the ledger's key is gone", where=str(path), next="restore it from a backup")
        write_atomic(path, rng(KEY_BYTES).hex().encode())
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise HomeError("not a ledger's key", where=str(path), next="restore it from a backup")
    return key
