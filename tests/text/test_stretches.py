"""Stretches: paragraphs of own words, as plain Python would cut them."""

import re

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scapa.text.kernels import utf8
from scapa.text.stretches import stretches


def _found(texts, spans=None):
    spans = spans or [[] for _ in texts]
    flat = np.array([span for own in spans for span in own], np.int64).reshape(-1, 2)
    rows = np.concatenate([[0], np.cumsum([len(own) for own in spans])]).astype(np.int64)
    return stretches(utf8(texts), flat, rows)


def _words(found, i):
    return bytes(found.data[found.starts[i] : found.ends[i]]).decode()


def _plain(text):
    """Return (words, first byte) of each paragraph, told by regular expressions."""
    for match in re.finditer(r"(?s)[^\x00-\x20].*?(?=\n[ \t\r]*(?:\n|\Z)|\Z)", text):
        kept = [w for w in re.split(r"[\x00-\x20]+", match[0]) if w and "@" not in w and "://" not in w]
        if kept:
            words = " ".join(kept)
            small = any(c.islower() and c.isascii() for c in words) or not words.isascii()
            yield words if small else words.lower(), len(text[: match.start()].encode())


_TEXT = st.text(st.sampled_from("aB é中\n\r\t @:/.1"), max_size=60)


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(_TEXT, max_size=4))
@example(texts=["a\n\n\nb", "", "A\n \nb@c\n\nhttp://x y"])
def test_as_plain_python_cuts(texts):
    found = _found(texts)
    for t, text in enumerate(texts):
        own = range(found.of[t], found.of[t + 1])
        assert [(_words(found, i), found.first[i]) for i in own] == list(_plain(text))
        assert all(found.text[i] == t for i in own)


def test_spans_are_left_out_and_end_a_stretch():
    found = _found(["one two three\n> quoted words\nfour"], [[(14, 29)]])
    assert [_words(found, i) for i in range(2)] == ["one two three", "four"]
    assert list(found.first) == [0, 29]
    assert list(found.words) == [3, 1]


def test_accents_apart_are_composed():
    found = _found(["le the\u0301\n\ne\u0301te\u0301", "é", "e"])
    assert [_words(found, i) for i in range(4)] == ["le thé", "été", "é", "e"]
    assert list(found.first) == [0, 10, 0, 0]


def test_bytes_that_are_no_utf8_end_nowhere_else():
    import pyarrow as pa

    bad = pa.array([b"ab \xff\xfe cd"], pa.binary()).view(pa.string())
    found = stretches(utf8(bad), np.zeros((0, 2), np.int64), np.zeros(2, np.int64))
    assert list(found.words) == [2]
