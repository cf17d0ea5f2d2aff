"""FineWeb: its rules on lines, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scapa.judges import JUDGES, Column
from scapa.judges.columnar import Columnar, Limit, ratio

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

LIMITS = (
    Limit("no_lines", "lines", least=1),
    Limit("too_few_ended_lines", "ended_lines", least=0.12),
    Limit("too_many_short_lines", "short_lines", most=0.67),
    Limit("too_much_in_repeated_lines", "duplicate_characters", most=0.01),
    Limit("too_many_line_feeds", "line_feeds", most=0.3),
)


@JUDGES.register
class FineWeb(Columnar):
    """What FineWeb's rules count in the whole text, quotes included: how its lines end, how short they are, repeats.

    `findings` names the published limits that a text breaks; a policy may set others over the other columns.
    """

    name = "fineweb"
    version = 1
    needs = ("gopher",)
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

    def measure(self, batch: pa.RecordBatch) -> tuple[dict[str, Any], NDArray[np.bool_]]:
        import numpy as np
        import pyarrow.compute as pc

        from scapa.text.interning import byte_view
        from scapa.text.line_statistics import line_statistics

        lines = line_statistics(byte_view(batch.column("text")))
        pieces = pc.struct_field(batch.column("gopher"), "pieces").fill_null(0).to_numpy(zero_copy_only=False)
        filled, feeds = lines.of("filled_lines"), lines.of("line_feeds")
        found = {
            "lines": filled,
            "ended_lines": ratio(lines.of("ended_lines"), filled),
            "short_lines": ratio(lines.of("short_lines"), filled),
            "duplicate_characters": ratio(lines.of("duplicate_filled_characters"), lines.of("characters") - feeds),
            "line_feeds": ratio(feeds, pieces),
        }
        return found, np.zeros(len(batch), np.bool_)
