"""Decontamination: planted overlap is found, edited overlap as far as it goes, and nothing where there is none."""

from __future__ import annotations

import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from letters import WORDS
from scapa.corpus.decide import curate
from scapa.corpus.ingest import add
from scapa.errors import InputError, SettingsError
from scapa.judges.evaluation_index import find, texts
from scapa.judges.evaluations import Evaluations
from scapa.records import Document
from scapa.settings import Curate, Settings, render
from scapa.store.schema import document_rows


def prose(seed: int, n: int) -> list[str]:
    """Words of which no five in a row are likely to come twice."""
    rng = random.Random(seed)
    return [rng.choice(WORDS) + str(rng.randrange(50)) for _ in range(n)]


@pytest.fixture
def sets(tmp_path):
    folder = tmp_path / "sets"
    (folder / "quiz").mkdir(parents=True)
    (folder / "novel.txt").write_text(" ".join(prose(1, 400)))
    rows = [{"question": " ".join(prose(2, 30)), "answer": {"text": [" ".join(prose(3, 20))]}, "id": 7}]
    (folder / "quiz" / "a.jsonl").write_text("\n".join(json.dumps(row) for row in rows) + "\n\n")
    pq.write_table(pa.table({"prompt": [" ".join(prose(4, 40)), None]}), folder / "quiz" / "b.parquet")
    (folder / ".DS_Store").write_text("not a set")
    return folder


@pytest.fixture
def place(home, sets):
    """A home whose settings name the sets."""
    (home.path / "scapa.toml").write_text(render(Settings(curate=Curate(evaluations=str(sets)))))
    return home


def judged(judge, *bodies: str):
    rows = [(f"{n:064x}", Document("document", body)) for n, body in enumerate(bodies)]
    batch = document_rows(rows, 0).combine_chunks().to_batches()[0]
    from scapa.judges.quotes import Quotes

    return judge.judge(batch.append_column("quotes", Quotes().judge(batch).to_struct_array())).to_pylist()


def test_planted_overlap(place):
    own, novel, quiz = prose(9, 60), prose(1, 400), prose(3, 20)
    whole, part, other, column, none = judged(
        Evaluations(place.path),
        " ".join(novel[50:150]).upper(),
        " ".join(own[:30] + novel[200:220] + own[30:]),
        ", ".join(quiz) + "!",
        " ".join(prose(4, 40)),
        " ".join(own),
    )
    assert (whole["sets"], whole["share"], whole["longest_run"]) == (["novel"], 1.0, 100)
    assert (part["sets"], part["share"], part["longest_run"]) == (["novel"], 0.25, 20)
    assert (other["sets"], other["longest_run"]) == (["quiz"], 20)
    assert (column["sets"], column["longest_run"]) == (["quiz"], 40)
    assert (none["sets"], none["share"], none["longest_run"]) == ([], 0.0, 0)


def test_edited_overlap(place):
    """Every 20th word another one leaves runs of 19; every 10th leaves none of 13."""
    novel = prose(1, 400)
    light, heavy = (
        " ".join("other" if n % every == 0 else word for n, word in enumerate(novel[:200])) for every in (20, 10)
    )
    few, many = judged(Evaluations(place.path), heavy, light)
    assert (few["share"], few["longest_run"]) == (0.0, 0)
    assert (many["share"], many["longest_run"]) == (0.95, 19)
    (home_toml := place.path / "scapa.toml").write_text(home_toml.read_text().replace("words = 13", "words = 8"))
    assert judged(Evaluations(place.path), heavy)[0]["longest_run"] == 9


def test_twelve_words_are_no_run_and_thirteen_are(place):
    novel = prose(1, 400)
    less, enough = judged(Evaluations(place.path), " ".join(novel[:12]), " ".join(novel[:13]))
    assert (less["longest_run"], enough["longest_run"]) == (0, 13)


def test_quoted_words_do_not_count(place):
    from scapa.judges.quotes import Quotes

    body = "My answer\n\n> " + " ".join(prose(1, 400)[:40])
    batch = document_rows([("0" * 64, Document("mail", body))], 0).combine_chunks().to_batches()[0]
    batch = batch.append_column("quotes", Quotes().judge(batch).to_struct_array())
    assert Evaluations(place.path).judge(batch).to_pylist()[0]["longest_run"] == 0


def test_without_the_setting_there_is_nothing(home):
    judge = Evaluations(home.path)
    assert judge.data() == Evaluations().data() == ()
    assert judged(judge, " ".join(prose(1, 40)))[0] == {"sets": [], "share": 0.0, "longest_run": 0, "error": None}


def test_the_digest_is_that_of_the_texts_and_the_folder_is_read_once(place, sets, monkeypatch):
    first = Evaluations(place.path).data()
    assert (place.path / "evaluations").stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr("scapa.judges.evaluation_index._make", None)
    assert Evaluations(place.path).data() == first
    monkeypatch.undo()
    (sets / "novel.txt").touch()
    assert Evaluations(place.path).data() == first
    (sets / "novel.txt").write_text("quite another text")
    second = Evaluations(place.path).data()
    assert second != first
    assert {p.name.split(".")[0] for p in (place.path / "evaluations").glob("*.npy")} == {second[0]}
    (sets / "novel.txt").rename(sets / "story.txt")
    assert Evaluations(place.path).data() != second
    (place.path / "evaluations" / "sets.json").write_text("{")
    assert Evaluations(place.path).data()


def test_no_text_of_a_set_is_kept(place):
    Evaluations(place.path).data()
    kept = b"".join(path.read_bytes() for path in (place.path / "evaluations").iterdir())
    assert prose(1, 1)[0].encode() not in kept


def test_what_cannot_be_read_is_said(place, sets, home):
    (sets / "x.exe").write_text("")
    with pytest.raises(InputError, match="one of"):
        Evaluations(place.path).data()
    (sets / "x.exe").unlink()
    for name, data in (("a.jsonl", b"{"), ("a.parquet", b"PAR1"), ("a.txt", b"\xff\xfe\xff"), ("a.json", b"[")):
        (sets / name).write_bytes(data)
        with pytest.raises(InputError, match="cannot be read"):
            Evaluations(place.path).data()
        (sets / name).unlink()
    with pytest.raises(SettingsError, match="no such folder"):
        find(home.path, sets / "nowhere", 13)


def test_deep_nesting_is_read_without_recursion(tmp_path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 900 + '"in"' + "]" * 900)
    assert list(texts(path)) == ["in"]


def test_the_presets_reject_a_set_and_review_a_run(place, mailbox, tmp_path):
    novel, own = prose(1, 400), prose(11, 80)
    bodies = [" ".join(novel[:60]), " ".join(own[:60] + novel[100:120]), " ".join(own)]
    add(place, [mailbox(bodies)])
    found = curate(place).decisions
    assert found.counts["reasons"] == {"evaluation_overlap": 1, "evaluation_set": 1}
    assert (found.counts["rejected"], found.counts["review"], found.counts["kept"]) == (1, 1, 1)
