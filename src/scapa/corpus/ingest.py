"""Ingest: readers' records become documents and occurrences, batch by batch, each batch whole or not at all."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from scapa.corpus.place import printable, whole
from scapa.corpus.resume import Prefix, last_record, outgrows, resume_at
from scapa.corpus.tiers import merge_tiers
from scapa.errors import InputError
from scapa.records import Conservation, Detection, Document, Found, Problem, Progress, silent
from scapa.seal.manifest import SIGNATURE
from scapa.seal.merkle import root
from scapa.sources import READERS, Reader
from scapa.sources.detection import Part, Plan, plan, readable
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.schema import OCCURRENCES, RAW, document_rows
from scapa.store.segments import write_table

_FROM_LINE = re.compile(r"^>*From ", re.MULTILINE)
_TRAILING = re.compile(r"[ \t\r]+$", re.MULTILINE)
_TEXT_PER_BATCH = 64_000_000  # bytes of text after which a batch is closed, so that memory stays flat


@dataclass(frozen=True, slots=True)
class Custody:
    """A third party's word that it held these bytes by a day (grade E2): its name, the time in UTC microseconds."""

    custodian: str
    existed_by: int


@dataclass(frozen=True, slots=True)
class Added:
    """What one `add` did: the counts obey `law`; `unchanged` files were not read again."""

    batches: tuple[str, ...]
    files: int
    unchanged: int
    read: int
    new: int
    known: int
    errored: int
    problems: tuple[Problem, ...]
    formats: tuple[Detection, ...]

    @property
    def law(self) -> Conservation:
        return Conservation("read", self.read, {"new": self.new, "known": self.known, "errored": self.errored})

    def summary(self) -> dict[str, Any]:
        """Return the JSON of an `add`."""
        return {
            "batch": self.batches[-1] if self.batches else None, "batches": self.batches, "files": self.files,
            "unchanged": self.unchanged, "read": self.read, "new": self.new, "known": self.known,
            "errored": self.errored, "problems": self.problems, "formats": self.formats, "conserved": self.law.holds,
        }  # fmt: skip


def document_id(document: Document) -> str:
    """Return the digest of a document's canonical record: what stays the same when a client rewrites flags,
    `>From` quoting, line ends or a list's subject tag.
    """
    claimed = f"{document.claimed.start}/{document.claimed.end}" if document.claimed else ""
    body = _FROM_LINE.sub("From ", _TRAILING.sub("", document.text.replace("\r\n", "\n"))).strip("\n")
    title = "" if document.kind == "mail" else document.title
    parts = (
        document.kind, document.message_id, document.author, claimed, title, document.conversation, body,
        *document.attachments,
    )  # fmt: skip
    digest = hashlib.sha256(b"scapa.document.1")
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def add(
    home: Home,
    paths: Iterable[Path],
    *,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    licence: str | None = None,
    custody: Custody | None = None,
    progress: Progress = silent,
) -> Added:
    """Ingest files and folders. `format` names a reader (else each file's is detected), `columns` maps a table's
    columns, `licence` is stated for records that state none, `custody` is a third party's evidence.

    Raises `InputError` for a path that cannot be used at all; a bad record is a counted problem.
    """
    options: dict[str, object] = {"columns": dict(columns or {}), "licence": licence or ""}
    wanted = [readable(whole(path)) for path in paths]
    with home.writing("add") as catalog:
        ingestion = _Ingestion(home, catalog, options, custody, progress)
        for path in wanted:
            ingestion.add_path(path, format)
        ingestion.close()
    return ingestion.result()


def refresh(home: Home, *, progress: Progress = silent) -> Added:
    """Ingest what is new in every source that was added before and not removed since.

    What is new has no custody: a third party's word covered the bytes of its day, not what came later. A source that
    cannot be used is a counted problem and does not keep the others from being read.
    """
    with home.writing("add") as catalog:
        ingestion = _Ingestion(home, catalog, {}, None, progress)
        for row in catalog.rows("SELECT * FROM source WHERE removed IS NULL ORDER BY id"):
            ingestion.options = json.loads(row["options"])
            try:
                ingestion.add_path(readable(Path(row["path"])), row["format"])
            except InputError as error:
                ingestion.problem(
                    row["path"], f"this source cannot be read: {error.what}; `scapa source rm` forgets it"
                )
        ingestion.close()
    return ingestion.result()


