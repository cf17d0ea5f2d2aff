"""Plain text files: one file, one document."""

from __future__ import annotations

from pathlib import Path

from scapa.records import Detection
from scapa.sources import READERS, files, writing

_ENDINGS = frozenset((".txt", ".text", ".rst", ".org", ".adoc", ".asc", ".tex"))


@READERS.register
class PlainText(writing.WholeFile):
    """Text of no other format, by its ending or for want of one."""

    name = "text"

    def sniff(self, path: Path, head: bytes) -> Detection | None:
        if files.is_binary(head):
            return None
        suffix = path.suffix.lower()
        if suffix in _ENDINGS:
            return Detection(self.name, 0.6, f"text with the ending {suffix}")
        return Detection(self.name, 0.3, "text without an ending") if not suffix.strip(".0123456789") else None

    def extract(self, text: str) -> writing.Extracted:
        return _as_is(text)


def _as_is(text: str) -> writing.Extracted:
    return "", text.rstrip("\n"), (), ()
