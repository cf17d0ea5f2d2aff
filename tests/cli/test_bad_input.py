"""A folder of everything that goes wrong, through the command line: all of it counted, nothing lost, no traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from letters import mail, mbox, prose
from scapa.cli import run


def deep(levels: int) -> str:
    head = "From: a@b.c\nMIME-Version: 1.0\nMessage-ID: <deep@b.c>\n"
    body = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(levels))
    return f"{head}{body}Content-Type: text/plain\n\n{prose(50)}\n"


@pytest.fixture
def mess(tmp_path: Path) -> Path:
    folder = tmp_path / "mess"
    folder.mkdir()
    good = mail(1, prose(1))
    (folder / "good.eml").write_text(good)
    (folder / "copy.eml").write_text(good)
    (folder / "empty.eml").write_text("")
    (folder / "cut.mbox").write_text(mbox([mail(2, prose(2)), mail(3, prose(3))])[:-150])
    (folder / "no_date.eml").write_text(mail(4, prose(4)).replace("Date:", "X-Date:"))
    (folder / "two_dates.eml").write_text("Date: Wed, 2 Mar 2011 10:00:00 +0000\n" + mail(5, prose(5)))
    (folder / "future.eml").write_text(mail(6, prose(6)).replace("2011", "2028"))
    (folder / "deep.eml").write_text(deep(200))
    (folder / "broken.eml").write_bytes(
        b"From: a@b.c\nSubject: =?utf-8?B?!!!?=\nContent-Type: text/plain; charset=nope\n\n\xff\xfe text"
    )
    (folder / "latin.jsonl").write_bytes(b'{"text": "caf\xe9"}\n' + json.dumps({"text": prose(7)}).encode() + b"\n")
    (folder / "noise.bin").write_bytes(os.urandom(4096))
    (folder / "dangling").symlink_to(folder / "nowhere")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    return folder


def test_everything_is_counted_and_the_chain_goes_on(mess, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SCAPA_HOME", str(tmp_path / "home"))
    before = {p.name: (p.lstat().st_mtime_ns, p.lstat().st_size) for p in mess.iterdir()}
    assert run(["add", str(mess), "--json"]) == 0
    added = json.loads(capsys.readouterr().out)
    assert added["read"] == added["new"] + added["known"] + added["errored"]
    assert (added["new"], added["known"]) == (9, 1)
    for name in ("empty.eml", "latin.jsonl", "noise.bin", "dangling", "loop", "pipe"):
        assert [p["why"] for p in added["problems"] if name in p["where"]], name
    assert len(added["problems"]) == added["errored"] == 6
    assert {p.name: (p.lstat().st_mtime_ns, p.lstat().st_size) for p in mess.iterdir()} == before
    assert run(["curate", "--json"]) == 0
    curated = json.loads(capsys.readouterr().out)
    assert curated["documents"] == 9
    assert curated["errored"] == 0
    assert curated["reasons"]["no_date"] >= 3
    assert curated["reasons"]["date_contradicted"] == 1
    assert run(["release", "--json"]) == 0
    assert run(["add", str(mess), "--json"]) == 0
    capsys.readouterr()


def test_the_command_line_never_shows_the_mails_words(mess, tmp_path, capsys):
    run(["add", str(mess), "--home", str(tmp_path / "home")])
    run(["curate", "--explain", "--home", str(tmp_path / "home")])
    run(["release", "--home", str(tmp_path / "home")])
    run(["status", "--home", str(tmp_path / "home")])
    out, err = capsys.readouterr()
    assert not [word for word in ("orchard", "lantern", "harbour", "meadow") if word in (out + err).lower()]
