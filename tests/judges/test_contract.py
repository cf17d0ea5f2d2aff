"""What every registered judge must hold to."""

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judging import batch_of, run

from scapa.judges import JUDGES
from scapa.records import DateClaim, Document, Span
from scapa.store.schema import judgement_schema

NAMES = JUDGES.names()
_TEXTS = [
    "Dear Ann,\n\nthe boat leaves at noon. Bring bread, please, and somebody who can row.\n-- \nJane",
    "",
    "On 3 Mar 2014, Jane Doe wrote:\n> Ünïcödé 🛶 ist schön\n\nJa, das finde ich auch, ganz besonders im Sommer.",
    "明天我们去海边散步，你也来吗？今天的天气很好。",
    "\u202eabc\u202c \u200bzero\u200bwidth \ufeff\U0001f469\u200d\U0001f680 e\u0301",
    "mail me at jane@example.org or +44 20 7946 0958, AKIAABCDEFGHIJKLMNOP",
    "> " * 50 + "\n" + "\n> " * 50,
]
_HEADERS = (
    b"Received: from a by b; Mon, 3 Mar 2014 10:15:00 +0100\r\nPrecedence: bulk\r\nFrom: no-reply@example.org\r\n"
)


def _documents():
    for i, text in enumerate(_TEXTS):
        kind = ("mail", "chat", "post", "document")[i % 4]
        claim = (
            DateClaim(1_393_841_700_000_000, 1_393_841_760_000_000, "date_header", "Mon, 3 Mar 2014") if i % 2 else None
        )
        yield (
            f"{i:064x}",
            Document(kind, text, author="jane@example.org", title="Re: boat", claimed=claim, headers=_HEADERS),
        )


@pytest.fixture(scope="module")
def batch():
    return batch_of(list(_documents()))


@pytest.mark.parametrize("name", NAMES)
def test_one_row_a_record_in_order_with_the_promised_columns(name, batch):
    judge = JUDGES.make(name)[0]
    out = run(name, batch)
    assert out.schema.equals(judgement_schema(judge.columns))
    assert out.num_rows == len(_TEXTS)
    assert out["error"].null_count == len(_TEXTS)
    backwards = run(name, batch.take(list(range(len(_TEXTS)))[::-1]))
    assert backwards.to_pylist()[::-1] == out.to_pylist()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_whatever_the_batches(name, batch):
    whole = run(name, batch).to_pylist()
    assert run(name, batch).to_pylist() == whole
    singly = [row for i in range(batch.num_rows) for row in run(name, batch.slice(i, 1)).to_pylist()]
    assert singly == whole
    assert run(name, batch.slice(0, 0)).num_rows == 0


@pytest.mark.parametrize("name", NAMES)
def test_says_what_it_depends_on(name):
    judge = JUDGES.make(name)[0]
    assert judge.name == name
    assert judge.version >= 1
    assert set(judge.needs) <= set(NAMES) - {name}
    assert JUDGES.get(name).__doc__
    assert judge.source
    assert judge.failures
    assert all(column.about for column in judge.columns.values())
    assert all(isinstance(digest, str) and digest for digest in judge.data())
    assert judge.data() == JUDGES.make(name)[0].data()


@pytest.mark.parametrize("name", NAMES)
def test_a_record_without_a_text_is_an_errored_row_beside_sound_ones(name, batch):
    judge = JUDGES.make(name)[0]
    if "text" not in getattr(judge, "reads", ()):
        return
    texts = pa.array([None, *_TEXTS[1:]], pa.string())
    hurt = batch.set_column(batch.schema.get_field_index("text"), "text", texts)
    out = run(name, hurt).to_pylist()
    assert out[0]["error"]
    assert all(value is None for key, value in out[0].items() if key != "error")
    assert out[1:] == run(name, batch).to_pylist()[1:]


@pytest.mark.parametrize("name", NAMES)
def test_bytes_that_are_no_utf8_harm_no_other_row(name):
    bad = pa.StringArray.from_buffers(
        2, pa.array([0, 3, 11], pa.int32()).buffers()[1], pa.py_buffer(b"\xff\xfe\xfdgood day")
    )
    two = batch_of(list(_documents())[:2])
    two = two.set_column(two.schema.get_field_index("text"), "text", bad)
    out = run(name, two).to_pylist()
    assert out[0]["error"] in (None, "UnicodeDecodeError", "Unjudged")
    assert out[1] == run(name, batch_of(list(_documents())[:2]).set_column(*_good_day(two))).to_pylist()[1]


def _good_day(batch):
    return batch.schema.get_field_index("text"), "text", pa.array(["sound", "good day"])


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=300),
    kind=st.sampled_from(["mail", "chat"]),
)
def test_any_text_gives_valid_spans(name, text, kind):
    out = run(name, batch_of([("0" * 64, Document(kind, text))])).to_pylist()[0]
    assert out["error"] is None
    spans = out.get("spans")
    if not isinstance(spans, list):
        return
    raw, at = text.encode(), 0
    for span in spans:
        assert at <= span["start"] < span["end"] <= len(raw)
        raw[span["start"] : span["end"]].decode()
        raw[at : span["start"]].decode()
        at = span["end"]


_LINES = st.sampled_from(
    [
        "> quoted", ">> deeper", "", "-- ", "--", "On 3 Mar 2014, Jane <j@x.org> wrote:", "Jane wrote:", "own words",
        "| bar", "-----Original Message-----", "From: Jane", "Sent: Monday", "To: me", "Subject: x", "ünï 🛶:", "\r",
        "Sent from my iPhone", "Begin forwarded message:", "____________________________", "JD> x", "\tx", "--]z", " ",
        "This message is confidential and privileged",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(_LINES, max_size=25), given_=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 80)), max_size=3)
)
def test_any_layout_gives_valid_spans(lines, given_):
    text = "\n".join(lines)
    size = len(text.encode())
    spans = tuple(Span(min(a, size), min(a + n, size), "html_quote") for a, n in given_)
    out = run("quotes", batch_of([("0" * 64, Document("mail", text, spans=spans))])).to_pylist()[0]
    assert out["error"] is None
    raw, at = text.encode(), 0
    for span in out["spans"]:
        assert at <= span["start"] < span["end"] <= len(raw)
        raw[span["start"] : span["end"]].decode()
        at = span["end"]
    covered = {i for s in out["spans"] for i in range(s["start"], s["end"])}
    assert all(i in covered for s in spans for i in range(s.start, s.end))
