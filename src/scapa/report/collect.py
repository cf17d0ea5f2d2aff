"""What a home has to show: `collect(home)` reads the newest decisions, the newest model, the ledger and the lab.

A forecast is added by who made it: `dataclasses.replace(collect(home), forecast=…)`.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import scapa
from scapa.corpus.decide import DecisionSet, latest
from scapa.errors import UnknownName
from scapa.ledger import Ledger
from scapa.report.data import Corpus, DatedCount, Decisions, Guard, Reason, ReportData, Returned
from scapa.report.models import newest_model, read_tails, read_tuning
from scapa.report.runs import read_runs
from scapa.store.home import Home
from scapa.store.segments import read_table

BANDS = (
    ("under 20 words", 0, 20),
    ("20–80 words", 20, 80),
    ("80–150 words", 80, 150),
    ("150 words and more", 150, None),
)
"""How well text is recognised depends on its length (docs/design/ledger.md)."""
DAY = 86_400 * 1_000_000
MOST_AUTHORS = 20
GENERATED = "generated"
CAUGHT = frozenset({"generated_here", "partly_generated_here"})
"""The mask and the reasons by which the policies act on a match with the ledger."""


def collect(home: Home, *, private: bool = False) -> ReportData:
    """Return the report's data of a home; what has not been done yet is None or empty.

    Authors' addresses are read only if `private`. Raises `HomeError` for a damaged file, `InputError` for a run.
    """
    values: dict[str, Any] = {
        "made": _day(home.now()),
        "version": scapa.__version__,
        "recursions": read_runs(home.folder("lab")),
    }
    generations = Ledger.open(home.folder("generations"), now=home.now).stats()["generations"]
    model = newest_model(home)
    if model is not None:
        values |= {"tuning": read_tuning(home, model), "tails": read_tails(model)}
    try:
        newest = latest(home)
    except UnknownName:
        return ReportData(**values, guard=Guard(generations, ()) if generations else None)
    table = newest.table()
    return ReportData(
        **values,
        corpus=corpus_counts(table, home.settings.curate.cutoff),
        decisions=_decisions(newest, table),
        guard=_guard(generations, table),
        authors=_authors(home) if private else (),
    )


def corpus_counts(table: pa.Table, cutoff: str) -> Corpus:
    """Count documents by claimed month and grade: the middle of the claimed interval, its year alone where that is
    wider than two months, nothing where it is wider than two years.
    """
    known = table.filter(pc.and_(pc.is_valid(table["claimed_start"]), pc.is_valid(table["claimed_end"])))
    start, end = (known[name].cast(pa.int64()).to_numpy().astype(np.int64) for name in ("claimed_start", "claimed_end"))
    width = end - start
    months = (start + width // 2).astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    years, month = 1970 + months // 12, np.where(width > 60 * DAY, 0, months % 12 + 1)
    usable = (width <= 731 * DAY) & (years >= 1) & (years <= 9999)
    grades = np.array([grade or "E0" for grade in known["grade"].to_pylist()], dtype=object)
    tally = Counter(zip(years[usable].tolist(), month[usable].tolist(), grades[usable].tolist(), strict=True))
    counts = tuple(DatedCount(*key, documents) for key, documents in sorted(tally.items()))
    return Corpus(counts, cutoff, undated=len(table) - int(usable.sum()))


def _decisions(newest: DecisionSet, table: pa.Table) -> Decisions:
    pairs = zip(table["outcome"].to_pylist(), table["reasons"].to_pylist(), strict=True)
    tally = Counter((outcome, reason) for outcome, reasons in pairs for reason in reasons or ())
    reasons = tuple(Reason(outcome, reason, count) for (outcome, reason), count in sorted(tally.items()))
    names = ("documents", "kept", "masked", "review", "rejected", "duplicate", "errored")
    return Decisions(**{name: int(newest.counts[name]) for name in names}, reasons=reasons)


def _guard(generations: int, table: pa.Table) -> Guard | None:
    """What was recognised, by length of the document's own words; how much came back unnoticed nobody knows."""
    matched = table.filter(pc.greater(pc.list_value_length(table["generations"]), 0))
    caught = [_caught(row) for row in matched.select(["reasons", "masks"]).to_pylist()]
    found = matched.filter(pa.array(caught, pa.bool_()))
    if not generations and not len(found):
        return None
    words = [count or 0 for count in found["words"].to_pylist()]
    bands = [(name, sum(low <= n and (high is None or n < high) for n in words)) for name, low, high in BANDS]
    outcomes = Counter(found["outcome"].to_pylist())
    kept = found.filter(pc.equal(found["outcome"], "kept"))
    masked = sum(1 for masks in kept["masks"].to_pylist() if masks)
    shown = tuple(Returned(name, count) for name, count in bands if count or name != BANDS[0][0])
    return Guard(generations, shown, masked, outcomes["rejected"])


def _caught(row: dict[str, Any]) -> bool:
    """Whether the ledger's match decided: a matched document can be masked or rejected for quite another reason."""
    masks = any(mask["kind"] == GENERATED for mask in row["masks"] or ())
    return masks or not CAUGHT.isdisjoint(row["reasons"] or ())


def _authors(home: Home) -> tuple[tuple[str, int], ...]:
    tally: Counter[str] = Counter()
    for segment in home.catalog.segments("documents"):
        tally.update(read_table(home.path / segment.name, ["author"])["author"].to_pylist())
    return tuple(sorted(tally.items(), key=lambda item: (-item[1], item[0]))[:MOST_AUTHORS])


def _day(now: int) -> str:
    day = datetime.fromtimestamp(now / 1e6, tz=UTC)
    return f"{day.day} {day:%B %Y}"
