"""C4: its rules on lines and pages, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scapa.judges import JUDGES, Column
from scapa.judges.measured import Limit, Measured

if TYPE_CHECKING:
    import pyarrow as pa

    from scapa.text.kept_lines import KeptLines

LIMITS = (
    Limit("lorem_ipsum", "lorem_lines", most=0),
    Limit("curly_bracket", "brace_lines", most=0),
    Limit("too_few_sentences", "sentences", least=5),
)
LIMITS_ANY = (
    Limit("lorem_ipsum", "lorem_any", most=0),
    Limit("curly_bracket", "brace_any", most=0),
    Limit("too_few_sentences", "sentences_any", least=5),
)


@JUDGES.register
class C4(Measured):
    """What C4 keeps of the whole text, quotes included, line by line, and what of that its rules on pages forbid.

    Each filled line has the first that applies of: a word of more than 1,000 characters; no terminal mark at its end;
    fewer than three words; “lorem ipsum”; “javascript”; a curly bracket; a phrase of policies (terms of use, cookies,
    privacy). Any other line is kept. Columns that end in `any` are without the rule on endings, as FineWeb uses C4.
    """

    name = "c4"
    version = 1
    source = "Raffel et al. 2020 (JMLR 21:140), section 2.2, counted as datatrove 0.10 counts"
    failures = (
        "made for text with a line a paragraph: of hard-wrapped text most lines are dropped",
        "phrases are English; the list of offensive words is not used: it drops dialects and medicine with them",
        "an abbreviation before a word counts as a sentence's end, but for initials",
    )
    columns = {
        "lines": Column("int", "lines with something in them"),
        "kept_lines": Column("int", "lines kept"),
        "unended_lines": Column("int", "lines without a terminal mark at their end"),
        "long_word_lines": Column("int", "lines dropped for a word too long"),
        "few_word_lines": Column("int", "lines dropped for too few words, however they end"),
        "javascript_lines": Column("int", "lines dropped for “javascript”, however they end"),
        "policy_lines": Column("int", "lines dropped for a phrase of policies, however they end"),
        "sentences": Column("int", "sentences in the lines kept"),
        "lorem_lines": Column("int", "lines with “lorem ipsum”"),
        "brace_lines": Column("int", "lines with a curly bracket"),
        "kept_any": Column("int", "lines kept, however they end"),
        "sentences_any": Column("int", "sentences in those"),
        "lorem_any": Column("int", "lines with “lorem ipsum”, however they end"),
        "brace_any": Column("int", "lines with a curly bracket, however they end"),
        "spans": Column(
            "spans", "lines dropped, however they end; kinds: too_long_word, too_few_words, javascript, policy"
        ),
        "findings": Column("texts", f"limits broken, of {', '.join(limit.finding for limit in LIMITS)}"),
        "findings_any": Column("texts", "the same, however lines end"),
    }
    limits = {"findings": LIMITS, "findings_any": LIMITS_ANY}

    def measure(self, batch: pa.RecordBatch) -> dict[str, Any]:
        from scapa.text.interning import byte_view
        from scapa.text.kept_lines import COUNTS, kept_lines

        kept = kept_lines(byte_view(batch.column("text")))
        return {**{name: kept.of(name) for name in COUNTS}, "spans": _spans(kept)}


def _spans(kept: KeptLines) -> pa.ListArray:
    import numpy as np
    import pyarrow as pa

    from scapa.text.kept_lines import KINDS

    kinds = pa.array(KINDS).take(pa.array(kept.kinds))
    starts, ends = (pa.array(np.ascontiguousarray(kept.spans[:, side])) for side in (0, 1))
    spans = pa.StructArray.from_arrays([starts, ends, kinds], ["start", "end", "kind"])
    return pa.ListArray.from_arrays(kept.first.astype(np.int32), spans)