@dataclass
class _Pending:
    """What the next batch will hold."""

    documents: list[tuple[str, Document]] = field(default_factory=list)
    occurrences: list[dict[str, object]] = field(default_factory=list)
    keys: list[tuple[bytes, str]] = field(default_factory=list)
    raw: list[dict[str, object]] = field(default_factory=list)
    files: list[tuple[object, ...]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    found: list[tuple[Found, str, int, str]] = field(default_factory=list)
    outgrown: list[tuple[str, int, str]] = field(default_factory=list)
    text_bytes: int = 0
    read: int = 0
    errored: int = 0


class _Ingestion:
    """One run of `add`: collects records into batches and commits each in one transaction."""

    def __init__(
        self, home: Home, catalog: Catalog, options: dict[str, object], custody: Custody | None, progress: Progress
    ) -> None:
        self.home, self.catalog, self.options, self.custody, self.progress = home, catalog, options, custody, progress
        self.settings = home.settings.ingest
        self.pending = _Pending()
        self._own: dict[Path, bool] = {}
        self._last: dict[str, Any] | None = None
        self._grown: dict[str, Any] | None = None
        self.batches: list[str] = []
        self.problems: list[Problem] = []
        self.formats: list[Detection] = []
        self.bytes_done = self.bytes_to_do = 0
        self.files = self.unchanged = self.read = self.new = self.known = self.errored = 0

    def add_path(self, path: Path, format: str | None) -> None:
        found = Plan((Part(format, path, "asked for"),), ()) if format else plan(path)
        readers = {part.reader: self._reader(part.reader) for part in found.parts}
        source = self._source(path, format)
        for problem in found.problems:
            self.problem(str(path / problem.where), problem.why)
        todo: list[tuple[Reader, Path]] = []
        own = 0
        for part in found.parts:
            self.formats.append(Detection(part.reader, 1.0, part.why))
            for file in readers[part.reader].files(part.path):
                if isinstance(file, Problem):
                    self.problem(file.where, file.why)
                elif self.is_own(file):
                    own += 1
                else:
                    todo.append((readers[part.reader], file))
                    self.bytes_to_do += _size(file)
        if own:
            self.problem(str(path), f"{own:,} files of Scapa's own homes and sealed folders were left out")
        for reader, file in todo:
            self._add_file(reader, source, file)
            self.bytes_done += _size(file)
            self.progress("add", self.bytes_done, self.bytes_to_do, "B")

    def is_own(self, file: Path) -> bool:
        """Whether `file` lies in a home of Scapa's (keys, fingerprints, copies of documents) or in a sealed folder."""
        folder = file.parent
        if folder not in self._own:
            marks = ((folder / "catalog.sqlite").exists(), (folder / SIGNATURE).exists(), folder == folder.parent)
            self._own[folder] = any(marks[:2]) or (not marks[2] and self.is_own(folder))
        return self._own[folder]

    def problem(self, where: str, why: str) -> None:
        """Count something that could not be read; what was met before is unchanged, not news."""
        where = printable(where)
        if self.catalog.rows("SELECT 1 FROM problem WHERE place = ? AND why = ?", (where, why)):
            self.unchanged += 1
            return
        self.pending.problems.append(Problem(where, why))
        self.pending.read += 1
        self.pending.errored += 1

    def close(self) -> None:
        self._commit()
        merge_tiers(self.home, self.catalog)

    def result(self) -> Added:
        return Added(
            tuple(self.batches), self.files, self.unchanged, self.read, self.new, self.known, self.errored,
            tuple(self.problems), tuple(self.formats),
        )  # fmt: skip

    def _reader(self, name: str) -> Reader:
        settings: dict[str, object] = {"record_limit": self.settings.record_limit}
        if name == "table":
            settings["columns"] = self.options.get("columns") or {}
        return READERS.make(name, **settings)[0]

    def _source(self, path: Path, format: str | None) -> int:
        """Return the number of a source; when it is added with other options, or with custody, all is read again."""
        options, name = json.dumps(self.options, sort_keys=True), printable(path)
        before = self.catalog.rows("SELECT id, options FROM source WHERE path = ?", (name,))
        if before and (self.custody or before[0]["options"] != options):
            self.catalog.run("DELETE FROM file WHERE source = ?", (before[0]["id"],))
        self.catalog.run(
            "INSERT INTO source (path, format, options, added) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET removed = NULL, format = excluded.format, options = excluded.options",
            (name, format, options, self.home.now()),
        )
        return int(self.catalog.value("SELECT id FROM source WHERE path = ?", (name,)))

    def _add_file(self, reader: Reader, source: int, file: Path) -> None:
        self.files += 1
        try:
            state = file.stat()
            before = self.catalog.rows("SELECT * FROM file WHERE source = ? AND path = ?", (source, printable(file)))
            if before and (before[0]["size"], before[0]["mtime_ns"]) == (state.st_size, state.st_mtime_ns):
                self.unchanged += 1
                return
            start = resume_at(reader, file, dict(before[0])) if before else 0
        except OSError as error:
            self.problem(str(file), f"cannot be read: {error.strerror}")
            return
        read_to, seen, self._last = start, Prefix(file), json.loads(before[0]["last"] or "null") if start else None
        for record in self._records(reader, file, start):
            read_to = self._take(record, source, printable(file), read_to)
            self.progress("add", self.bytes_done + read_to, self.bytes_to_do, "B")
            if len(self.pending.found) >= self.settings.segment_rows or self.pending.text_bytes > _TEXT_PER_BATCH:
                if reader.appendable and read_to > start:
                    # Half of a long file, committed with its offset: an interrupted run resumes here.
                    self.pending.files.append(
                        (source, printable(file), -1, -1, read_to, seen.digest(read_to), self._last_json())
                    )
                self._commit()
        end = read_to if reader.appendable else 0
        digest = seen.digest(end) if reader.appendable else ""
        self.pending.files.append(
            (source, printable(file), state.st_size, state.st_mtime_ns, end, digest, self._last_json())
        )

    def _records(self, reader: Reader, file: Path, start: int) -> Iterator[Found | Problem]:
        """Yield a file's records from `start`; from its beginning where what follows `start` is no new record (the
        last one has grown).
        """
        records = iter(reader.read(file, start))
        first = next(records, None)
        if first is None:
            return
        if start and isinstance(first, Problem):
            self._grown, self._last = self._last, None
            yield from reader.read(file, 0)
            self._grown = None
        else:
            yield first
            yield from records

    def _take(self, record: Found | Problem, source: int, file: str, read_to: int) -> int:
        if isinstance(record, Problem):
            self.problem(record.where, record.why)
            return read_to
        self.pending.read += 1
        try:
            identity = document_id(record.document)
            record.document.text.encode()
        except UnicodeEncodeError:
            self.pending.errored += 1
            self.pending.problems.append(Problem(f"{file}#{record.locator}", "holds half a character (lone surrogate)"))
            return max(read_to, record.end)
        if self._grown and outgrows(record, self._grown):
            # It was met when only half of it had been written: what was met then is no document of its own.
            self.pending.outgrown.append((str(self._grown["document"]), source, f"{file}#{record.locator}"))
        self._last = last_record(record, identity)
        self.pending.found.append((record, file, source, identity))
        self.pending.text_bytes += len(record.document.text) + len(record.raw)
        return max(read_to, record.end)

    def _last_json(self) -> str | None:
        return json.dumps(self._last) if self._last else None

    def _commit(self) -> None:
        """Write the pending batch's files, then name them all in one transaction."""
        pending, self.pending = self.pending, _Pending()
        if not (pending.found or pending.problems or pending.files):
            return
        sequence = 1 + int(self.catalog.value("SELECT coalesce(max(sequence), 0) FROM batch"))
        new, occurrences = self._sort(pending, sequence)
        name = root([bytes.fromhex(identity) for identity in sorted({str(o["document"]) for o in occurrences})]).hex()
        segments = self._write(pending, sequence, name, new, occurrences)
        known = pending.read - pending.errored - len(new)
        with self.catalog.transaction():
            if pending.read:
                self.catalog.run(
                    "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (sequence, name, self.home.now(), pending.read, len(new), known, pending.errored),
                )
            self.catalog.run_many("INSERT INTO segment VALUES (?, ?, ?, ?)", segments)
            documents = next((s[0] for s in segments if s[1] == "documents"), "")
            self.catalog.run_many("INSERT INTO document VALUES (?, ?)", [(identity, documents) for identity, _ in new])
            self.catalog.run_many("INSERT INTO occurrence VALUES (?, ?)", pending.keys)
            self.catalog.run_many(
                "INSERT INTO problem (batch, place, why) VALUES (?, ?, ?)",
                [(sequence, p.where, p.why) for p in pending.problems],
            )
            self.catalog.run_many("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?)", pending.files)
            self.catalog.run_many("INSERT OR IGNORE INTO outgrown VALUES (?, ?, ?)", pending.outgrown)
        self.problems += pending.problems
        self.batches += [name] if occurrences else []
        self.read += pending.read
        self.new += len(new)
        self.known += known
        self.errored += pending.errored

    def _sort(self, pending: _Pending, sequence: int) -> tuple[list[tuple[str, Document]], list[dict[str, object]]]:
        """Split what was found into documents and occurrences that the home does not have yet."""
        stated = self._stated()
        keyed = [(*found, _key(found[0], found[1], found[2], stated)) for found in pending.found]
        known = self.catalog.known("document", "id", [k[3] for k in keyed])
        met = self.catalog.known("occurrence", "key", [k[4] for k in keyed])
        new: dict[str, Document] = {}
        occurrences: list[dict[str, object]] = []
        for found, file, source, identity, key in keyed:
            if identity not in known and identity not in new:
                new[identity] = found.document
            if key in met:
                continue
            met.add(key)
            pending.keys.append((key, identity))
            digest = hashlib.sha256(found.raw).hexdigest()
            occurrences.append(
                {
                    "document": identity, "source": source, "locator": f"{file}#{found.locator}", "raw_sha256": digest,
                    "flaws": list(found.flaws), "sequence": sequence, **stated,
                }
            )  # fmt: skip
            if found.document.kind == "mail" and len(found.raw) <= self.settings.raw_limit:
                pending.raw.append({"raw_sha256": digest, "raw": found.raw})
        return list(new.items()), occurrences

    def _stated(self) -> dict[str, object]:
        """Return what the user stated of everything that is added now."""
        held = self.custody
        return {
            "licence": str(self.options.get("licence") or "") or None,
            "custodian": held.custodian if held else None, "existed_by": held.existed_by if held else None,
        }  # fmt: skip

    def _write(
        self,
        pending: _Pending,
        sequence: int,
        name: str,
        new: list[tuple[str, Document]],
        occurrences: list[dict[str, object]],
    ) -> list[tuple[str, str, int, int]]:
        tables = {
            "documents": document_rows(new, self.home.now()),
            "occurrences": pa.Table.from_pylist(occurrences, schema=OCCURRENCES),
            "raw": pa.Table.from_pylist(pending.raw, schema=RAW),
        }
        segments = []
        for kind, table in tables.items():
            if not table.num_rows:
                continue
            folder = "raw" if kind == "raw" else "documents"
            file = f"{folder}/{sequence:08d}-{name[:16]}{'.occurrences' if kind == 'occurrences' else ''}.parquet"
            self.home.folder(folder)
            write_table(self.home.path / file, table)
            segments.append((file, kind, sequence, table.num_rows))
        return segments


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _key(found: Found, file: str, source: int, stated: Mapping[str, object]) -> bytes:
    """Return what names an occurrence: where these bytes were met, in which source, and what was stated of them."""
    digest = hashlib.sha256(json.dumps([file, found.locator, source, stated], sort_keys=True).encode())
    digest.update(found.raw)
    return digest.digest()
