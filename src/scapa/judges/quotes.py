"""Quotes: the parts of a text that are not its author's fresh words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from scapa.judges import JUDGES, Column
from scapa.judges.mail_lines import BLOCKQUOTE, KINDS, label_lines
from scapa.judges.rowwise import BadSpan, Row, RowWise, byte_offsets
from scapa.records import UNKNOWN, Span

if TYPE_CHECKING:
    import pyarrow as pa

STRUCTURAL = {"html_quote": "quote", "flowed_quote": "quote", "html_signature": "signature"}
"""Spans that a reader gives, and the kind they become."""


@JUDGES.register
class Quotes(RowWise):
    """Quotes, attributions, forwards, headers, signatures, disclaimers and list footers, as spans of the text.

    In chats and documents only the reader's own spans count.
    """

    name = "quotes"
    version = 2
    reads = ("text", "kind", "spans", "author", "author_name")
    source = "layouts of the usual mail programs, written down by hand; HTML structure as the reader found it"
    failures = (
        "an attribution in a language or wording outside the tables is taken for the author's own words",
        "a name block without “-- ” that holds neither telephone, address, firm nor profession is taken for own words",
        "an answer inside an unmarked quote is found only if it begins with a tag that stands there twice",
    )
    columns = {
        "spans": Column("spans", f"disjoint, mostly whole lines; kinds: {', '.join(KINDS)}"),
        "own_words": Column("int", "words outside the spans"),
        "quoted_share": Column("float", "share of all words inside the spans"),
    }

    def row(self, row: Row) -> tuple[object, ...]:
        """Return the spans alone; `judge` counts the words of all rows at once."""
        return (find_quotes(row.text, row.kind, row.spans, author_names(row.author, row.author_name)),)

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        import numpy as np
        import pyarrow as pa

        from scapa.store.schema import judgement_schema
        from scapa.text.kernels import tokenise
        from scapa.text.own import kept, outside

        rows, errors = self.rows(batch, 1)
        bad = np.array([error is not None for error in errors], np.bool_)
        found = [span for (spans,) in rows if spans for span in spans]
        counts = np.array([len(spans or ()) for (spans,) in rows], np.int64)
        first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        ends = np.array([(span.start, span.end) for span in found], np.int64).reshape(-1, 2)
        tokens = tokenise(batch.column("text"))
        own = np.diff(kept(tokens, outside(tokens, ends, first)).first)
        words = np.diff(tokens.first)
        kinds = pa.array([span.kind for span in found], pa.string())
        spans_ = pa.StructArray.from_arrays([pa.array(ends[:, 0]), pa.array(ends[:, 1]), kinds], SPAN_FIELDS)
        columns = [
            pa.ListArray.from_arrays(pa.array(first.astype(np.int32)), spans_, mask=pa.array(bad)),
            pa.array(own.astype(np.int32), mask=bad),
            pa.array(np.where(words > own, (words - own) / np.maximum(words, 1), 0.0), mask=bad),
            pa.array(errors, pa.string()),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=judgement_schema(self.columns))


SPAN_FIELDS = ("start", "end", "kind")


def find_quotes(text: str, kind: str, given: Iterable[Span], names: frozenset[str] = frozenset()) -> list[Span]:
    """Return the sorted, disjoint byte spans of `text` that are not fresh words, given the reader's own spans.

    Raises `BadSpan` where a span of the reader leaves the text.
    """
    structural, blockquotes = _structural(given, text)
    if kind not in ("mail", "post"):
        return _on_boundaries(structural, text)
    lines = text.split("\n")
    if not structural and not blockquotes:
        return _runs(label_lines(text, lines, None, names), lines, text)
    starts = _line_starts(text)
    held = _held(lines, starts, structural, blockquotes)
    spans = _runs(label_lines(text, lines, held, names), lines, text)
    return _on_boundaries(_joined(_without(spans, _cut(structural, lines, starts, held))), text)


def own_text(text: str, spans: Iterable[Span]) -> str:
    """Return `text` without the bytes of `spans` (sorted and disjoint, on character boundaries)."""
    raw, at, parts = text.encode(), 0, []
    for span in spans:
        parts.append(raw[at : span.start])
        at = span.end
    return b"".join([*parts, raw[at:]]).decode() if parts else text


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


def _structural(given: Iterable[Span], text: str) -> tuple[list[Span], list[Span]]:
    """Return the reader's quotes and signatures, sorted and made disjoint (the earlier, then the longer, wins), and
    its bare block quotes."""
    size, found, blocks = -1, list[Span](), list[Span]()
    for span in sorted(given, key=lambda s: (s.start, -s.end, s.kind)):
        kind = STRUCTURAL.get(span.kind, "")
        if not kind and span.kind != "html_blockquote":
            continue
        size = len(text.encode()) if size < 0 else size
        if not 0 <= span.start <= span.end <= size:
            raise BadSpan
        if not kind:
            if not blocks or span.end > blocks[-1].end:  # nested ones are held by the outermost
                blocks.append(span)
            continue
        start = max(span.start, found[-1].end if found else 0)
        if start < span.end:
            found.append(Span(start, span.end, kind))
    return found, blocks


def _held(
    lines: Sequence[str], starts: Sequence[int], structural: Sequence[Span], blockquotes: Sequence[Span]
) -> list[str | None]:
    """Give for each line the kind of the reader's span that covers all of it."""
    held: list[str | None] = [None] * len(lines)
    for span, kind in [*((s, BLOCKQUOTE) for s in blockquotes), *((s, s.kind) for s in structural)]:
        first = bisect_right(starts, span.start) - 1
        if starts[first] < span.start and lines[first].encode()[: span.start - starts[first]].strip():
            first += 1
        for at in range(max(first, 0), len(lines)):
            if starts[at] >= span.end:
                break
            rest = span.end - starts[at]
            if starts[at + 1] - 1 <= span.end or not lines[at].encode()[rest:].strip():
                held[at] = kind
    return held


def _cut(
    structural: Sequence[Span], lines: Sequence[str], starts: Sequence[int], held: Sequence[str | None]
) -> list[Span]:
    """Return what the reader's spans have besides whole lines of words, which are labelled with all others."""
    found: list[Span] = []
    for span in structural:
        at = span.start
        line = max(bisect_right(starts, at) - 1, 0)
        while line < len(lines) and starts[line] < span.end:
            if held[line] not in (None, BLOCKQUOTE) and lines[line].strip():
                if at < starts[line]:
                    found.append(Span(at, starts[line], span.kind))
                at = max(at, starts[line + 1])
            line += 1
        if at < span.end:
            found.append(Span(at, span.end, span.kind))
    return found


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Return the spans with neighbours of one kind made one."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1].end == span.start and found[-1].kind == span.kind:
            found[-1] = Span(found[-1].start, span.end, span.kind)
        else:
            found.append(span)
    return found


def _runs(labels: Sequence[str | None], lines: Sequence[str], text: str) -> list[Span]:
    """Return one span per run of lines of one kind; an empty last line belongs to none."""
    if not any(labels):
        return []
    before = list(accumulate(map(len, lines), initial=0))
    kinds: list[str] = []
    places: list[int] = []
    at = 0
    for kind, run in groupby(labels):
        start, at = at, at + len(list(run))
        first, end = before[start] + start, min(before[at] + at, len(text))
        if kind is not None and first < end:
            kinds.append(kind)
            places += (first, end)
    ends = byte_offsets(text, places)
    return [Span(*span) for span in zip(ends[::2], ends[1::2], kinds, strict=True)]


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
