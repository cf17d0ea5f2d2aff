from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters import mail, mbox, prose
from scapa.corpus.ingest import Custody, add, document_id, refresh
from scapa.errors import InputError
from scapa.records import DateClaim, Document
from scapa.store.segments import read_table

BODIES = [prose(n) for n in range(6)]


def documents(home) -> list[str]:
    tables = [read_table(home.path / s.name, ["id"]) for s in home.catalog.segments("documents")]
    return sorted(id_ for table in tables for id_ in table["id"].to_pylist())


def test_every_message_is_counted_and_stored_once(home, mailbox):
    added = add(home, [mailbox(BODIES)])
    assert (added.read, added.new, added.known, added.errored) == (6, 6, 0, 0)
    assert len(set(documents(home))) == 6
    assert home.catalog.value("SELECT count(*) FROM document") == 6


def test_adding_twice_reads_nothing_again(home, mailbox):
    path = mailbox(BODIES)
    add(home, [path])
    again = add(home, [path])
    assert (again.read, again.unchanged, again.batches) == (0, 1, ())
    assert home.catalog.value("SELECT count(*) FROM batch") == 1


def test_the_same_mail_from_two_clients_is_one_document_with_two_occurrences(home, tmp_path):
    body = prose(1) + "\nFrom here on it is quoted.\n"
    (tmp_path / "a.mbox").write_text(mbox([mail(1, body.replace("\nFrom", "\n>From"))]))
    (tmp_path / "Maildir/cur").mkdir(parents=True)
    (tmp_path / "Maildir/new").mkdir()
    other = mail(1, body, extra="X-Status: read\n").replace("\n", "\r\n")
    (tmp_path / "Maildir/cur/1.host:2,S").write_bytes(other.encode())
    first = add(home, [tmp_path / "a.mbox"])
    second = add(home, [tmp_path / "Maildir"])
    assert (first.new, second.new, second.known) == (1, 0, 1)
    assert home.catalog.value("SELECT count(*) FROM occurrence") == 2


def test_a_grown_mailbox_is_read_from_where_it_ended(home, mailbox):
    path = mailbox(BODIES[:4])
    add(home, [path])
    path.write_text(path.read_text() + mbox([mail(5, BODIES[4])]))
    again = add(home, [path])
    assert (again.read, again.new, again.known) == (1, 1, 0)


def test_a_mailbox_whose_last_mail_grew_is_read_from_the_start(home, mailbox):
    path = mailbox(BODIES[:2])
    add(home, [path])
    path.write_text(path.read_text() + "one more line\n\n" + mbox([mail(5, BODIES[4])]))
    again = add(home, [path])
    assert (again.read, again.new, again.known, again.errored) == (3, 2, 1, 0)
    from scapa.corpus.decide import curate

    counts = curate(home).decisions.counts
    assert (counts["documents"], counts["kept"], counts["reasons"]) == (4, 3, {"source_removed": 1})


def test_a_rewritten_mailbox_is_read_from_the_start(home, mailbox):
    path = mailbox(BODIES[:4])
    add(home, [path])
    path.write_text(mbox([mail(9, BODIES[5]), mail(1, BODIES[0])]))
    again = add(home, [path])
    assert (again.read, again.new, again.known) == (2, 1, 1)


