"""Features: one table of all that a decision may look at, a row a document, without any text.

The table lies in a file that is mapped, not loaded; it is made a row group of the segments at a time, so that memory
does not grow with the corpus but for some hundred bytes a document (ids, labels, relations). It is kept under a digest
of all it was made from: another policy decides over the same file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scapa.corpus.chain import judges
from scapa.corpus.duplicates import copies
from scapa.corpus.fingerprints import Spool, many
from scapa.corpus.grants import open_grants
from scapa.corpus.labels import relation as labelled
from scapa.corpus.matching import settle
from scapa.corpus.relations import Labels, permissions, provenance, threads, units
from scapa.corpus.templates import templates
from scapa.errors import ScapaError, SettingsError
from scapa.files import PARTIAL, is_there
from scapa.judges import Judge
from scapa.judges.dates import grade
from scapa.judges.licence import normalise
from scapa.ledger import Ledger
from scapa.rights.grants import Grants
from scapa.seal.canonical import digest_of
from scapa.settings import Settings
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.mapped import Mapped, appending
from scapa.store.schema import DOCUMENTS, TIME
from scapa.store.segments import extents, read_rows

ROWS = 8_192
"""Rows of the file's batches, and so of what is gathered and decided at once."""
OURS = {"row", "thread", "cluster", "unit"}
"""Columns that are numbers of rows, and mean nothing to a policy."""
_PLAIN = [name for name in DOCUMENTS.names if name not in ("text", "headers", "spans", "metadata", "recipients")]


@dataclass(frozen=True)
class Features:
    """`table` has the plain document columns, a struct column a judgement and relation, and labels: rows of it.

    Rows are ordered by (claimed or proved date, id), so that "the first of a set" does not depend on arrival.
    """

    file: Mapped

    @property
    def table(self) -> pa.Table:
        return self.file.table

    def label(self, name: str) -> Labels:
        """Return the `thread`, `cluster` or `unit` of every row: the row of its first member."""
        return np.asarray(self.table[name].to_numpy(), np.int64)

    def parts(self) -> Iterator[tuple[int, pa.Table]]:
        """Yield (first row, table) of every batch of the file, forgetting the one before."""
        at = 0
        for batch in self.table.to_batches():
            yield at, pa.Table.from_batches([batch])
            at += len(batch)
            self.file.rest()


def features(home: Home, catalog: Catalog, inputs: Mapping[str, Any], ledger: Ledger) -> Features:
    """Return the features under the digest of `inputs`, made from the judgements of the documents that `catalog` names
    if they are not there yet.
    """
    name = f"features/{digest_of(inputs)}.arrow"
    path = home.folder("features") / Path(name).name
    if not catalog.known("feature", "name", [name]) or not is_there(path):
        with tempfile.TemporaryDirectory(dir=home.path, prefix="features-", suffix=PARTIAL) as folder:
            _make(home, catalog, inputs["judges"], ledger, Path(folder), path)
        with catalog.transaction():
            catalog.run("DELETE FROM feature")
            catalog.run("INSERT INTO feature VALUES (?)", (name,))
    return Features(Mapped(path))


def cutoff(settings: Settings) -> int:
    """Return the cut-off in UTC microseconds. Raises `SettingsError` if it is no ISO date."""
    try:
        day = datetime.fromisoformat(settings.curate.cutoff).replace(tzinfo=UTC)
    except ValueError:
        raise SettingsError(
            f"{settings.curate.cutoff!r} is no date like 2022-11-30", where="scapa.toml: curate.cutoff"
        ) from None
    return int(day.timestamp()) * 1_000_000


@dataclass(frozen=True)
class _Related:
    """What the other documents and the user's word say of each: `columns` are in order of date, of which `order` lists
    the rows as the documents came.
    """

    order: Labels
    stated: pa.Array
    columns: Mapping[str, pa.Array]


