"""The definition of a word: the reference, and the shipped character table behind it."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scapa.text.characters import EXPANSION, LETTER, UNICODE, characters, define
from scapa.text.words import spans, word_hash, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don’t STOP", ["don't", "stop"]),
        ("don't stop", ["don't", "stop"]),
        ("'quoted' rock'n'roll dogs' a''b", ["quoted", "rock'n'roll", "dogs", "a", "b"]),
        ("Straße ﬁne ΣΊΣΥΦΟΣ", ["strasse", "fine", "σισυφοσ"]),
        ("naïve café", ["naive", "cafe"]),
        ("co\u00adoperate zero\u200bwidth \u202eright", ["cooperate", "zerowidth", "right"]),
        ("中文字 and ไทย", ["中", "文", "字", "and", "ไ", "ท", "ย"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("snake_case a-b x@y.org 3.14 ½", ["snake", "case", "a", "b", "x", "y", "org", "3", "14", "1", "2"]),
        ("😀 — \t\n", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text())
def test_spans_give_the_same_words(text: str) -> None:
    assert [word for word, _, _ in spans(text)] == words(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_span_holds_its_word(text: str) -> None:
    data = text.encode()
    for word, start, end in spans(text):
        assert word in words(data[start:end].decode())


@given(st.text(st.characters(max_codepoint=0x4FF)))
def test_composed_or_not_and_in_capitals_or_not_is_the_same(text: str) -> None:
    plain = words(text)
    assert words(unicodedata.normalize("NFD", text)) == plain
    assert words(unicodedata.normalize("NFC", text)) == plain
    assert words(text.casefold()) == plain


def test_hangul_composed_or_not_is_the_same() -> None:
    assert words(unicodedata.normalize("NFD", "한국어 글")) == words("한국어 글") != []


def test_the_shipped_table_is_what_the_definition_makes() -> None:
    table = characters()
    last = 0x110000 if unicodedata.unidata_version == UNICODE else 0x0250
    for code in [*range(min(last, 0x3400)), *range(0x9F00, last, 7)]:
        if 0xD800 <= code < 0xE000:
            continue
        packed = int(table.packed[code])
        parts = [packed]
        if packed % 8 == EXPANSION:
            parts = table.items[table.first[packed // 8] : table.first[packed // 8 + 1]].tolist()
        expected = [(kind, ord(c) if kind else 0) for kind, c in define(chr(code))] or [(2, 0)]
        got = [(p % 8, p // 8 if p % 8 else 0) for p in parts]
        assert got == expected, hex(code)


def test_word_hashes_are_fixed_for_ever() -> None:
    # A ledger keeps prints made of these for years: a change here is a new ledger.
    assert word_hash("the") == 0x901962260B6A34D5
    assert word_hash("don't") == 0xDC70291FF8088970
    assert len({word_hash(w) for w in ("ab", "ba", "a", "b", "")}) == 5


def test_letters_of_the_table_fold_to_themselves() -> None:
    table = characters()
    letters = np.flatnonzero((table.packed & 7) == LETTER)
    targets = table.packed[letters] >> 3
    assert np.array_equal(table.packed[targets] >> 3, targets)
