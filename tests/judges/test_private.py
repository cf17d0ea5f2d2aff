"""Private data: the hand-written lines, byte spans, hostile text."""

import hashlib
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scapa.judges import JUDGES
from scapa.judges.private import KINDS, find_private
from scapa.records import Document
from scapa.store.schema import document_rows

_FILE = Path(__file__).parent / "private_lines.txt"
_DIGEST = "0784de99a58865d5"
_MARK = re.compile(r"⟦(\w+):([^⟧]*)⟧")


def _lines():
    for line in _FILE.read_text("utf-8").split("\n\n", 1)[1].strip().split("\n"):
        marked, plain, at = [], "", 0
        line_ = line.replace("~", "\n")
        for match in _MARK.finditer(line_):
            plain += line_[at : match.start()]
            marked.append((len(plain), len(plain) + len(match[2]), match[1]))
            plain += match[2]
            at = match.end()
        yield plain + line_[at:], marked


LINES = list(_lines())


def test_the_labelled_set_is_the_one_that_the_floors_are_for():
    assert hashlib.sha256(_FILE.read_bytes()).hexdigest()[:16] == _DIGEST
    assert sum(bool(marked) for _, marked in LINES) >= 40
    assert sum(not marked for _, marked in LINES) >= 40


@pytest.mark.parametrize(("text", "marked"), LINES, ids=[text[:40] for text, _ in LINES])
def test_line(text, marked):
    assert find_private(text) == marked


def test_floors_over_the_whole_set():
    """All lines as one text: neighbours must not join. Precision and recall of exact spans."""
    text, wanted = "", []
    for line, marked in LINES:
        wanted += [(start + len(text), end + len(text), kind) for start, end, kind in marked]
        text += line + "\n"
    found = find_private(text)
    right = len(set(found) & set(wanted))
    assert right / len(found) >= 0.99
    assert right / len(wanted) >= 0.98


def test_the_judge_counts_in_bytes():
    text = "Größe → Ünï: jane@example.org, +49 30 1234567 🛶 DE89 3704 0044 0532 0130 00"
    rows = document_rows([("0" * 64, Document("chat", text))], 0).combine_chunks()
    row = JUDGES.make("private")[0].judge(rows.to_batches()[0]).to_pylist()[0]
    raw = text.encode()
    assert [(raw[s["start"] : s["end"]].decode(), s["kind"]) for s in row["spans"]] == [
        ("jane@example.org", "email"),
        ("+49 30 1234567", "phone"),
        ("DE89 3704 0044 0532 0130 00", "iban"),
    ]
    assert row["count"] == 3


_HOSTILE = {
    "letters": "a" * 200_000,
    "letters and at": "a" * 200_000 + "@",
    "ats": "@" * 200_000,
    "addresses": "a@b.c" * 40_000,
    "dots": "a@" + "b." * 100_000,
    "digits": "1" * 200_000,
    "spaced digits": "1 " * 100_000,
    "pluses": "+1 " * 66_000,
    "brackets": "(0" * 100_000,
    "phones": "+1 415 555 2671 " * 12_000,
    "cards": "4111 1111 1111 1111 " * 10_000,
    "ibans": "DE89 " * 40_000,
    "key beginnings": "-----BEGIN RSA PRIVATE KEY-----" * 6_500,
    "tokens": "eyJ" * 66_000,
    "token dots": "eyJaaaaaaaa." * 16_000,
    "sk": "sk-" * 66_000,
    "passwords": "password:" * 22_000,
    "addresses of hosts": "://a:b" * 33_000,
    "tel": "tel: " * 40_000,
    "slashes": "0/" * 100_000,
    "dotted": "1.1." * 50_000,
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_text_takes_no_time(name):
    started = time.process_time()
    find_private(_HOSTILE[name])
    assert time.process_time() - started < 1.0


@given(st.lists(st.sampled_from([text for text, _ in LINES] + ["@", "+", " ", "1", ".", "é"]), max_size=6).map("".join))
def test_spans_are_sorted_disjoint_and_of_known_kinds(text):
    at = 0
    for start, end, kind in find_private(text):
        assert at <= start < end <= len(text)
        assert kind in KINDS
        at = end