def test_refresh_finds_what_is_new_and_then_nothing(home, tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text(prose(1))
    (notes / "bad.bin").write_bytes(bytes(range(256)) * 9)
    first = add(home, [notes])
    assert (first.new, first.errored) == (1, 1)
    (notes / "b.md").write_text(prose(2))
    assert refresh(home).new == 1
    assert refresh(home).read == 0


def test_a_source_that_is_gone_is_a_problem_once(home, mailbox):
    path = mailbox(BODIES)
    add(home, [path])
    path.unlink()
    gone = refresh(home)
    assert gone.errored == 1
    assert "cannot be read" in gone.problems[0].why
    assert refresh(home).errored == 0


def test_one_bad_source_does_not_keep_the_others_from_being_read(home, mailbox, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text(prose(1))
    add(home, [tmp_path / "notes"])
    path = mailbox(BODIES[:2])
    add(home, [path])
    (tmp_path / "notes" / "a.md").unlink()
    path.write_text(path.read_text() + mbox([mail(5, BODIES[4])]))
    again = refresh(home)
    assert (again.new, again.errored) == (1, 1)


def test_a_missing_path_beside_a_good_one_registers_neither(home, mailbox, tmp_path):
    with pytest.raises(InputError):
        add(home, [mailbox(BODIES), tmp_path / "none"])
    assert home.catalog.value("SELECT count(*) FROM source") == 0


def test_a_file_name_that_is_no_utf8_is_read_like_any_other(home, tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / os.fsdecode(b"caf\xe9.md")).write_text(prose(1))
    (folder / "a.md").write_text(prose(2))
    assert add(home, [folder]).new == 2
    assert refresh(home).read == 0


def test_scapas_own_home_inside_a_source_is_left_out_by_name(home, tmp_path):
    from scapa.corpus.decide import curate
    from scapa.corpus.release import release

    (tmp_path / "a.md").write_text(f"---\ndate: 2011-02-03\n---\n{prose(1)}")
    add(home, [tmp_path / "a.md"])
    curate(home)
    copy = tmp_path / "shared"
    shutil.copytree(release(home).path, copy)
    everything = add(home, [tmp_path])
    assert (everything.new, everything.known) == (0, 1)
    assert [p.why for p in everything.problems if "Scapa's own" in p.why]
    rows = home.catalog.rows("SELECT path FROM file")
    assert all("/home/" not in row["path"] and "/shared/" not in row["path"] for row in rows)


def test_two_sources_of_the_same_file_stand_alone(home, tmp_path):
    from scapa.corpus.decide import curate
    from scapa.corpus.source import remove_source

    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text(f"---\ndate: 2011-02-03\n---\n{prose(1)}")
    add(home, [folder])
    assert add(home, [folder / ".." / "notes" / "a.md"]).known == 1
    remove_source(home, "1")
    assert curate(home).decisions.counts["reasons"] == {}


def test_a_missing_path_is_an_error_and_leaves_nothing(home, tmp_path):
    with pytest.raises(InputError):
        add(home, [tmp_path / "none"])
    assert home.catalog.value("SELECT count(*) FROM source") == 0


def test_long_files_are_committed_in_batches_that_obey_the_law(home, mailbox):
    (home.path / "scapa.toml").write_text("[ingest]\nsegment_rows = 2\n")
    added = add(home, [mailbox(BODIES)])
    assert (len(added.batches), added.read, added.new, added.law.holds) == (3, 6, 6, True)
    assert home.catalog.value("SELECT sum(read) FROM batch") == 6


def custodians(home) -> list[str | None]:
    tables = [read_table(home.path / s.name, ["custodian"]) for s in home.catalog.segments("occurrences")]
    return [name for table in tables for name in table["custodian"].to_pylist()]


def test_custody_covers_the_bytes_of_its_day_and_not_what_comes_later(home, mailbox):
    path = mailbox(BODIES[:2])
    add(home, [path], custody=Custody("archive", 1_500_000_000_000_000))
    path.write_text(path.read_text() + mbox([mail(5, BODIES[4])]))
    refresh(home)
    assert custodians(home) == ["archive", "archive", None]


def test_custody_that_is_stated_later_is_new_evidence_of_known_documents(home, mailbox):
    path = mailbox(BODIES[:2])
    add(home, [path])
    again = add(home, [path], custody=Custody("archive", 1_500_000_000_000_000))
    assert (again.new, again.known) == (0, 2)
    assert custodians(home) == [None, None, "archive", "archive"]


def test_a_stated_licence_fills_only_what_is_unknown(home, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/a.md").write_text(f"---\nlicence: MIT\n---\n{prose(1)}")
    (tmp_path / "notes/b.md").write_text(prose(2))
    from scapa.corpus.decide import curate

    add(home, [tmp_path / "notes"])
    assert sorted(curate(home).decisions.table()["licence"].to_pylist()) == ["MIT", "unknown"]
    add(home, [tmp_path / "notes"], licence="CC0-1.0")
    assert sorted(curate(home).decisions.table()["licence"].to_pylist()) == ["CC0-1.0", "MIT"]


def test_raw_mail_is_kept_up_to_the_limit(home, mailbox):
    (home.path / "scapa.toml").write_text("[ingest]\nraw_limit = 400\n")
    add(home, [mailbox([prose(1, 20), prose(2, 200)])])
    raw = read_table(home.path / home.catalog.segments("raw")[0].name)
    assert [len(value) < 400 for value in raw["raw"].to_pylist()] == [True]


MAIL = Document("mail", "Hello\nFrom me", author="a@b.c", message_id="<1@b.c>", claimed=DateClaim(1, 2, "Date", "x"))


@pytest.mark.parametrize("text", ["Hello\r\nFrom me", "Hello \n>From me", "Hello\n>>From me\n\n"])
def test_a_clients_rewriting_keeps_the_id(text):
    assert document_id(replace(MAIL, text=text)) == document_id(MAIL)


@pytest.mark.parametrize(
    "change",
    [{"text": "Hello\nFrom you"}, {"author": "x@b.c"}, {"message_id": "<2@b.c>"}, {"claimed": None},
     {"attachments": ("image/png 1 aa",)}, {"kind": "post"}],
)  # fmt: skip
def test_anything_else_changes_the_id(change):
    assert document_id(replace(MAIL, **change)) != document_id(MAIL)


@given(st.lists(st.text(alphabet="ab>F\n ", max_size=8), min_size=2, max_size=2, unique=True))
def test_fields_cannot_run_into_each_other(pair):
    first, second = (document_id(Document("post", "x", author=a, conversation=b)) for a, b in (pair, pair[::-1]))
    assert first != second


def test_the_record_limit_is_the_readers(home, mailbox):
    (home.path / "scapa.toml").write_text("[ingest]\nrecord_limit = 600\n")
    added = add(home, [mailbox([prose(1, 20), prose(2, 400)])])
    assert (added.new, added.errored) == (1, 1)


def test_a_date_beyond_any_number_is_no_date(home, tmp_path):
    (tmp_path / "t.jsonl").write_text('{"text": "hello there", "date": 1' + "0" * 400 + "}\n")
    assert add(home, [tmp_path / "t.jsonl"]).new == 1
