"""The base of judges by rows: errors stay in their row and say no private text."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scapa.judges import Column
from scapa.judges.rowwise import Row, RowWise, byte_offsets
from scapa.records import Document, Span
from scapa.store.schema import document_rows


class _Echo(RowWise):
    name = "echo"
    reads = ("text", "spans", "metadata", "claimed_start", "author")

    columns = {"length": Column("int", "characters"), "first": Column("text", "what it saw")}

    def row(self, row: Row):
        if "secret" in row.text:
            raise ValueError(f"cannot judge {row.text}")
        if "short" in row.text:
            return (1,)
        return len(row.text), f"{row.spans} {row.metadata} {row.claimed_start} {row.author}"


def _batch(*documents):
    return document_rows([(str(i), d) for i, d in enumerate(documents)], 5).combine_chunks().to_batches()[0]


def test_an_error_is_its_rows_alone_and_names_no_text():
    out = _Echo().judge(
        _batch(Document("chat", "ab"), Document("chat", "my secret"), Document("chat", "short"), Document("chat", ""))
    )
    assert out.to_pylist() == [
        {"length": 2, "first": "[] {} None unknown", "error": None},
        {"length": None, "first": None, "error": "ValueError"},
        {"length": None, "first": None, "error": "ValueError"},
        {"length": 0, "first": "[] {} None unknown", "error": None},
    ]


def test_rows_are_typed():
    from scapa.records import DateClaim

    claimed = DateClaim(7, 9, "x", "x")
    document = Document("mail", "a", "jane", spans=(Span(0, 1, "html_quote"),), metadata=(("k", "v"),), claimed=claimed)
    out = _Echo().judge(_batch(document)).to_pylist()[0]
    assert out["first"] == "[Span(start=0, end=1, kind='html_quote')] {'k': 'v'} 7 jane"


def test_times_that_no_datetime_holds_are_judged():
    batch = _batch(Document("mail", "a"))
    huge = pa.array([2**62], pa.int64()).cast(pa.timestamp("us", tz="UTC"))
    batch = batch.set_column(batch.schema.get_field_index("claimed_start"), "claimed_start", huge)
    assert _Echo().judge(batch).to_pylist()[0]["first"] == f"[] {{}} {2**62} unknown"


def test_a_missing_column_is_the_callers_fault():
    with pytest.raises(KeyError):
        _Echo().judge(_batch(Document("mail", "a")).drop_columns(["spans"]))


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",))), st.lists(st.integers(0, 60)))
def test_byte_offsets(text, places):
    places = sorted(min(place, len(text)) for place in places)
    assert byte_offsets(text, places) == [len(text[:place].encode()) for place in places]
