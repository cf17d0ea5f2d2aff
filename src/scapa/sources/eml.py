"""Single RFC 822 files of any name, alone or in folders; Apple Mail's `.emlx` as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scapa.records import Detection, Found, Problem
from scapa.settings import Ingest
from scapa.sources import READERS, files
from scapa.sources.mail import looks_like_mail, record

_EMLX = re.compile(rb"\s{0,16}(\d{1,12})[ \t]*\r?\n")


@READERS.register
class Eml:
    """One mail a file."""

    name = "eml"
    version = 1
    appendable = False

    def __init__(self, record_limit: int = Ingest().record_limit) -> None:
        self.record_limit = record_limit

    def detect(self, path: Path) -> Detection | None:
        return files.detect(path, self.name, self.sniff)

    def sniff(self, path: Path, head: bytes) -> Detection | None:
        suffix = path.suffix.lower()
        message = _message(head, suffix)
        known = looks_like_mail(message)
        if suffix in (".eml", ".emlx", ".mht", ".mhtml") and known:
            return Detection(self.name, 0.97, f"a mail header and the ending {suffix}")
        return Detection(self.name, 0.9, f"begins with {known} mail headers") if known >= 2 else None

    def files(self, path: Path) -> Iterator[Path | Problem]:
        return files.walk(path)

    def read(self, file: Path, start: int = 0) -> Iterator[Found | Problem]:
        data = files.read_whole(file, self.record_limit)
        if isinstance(data, Problem):
            yield data
        elif files.is_binary(data[:512]):
            yield Problem(files.shown(file.name), "not text")
        else:
            message = _message(data, file.suffix.lower())
            yield record(message, raw=data, where=files.shown(file.name), locator="0")


def _message(data: bytes, suffix: str) -> bytes:
    """Return the mail without the length and the property list that an emlx file puts around it."""
    if suffix == ".emlx" and (match := _EMLX.match(data)):
        return data[match.end() : match.end() + int(match.group(1))]
    return data
