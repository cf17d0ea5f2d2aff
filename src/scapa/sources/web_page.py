"""Saved web pages: one HTML file, one document, with quotes as spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from scapa.records import Detection, Found, Problem, Span
from scapa.settings import Ingest
from scapa.sources import READERS, files, writing
from scapa.text.html import render

_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
_BEGINS = re.compile(rb"\s*(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)


@READERS.register
class WebPage:
    """`author` and `licence` say whose the pages are; nothing in a page is believed about that."""

    name = "html"
    version = 1
    appendable = False

    def __init__(self, author: str = "", licence: str = "", record_limit: int = Ingest().record_limit) -> None:
        self.author, self.licence, self.record_limit = author, licence, record_limit

    def detect(self, path: Path) -> Detection | None:
        return files.detect(path, self.name, self.sniff)

    def sniff(self, path: Path, head: bytes) -> Detection | None:
        if files.is_binary(head):
            return None
        if _BEGINS.match(head):
            return Detection(self.name, 0.85, "begins as an HTML page")
        if path.suffix.lower() in (".html", ".htm", ".xhtml"):
            return Detection(self.name, 0.7, f"text with the ending {path.suffix.lower()}")
        return None

    def files(self, path: Path) -> Iterator[Path | Problem]:
        return files.walk(path)

    def read(self, file: Path, start: int = 0) -> Iterator[Found | Problem]:
        yield writing.document(file, self.record_limit, _extracted, self.author, self.licence)


def _extracted(html: str) -> tuple[str, str, tuple[Span, ...], tuple[str, ...]]:
    title = _TITLE.search(html[:65_536])
    page = render(html)
    return " ".join(unescape(title.group(1)).split()) if title else "", page.text, page.spans, page.flaws
