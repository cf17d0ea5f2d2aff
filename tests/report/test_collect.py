"""A home as the report sees it: decisions, ledger and lab, no more than is there."""

import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from scapa.corpus.decisions import DECISIONS, count
from scapa.records import Document
from scapa.report.collect import collect, corpus_counts
from scapa.report.data import DatedCount, Reason
from scapa.report.page import render_page
from scapa.store.home import Home
from scapa.store.schema import document_rows
from scapa.store.segments import write_table

NOW = int(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()) * 1_000_000
DAY = 86_400_000_000


def time(*day):
    return datetime(*day, tzinfo=UTC)


def row(number, outcome="kept", reasons=(), grade="E1", claimed=None, generations=(), words=100, masks=()):
    start, end = claimed or (None, None)
    return {
        **dict.fromkeys(DECISIONS.names),
        "id": f"d{number}",
        "outcome": outcome,
        "reasons": list(reasons),
        "grade": grade,
        "claimed_start": start,
        "claimed_end": end,
        "generations": list(generations),
        "words": words,
        "masks": [{"start": 0, "end": 1, "kind": kind, "style": "drop"} for kind in masks],
        "machine_words": 0,
        "era": "unknown",
    }


def table(*rows):
    return pa.Table.from_pylist(list(rows), schema=DECISIONS)


@pytest.fixture
def home(tmp_path):
    return Home.open(tmp_path / "home", now=lambda: NOW)


def decide(home, decided, name="d1", created=NOW):
    write_table(home.folder("decisions") / f"{name}.parquet", decided)
    values = (name, created, "personal", "{}", json.dumps(count(decided)))
    with home.catalog.transaction():
        home.catalog.run("INSERT INTO decision VALUES (?, ?, ?, ?, ?)", values)


def test_a_new_home_has_nothing_to_show(home):
    data = collect(home)
    assert data.made == "22 November 2026"
    assert (data.corpus, data.decisions, data.tuning, data.guard, data.recursions) == (None, None, None, None, ())
    assert "scapa curate" in render_page(data)


def test_decisions_and_their_reasons(home):
    rows = [row(1), row(2, reasons=["quoted"], masks=["quotes"]), row(3, "rejected", ["a", "b"])]
    decide(home, table(*rows, row(4, "review", ["b"]), row(5, "duplicate", ["a"]), row(6, "errored", ["x_failed"])))
    found = collect(home).decisions
    assert str(found.conservation) == "6 documents = 2 kept + 1 review + 1 rejected + 1 duplicate + 1 errored"
    assert found.masked == 1
    assert set(found.reasons) == {
        Reason("kept", "quoted", 1),
        Reason("rejected", "a", 1),
        Reason("rejected", "b", 1),
        Reason("review", "b", 1),
        Reason("duplicate", "a", 1),
        Reason("errored", "x_failed", 1),
    }


def test_the_newest_decision_counts(home):
    decide(home, table(row(1)), "old", NOW - DAY)
    decide(home, table(row(1), row(2)), "new", NOW)
    assert collect(home).decisions.documents == 2


def test_documents_by_month_year_or_not_at_all():
    month = (time(2019, 12, 31, 10), time(2020, 1, 1, 14))  # a day ± 14 h: the middle is in December or January
    counts = corpus_counts(
        table(
            row(1, claimed=(time(2020, 5, 2), time(2020, 5, 2, 0, 0, 1))),
            row(2, claimed=(time(2020, 5, 30), time(2020, 5, 30)), grade="E3"),
            row(3, claimed=month),
            row(4, claimed=(time(1790, 1, 1), time(1791, 1, 1))),
            row(5, claimed=(time(1900, 1, 1), time(1990, 1, 1))),
            row(6),
            row(7, claimed=(time(2020, 5, 3), time(2020, 5, 3)), grade=None),
        ),
        "2022-11-30",
    )
    assert counts.undated == 2
    assert counts.counts == (
        DatedCount(1790, 0, "E1", 1),
        DatedCount(2020, 1, "E1", 1),
        DatedCount(2020, 5, "E0", 1),
        DatedCount(2020, 5, "E1", 1),
        DatedCount(2020, 5, "E3", 1),
    )


def test_a_date_of_the_first_day_stays_in_its_month():
    half = 14 * 3600 * 10**6
    day = int(time(2020, 1, 1).timestamp()) * 10**6
    ends = [datetime.fromtimestamp((day + shift) / 1e6, UTC) for shift in (-half, DAY + half)]
    (found,) = corpus_counts(table(row(1, claimed=ends)), "2022-11-30").counts
    assert (found.year, found.month) == (2020, 1)


def test_what_the_guard_recognised(home):
    rows = [
        row(1, "rejected", ["generated_here"], generations=["g1"], words=60),
        row(2, reasons=["partly_generated_here"], generations=["g1", "g2"], words=200, masks=["quotes", "generated"]),
        row(3, generations=["g2"], words=149, masks=["generated"]),
        row(4, words=70),
        row(5, "review", ["partly_generated_here"], generations=["g2"], words=None),
    ]
    decide(home, table(*rows))
    guard = collect(home).guard
    assert [(band.band, band.caught, band.returned) for band in guard.bands] == [
        ("under 20 words", 1, None),
        ("20–80 words", 1, None),
        ("80–150 words", 1, None),
        ("150 words and more", 1, None),
    ]
    assert (guard.masked, guard.rejected) == (2, 1)


def test_what_was_kept_out_for_another_reason_is_no_catch_of_the_ledger(home):
    rows = [
        row(1, "rejected", ["automated_message"], generations=["g1"]),
        row(2, reasons=["private_data"], generations=["g1"], masks=["email"]),
        row(3, generations=["g1"]),
        row(4, "rejected", ["generated_here"], words=90),  # by an older decision: nothing matches
        row(5, reasons=["partly_generated_here"], generations=["g1"], masks=["email", "generated"]),
    ]
    decide(home, table(*rows))
    guard = collect(home).guard
    assert [(band.band, band.caught) for band in guard.bands if band.caught] == [("80–150 words", 1)]
    assert (guard.masked, guard.rejected) == (1, 0)


def test_no_guard_without_generations(home):
    decide(home, table(row(1)))
    assert collect(home).guard is None


def test_authors_only_in_private(home):
    documents = [(f"d{i}", Document("mail", "x", author=a)) for i, a in enumerate(["b@x", "a@x", "b@x"])]
    write_table(home.folder("documents") / "s.parquet", document_rows(documents, NOW))
    with home.catalog.transaction():
        home.catalog.run("INSERT INTO batch VALUES (1, 'r', 0, 3, 3, 0, 0)")
        home.catalog.run("INSERT INTO segment VALUES ('documents/s.parquet', 'documents', 1, 3)")
    decide(home, table(row(1)))
    assert collect(home).authors == ()
    assert collect(home, private=True).authors == (("b@x", 2), ("a@x", 1))
