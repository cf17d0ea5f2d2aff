"""Boilerplate: the lines of a page that are its furniture and not its author's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scapa.judges import JUDGES, Column
from scapa.judges.columnar import Columnar
from scapa.judges.page_phrases import page_phrases, table_digest

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from scapa.text.page_lines import PageLines


@JUDGES.register
class Boilerplate(Columnar):
    """Whole lines that the page brought: menus, notices of cookies, share buttons, prompts to log in or subscribe,
    legal lines, lists of related pages, dates that a widget wrote, marks of advertisements.

    A line is recognised by phrases in ten languages: by those alone where they are unmistakable, by its neighbours and
    the rest of the page where they are words that people write, too (“Home”, “Share”, “News”). Lines end at line
    feeds; a long line, one with signs of code or speech, and a quoted one (`>`) are never taken.
    """

    name = "boilerplate"
    version = 1
    source = "own phrases for English, German, French, Spanish, Danish, Dutch, Italian, Portuguese, Polish and Japanese"
    failures = (
        "menus of a site's own words are found only between known ones; other languages are not found at all",
        "furniture that the conversion to text joined with a line of prose stays",
        "titles of other pages are found only directly under a known heading",
        "a page about web design that lists such phrases line by line loses them",
    )
    columns = {
        "spans": Column(
            "spans",
            "lines of boilerplate, joined where they touch; kinds: menu, share, prompt, related, legal, notice, "
            "advert, stamp",
        ),
        "share": Column("float", "share of the characters in lines with something in them, 0 to 1"),
        "lines": Column("int", "lines of boilerplate"),
    }

    def data(self) -> tuple[str, ...]:
        return (f"page-phrases-{table_digest()}",)

    def arrays(self, batch: pa.RecordBatch) -> list[pa.Array]:
        import numpy as np
        import pyarrow as pa

        from scapa.text.furniture import furniture
        from scapa.text.kernels import utf8
        from scapa.text.page_lines import page_lines

        lines = page_lines(utf8(batch.column("text")), page_phrases())
        kinds = furniture(lines)
        texts = np.repeat(np.arange(len(batch)), np.diff(lines.first))
        taken = np.flatnonzero(kinds >= 0)
        all_sizes = np.bincount(texts, lines.sizes, len(batch))
        sizes = np.bincount(texts[taken], lines.sizes[taken], len(batch))
        counts = np.bincount(texts[taken], minlength=len(batch))
        return [_spans(lines, kinds, texts, taken), pa.array(sizes / np.maximum(all_sizes, 1)), pa.array(counts)]


def _spans(lines: PageLines, kinds: NDArray[np.int8], texts: NDArray[np.int64], taken: NDArray[np.int64]) -> pa.Array:
    """Return the spans of the lines `taken`; neighbours of one kind are one span."""
    import numpy as np
    import pyarrow as pa

    from scapa.store.schema import SPANS
    from scapa.text.page_lines import KINDS

    alike = (np.diff(taken) == 1) & (np.diff(texts[taken]) == 0) & (np.diff(kinds[taken]) == 0)
    heads, tails = np.append(True, ~alike)[: len(taken)], np.append(~alike, True)[: len(taken)]
    first, last = taken[heads], taken[tails]
    counts = np.bincount(texts[first], minlength=len(lines.first) - 1)
    names = pa.array(KINDS).take(pa.array(kinds[first]))
    columns = [pa.array(lines.starts[first]), pa.array(lines.ends[last]), names]
    rows = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32))
    return pa.ListArray.from_arrays(rows, pa.StructArray.from_arrays(columns, fields=list(SPANS.value_type)))