def _make(home: Home, catalog: Catalog, names: Iterable[str], ledger: Ledger, folder: Path, path: Path) -> None:
    """Write the features: first as the documents came, then, with all that relates them, in order of date."""
    judged, prints = _judged(home, catalog, judges(home.path, names), folder)
    related = _related(home, catalog, ledger, judged, prints)
    grants, now = open_grants(home), home.now()
    me = [address.lower() for address in home.settings.me.addresses]
    parts = (
        _with_rights(_part(judged, related, home.settings, start), me, grants, now)
        for start in range(0, len(judged.table), ROWS)
    )
    first = next(parts)
    with appending(path, first.schema) as put:
        put(first)
        for part in parts:
            put(part)
            judged.rest()


def _judged(home: Home, catalog: Catalog, chain: Sequence[Judge], folder: Path) -> tuple[Mapped, dict[str, Spool]]:
    """Return the documents' plain columns with every judgement beside them, `error` saying what could not be judged;
    and, by judge, the hashes that relations compare.
    """
    spools = {judge.name: Spool(folder, judge.name) for judge in chain if many(judge.columns)}
    path = folder / "judged.arrow"
    parts = _parts(home, catalog, chain, spools)
    first = next(parts, None)
    if first is None:
        raise ScapaError("there are no documents yet", where=str(home.path), next="run: scapa add PATH")
    with appending(path, first.schema) as put:
        put(first)
        for part in parts:
            put(part)
    return Mapped(path), spools


def _parts(home: Home, catalog: Catalog, chain: Sequence[Judge], spools: Mapping[str, Spool]) -> Iterator[pa.Table]:
    rows = catalog.rows("SELECT segment, judge, name FROM judgement")
    files = {(row["segment"], row["judge"]): home.path / row["name"] for row in rows}
    for segment in catalog.segments("documents"):
        for judge in chain:
            if (segment.name, judge.name) not in files:
                raise ScapaError(f"{segment.name} has no judgement {judge.name!r} yet", next="run: scapa curate")
        for start, count in extents(home.path / segment.name):
            table, failed = read_rows(home.path / segment.name, start, count, _PLAIN), list[pa.ChunkedArray]()
            for judge in chain:
                judgement = read_rows(files[segment.name, judge.name], start, count)
                failed.append(pc.if_else(pc.is_valid(judgement["error"]), judge.name, None))
                if judge.name in spools:
                    spools[judge.name].put(judgement)
                plain = judgement.drop_columns(["error", *many(judge.columns)])
                # The licence judge's finding takes the place of the document's own words about its licence.
                table = _beside(table, judge.name, plain.combine_chunks().to_struct_array())
            yield table.append_column("error", pc.coalesce(*failed)).combine_chunks()


