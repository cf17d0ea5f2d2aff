"""Judging: cut at any rows and by any workers the result is the same, and only what changed is judged again."""

from __future__ import annotations

from pathlib import Path

import pytest

from letters import prose
from scapa.corpus import judging
from scapa.corpus.chain import ALWAYS, judges, keys
from scapa.corpus.decide import curate
from scapa.corpus.ingest import add
from scapa.corpus.judging import Task, _Assembly, judge_new, judge_rows
from scapa.corpus.policy import load_policy
from scapa.errors import ScapaError
from scapa.judges.dates import Dates
from scapa.judges.quotes import Quotes
from scapa.store.home import Home
from scapa.store.segments import read_table

MAILS = 12


@pytest.fixture
def filled(home, mailbox):
    add(home, [mailbox([f"{prose(n)}\n\nOn Monday, Bob wrote:\n> {prose(n + 50)}" for n in range(MAILS)])])
    return home


def judgements(home: Home) -> dict[str, list[dict]]:
    rows = home.catalog.rows("SELECT judge, name FROM judgement WHERE judge != 'ledger'")
    return {row["judge"]: read_table(home.path / row["name"]).to_pylist() for row in rows}


def _texts(home: Home, segment: str) -> list[str]:
    return read_table(home.path / segment, ["text"])["text"].to_pylist()


def cut(monkeypatch, rows: int) -> None:
    """Cut segments after so many rows; processes start for however few."""
    monkeypatch.setattr(judging, "extents", lambda _: [(n, min(rows, MAILS - n)) for n in range(0, MAILS, rows)])
    monkeypatch.setattr(judging, "_ROWS_FOR_A_POOL", 0)


def with_workers(home: Home, count: int) -> Home:
    (home.path / "scapa.toml").write_text(f"[curate]\nworkers = {count}\n")
    return Home.open(home.path, now=home.now)


@pytest.mark.parametrize(("rows", "workers"), [(5, 1), (1, 1), (5, 2)])
def test_the_result_is_the_same_however_work_is_cut_and_shared(filled, monkeypatch, rows, workers):
    judge_new(filled, filled.catalog)
    whole = judgements(filled)
    for path in (filled.path / "judgements").iterdir():
        path.unlink()
    cut(monkeypatch, rows)
    spent = judge_new(with_workers(filled, workers), filled.catalog)
    assert judgements(filled) == whole
    assert set(spent.seconds) == {judge.name for judge in judges(filled.path)}
    texts = [text for s in filled.catalog.segments("documents") for text in _texts(filled, s.name)]
    assert spent.text_bytes == sum(len(text.encode()) for text in texts)


def test_parts_are_put_together_in_order_whatever_order_they_come_in(filled):
    segment = filled.catalog.segments("documents")[0]
    files = tuple((judge.name, f"judgements/{judge.name}.parquet") for judge in judges(filled.path))
    filled.folder("judgements")
    task = Task(filled.path, segment.name, segment.rows, files, ())
    parts = [judge_rows(task, start, 4) for start in (8, 0, 4)]
    with _Assembly(task) as made:
        assert [made.take(part) for part in parts] == [False, False, True]
    found = {name: read_table(filled.path / file).to_pylist() for name, file in files}
    judge_new(filled, filled.catalog)
    assert found == judgements(filled)


def test_a_worker_that_fails_leaves_no_file_and_no_row(filled, monkeypatch):
    cut(monkeypatch, 5)
    real, calls = judging.judge_rows, []

    def failing(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise ScapaError("broken")
        return real(*arguments)

    monkeypatch.setattr(judging, "judge_rows", failing)
    with pytest.raises(ScapaError, match="broken"):
        judge_new(with_workers(filled, 1), filled.catalog)
    assert list((filled.path / "judgements").iterdir()) == []
    assert filled.catalog.value("SELECT count(*) FROM judgement") == 0


def test_a_changed_judge_judges_again_alone_with_those_that_need_it(filled, monkeypatch):
    curate(filled)
    before = {path.name: path.stat().st_mtime_ns for path in (filled.path / "judgements").iterdir()}
    monkeypatch.setattr(Dates, "version", 99)
    assert set(curate(filled).seconds) == {"dates"}
    with filled.writing("clean"):
        after = {path.name: path.stat().st_mtime_ns for path in (filled.path / "judgements").iterdir()}
    assert {name.split(".")[1].split("-")[0] for name in after.keys() ^ before.keys()} == {"dates"}
    assert all(after[name] == before[name] for name in after.keys() & before.keys())
    monkeypatch.setattr(Quotes, "version", 99)
    asked = judges(filled.path, {*ALWAYS, *load_policy("personal").judges()})
    upstream = {judge.name for judge in asked if judge.name == "quotes" or "quotes" in judge.needs}
    assert set(curate(filled).seconds) == upstream > {"quotes"}


def test_keys_name_what_is_upstream(filled, monkeypatch):
    before = keys(judges(Path()))
    monkeypatch.setattr(Quotes, "version", 99)
    changed = {name for name, key in keys(judges(Path())).items() if key != before[name]}
    assert {"quotes", "similarity"} <= changed
    assert "dates" not in changed


def test_a_record_that_a_judge_breaks_on_is_one_errored_row(filled, monkeypatch):
    """Judges of whole batches may raise: the others of the batch are judged as ever."""
    judge_new(filled, filled.catalog)
    sound = judgements(filled)["dates"]
    real = Dates.judge

    def breaking(self, batch):
        if any(title == "Letter 3" for title in batch.column("title").to_pylist()):
            raise ZeroDivisionError("private words")
        return real(self, batch)

    monkeypatch.setattr(Dates, "judge", breaking)
    monkeypatch.setattr(Dates, "version", 99)
    judge_new(filled, filled.catalog)
    found = judgements(filled)["dates"]
    assert [row["error"] for row in found].count("ZeroDivisionError") == 1
    assert [a for a, b in zip(found, sound, strict=True) if a != b and a["error"] is None] == []
