"""mbox in its four kinds, streamed.

They differ in how a line that begins with `From ` is kept apart from the line that begins a message:
`mboxo` writes `>From `; `mboxrd` puts a `>` before every `>*From `; `mboxcl` is mboxo with Content-Length;
`mboxcl2` has Content-Length and quotes nothing. With `variant="auto"` a Content-Length counts only if it ends exactly
where the file ends or the next message begins. Such a message is mboxcl2 if it holds a bare `From ` line; every other
is unquoted as mboxrd, the only kind whose quoting can be undone in every case (flaw `unquoted_from`). The ingest
layer digests all `>*From ` lines alike, so a wrong guess makes no second document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from scapa.errors import UsageError
from scapa.records import Detection, Found, Problem
from scapa.settings import Ingest
from scapa.sources import READERS, files
from scapa.sources.mail import record
from scapa.text.headers import FIELD

VARIANTS: Final = ("auto", "mboxo", "mboxrd", "mboxcl", "mboxcl2")

_LINE = 65_536
_TIMED = re.compile(rb"From .{0,400}?\d\d?:\d\d|From \S+@\S+\s*$|From -?\s*$|From MAILER-DAEMON\b")
_STRICT = re.compile(
    rb"From .{0,400}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+"
    rb"(?:[A-Z][a-z]{2}\s+\d\d?|\d\d?\s+[A-Z][a-z]{2})\s.{0,20}?\d\d:\d\d"
)
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_QUOTED_ONCE = re.compile(rb"^>(?=From )", re.MULTILINE)
_BARE = re.compile(rb"^From ", re.MULTILINE)


@READERS.register
class Mbox:
    """A file of mails that each begin with a `From ` line."""

    name = "mbox"
    version = 1
    appendable = True

    def __init__(self, variant: str = "auto", record_limit: int = Ingest().record_limit) -> None:
        if variant not in VARIANTS:
            raise UsageError(f"no mbox variant {variant!r}", next=f"there are: {', '.join(VARIANTS)}")
        self.variant, self.record_limit = variant, record_limit

    def detect(self, path: Path) -> Detection | None:
        return files.detect(path, self.name, self.sniff)

    def sniff(self, path: Path, head: bytes) -> Detection | None:
        first, _, rest = head.lstrip(b"\r\n").partition(b"\n")
        if not first.startswith(b"From ") or not (FIELD.match(rest) or rest.startswith(b">From ")):
            return None
        if _TIMED.match(first):
            return Detection(self.name, 0.95, "begins with a From line and a mail header")
        return Detection(self.name, 0.8, "begins with a From line without a time, and a mail header")

    def files(self, path: Path) -> Iterator[Path | Problem]:
        return files.walk(path)

    def read(self, file: Path, start: int = 0) -> Iterator[Found | Problem]:
        name = files.shown(file.name)
        try:
            with files.open_regular(file) as stream:
                stream.seek(start)
                for message in _messages(stream, start, self.record_limit, self.variant):
                    yield self._record(message, name)
        except OSError as error:
            yield Problem(name, files.reason(error))

    def _record(self, message: _Message, name: str) -> Found | Problem:
        where = f"{name} at byte {message.start}"
        if message.problem:
            return Problem(where, message.problem)
        raw = message.raw
        _, _, mail = raw.partition(b"\n")
        unquoted = _unquoted(mail, message.variant)
        flaws = ("unquoted_from",) if unquoted != mail else ()
        if message.lying:
            flaws = (*flaws, "false_content_length")
        return record(unquoted, raw=raw, where=where, locator=str(message.start), end=message.end, flaws=flaws)


@dataclass(slots=True)
class _Message:
    start: int
    raw: bytes = b""
    end: int = 0
    variant: str = "mboxrd"
    problem: str = ""
    lying: bool = False


def _messages(stream: BinaryIO, start: int, limit: int, variant: str) -> Iterator[_Message]:
    """Yield the messages from `start` on; lines before the first From line are one problem."""
    lines = _Lines(stream, start)
    begun = start
    junk = False
    while line := lines.next():
        if line.startswith(b"From ") and lines.whole:
            if junk:
                yield _Message(begun, problem=_JUNK[start > 0])
            junk = False
            yield _message(lines, line, limit, variant)
            begun = lines.at
        elif line.strip(b"\r\n"):
            junk = True
    if junk:
        yield _Message(begun, problem=_JUNK[start > 0])


_JUNK = {
    False: "text before the first From line",
    True: "no message begins here: the mail before it has grown or the file was rewritten; read it from byte 0",
}


def _message(lines: _Lines, first: bytes, limit: int, variant: str) -> _Message:
    """Return the message whose From line was just read, leaving `lines` at the next one."""
    message = _Message(lines.at - len(first))
    kept = _Kept(limit)
    kept.add(first)
    previous, in_body, length = first, False, None
    while line := lines.next():
        if lines.fresh and line.startswith(b"From ") and in_body and _begins(previous, line, lines):
            lines.back(line)
            break
        kept.add(line)
        if not in_body and not line.strip(b"\r\n"):
            in_body = True
            length = _length(kept.data, variant)
            if length is not None and _ends_message(lines, length):
                lines.take(length, kept)
                message.variant = "mboxcl"
                lines.skip_empty()
                break
        elif not in_body and lines.fresh and line.startswith(b"From ") and _begins(previous, line, lines):
            kept.drop(line)
            lines.back(line)
            break
        previous = line
    message.end = lines.at
    if kept.size > limit:
        message.problem = f"a message of {kept.size:,} bytes, more than {limit:,} (ingest.record_limit)"
        return message
    message.raw = bytes(kept.data)
    message.lying = length is not None and message.variant != "mboxcl"
    if message.variant == "mboxcl":
        body = message.raw.partition(b"\n")[2]
        message.variant = "mboxcl2" if _BARE.search(body) else "mboxrd"
    else:
        message.raw = _without_separator(message.raw)
    if variant != "auto":
        message.variant = variant
    return message


class _Kept:
    """The bytes of one message up to a limit; beyond it they are counted only."""

    def __init__(self, limit: int) -> None:
        self.limit, self.size, self.data = limit, 0, bytearray()

    def add(self, line: bytes) -> None:
        self.size += len(line)
        if self.size <= self.limit:
            self.data += line
        elif self.data:
            self.data = bytearray()

    def drop(self, line: bytes) -> None:
        self.size -= len(line)
        del self.data[len(self.data) - len(line) :]


class _Lines:
    """The lines of a stream with the offset after the last; lines of any length come in bounded pieces."""

    def __init__(self, stream: BinaryIO, at: int) -> None:
        self.stream, self.at = stream, at
        self.fresh, self.whole = True, True
        """Whether the last piece began a line, and whether it ended one."""

    def next(self) -> bytes:
        line = self.stream.readline(_LINE)
        self.fresh, self.whole = self.whole or not self.at, line.endswith(b"\n") or len(line) < _LINE
        self.at += len(line)
        return line

    def back(self, line: bytes) -> None:
        self.at -= len(line)
        self.stream.seek(self.at)
        self.whole = True

    def peek(self, size: int, skip: int = 0) -> bytes:
        self.stream.seek(self.at + skip)
        data = self.stream.read(size)
        self.stream.seek(self.at)
        return data

    def take(self, length: int, kept: _Kept) -> None:
        while length and (data := self.stream.read(min(length, _LINE))):
            kept.add(data)
            self.at += len(data)
            length -= len(data)
        self.whole = True

    def skip_empty(self) -> None:
        while (line := self.next()) and not line.strip(b"\r\n"):
            pass
        if line:
            self.back(line)


def _begins(previous: bytes, line: bytes, lines: _Lines) -> bool:
    """Whether `line` begins a message: it looks like a From line and a header follows.

    After an empty line and before a header a time or an address is enough; else it takes weekday, month, day, time.
    """
    if not _TIMED.match(line):
        return False
    following = lines.peek(256)
    if FIELD.match(following) or following.startswith(b">From "):
        return not previous.strip(b"\r\n") or _STRICT.match(line) is not None
    return following[:1] in (b"", b"\n", b"\r") and _STRICT.match(line) is not None


def _length(block: bytearray, variant: str) -> int | None:
    match = _LENGTH.search(block) if variant in ("auto", "mboxcl", "mboxcl2") else None
    return int(match.group(1)) if match else None


def _ends_message(lines: _Lines, length: int) -> bool:
    """Whether `length` bytes further the file ends or a From line follows, after at most two line ends."""
    edge = lines.peek(600, max(0, length - 1))
    if len(edge) < min(length, 1):
        return False
    after = edge[1:] if length else edge
    following = after.lstrip(b"\r\n")
    if len(after) - len(following) > 4:
        return False
    if not following:
        return True
    at_line = not length or edge[:1] == b"\n" or len(after) > len(following)
    return at_line and _TIMED.match(following.partition(b"\n")[0]) is not None


def _without_separator(raw: bytes) -> bytes:
    """The empty line before the next From line belongs to the format, not to the message."""
    for ending in (b"\r\n\r\n", b"\n\n"):
        if raw.endswith(ending):
            return raw[: len(raw) - len(ending) // 2]
    return raw


def _unquoted(mail: bytes, variant: str) -> bytes:
    if b">From " not in mail or variant == "mboxcl2":
        return mail
    pattern = _QUOTED if variant == "mboxrd" else _QUOTED_ONCE
    head, gap, body = mail.partition(b"\r\n\r\n" if b"\r\n\r\n" in mail[:HEADERS] else b"\n\n")
    return head + gap + pattern.sub(b"", body)


HEADERS: Final = 1_000_000
"""An empty line with a carriage return is looked for this far into a mail."""