def _beside(table: pa.Table, name: str, column: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Return the table with a column, in the place of one of the same name if there is one."""
    at = table.schema.get_field_index(name)
    return table.set_column(at, name, column) if at >= 0 else table.append_column(name, column)


def _related(home: Home, catalog: Catalog, ledger: Ledger, judged: Mapped, prints: Mapping[str, Spool]) -> _Related:
    """Relate all documents: with where they were found, with what was generated here, and with one another."""
    table = judged.table
    ids = table["id"].combine_chunks()
    origin = provenance(home, catalog, ids)
    existed_by = pc.struct_field(origin.custody, "existed_by")
    order = _order(table, existed_by)
    matched = settle(home, catalog, ledger, existed_by)
    known = {"ledger": matched, "custody": origin.custody, "source": origin.source}
    columns = {name: column.take(pa.array(order)) for name, column in known.items()}
    names = ("message_id", "references", "conversation")
    thread = threads(*(table[name].combine_chunks().take(pa.array(order)) for name in names))
    judged.rest()
    similarity, dated = prints["similarity"].column(order), ids.take(pa.array(order))
    author = table["author"].combine_chunks().take(pa.array(order))
    judged.rest()
    found = copies(home, catalog, dated, similarity)
    labels = {"thread": thread, "cluster": found.cluster, "unit": units(thread, found.family)}
    columns |= {name: pa.array(label) for name, label in labels.items()}
    columns |= {"copies": found.columns, "templates": templates(dated, author, similarity)}
    columns["label"] = labelled(catalog, dated)
    columns["row"] = pa.array(np.arange(len(order)))
    return _Related(order, origin.licence.take(pa.array(order)), columns)


def _order(table: pa.Table, existed_by: pa.Array) -> Labels:
    """Return the rows in order of (claimed or proved date, id)."""
    known = pc.coalesce(_field(table, "dates", "claimed_start"), existed_by, table["ingested"])
    keys = pa.table({"time": known, "id": table["id"]})
    return np.asarray(pc.sort_indices(keys, [("time", "ascending"), ("id", "ascending")]).to_numpy(), np.int64)


def _part(judged: Mapped, related: _Related, settings: Settings, start: int) -> pa.Table:
    """Return `ROWS` rows of the features in order, from `start` on."""
    table = _gathered(judged.table, related.order[start : start + ROWS])
    table = _beside(table, "licence", _licence(table, related.stated.slice(start, ROWS)))
    for name, column in related.columns.items():
        table = table.append_column(name, column.slice(start, ROWS))
    return _beside(table, "dates", _dates(table)).append_column("settings", _settings(settings, len(table)))


def _gathered(table: pa.Table, rows: Labels) -> pa.Table:
    """Return the rows of a table in many chunks, each chunk asked once."""
    batches = table.to_batches()
    ends = np.cumsum([len(batch) for batch in batches])
    which = np.searchsorted(ends, rows, "right")
    parts = []
    for n in np.unique(which):
        local = rows[which == n] - (ends[n] - len(batches[n]))
        parts.append(pa.Table.from_batches([batches[n].take(pa.array(local))]))
    place = np.empty(len(rows), np.int64)
    place[np.argsort(which, kind="stable")] = np.arange(len(rows))
    return pa.concat_tables(parts).combine_chunks().take(pa.array(place))


def _with_rights(table: pa.Table, me: list[str], grants: Grants, now: int) -> pa.Table:
    authors, licences = table["author"].to_pylist(), _field(table, "licence", "spdx").to_pylist()
    table = table.append_column("rights", permissions(authors, licences, me, grants, now))
    return table.append_column("is_me", pc.is_in(table["author"], value_set=pa.array(me, pa.string())))


def _licence(table: pa.Table, stated: pa.Array) -> pa.Array:
    """Return the `licence` judgement; where the document says nothing, what was stated when it was added."""
    said = table["licence"].combine_chunks()
    names = pc.unique(pc.drop_null(stated))
    meant = pa.array([normalise(name) for name in names.to_pylist()], pa.string())
    known = meant.take(pc.index_in(stated, value_set=names))
    silent = pc.equal(pc.coalesce(pc.struct_field(said, "spdx"), "unknown"), "unknown")
    use = pc.and_(silent, pc.is_valid(stated))
    spdx = pc.if_else(use, known, pc.struct_field(said, "spdx"))
    evidence = pc.if_else(use, "stated when it was added", pc.struct_field(said, "evidence"))
    return pa.StructArray.from_arrays([spdx, evidence], ["spdx", "evidence"])


def _dates(table: pa.Table) -> pa.Array:
    """Return the `dates` judgement with `existed_by` and the grade that custody lifts it to."""
    dates = table["dates"].combine_chunks()
    custody = table["custody"].combine_chunks()
    existed_by = pc.struct_field(custody, "existed_by")
    held = pc.is_valid(existed_by).to_pylist()
    sound = [g is not None and g != "E0" for g in pc.struct_field(dates, "grade").to_pylist()]
    graded = pa.array([grade(ok, custody) for ok, custody in zip(sound, held, strict=True)], pa.string())
    fields = {dates.type.field(n).name: pc.struct_field(dates, [n]) for n in range(dates.type.num_fields)}
    fields |= {"grade": graded, "existed_by": existed_by}
    return pa.StructArray.from_arrays(list(fields.values()), list(fields))


def _settings(settings: Settings, rows: int) -> pa.Array:
    value = {
        "cutoff": cutoff(settings),
        "mask_bits": settings.ledger.mask_bits,
        "quarantine_bits": settings.ledger.quarantine_bits,
        "quarantine_share": settings.ledger.quarantine_share,
    }
    kind = pa.struct([("cutoff", TIME), *((name, pa.float64()) for name in list(value)[1:])])
    return pa.repeat(pa.scalar(value, kind), rows)


def _field(table: pa.Table, column: str, name: str) -> pa.ChunkedArray:
    return pc.struct_field(table[column], name)
