"""Segments merge in tiers: a home of many small adds holds, decides and answers what one of one add does."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

import pytest

from letters import mail, mbox, prose
from scapa.corpus import decisions, tiers
from scapa.corpus.decide import curate, current, latest
from scapa.corpus.ingest import add
from scapa.corpus.policy import policy_digest
from scapa.corpus.release import release
from scapa.corpus.tiers import FAN, merge_tiers
from scapa.corpus.why import why
from scapa.ledger import Ledger
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.segments import read_table

START = 1_750_000_000_000_000
MAILS, EACH = 60, 2


def letters() -> list[str]:
    """Mails of which some are copies, some were generated here, one is a robot's."""
    bodies = [prose(n % 50, 80) for n in range(MAILS * EACH)]
    bodies[7] = bodies[90] = prose(900, 150)
    return [mail(n + 1, body, extra="Auto-Submitted: auto-generated\n" * (n == 11)) for n, body in enumerate(bodies)]


def put(home: Home, folder, first: int, messages: list[str]) -> None:
    path = folder / f"{first}.mbox"
    path.write_text(mbox(messages))
    add(home, [path])


def told(home: Home) -> dict[str, dict]:
    """Return what a home says of every document, but where and when it was met, and of some its whole story."""
    rows = {row["id"]: row for row in latest(home).table().drop_columns(["generations"]).to_pylist()}
    for name in sorted(rows)[::9]:
        rows[name]["judgements"] = why(home, name)["judgements"]
    return rows


def filled(home: Home, folder, at_once: bool) -> Home:
    """Fill a home with the letters: in one add, or in sixty of two, curated now and then."""
    if not (home.path / "generations").exists():
        Ledger.open(home.folder("generations"), now=home.now).record(prose(900, 150), model="m")
    messages, many = letters(), MAILS * EACH if at_once else EACH
    for n in range(0, MAILS * EACH, many):
        put(home, folder, n, messages[n : n + many])
        if n // many % 25 == 24:
            curate(home)
    curate(home)
    return home


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    return filled(Home.open(folder / "nightly", now=count(START, 1_000_000).__next__), folder, at_once=False).path


@pytest.fixture
def nightly(made, tmp_path, clock) -> Home:
    shutil.copytree(made, tmp_path / "nightly")
    return Home.open(tmp_path / "nightly", now=clock)


@pytest.fixture
def at_once(made, tmp_path, clock) -> Home:
    # The same key: with another, other words stand for a generation, and letters of few words match some of them.
    shutil.copytree(made / "generations", tmp_path / "at-once" / "generations")
    return filled(Home.open(tmp_path / "at-once", now=clock), tmp_path, at_once=True)


def test_many_small_adds_are_as_one_large_add(nightly, at_once):
    for kind in ("documents", "occurrences", "raw"):
        assert len(nightly.catalog.segments(kind)) < 2 * FAN
        assert sum(segment.rows for segment in nightly.catalog.segments(kind)) == MAILS * EACH
    one, other = told(nightly), told(at_once)
    assert one == other
    assert {"duplicate", "rejected", "kept"} == {story["outcome"] for story in one.values()}
    assert latest(nightly).counts == latest(at_once).counts


def test_merging_changes_no_decision_and_makes_nothing_to_do(nightly, monkeypatch):
    before = latest(nightly)
    monkeypatch.setattr(tiers, "FAN", 2)
    with nightly.writing("merge") as catalog:
        assert merge_tiers(nightly, catalog) > 1
    assert current(nightly, policy_digest("personal")) == before
    monkeypatch.setattr("scapa.corpus.judging.judge_rows", lambda *_: pytest.fail("judged again"))
    assert curate(nightly, policy="strict-low-background").decisions.law.holds
    assert curate(nightly).decisions.digest == before.digest


def test_a_judge_that_changed_is_not_moved(nightly, monkeypatch):
    from scapa.judges.dates import Dates

    monkeypatch.setattr(Dates, "version", 99)
    monkeypatch.setattr(tiers, "FAN", 2)
    with nightly.writing("merge") as catalog:
        merge_tiers(nightly, catalog)
        assert catalog.rows("SELECT name FROM judgement WHERE judge = 'quotes'")
    spent = curate(nightly).seconds
    assert set(spent) == {"dates"}


def test_a_reader_keeps_its_moment_while_segments_are_merged_and_removed(nightly, monkeypatch):
    other = Home.open(nightly.path)
    monkeypatch.setattr(tiers, "FAN", 2)
    with other.reading() as catalog:
        before = catalog.segments("documents")
        with nightly.writing("merge") as writer:
            assert merge_tiers(nightly, writer) > 1
        with nightly.writing("clean"):
            pass
        assert catalog.segments("documents") == before
        assert sum(len(read_table(other.path / segment.name)) for segment in before) == MAILS * EACH
    with nightly.writing("clean"):
        pass
    assert not any((nightly.path / segment.name).exists() for segment in before)
    assert other.catalog.segments("documents") == nightly.catalog.segments("documents") != before


def test_what_is_large_stays_as_it_is(home, tmp_path, monkeypatch):
    monkeypatch.setattr(tiers, "MOST_ROWS", 5)
    for n in range(FAN + 1):
        put(home, tmp_path, n, [mail(2 * n + 1, prose(2 * n)), mail(2 * n + 2, prose(2 * n + 1))])
    assert max(segment.rows for segment in home.catalog.segments("documents")) == 4


def test_a_full_disk_leaves_small_segments(home, tmp_path, monkeypatch):
    from scapa.errors import StorageFull

    def full(*_):
        raise StorageFull("the disk is full")

    monkeypatch.setattr(tiers, "_join", full)
    for n in range(FAN + 1):
        put(home, tmp_path, n, [mail(n + 1, prose(n))])
    assert len(home.catalog.segments("documents")) == FAN + 1
    assert curate(home).decisions.counts["kept"] == FAN + 1


def test_decision_sets_do_not_pile_up_but_those_of_releases_stay(home, tmp_path, monkeypatch):
    monkeypatch.setattr(decisions, "KEPT_SETS", 1)
    put(home, tmp_path, 0, [mail(1, prose(1))])
    released = curate(home).decisions.digest
    release(home)
    for n in range(1, 5):
        put(home, tmp_path, n, [mail(n + 1, prose(n + 1))])
        curate(home)
    sets = {row[0] for row in home.catalog.rows("SELECT digest FROM decision")}
    assert released in sets
    assert len(sets) <= 3
    with home.writing("clean"):
        assert {path.stem for path in home.folder("decisions").iterdir()} == sets
    assert why(home, latest(home).table()["id"][0].as_py())["decision"] == "kept"


def test_a_merge_is_one_transaction(nightly, monkeypatch):
    monkeypatch.setattr(tiers, "FAN", 2)
    before = [row[:] for row in nightly.catalog.rows("SELECT * FROM segment")]
    real = Catalog.run_many
    monkeypatch.setattr(
        Catalog, "run_many",
        lambda self, sql, rows: pytest.fail("stopped") if "INSERT INTO judgement" in sql else real(self, sql, rows),
    )  # fmt: skip
    with pytest.raises(pytest.fail.Exception), nightly.writing("merge") as catalog:
        merge_tiers(nightly, catalog)
    assert [row[:] for row in nightly.catalog.rows("SELECT * FROM segment")] == before
