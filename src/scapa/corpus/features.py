"""Features: one table of all that a decision may look at, a row a document, without any text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from scapa.corpus.judging import judges
from scapa.corpus.labels import relation as labelled
from scapa.corpus.matching import settle
from scapa.corpus.relations import Labels, copies, permissions, provenance, threads, units
from scapa.errors import ScapaError, SettingsError
from scapa.judges.dates import grade
from scapa.judges.licence import normalise
from scapa.ledger import Ledger
from scapa.rights.grants import Grants
from scapa.settings import Settings
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.schema import DOCUMENTS, TIME
from scapa.store.segments import read_table

_PLAIN = [name for name in DOCUMENTS.names if name not in ("text", "headers", "spans", "metadata", "recipients")]


@dataclass(frozen=True)
class Features:
    """`table` has the plain document columns, a struct column a judgement and relation; labels are rows of it.

    Rows are ordered by (claimed or proved date, id), so that "the first of a set" does not depend on arrival.
    """

    table: pa.Table
    thread: Labels
    cluster: Labels
    unit: Labels


def features(home: Home, catalog: Catalog, grants: Grants, ledger: Ledger) -> Features:
    """Read every judgement and build every relation of the documents that `catalog` names."""
    table = _judged(home, catalog)
    origin = provenance(home, catalog, table["id"].combine_chunks())
    table = table.set_column(table.schema.get_field_index("licence"), "licence", _licence(table, origin.licence))
    matched = settle(home, catalog, ledger, pc.struct_field(origin.custody, "existed_by"))
    table = table.append_column("ledger", matched)
    table = table.append_column("custody", origin.custody).append_column("source", origin.source)
    table = table.set_column(table.schema.get_field_index("dates"), "dates", _dates(table))
    table = _ordered(table)
    authors, licences = table["author"].to_pylist(), _field(table, "licence", "spdx").to_pylist()
    me = [address.lower() for address in home.settings.me.addresses]
    table = table.append_column("rights", permissions(authors, licences, me, grants, home.now()))
    table = table.append_column("is_me", pa.array([author in me for author in authors], pa.bool_()))
    table = table.append_column("label", labelled(catalog, table["id"].combine_chunks()))
    table = table.append_column("settings", _settings(home.settings, len(table)))
    thread = threads(*(table[name].combine_chunks() for name in ("message_id", "references", "conversation")))
    cluster = copies(table["similarity"].combine_chunks(), home.settings.curate.near_duplicate)
    return Features(table, thread, cluster, units(thread, cluster))


def cutoff(settings: Settings) -> int:
    """Return the cut-off in UTC microseconds. Raises `SettingsError` if it is no ISO date."""
    try:
        day = datetime.fromisoformat(settings.curate.cutoff).replace(tzinfo=UTC)
    except ValueError:
        raise SettingsError(
            f"{settings.curate.cutoff!r} is no date like 2022-11-30", where="scapa.toml: curate.cutoff"
        ) from None
    return int(day.timestamp()) * 1_000_000


def _judged(home: Home, catalog: Catalog) -> pa.Table:
    """Return the documents' plain columns with every judgement beside them; `error` says what could not be judged."""
    names = [judge.name for judge in judges(home.path)]
    rows = catalog.rows("SELECT segment, judge, name FROM judgement")
    files = {(row["segment"], row["judge"]): row["name"] for row in rows}
    parts = []
    for segment in catalog.segments("documents"):
        part = read_table(home.path / segment.name, _PLAIN)
        failed: list[pa.ChunkedArray] = []
        for name in names:
            if (segment.name, name) not in files:
                raise ScapaError(f"{segment.name} has no judgement {name!r} yet", next="run: scapa curate")
            judgement = read_table(home.path / files[segment.name, name])
            failed.append(pc.if_else(pc.is_valid(judgement["error"]), name, None))
            # The licence judge's finding takes the place of the document's own words about its licence.
            column = judgement.drop_columns(["error"]).to_struct_array()
            at = part.schema.get_field_index(name)
            part = part.set_column(at, name, column) if at >= 0 else part.append_column(name, column)
        parts.append(part.append_column("error", pc.coalesce(*failed)))
    if not parts:
        raise ScapaError("there are no documents yet", where=str(home.path), next="run: scapa add PATH")
    return pa.concat_tables(parts).combine_chunks()


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


def _ordered(table: pa.Table) -> pa.Table:
    known = pc.coalesce(
        _field(table, "dates", "claimed_start"), _field(table, "dates", "existed_by"), table["ingested"]
    )
    keyed = table.append_column("order", known)
    return keyed.sort_by([("order", "ascending"), ("id", "ascending")]).drop_columns(["order"]).combine_chunks()


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
