"""A small sample of every format, written here; a reader without one fails the contract suite."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

MAIL_A = (
    b"From: Ada Example <Ada@Example.org>\nTo: bob@example.org\nSubject: Tea\n"
    b"Date: Mon, 05 Mar 2001 10:00:00 +0100\nMessage-ID: <a1@example.org>\n\nDear Bob,\n\ntea at four?\n\nAda\n"
)
MAIL_B = (
    b"From: bob@example.org\nTo: ada@example.org\nSubject: Re: Tea\nDate: Mon, 05 Mar 2001 11:00:00 +0100\n"
    b"Message-ID: <b1@example.org>\nIn-Reply-To: <a1@example.org>\n\nYes.\n"
)
FROM_A = b"From ada@example.org Mon Mar  5 10:00:00 2001\n"
FROM_B = b"From bob@example.org Mon Mar  5 11:00:00 2001\n"

TELEGRAM = {
    "name": "Cara",
    "type": "personal_chat",
    "id": 77,
    "messages": [
        {"id": 1, "type": "service", "action": "phone_call", "date_unixtime": "1577880000", "text": ""},
        {
            "id": 2,
            "type": "message",
            "date": "2020-01-01T13:00:00",
            "date_unixtime": "1577880001",
            "from": "Ada",
            "from_id": "User5",
            "text": ["see ", {"type": "bold", "text": "thís"}, " and ", {"type": "blockquote", "text": "that"}],
        },
    ],
}


@dataclass(frozen=True)
class Sample:
    """`root` holds `records` good records and `problems` bad ones; `main` is the file to cut, with a record's tail."""

    root: Path
    main: Path
    records: int
    problems: int = 0


def _mbox(folder: Path) -> Sample:
    main = folder / "sent.mbox"
    main.write_bytes(FROM_A + MAIL_A + b"\n" + FROM_B + MAIL_B + b"\n")
    return Sample(main, main, 2)


def _eml(folder: Path) -> Sample:
    (folder / "00002.abc").write_bytes(MAIL_B)
    main = folder / "00001.eml"
    main.write_bytes(MAIL_A)
    return Sample(folder, main, 2)


def _maildir(folder: Path) -> Sample:
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir()
    main = folder / "cur" / "1000.M1.host:2,S"
    main.write_bytes(MAIL_A)
    (folder / "new" / "1001.M2.host").write_bytes(MAIL_B)
    (folder / "tmp" / "1002.M3.host").write_bytes(MAIL_B)
    return Sample(folder, main, 2, problems=1)


def _telegram(folder: Path) -> Sample:
    main = folder / "result.json"
    main.write_text(json.dumps(TELEGRAM, indent=1, ensure_ascii=False), encoding="utf-8")
    return Sample(folder, main, 1, problems=1)


def _markdown(folder: Path) -> Sample:
    main = folder / "note.md"
    main.write_text("---\ntitle: On tea\nauthor: Ada\ndate: 2001-03-05\n---\n\nTea is **good**.\n", encoding="utf-8")
    return Sample(main, main, 1)


def _text(folder: Path) -> Sample:
    main = folder / "a.txt"
    main.write_text("Tea is good — très bon.\n", encoding="utf-8")
    (folder / "b.txt").write_text("And so is coffee.\n", encoding="utf-8")
    return Sample(folder, main, 2)


def _html(folder: Path) -> Sample:
    main = folder / "page.html"
    main.write_text("<!DOCTYPE html><title>Tea</title><p>Tea is <b>good</b>.</p>", encoding="utf-8")
    return Sample(main, main, 1)


def _table(folder: Path) -> Sample:
    main = folder / "posts.jsonl"
    rows = [{"text": "tea", "author": "Ada", "date": "2001-03-05", "id": 1}, {"text": "thé", "author": "Bob"}]
    lines = [json.dumps(row, ensure_ascii=False).encode() for row in rows]
    main.write_bytes(lines[0] + b"\n" + b'{"text": "caf\xe9"}\n' + lines[1] + b"\n")
    return Sample(main, main, 2, problems=1)


SAMPLES: dict[str, Callable[[Path], Sample]] = {
    "mbox": _mbox,
    "eml": _eml,
    "maildir": _maildir,
    "telegram": _telegram,
    "markdown": _markdown,
    "text": _text,
    "html": _html,
    "table": _table,
}


@pytest.fixture
def sample(tmp_path: Path) -> Callable[[str], Sample]:
    """Return a function that writes the sample of a reader into a folder of its own."""

    def write(name: str) -> Sample:
        folder = tmp_path / f"sample-{name}"
        folder.mkdir()
        return SAMPLES[name](folder)

    return write
