"""`scapa label`: several ways in, one clear error, and what it says it did."""

from __future__ import annotations

import io
import json

import pytest

from letters import mail, mbox, prose
from scapa.cli import run


def scapa(capsys, *arguments: str) -> tuple[int, dict]:
    code = run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def names(tmp_path, monkeypatch, capsys) -> list[str]:
    """The ids of three mails in a new home."""
    from scapa.store.home import Home

    monkeypatch.setenv("SCAPA_HOME", str(tmp_path / "home"))
    path = tmp_path / "Sent.mbox"
    path.write_text(mbox([mail(n, prose(n)) for n in range(3)]))
    assert scapa(capsys, "add", str(path))[0] == 0
    return sorted(row["id"] for row in Home.open().catalog.rows("SELECT id FROM document"))


def test_several_documents_by_the_beginning_of_their_ids(names, capsys):
    code, done = scapa(capsys, "label", names[0][:10], names[1], "spam")
    assert code == 0
    assert [(row["document"], row["label"]) for row in done["labelled"]] == [(names[0], "spam"), (names[1], "spam")]
    assert len(scapa(capsys, "label", "--list")[1]["labels"]) == 2


def test_from_a_file_and_from_standard_input(names, capsys, tmp_path, monkeypatch):
    (tmp_path / "decisions.txt").write_text(f"# mine\n{names[0]} spam  # sure\n\n{names[1][:12]}\tham\n")
    assert len(scapa(capsys, "label", "--from", str(tmp_path / "decisions.txt"))[1]["labelled"]) == 2
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{names[2]} keep"))
    assert scapa(capsys, "label", "--from", "-")[1]["labelled"][0]["label"] == "keep"


def test_undo(names, capsys):
    scapa(capsys, "label", names[0], "spam")
    scapa(capsys, "label", names[0], "ham", "--by", "ann")
    code, done = scapa(capsys, "label", "--undo", "1")
    assert (code, done["undone"][0]["label"], done["undone"][0]["who"]) == (0, "ham", "ann")
    assert [row["label"] for row in scapa(capsys, "label", "--list")[1]["labels"]] == ["spam"]
    why = scapa(capsys, "why", names[0])[1]["documents"][0]["labels"]
    assert [(row["label"], bool(row["undone"])) for row in why] == [("spam", False), ("ham", True)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((), "give documents and a label"), (("ID",), "last word must be"), (("spam",), "last word must be"),
     (("ID", "spam", "--list"), "one of --from"), (("ID", "nonsense"), "last word must be"),
     (("zz", "spam"), "no document id"), (("00000000", "spam"), "no document"),
     (("--from", "nowhere"), "cannot be read"), (("--undo", "0"), "--undo")],
)  # fmt: skip
def test_wrong_usage_is_one_clear_error(names, capsys, arguments, words):
    code, said = scapa(capsys, "label", *(names[0] if a == "ID" else a for a in arguments))
    assert code == 2
    assert words in said["error"]["what"]


def test_a_bad_line_is_named_and_nothing_is_kept(names, capsys, tmp_path):
    (tmp_path / "bad.txt").write_text(f"{names[0]} spam\nsecret words of a mail\n")
    code, said = scapa(capsys, "label", "--from", str(tmp_path / "bad.txt"))
    assert (code, "line 2" in said["error"]["where"]) == (2, True)
    assert "secret" not in json.dumps(said)
    assert scapa(capsys, "label", "--list")[1]["labels"] == []
