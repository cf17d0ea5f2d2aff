"""Quotes: the parts of a text that are not its author's fresh words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from scapa.judges import JUDGES, Column
from scapa.judges.mail_lines import KINDS, label_lines
from scapa.judges.rowwise import BadSpan, Row, RowWise
from scapa.records import UNKNOWN, Span
from scapa.text.words import words

STRUCTURAL = {"html_quote": "quote", "flowed_quote": "quote", "html_signature": "signature"}
"""Spans that a reader gives, and the kind they become."""


@JUDGES.register
class Quotes(RowWise):
    """Quotes, attributions, forwards, headers, signatures, disclaimers and list footers, as spans of the text.

    In chats and documents only the reader's own spans count.
    """

    name = "quotes"
    version = 1
    reads = ("text", "kind", "spans", "author", "author_name")
    source = "layouts of the usual mail programs, written down by hand; HTML structure as the reader found it"
    failures = (
        "an attribution in a language or wording outside the tables is taken for the author's own words",
        "a signature without “-- ” is found only if it is a mobile footer or a disclaimer",
    )
    columns = {
        "spans": Column("spans", f"disjoint, mostly whole lines; kinds: {', '.join(KINDS)}"),
        "own_words": Column("int", "words outside the spans"),
        "quoted_share": Column("float", "share of all words inside the spans"),
    }

    def row(self, row: Row) -> tuple[object, ...]:
        spans = find_quotes(row.text, row.kind, row.spans, author_names(row.author, row.author_name))
        own = len(words(own_text(row.text, spans)))
        quoted = len(words(quoted_text(row.text, spans)))
        share = quoted / (own + quoted) if quoted else 0.0
        return [{"start": s.start, "end": s.end, "kind": s.kind} for s in spans], own, share


def find_quotes(text: str, kind: str, given: Iterable[Span], names: frozenset[str] = frozenset()) -> list[Span]:
    """Return the sorted, disjoint byte spans of `text` that are not fresh words, given the reader's own spans.

    Raises `BadSpan` where a span of the reader leaves the text.
    """
    starts = _line_starts(text)
    structural = _structural(given, starts[-1])
    if kind not in ("mail", "post"):
        return _on_boundaries(structural, text)
    lines = text.split("\n")
    labels = label_lines(lines, _held(lines, starts, structural), names)
    return _on_boundaries(_without(_runs(labels, starts), structural), text)


def own_text(text: str, spans: Iterable[Span]) -> str:
    """Return `text` without the bytes of `spans` (sorted and disjoint, on character boundaries)."""
    raw, at, parts = text.encode(), 0, []
    for span in spans:
        parts.append(raw[at : span.start])
        at = span.end
    return b"".join([*parts, raw[at:]]).decode() if parts else text


def quoted_text(text: str, spans: Iterable[Span]) -> str:
    """Return the bytes of `spans`, one span a paragraph."""
    raw = text.encode()
    return b"\n".join(raw[span.start : span.end] for span in spans).decode()


def author_names(author: str, name: str) -> frozenset[str]:
    """Return what a header line “From:” must hold to name this author."""
    return frozenset(value.lower() for value in (author, name) if len(value) > 3 and value != UNKNOWN)


def _line_starts(text: str) -> list[int]:
    """Return the byte offset of each line's start, and the length of the text last."""
    starts, at = [0], 0
    plain = text.isascii()
    for line in text.split("\n"):
        at += (len(line) if plain else len(line.encode())) + 1
        starts.append(at)
    starts[-1] -= 1
    return starts


def _structural(given: Iterable[Span], size: int) -> list[Span]:
    """Return the reader's quotes and signatures, sorted and made disjoint (the earlier, then the longer, wins)."""
    found: list[Span] = []
    for span in sorted((s for s in given if s.kind in STRUCTURAL), key=lambda s: (s.start, -s.end, s.kind)):
        if not 0 <= span.start <= span.end <= size:
            raise BadSpan
        start = max(span.start, found[-1].end if found else 0)
        if start < span.end:
            found.append(Span(start, span.end, STRUCTURAL[span.kind]))
    return found


def _held(lines: Sequence[str], starts: Sequence[int], structural: Sequence[Span]) -> list[bool]:
    """Say for each line whether the reader's spans cover all of it."""
    held = [False] * len(lines)
    for span in structural:
        first = bisect_right(starts, span.start) - 1
        if starts[first] < span.start and lines[first].encode()[: span.start - starts[first]].strip():
            first += 1
        for at in range(max(first, 0), len(lines)):
            if starts[at] >= span.end:
                break
            rest = span.end - starts[at]
            held[at] = starts[at + 1] - 1 <= span.end or not lines[at].encode()[rest:].strip()
    return held


def _runs(labels: Sequence[str | None], starts: Sequence[int]) -> list[Span]:
    """Return one span per run of lines of one kind."""
    spans: list[Span] = []
    for at, kind in enumerate(labels):
        if kind is None or starts[at] == starts[at + 1]:
            continue
        if spans and spans[-1].kind == kind and spans[-1].end == starts[at]:
            spans[-1] = Span(spans[-1].start, starts[at + 1], kind)
        else:
            spans.append(Span(starts[at], starts[at + 1], kind))
    return spans


def _without(spans: Sequence[Span], structural: Sequence[Span]) -> list[Span]:
    """Return both, the spans by lines cut where the reader's own lie."""
    found, at = list(structural), 0
    for span in spans:
        start = span.start
        while at < len(structural) and structural[at].end <= start:
            at += 1
        over = at
        while over < len(structural) and structural[over].start < span.end:
            if start < structural[over].start:
                found.append(Span(start, structural[over].start, span.kind))
            start = max(start, structural[over].end)
            over += 1
        if start < span.end:
            found.append(Span(start, span.end, span.kind))
    return sorted(found, key=lambda s: s.start)


def _on_boundaries(spans: list[Span], text: str) -> list[Span]:
    """Return the spans with ends moved outwards to character boundaries, joined where they then touch or overlap."""
    if text.isascii():
        return spans
    raw, found = text.encode(), list[Span]()
    for span in spans:
        start, end = span.start, span.end
        while start and start < len(raw) and raw[start] & 0xC0 == 0x80:
            start -= 1
        while end < len(raw) and raw[end] & 0xC0 == 0x80:
            end += 1
        start = max(start, found[-1].end if found else 0)
        if start < end:
            found.append(Span(start, end, span.kind))
    return found
