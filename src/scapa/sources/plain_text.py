"""Plain text files: one file, one document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scapa.records import Detection, Found, Problem, Span
from scapa.settings import Ingest
from scapa.sources import READERS, files, writing

_ENDINGS = frozenset((".txt", ".text", ".rst", ".org", ".adoc", ".asc", ".tex"))


@READERS.register
class PlainText:
    """`author` and `licence` say whose the files are where their front matter does not."""

    name = "text"
    version = 1
    appendable = False

    def __init__(self, author: str = "", licence: str = "", record_limit: int = Ingest().record_limit) -> None:
        self.author, self.licence, self.record_limit = author, licence, record_limit

    def detect(self, path: Path) -> Detection | None:
        return files.detect(path, self.name, self.sniff)

    def sniff(self, path: Path, head: bytes) -> Detection | None:
        if files.is_binary(head):
            return None
        suffix = path.suffix.lower()
        if suffix in _ENDINGS:
            return Detection(self.name, 0.6, f"text with the ending {suffix}")
        return Detection(self.name, 0.3, "text without an ending") if not suffix.strip(".0123456789") else None

    def files(self, path: Path) -> Iterator[Path | Problem]:
        return files.walk(path)

    def read(self, file: Path, start: int = 0) -> Iterator[Found | Problem]:
        yield writing.document(file, self.record_limit, _as_is, self.author, self.licence)


def _as_is(text: str) -> tuple[str, str, tuple[Span, ...], tuple[str, ...]]:
    return "", text.rstrip("\n"), (), ()
