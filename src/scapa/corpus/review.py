"""Review: which documents a person should look at, the most uncertain first, and what there is to see of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from scapa.corpus.decide import latest
from scapa.corpus.judging import judge_new
from scapa.errors import ScapaError, UnknownName
from scapa.judges.quotes import own_text
from scapa.records import Span
from scapa.store.home import Home
from scapa.store.labels import standing
from scapa.store.segments import read_table

LEAST = 0.05
"""A probability of spam nearer to 0 or 1 than this is no question."""

_UNASKED = ("duplicate", "errored")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document that waits for a decision: how likely it is spam, what the policy says and why, if it was put off."""

    id: str
    probability: float
    outcome: str
    reasons: tuple[str, ...]
    later: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What a person needs to see to decide: who wrote it, on what day (empty: unknown), and the author's own words."""

    id: str
    title: str
    author: str
    author_name: str
    written: str
    text: str
    quoted: int
    header_score: float
    body_score: float
    signals: tuple[str, ...]


def queue(home: Home) -> list[Waiting]:
    """Return what waits, the most uncertain first; put-off ones last. Decided documents don't wait any more.

    Raises `ScapaError` where nothing is judged yet.
    """
    given = standing(home.catalog)
    decided = {label.document for label in given if label.question in ("spam", "decision")}
    put_off = {label.document for label in given if label.question == "turn"}
    outcomes = _outcomes(home)
    found = []
    for name, probability in _probabilities(home):
        outcome, reasons = outcomes.get(name, ("", ()))
        asked = outcome == "review" or LEAST <= probability <= 1 - LEAST
        if asked and name not in decided and outcome not in _UNASKED and "source_removed" not in reasons:
            found.append(Waiting(name, probability, outcome, reasons, name in put_off))
    return sorted(found, key=lambda w: (w.later, abs(w.probability - 0.5), w.id))


def queue_anew(home: Home) -> list[Waiting]:
    """Judge what is new or was taught otherwise, and return what waits then. Raises `HomeBusy` while another writes."""
    with home.writing("review") as catalog:
        judge_new(home, catalog)
    return queue(home)


def _probabilities(home: Home) -> Iterator[tuple[str, float]]:
    files = {row["segment"]: row["name"] for row in home.catalog.rows("SELECT * FROM judgement WHERE judge = 'spam'")}
    for segment in home.catalog.segments("documents"):
        if segment.name not in files:
            raise ScapaError(
                "there are documents that are not judged yet", where=str(home.path), next="run: scapa curate"
            )
        ids = read_table(home.path / segment.name, ["id"])["id"].to_pylist()
        judged = read_table(home.path / files[segment.name], ["probability"])["probability"].to_pylist()
        yield from ((name, p) for name, p in zip(ids, judged, strict=True) if p is not None)


def _outcomes(home: Home) -> dict[str, tuple[str, tuple[str, ...]]]:
    try:
        table = latest(home).table().select(["id", "outcome", "reasons"])
    except UnknownName:
        return {}
    return {row["id"]: (row["outcome"], tuple(row["reasons"])) for row in table.to_pylist()}


def cards(home: Home, names: Sequence[str]) -> list[Card]:
    """Return the cards of documents, in that order; each segment that holds any is read once."""
    catalog = home.catalog
    place = {name: catalog.value("SELECT segment FROM document WHERE id = ?", (name,)) for name in names}
    found: dict[str, Card] = {}
    for segment in dict.fromkeys(place.values()):
        wanted = [name for name in names if place[name] == segment]
        found |= {card.id: card for card in _cards(home, segment, wanted)}
    return [found[name] for name in names]


def _cards(home: Home, segment: str, names: Sequence[str]) -> Iterator[Card]:
    columns = ["id", "title", "author", "author_name", "claimed_start", "text"]
    table = read_table(home.path / segment, columns)
    at = table.schema.get_field_index("claimed_start")
    table = table.set_column(at, "claimed_start", table["claimed_start"].cast("int64"))
    for judge in ("quotes", "spam"):
        name = home.catalog.value("SELECT name FROM judgement WHERE segment = ? AND judge = ?", (segment, judge))
        if name is None:
            raise ScapaError(
                "there are documents that are not judged yet", where=str(home.path), next="run: scapa curate"
            )
        table = table.append_column(judge, read_table(home.path / name).to_struct_array())
    for row in table.filter(pc.is_in(table["id"], value_set=pa.array(names, pa.string()))).to_pylist():
        yield _card(row)


def _card(row: dict[str, Any]) -> Card:
    spans = [Span(s["start"], s["end"], s["kind"]) for s in row["quotes"]["spans"] or ()]
    spam = row["spam"]
    return Card(
        row["id"], row["title"], row["author"], row["author_name"],
        _day(row["claimed_start"]), own_text(row["text"], spans), len(spans),
        spam["header_score"] or 0.0, spam["body_score"] or 0.0, tuple(spam["signals"] or ()),
    )  # fmt: skip


def _day(microseconds: int | None) -> str:
    try:
        return "" if microseconds is None else f"{datetime.fromtimestamp(microseconds // 10**6, UTC):%Y-%m-%d}"
    except (OverflowError, ValueError, OSError):  # a year that no calendar here holds
        return ""
