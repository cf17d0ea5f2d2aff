"""Saved web pages: one HTML file, one document, with quotes as spans."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from scapa.records import Detection, Span
from scapa.sources import READERS, files, writing
from scapa.text.html import render

_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
_BEGINS = re.compile(rb"\s*(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)


@READERS.register
class WebPage(writing.WholeFile):
    """`author` and `licence` say whose the pages are; nothing in a page is believed about that."""

    name = "html"

    def sniff(self, path: Path, head: bytes) -> Detection | None:
        if files.is_binary(head):
            return None
        if _BEGINS.match(head):
            return Detection(self.name, 0.85, "begins as an HTML page")
        if path.suffix.lower() in (".html", ".htm", ".xhtml"):
            return Detection(self.name, 0.7, f"text with the ending {path.suffix.lower()}")
        return None

    def extract(self, text: str) -> writing.Extracted:
        return _extracted(text)


def _extracted(html: str) -> tuple[str, str, tuple[Span, ...], tuple[str, ...]]:
    title = _TITLE.search(html[:65_536])
    page = render(html)
    return " ".join(unescape(title.group(1)).split()) if title else "", page.text, page.spans, page.flaws
