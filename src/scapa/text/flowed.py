"""format=flowed (RFC 3676): soft line breaks undone, quote depth kept as `>` marks and as spans."""

from __future__ import annotations

from scapa.records import Span

FLOWED_QUOTE = "flowed_quote"


def unflow(text: str, *, delsp: bool = False) -> tuple[str, tuple[Span, ...]]:
    r"""Return `text` (with `\n` line ends) with its paragraphs joined, and a `flowed_quote` span a run of quoted lines.

    A line that ends in a space goes on in the next line of the same quote depth (RFC 3676 section 4.2), except the
    signature separator `-- `. `delsp` drops that space (section 4.2, DelSp). Spans are UTF-8 byte offsets.
    """
    paragraphs: list[tuple[int, list[str]]] = []
    open_ = False
    for line in text.split("\n"):
        depth, content = _unstuffed(line)
        signature = content == "-- "
        if open_ and not signature and paragraphs[-1][0] == depth:
            paragraphs[-1][1].append(content)
        else:
            paragraphs.append((depth, [content]))
        open_ = content.endswith(" ") and not signature
        if open_ and delsp:
            paragraphs[-1][1][-1] = content[:-1]
    return _joined(paragraphs)


def _unstuffed(line: str) -> tuple[int, str]:
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")


def _joined(paragraphs: list[tuple[int, list[str]]]) -> tuple[str, tuple[Span, ...]]:
    lines, spans, at, start = [], [], 0, -1
    for depth, parts in paragraphs:
        if depth and start < 0:
            start = at
        if not depth and start >= 0:
            spans.append(Span(start, at - 1, FLOWED_QUOTE))
            start = -1
        line = ">" * depth + (" " if depth else "") + "".join(parts)
        lines.append(line)
        at += len(line.encode("utf-8", "surrogatepass")) + 1
    if start >= 0:
        spans.append(Span(start, at - 1, FLOWED_QUOTE))
    return "\n".join(lines), tuple(spans)
