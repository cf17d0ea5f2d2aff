"""Lines: how a text's lines and paragraphs are, and which repeat; what Gopher's and FineWeb's rules are built of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scapa.judges import JUDGES, Column
from scapa.judges.measured import Measured

if TYPE_CHECKING:
    import pyarrow as pa


@JUDGES.register
class Lines(Measured):
    """Counts of the whole text's lines and paragraphs, quotes included. A duplicate equals an earlier one exactly.

    Lines end at line feeds. Gopher's lines are what one or more line feeds part, its paragraphs what two or more part
    in the stripped text; filled lines, FineWeb's, have something other than white space in them.
    """

    name = "lines"
    version = 1
    source = "the definitions of datatrove 0.10"
    failures = ("lines that differ in white space alone are not duplicates",)
    columns = {
        "characters": Column("int", "characters of the text"),
        "lines": Column("int", "lines, Gopher's"),
        "duplicate_lines": Column("int", "of them duplicates"),
        "duplicate_line_characters": Column("int", "characters in those"),
        "paragraphs": Column("int", "paragraphs"),
        "duplicate_paragraphs": Column("int", "of them duplicates"),
        "duplicate_paragraph_characters": Column("int", "characters in those"),
        "line_feeds": Column("int", "line feeds"),
        "filled_lines": Column("int", "filled lines"),
        "ended_lines": Column("int", "filled lines whose last character is a terminal mark"),
        "short_lines": Column("int", "filled lines of at most 30 characters"),
        "duplicate_filled_characters": Column("int", "characters in filled lines that are duplicates"),
    }

    def measure(self, batch: pa.RecordBatch) -> dict[str, Any]:
        from scapa.text.interning import byte_view
        from scapa.text.line_statistics import COUNTS, line_statistics

        counted = line_statistics(byte_view(batch.column("text")))
        return {name: counted.of(name) for name in COUNTS}
