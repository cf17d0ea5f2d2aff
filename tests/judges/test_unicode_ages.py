"""Ages of characters: the table against Python's own of Unicode 3.2, and what was drawn before it was typed."""

import hashlib
import unicodedata
from itertools import pairwise

import pytest

from scapa.judges.unicode_ages import AGES, PUBLISHED, SIGNS, _rows, times, written_from
from scapa.text.dates import claim
from scapa.text.kernels import utf8
from scapa.text.newest import NEVER, newest


def _typed(character):
    table = times()
    return int(table.typed[table.classes[ord(character)]])


def _drawn(character):
    table = times()
    return int(table.drawn[table.classes[ord(character)]])


def test_the_table_is_the_one_that_was_made():
    assert (
        hashlib.sha256(AGES.read_bytes()).hexdigest()
        == "cec091aa22f887a29533a7b1ebaf18f5faba60fff9894b78288e2cabe5522da1"
    )


@pytest.mark.parametrize("file", [AGES, SIGNS])
def test_ranges_are_sound(file):
    rows = list(_rows(file))
    assert all(0x80 <= first <= last <= 0x10FFFF for first, last, _ in rows)
    if file is AGES:
        assert all(a[1] < b[0] for a, b in pairwise(rows))
        assert {version for _, _, version in rows} <= set(PUBLISHED)


def test_what_unicode_3_2_had_is_of_3_2_or_before():
    for first, last, version in _rows(AGES):
        old = any(unicodedata.ucd_3_2_0.category(chr(code)) != "Cn" for code in range(first, last + 1))
        new = any(unicodedata.ucd_3_2_0.category(chr(code)) == "Cn" for code in range(first, last + 1))
        assert (old, new) == ((True, False) if version < "4" and "." in version[:2] else (False, True))


def test_every_character_of_python_s_unicode_is_dated_or_old():
    dated = {code for first, last, _ in _rows(AGES) for code in range(first, last + 1)}
    for code in range(0x80, 0x30000):
        if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs"):
            assert code in dated or unicodedata.ucd_3_2_0.category(chr(code)) != "Cn"


def test_a_year_is_taken_off():
    assert written_from("6.0") == claim("2009-10-11", "x").start


@pytest.mark.parametrize(("character", "version"), [("😂", "6.0"), ("🤔", "8.0"), ("🫠", "14.0"), ("🫩", "16.0")])
def test_pictographs_are_dated_by_unicode_everywhere(character, version):
    assert _typed(character) == _drawn(character) == written_from(version)


@pytest.mark.parametrize(
    ("sign", "year"), [("€", 1996), ("‽", 1962), ("☮", 1958), ("☣", 1966), ("₹", 2010), ("㋿", 2018)]
)
def test_signs_are_dated_by_their_invention(sign, year):
    assert claim(str(year), "x").start <= _drawn(sign) < claim(str(year + 1), "x").start


@pytest.mark.parametrize("character", "—’“ſ£½ßéЖ中한ș☎♥▓☺♯")
def test_what_old_character_sets_or_pens_had_proves_nothing(character):
    assert (_typed(character), _drawn(character)) == (NEVER, NEVER)


def test_a_letter_of_an_old_script_is_dated_where_it_was_typed_only():
    assert _typed("𐍈") > NEVER
    assert _drawn("𐍈") == NEVER


def test_the_newest_of_each_text():
    found = newest(utf8(["plain", "€ and 🤣", "schÃ¶n", "canâ€™t", "Ã bom", "\ue000\U0010ffff", ""]), times())
    assert [hex(code) for code in found.drawn_by.tolist()] == ["0x0", "0x1f923", "0x0", "0x20ac", "0x0", "0x0", "0x0"]
    assert found.mojibake.tolist() == [False, False, True, True, False, False, False]
