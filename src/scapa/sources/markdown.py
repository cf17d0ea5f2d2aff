"""Markdown files: one file, one document, with code and block quotes as spans."""

from __future__ import annotations

import re
from pathlib import Path

from scapa.records import Detection, Span
from scapa.sources import READERS, files, writing

_ENDINGS = frozenset((".md", ".markdown", ".mkd", ".mdown", ".qmd"))
_HEADING = re.compile(r"^#[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@READERS.register
class Markdown(writing.WholeFile):
    """Markdown, by its ending or its front matter."""

    name = "markdown"

    def sniff(self, path: Path, head: bytes) -> Detection | None:
        if files.is_binary(head):
            return None
        if path.suffix.lower() in _ENDINGS:
            return Detection(self.name, 0.9, f"text with the ending {path.suffix.lower()}")
        return Detection(self.name, 0.65, "begins with front matter") if head.startswith((b"---\n", b"+++\n")) else None

    def extract(self, text: str) -> writing.Extracted:
        return _extracted(text)


def _extracted(text: str) -> writing.Extracted:
    text = text.rstrip("\n")
    heading = _HEADING.search(text[:4096])
    return heading.group(1) if heading else "", text, _spans(text), ()


def _spans(text: str) -> tuple[Span, ...]:
    """Return `code` spans of fenced blocks and `blockquote` spans of runs of `>` lines (CommonMark 4.5, 5.1)."""
    spans: list[Span] = []
    at, fence, opened, kind = 0, "", 0, ""
    for line in (*text.split("\n"), ""):
        mark = _FENCE.match(line)
        quoted = not fence and line.lstrip(" ").startswith(">")
        if kind == "blockquote" and not quoted:
            spans.append(Span(opened, at - 1, kind))
            kind = ""
        size = len(line.encode())
        if fence:
            if mark and mark.group(1).startswith(fence) and not line.strip().strip(fence[0]):
                spans.append(Span(opened, at + size, "code"))
                fence = kind = ""
        elif mark:
            fence, opened, kind = mark.group(1), at, "code"
        elif quoted and not kind:
            opened, kind = at, "blockquote"
        at += size + 1
    return tuple(spans)
