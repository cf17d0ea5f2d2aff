"""FineWeb: its rules on lines, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scapa.judges import JUDGES, Column
from scapa.judges.measured import Limit, Measured, counted, ratio

if TYPE_CHECKING:
    import pyarrow as pa

LIMITS = (
    Limit("no_lines", "lines", least=1),
    Limit("too_few_ended_lines", "ended_lines", least=0.12),
    Limit("too_many_short_lines", "short_lines", most=0.67),
    Limit("too_much_in_repeated_lines", "duplicate_characters", most=0.01),
    Limit("too_many_line_feeds", "line_feeds", most=0.3),
)


@JUDGES.register
class FineWeb(Measured):
    """What FineWeb's rules count in the whole text, quotes included: how its lines end, how short they are, repeats.

    `findings` names the published limits that a text breaks; a policy may set others over the other columns.
    """

    name = "fineweb"
    version = 1
    needs = ("lines", "gopher")
    source = "Penedo et al. 2024 (arXiv 2406.17557), section 3.6, counted as datatrove 0.10 counts"
    failures = ("made for text with a line a paragraph: hard-wrapped lines end where they end",)
    columns = {
        "lines": Column("int", "lines with something in them"),
        "ended_lines": Column("float", "share of them that end in a terminal mark"),
        "short_lines": Column("float", "share of them of at most 30 characters"),
        "duplicate_characters": Column("float", "share of the text's characters in those that equal an earlier one"),
        "line_feeds": Column("float", "line feeds a piece (see gopher)"),
        "findings": Column("texts", f"limits broken, of {', '.join(limit.finding for limit in LIMITS)}"),
    }
    limits = {"findings": LIMITS}

    def measure(self, batch: pa.RecordBatch) -> dict[str, Any]:
        lines, pieces = batch.column("lines"), counted(batch.column("gopher"), "pieces")
        filled, feeds = counted(lines, "filled_lines"), counted(lines, "line_feeds")
        return {
            "lines": filled,
            "ended_lines": ratio(counted(lines, "ended_lines"), filled),
            "short_lines": ratio(counted(lines, "short_lines"), filled),
            "duplicate_characters": ratio(
                counted(lines, "duplicate_filled_characters"), counted(lines, "characters") - feeds
            ),
            "line_feeds": ratio(feeds, pieces),
        }
