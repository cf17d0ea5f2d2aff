"""Names: who the header names, and where the text names them."""

import time

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scapa.judges import JUDGES
from scapa.judges.names import find_names, people

_HEADERS = [
    ("From: Jane Doe <jane@example.org>", ["Jane Doe"]),
    ('From: "Doe, Jane" <jane@example.org>', ["Jane Doe"]),
    ("From: jane@example.org (Jane Doe)", ["Jane Doe"]),
    ("From: =?utf-8?q?J=C3=BCrgen_Groß?= <j@example.org>", ["Jürgen Groß"]),
    ('From: Jane <j@example.org>\nTo: "Bob Roe" <b@example.org>, Ann van der Berg <a@example.org>',
     ["Jane", "Bob Roe", "Ann van der Berg"]),
    ("Cc: Bob Roe <b@example.org>,\n\tBob Roe <b2@example.org>", ["Bob Roe"]),
    ("From: Brian O'Brien <b@example.org>", ["Brian O'Brien"]),
    ("From: Scott McKay <b@example.org>", ["Scott McKay"]),
    ("From: Knots List <list@example.org>", []),
    ("From: ILUG <ilug@example.org>", []),
    ("From: AnchorDesk <news@example.org>", []),
    ("From: jane doe <jane@example.org>", []),
    ("From: jane@example.org", []),
    ("To: undisclosed recipients: ;", []),
    ("From: Agent 99 <a@example.org>", []),
    ("X-From: Jane Doe <jane@example.org>", []),
]  # fmt: skip


@pytest.mark.parametrize(("header", "names"), _HEADERS)
def test_people_of_a_header(header, names):
    assert people(header.encode(), "") == names


_TEXTS = [
    ("Hi Bob,\nJane Doe wrote to Roe.\nJane", ["Bob", "Jane Doe", "Roe", "Jane"]),
    ("Bobby and Janet are others, and so is MacRoe.", []),
    ("bob@example.org, Jane.Doe@example.org, www.Jane.example, Jane-Doe/Bob_1", []),
    ("Jane's boat, and Doe.", ["Jane", "Doe"]),
    ("(Jane) <Bob>", ["Jane", "Bob"]),
]


@pytest.mark.parametrize(("text", "wanted"), _TEXTS)
def test_whole_names_and_their_parts_as_words_of_their_own(text, wanted):
    assert [text[start:end] for start, end, _ in find_names(text, ["Jane Doe", "Bob Roe"])] == wanted


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Will you come?\nYou will. Will we?", 0),
        ("Hi Will,\nhow are you?", 1),
        ("See you,\nWill\n", 1),
        ("Will Doe came.", 1),
        ("On Monday Will wrote:", 0),
    ],
)
def test_a_name_that_is_a_word_is_found_where_it_can_only_be_a_name(text, count):
    assert len(find_names(text, ["Will Doe"])) == count


def test_the_judge_counts_in_bytes_and_masks_nothing_by_itself():
    batch = pa.RecordBatch.from_pydict(
        {
            "text": ["Grüße 🛶\nJürgen", "Jürgen", None],
            "headers": [b"From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>", None, b""],
            "author_name": ["", "Jürgen", ""],
        }
    )
    rows = JUDGES.make("names")[0].judge(batch).to_pylist()
    assert rows[0]["spans"] == [{"start": 13, "end": 20, "kind": "name"}]
    assert [row["count"] for row in rows] == [1, 1, None]
    assert [row["error"] for row in rows] == [None, None, "TypeError"]


@given(
    st.text(alphabet="Jane Dob.@-\n'é", max_size=60),
    st.lists(st.sampled_from(["Jane", "Jane Doe", "Ed Ob"]), max_size=3),
)
def test_spans_are_sorted_disjoint_and_the_names(text, names):
    at = 0
    for start, end, _ in find_names(text, names):
        assert at <= start < end
        assert any(text[start:end] in (name, *name.split()) for name in names)
        at = end


@pytest.mark.parametrize(
    "piece", ["Will ", "Jane", "Hi Will, ", '"Jane" <', "A. ", "Jane Doe <a@b>, ", "=?utf-8?q?a?="]
)
def test_hostile_text_takes_time_in_proportion(piece):
    def seconds(times):
        text = piece * times
        started = time.process_time()
        find_names(text, people(b"From: Will Doe <a@b.c>\nTo: " + text.encode() + b"\n", "Jane"))
        return time.process_time() - started

    seconds(100)

    def is_proportional():
        short, long = seconds(10_000), seconds(40_000)
        return long < 0.2 or long / short < 8

    assert any(is_proportional() for _ in range(3))
