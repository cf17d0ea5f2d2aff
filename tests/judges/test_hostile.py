"""Hostile input: whatever a record holds, every judge gives one row for it, and in time that grows with its length."""

from time import process_time

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judging import batch_of, run

from scapa.judges import JUDGES
from scapa.records import Document, Span

NAMES = JUDGES.names()

_PIECES = st.sampled_from(
    ["\n", "\n\n", "> ", ">", "-- \n", "On ", " wrote:\n", "From: ", "a@b.org", "+49 30 1234567", "4111 1111 1111 1111",
     "AKIAABCDEFGHIJKLMNOP", "\u200b", "\u202e", "\ufeff", "e\u0301", "\U0001f469\u200d\U0001f680", "中文", "ا", "\x00",
     "\x1b[31m", "Ã©", "=3D", "&nbsp;", "http://", "https://t.co/", "the of and to", "1999-02-30", "bitcoin",
     "\r", "\t", "{", "}", "lorem ipsum", "•", "...", "…", "javascript", "=" * 50, "|", "<", "</div>", "Subject:",
     "GB82WEST", "%s"]
)  # fmt: skip
_ANY = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=30)
_TEXT = st.lists(st.one_of(_PIECES, _PIECES, _ANY), max_size=12).map("".join)
_HEADERS = st.one_of(
    st.binary(max_size=80),
    st.lists(
        st.sampled_from(
            [b"Date: Fri, 31 Feb 2028 25:61:00 +9999\r\n", b"Received: from x by y; \r\n", b"X-Mailer: \xff\xfe\r\n",
             b"From: <>\r\n", b" folded\r\n", b"Auto-Submitted: no; x\r\n", b":\r\n", b"List-Id: <a>\r\n", b"\r\n",
             b"From: =?utf-8?q?=FF?= <a@b>\r\n", b"Precedence: bulk\r\n", b"Message-ID: <@>\r\n",
             b"Subject: =?x?y?z\r\n"]
        ),
        max_size=8,
    ).map(b"".join),
)  # fmt: skip
_DOCUMENT = st.builds(
    lambda kind, text, headers, title, author: Document(kind, text, author=author, title=title, headers=headers),
    st.sampled_from(["mail", "chat", "post", "document"]), _TEXT, _HEADERS, _TEXT, _ANY,
)  # fmt: skip
_PER_EXAMPLE = 25


@pytest.mark.slow
@settings(max_examples=100_000 // _PER_EXAMPLE, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents=st.lists(_DOCUMENT, min_size=_PER_EXAMPLE, max_size=_PER_EXAMPLE))
def test_a_hundred_thousand_records_of_anything(documents):
    """No row is lost or errored, and every span lies on character boundaries of its text, in order."""
    batch = batch_of([(f"{i:064x}", document) for i, document in enumerate(documents)])
    judged = {}
    for name in NAMES:
        out = run(name, batch, judged)
        assert out.num_rows == _PER_EXAMPLE, name
        assert out["error"].null_count == _PER_EXAMPLE, name
        if "spans" in out.schema.names:
            for document, spans in zip(documents, out["spans"].to_pylist(), strict=True):
                _check_spans(document.text.encode(), spans)


def _check_spans(raw, spans):
    at = 0
    for span in spans:
        assert at <= span["start"] < span["end"] <= len(raw)
        raw[at : span["start"]].decode()
        raw[span["start"] : span["end"]].decode()
        at = span["end"]


_SIZE = 60_000
_REPEATED = [
    "a", " ", "\n", ">", "> \n", "\n> a", "-", "_", "=", "@", "a@", "a.b@", "0", "1 ", "1-", "+1 ", "(", ")", "[", ":",
    "/", "://", "a:", "From: a\n", "On 1, a\n", "On a wrote:\n", "-- \n", "eyJ", "AKIA", "sk-", "-----BEGIN ", "xox",
    "IBAN ", "DE89 ", "ab ", "\u0301", "\u200d", "\U0001f469\u200d", "中", "©", "Copyright ", "http://a", "&#", "=3",
    "the ", "{", "}", "•", "\t", "password: ", "Tel. ", "geb. ", "Sent from my ", "\"a\" ", "a_", "<a", "</", "1.", "#",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_time_grows_with_the_length(name):
    """Four times the text takes nearer four than sixteen times as long, whatever is repeated in it."""
    slow = [piece for piece in _REPEATED if _growth(name, piece) > 9 and _growth(name, piece) > 9]
    assert not slow


def _growth(name, piece):
    seconds = [_seconds(name, piece, size) for size in (_SIZE, 4 * _SIZE)]
    return seconds[1] / max(seconds[0], 2e-3)


def _seconds(name, piece, size):
    text = (piece * (size // len(piece) + 1))[:size]
    header = b"Subject: " + text.replace("\n", " ").encode()[:8_000] + b"\r\n"
    document = Document("mail", text, author="a@example.org", title=text[:2_000], headers=header)
    batch, judged = batch_of([("0" * 64, document)]), {}
    for need in JUDGES.get(name)().needs:
        run(need, batch, judged)
    started = process_time()
    out = run(name, batch, judged)
    assert out["error"].null_count == 1
    return process_time() - started


@pytest.mark.slow
def test_one_line_of_a_hundred_megabytes():
    text = "word, and another one; " * (100_000_000 // 23)
    batch, judged = batch_of([("0" * 64, Document("document", text, author="a@example.org"))]), {}
    for name in NAMES:
        out = run(name, batch, judged)
        assert out["error"].to_pylist() == [None], name


def test_spans_of_a_reader_that_lie_outside_the_text_are_errors_not_crashes():
    documents = [
        ("0" * 64, Document("mail", "good day", spans=(Span(2, 999, "html_quote"),))),
        ("1" * 64, Document("mail", "good day")),
    ]
    batch, judged = batch_of(documents), {}
    for name in NAMES:
        out = run(name, batch, judged)
        errors = out["error"].to_pylist()
        assert errors[1] is None
        assert isinstance(out, pa.RecordBatch)
        assert errors[0] is None or errors[0] in ("BadSpan", "Unjudged")
