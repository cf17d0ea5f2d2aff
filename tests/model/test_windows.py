import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scapa.errors import InputError
from scapa.model.windows import Piece, pack


class Letters:
    """One token a character: its code point; 0 starts, 1 ends."""

    start, end = 0, 1

    def encode(self, text):
        return [ord(c) for c in text], [(i, i + 1) for i in range(len(text))]

    def decode(self, ids):
        return "".join(map(chr, ids))


def test_windows_by_hand():
    windows = pack([Piece("a", "ABCD"), Piece("b", "EF")], Letters(), 5)
    # the stream is A B C D | E F |, in fours: ABCD, |EF| (1 marks ends)
    assert windows.ids.tolist() == [[0, 65, 66, 67, 68], [0, 1, 69, 70, 1]]
    assert windows.target.tolist() == [[False] + [True] * 4] * 2
    assert windows.documents == (("a",), ("a", "b"))


def test_the_rest_reaches_back_and_counts_nothing_twice():
    windows = pack([Piece("a", "ABCDE")], Letters(), 5)
    assert windows.ids.tolist() == [[0, 65, 66, 67, 68], [0, 67, 68, 69, 1]]
    assert windows.target.tolist() == [[False, True, True, True, True], [False, False, False, True, True]]


def test_placeholders_are_read_but_never_learnt():
    text = "to [mail:0a1b2c] x"
    windows = pack([Piece("a", text)], Letters(), len(text) + 2)
    assert windows.ids[0, 1:-1].tolist() == [ord(c) for c in text]
    assert windows.target[0].tolist() == [False, *[True] * 3, *[False] * 13, *[True] * 2, True]


def test_short_streams_give_no_window_and_silly_widths_are_refused():
    assert len(pack([Piece("a", "AB")], Letters(), 9)) == 0
    assert len(pack([Piece("a", "")], Letters(), 9)) == 0
    with pytest.raises(InputError, match="no target"):
        pack([], Letters(), 1)


texts = st.lists(st.text(st.characters(min_codepoint=65, max_codepoint=90), max_size=40), max_size=6)


@given(texts, st.integers(2, 17))
def test_every_token_is_a_target_exactly_once(texts, width):
    windows = pack([Piece(str(i), text) for i, text in enumerate(texts)], Letters(), width)
    stream = [i for text in texts if text for i in (*map(ord, text), 1)]
    if len(stream) < width - 1:
        assert len(windows) == 0
        return
    assert windows.ids[windows.target].tolist() == stream
    assert windows.ids.shape[1] == width
    assert (windows.ids[:, 0] == 0).all()
    assert not windows.target[:, 0].any()
    owners = [str(i) for i, text in enumerate(texts) for _ in range(len(text) + 1) if text]
    at = 0
    for row, documents in zip(windows.target, windows.documents, strict=True):
        own = owners[at : at + row.sum()]
        at += row.sum()
        assert list(documents) == sorted(set(own), key=own.index)


def test_spread_is_even():
    windows = pack([Piece("a", "A" * 99)], Letters(), 11)
    few = windows.spread(5)
    assert len(few) == 5
    assert np.array_equal(few.ids, windows.ids[[0, 2, 4, 6, 8]])
    assert len(windows.spread(500)) == 10


def test_hub_tokens_find_the_start(tiny):
    tokens = tiny.tokens()
    assert (tokens.start, tokens.end, tokens.stops) == (0, 0, (0,))
    ids, ranges = tokens.encode("Hé <|endoftext|>")
    assert 0 not in ids  # a special token written out in a text stays text
    assert tokens.decode(ids) == "Hé <|endoftext|>"
    assert ranges[0] == (0, 1)
    assert ranges[-1] == (15, 16)
