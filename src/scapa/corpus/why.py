"""Why: the whole story of one document, or of a pasted text, from its source to every decision and release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from scapa.corpus.decisions import DECISIONS, own_labels
from scapa.corpus.matching import LEDGER
from scapa.corpus.relatives import relatives
from scapa.corpus.release import releases
from scapa.errors import UnknownName, UsageError
from scapa.ledger import Ledger
from scapa.store.home import Home
from scapa.store.segments import read_table

_HEAVY = {"signature", "shape", "frame", "prints"}
_MOST = 5  # near relatives shown of a pasted text


def why(home: Home, prefix: str) -> dict[str, Any]:
    """Return everything known of the document whose id starts with `prefix`: sources, evidence, judgements, decisions
    (newest first), the releases that hold it. Text is not part of the answer.

    Raises `UnknownName` if there is none, `UsageError` if several begin so.
    """
    if not prefix or set(prefix) - set("0123456789abcdef"):
        raise UsageError(f"{prefix!r} is no document id", next="give at least its first 8 hex digits")
    with home.reading() as catalog:
        rows = catalog.rows("SELECT * FROM document WHERE id GLOB ? LIMIT 2", (f"{prefix}*",))
        if not rows:
            raise UnknownName(f"no document {prefix}", where=str(home.path))
        if len(rows) > 1:
            raise UsageError(f"several documents begin with {prefix}", next="give more digits")
        return _story(home, rows[0]["id"], rows[0]["segment"])


def why_text(home: Home, text: str) -> dict[str, Any]:
    """Return the stories of documents that are this text, or nearly, or hold it, and what of it was generated here."""
    texts, known = [text], [home.now()]
    with home.reading():
        names = relatives(home, text)[:_MOST]
        for name in names:
            old = _stored(home, name, ["text", "ingested"])
            texts.append(old["text"])
            known.append(int(old["ingested"].timestamp() * 1e6))
    # The relatives go along: what they had before a generation is not held against the pasted text.
    ledger = Ledger.open(home.folder("generations"), now=home.now)
    matches = ledger.match(texts, known)[0]
    generated = [
        {"generation": m.generation, "bits": round(m.bits, 1), "words": m.words, "spans": [list(s) for s in m.spans]}
        for m in matches
    ]
    return {"documents": [why(home, name) for name in names], "generated": generated}


def _story(home: Home, name: str, segment: str) -> dict[str, Any]:
    columns = ["id", "kind", "author", "title", "claimed_raw", "claimed_source", "ingested", "licence"]
    document = _find(read_table(home.path / segment, columns), "id", name)[0]
    place = pc.index(read_table(home.path / segment, ["id"])["id"], name).as_py()
    judgements = _judgements(home, segment, place)
    decisions = list(_decisions(home, name))
    newest = decisions[0] if decisions else {}
    dates = judgements.get("dates", {})
    return {
        "id": name,
        **{key: document[key] for key in ("kind", "author", "title")},
        "source": list(_occurrences(home, name)),
        "evidence": {
            "grade": newest.get("grade", dates.get("grade")), "claimed": document["claimed_raw"],
            "claimed_in": document["claimed_source"], "existed_by": newest.get("existed_by"),
            "first_ingested": document["ingested"], "findings": dates.get("evidence", []),
            "anachronisms": dates.get("anachronisms", []),
        },
        "judgements": judgements,
        "decision": newest.get("outcome"),
        "reasons": newest.get("reasons", []),
        "decisions": decisions,
        "releases": _releases_of(home, {d["set"] for d in decisions if d["outcome"] == "kept"}),
    }  # fmt: skip


def _releases_of(home: Home, sets: set[str]) -> list[str]:
    """Return the local releases of the decision sets that keep the document; what a share left out is not in it."""
    return [r.id for r in releases(home) if r.body["decision"] in sets and r.body["audience"] == "local"]


def _stored(home: Home, name: str, columns: list[str]) -> dict[str, Any]:
    segment = home.catalog.value("SELECT segment FROM document WHERE id = ?", (name,))
    return _find(read_table(home.path / segment, ["id", *columns]), "id", name)[0]


def _find(table: pa.Table, column: str, value: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.filter(pc.equal(table[column], value)).to_pylist()
    return rows


def _occurrences(home: Home, name: str) -> Iterator[dict[str, Any]]:
    sources = {row["id"]: row for row in home.catalog.rows("SELECT * FROM source")}
    for segment in home.catalog.segments("occurrences"):
        for row in _find(read_table(home.path / segment.name), "document", name):
            source = sources[row["source"]]
            yield {
                "locator": row["locator"], "source": row["source"], "removed": source["removed"] is not None,
                "custodian": row["custodian"], "raw_sha256": row["raw_sha256"], "mended": row["flaws"],
            }  # fmt: skip


def _judgements(home: Home, segment: str, place: int) -> dict[str, Any]:
    sql = "SELECT judge, name FROM judgement WHERE segment = ? AND judge != ? ORDER BY judge"
    rows = home.catalog.rows(sql, (segment, LEDGER))
    found = {row["judge"]: read_table(home.path / row["name"]).slice(place, 1).to_pylist()[0] for row in rows}
    return {judge: {k: v for k, v in values.items() if k not in _HEAVY} for judge, values in found.items()}


def _decisions(home: Home, name: str) -> Iterator[dict[str, Any]]:
    for row in home.catalog.rows("SELECT * FROM decision ORDER BY created DESC"):
        table = read_table(home.path / "decisions" / f"{row['digest']}.parquet")
        found = own_labels(table.filter(pc.equal(table["id"], name)))
        for decision in found.to_pylist():
            kept = {key: decision[key] for key in DECISIONS.names if key != "id"}
            yield {"set": row["digest"], "policy": row["policy"], **kept}
