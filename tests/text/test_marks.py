"""Marks: words at the beginning of words, shapes, order, any bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scapa.text import marks as m
from scapa.text.kernels import Utf8, utf8
from scapa.text.marks import SHAPES, Word, lexicon, marks

_WORDS = [
    Word("tel"), Word("telefon"), Word("né", whole=True), Word("AKIA", exact=True), Word("call", whole=True, near=8),
    Word("パス"), Word("pw", whole=True),
]  # fmt: skip
_LEXICON = lexicon(_WORDS)


def _found(text, *, shapes=False):
    met = marks(utf8([text]), _LEXICON, shapes=shapes)
    return [(int(place), int(kind)) for place, kind in zip(met.places, met.kinds, strict=True)]


def _words(text):
    return [(place, _WORDS[kind - SHAPES].text) for place, kind in _found(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Tel TELEFON motel", [(0, "tel"), (4, "telefon"), (4, "tel")]),
        ("né née NÉ", [(0, "né")]),
        ("AKIA1 akia XAKIA _AKIA", [(0, "AKIA"), (18, "AKIA")]),
        ("call 5, call me, calls 5, call 12345678 9", [(0, "call"), (26, "call")]),
        ("onPw dbPw PWD pw1 x_pw", [(2, "pw"), (7, "pw"), (20, "pw")]),
        ("あパスワード", [(3, "パス")]),
        ("é tel étel", [(3, "tel")]),
    ],
)
def test_words(text, wanted):
    assert sorted(_words(text)) == sorted(wanted)


_SHAPES = [
    ("a@b", m.AT, 1),
    ("a (at) b", m.AT_WORD, 2),
    ("a%40b", m.AT_WORD, 1),
    ("x 12 34-56/78 y", m.NUMBER, 2),
    ("1.22.333.4", m.DOTTED, 0),
    ("x://u:p@h", m.LOGIN, 1),
    ("x DE89 3", m.ACCOUNT, 2),
    ("ABCDEF12G34H567I", m.FISCAL, 0),
    ("AB<<<<<", m.FILLER, 2),
    (", 12345 Berlin", m.POSTCODE, 2),
    ("12345678:AA", m.BOT, 0),
    ("M12345678901234567890123.", m.PARTS, 0),
    ("2001:db8::1", m.GROUPS, 0),
    ("x *1", m.STAR, 2),
]


@pytest.mark.parametrize(("text", "shape", "place"), _SHAPES)
def test_shapes(text, shape, place):
    assert (place, shape) in _found(text, shapes=True)
    assert (place, shape) not in _found(text)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("1234 567", m.NUMBER), ("12 345    67 8", m.NUMBER), ("x://h/u:p@h", m.LOGIN), ("x://h@", m.LOGIN),
        ("xDE89", m.ACCOUNT), ("D89", m.ACCOUNT), ("ABCDEF12G34H567", m.FISCAL), ("ABCDEF12G34H567IJ", m.FISCAL),
        (", 123456 Berlin", m.POSTCODE), ("in 2002 Linux", m.POSTCODE), ("20:01:db8", m.GROUPS), ("a * b", m.STAR),
    ],
)  # fmt: skip
def test_what_is_no_shape(text, shape):
    assert shape not in {kind for _, kind in _found(text, shapes=True)}


def test_marks_of_many_texts_are_those_of_each_in_order():
    texts = ["tel", "", "é a@b tel", "x" * 100, "call 1 " * 500]
    met = marks(utf8(texts), _LEXICON)
    assert met.plain.tolist() == [True, True, False, True, True]
    assert np.array_equal(met.texts, np.sort(met.texts))
    for i, text in enumerate(texts):
        mine = met.texts == i
        assert list(zip(met.places[mine].tolist(), met.kinds[mine].tolist(), strict=True)) == _found(text, shapes=True)


def test_more_marks_than_there_was_room_for():
    assert len(marks(utf8(["@" * 100_000]), _LEXICON).kinds) == 100_000


@given(st.lists(st.binary(max_size=60), max_size=4))
def test_any_bytes_give_places_within_their_text(texts):
    offsets = np.concatenate([[0], np.cumsum([len(text) for text in texts])]).astype(np.int64)
    met = marks(Utf8(np.frombuffer(b"".join(texts), np.uint8), offsets), _LEXICON)
    for text, place in zip(met.texts.tolist(), met.places.tolist(), strict=True):
        assert 0 <= place < len(texts[text])


@given(st.text(alphabet="telAKIné パス_ 1", max_size=40))
def test_words_are_those_that_a_slow_search_finds(text):
    raw = text.encode()
    wanted = set()
    for word in (Word("tel"), Word("AKIA", exact=True)):
        letters = word.text.encode()
        for at in range(len(raw)):
            piece = raw[at : at + len(letters)]
            before = text.encode()[:at].decode(errors="ignore")[-1:]
            inside = before.isalnum() and ord(before) < 0x800
            camel = before.islower() and before.isascii() and raw[at : at + 1].isupper()
            if (piece if word.exact else piece.lower()) == letters and (not inside or camel):
                wanted.add((at, word.text))
    assert {found for found in _words(text) if found[1] in ("tel", "AKIA")} == wanted
