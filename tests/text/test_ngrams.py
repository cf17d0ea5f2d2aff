"""Character n-grams: equal to a plain reference, blind to spans and disguise, linear on hostile text."""

import math
import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.characters import APOSTROPHE, EXPANSION, IGNORED, LETTER, SINGLE, characters
from scapa.text.ngrams import BITS, READ, SIZE, grams, score
from scapa.text.words import mix

_FACTORS = [mix(1_000 + i) | 1 for i in range(SIZE)]


def made(texts, spans=None):
    spans = spans or [[] for _ in texts]
    flat = np.array([span for own in spans for span in own], np.int64).reshape(-1, 2)
    rows = np.concatenate([[0], np.cumsum([len(own) for own in spans])]).astype(np.int64)
    return grams(texts, flat, rows)


def folded(text):
    """The plain reference of what is read: one code a character."""
    table, codes = characters(), [32]
    for character in text:
        code = ord(character)
        if code < 128:
            found = [48 if character.isdigit() else 32 if code <= 32 or code == 127 else ord(character.lower())]
        else:
            packed = int(table.packed[code])
            parts = [packed]
            if packed % 8 == EXPANSION:
                parts = table.items[table.first[packed // 8] : table.first[packed // 8 + 1]].tolist()
            found = [_read(part) for part in parts]
        for value in found:
            if value is not None and (value != 32 or codes[-1] != 32):
                codes.append(value)
    return codes if codes[-1] == 32 else [*codes, 32]


def _read(packed):
    kind, code = packed % 8, packed // 8
    if kind in (LETTER, SINGLE):
        return 48 if 48 <= code <= 57 else code
    return {IGNORED: None, APOSTROPHE: 39}.get(kind, 32)


def vector(text):
    """The plain reference of a text's vector."""
    codes, sums = folded(text), {}
    for at in range(len(codes) - SIZE + 1):
        key = mix(sum(c * f for c, f in zip(codes[at : at + SIZE], _FACTORS, strict=True)) & (2**64 - 1))
        sums[key >> (64 - BITS)] = sums.get(key >> (64 - BITS), 0) + (1 if key & 1 else -1)
    grown = {b: math.copysign(math.log(1 + abs(n)), n) if n else 0.0 for b, n in sums.items()}
    length = math.sqrt(sum(v * v for v in grown.values())) or 1.0
    return {b: v / length for b, v in grown.items()}


def as_dict(found, row):
    place = slice(found.first[row], found.first[row + 1])
    return dict(zip(found.buckets[place].tolist(), found.values[place].tolist(), strict=True))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=80), max_size=4))
def test_equal_to_the_plain_reference(texts):
    found = made(texts)
    assert len(found.first) == len(texts) + 1
    for row, text in enumerate(texts):
        assert as_dict(found, row) == pytest.approx(vector(text), abs=1e-6)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Buy NOW", "buy now"), ("in 1999", "in 2031"), ("a\u200bb\u00adc", "abc"), ("ｖｉａｇｒａ", "viagra"),
     ("a \t\n b", "a b"), ("caf\u00e9", "cafe\u0301"), ("𝐟𝐫𝐞𝐞", "free"), ("\u202ebuy\u202c", "buy")],
)  # fmt: skip
def test_disguises_are_read_alike(one, other):
    found = made([one, other])
    assert as_dict(found, 0) == as_dict(found, 1)


def test_punctuation_and_words_are_not_alike():
    found = made(["free!", "free", "eerf"])
    assert as_dict(found, 0) != as_dict(found, 1) != as_dict(found, 2)


def test_spans_are_as_a_space():
    text = "früher war es so und jetzt ist es anders"
    start, end = (len(text[: text.index(word)].encode()) for word in ("war", "jetzt"))
    found = made([text, "früher jetzt ist es anders"], [[(start, end)], []])
    assert as_dict(found, 0) == as_dict(found, 1)
    whole = made(["quoted all"], [[(0, 10)]])
    assert whole.first.tolist() == [0, 0]


def test_spans_that_lie_or_overlap_read_nothing_twice():
    text = "one two three four"
    found = made([text] * 3, [[(4, 8), (6, 14)], [(4, 14)], [(4, 14), (14, 14)]])
    assert as_dict(found, 0) == as_dict(found, 1) == as_dict(found, 2)
    assert as_dict(made([text], [[(4, 900)]]), 0) == as_dict(made(["one "]), 0)


def test_vectors_have_length_one_or_none():
    found = made(["", " \n ", "a", "hello world", "中文"])
    sizes = np.diff(found.first)
    assert sizes[:2].tolist() == [0, 0]
    for row in range(2, 5):
        assert sum(v * v for v in as_dict(found, row).values()) in (0.0, pytest.approx(1.0, abs=1e-5))


def test_nulls_and_broken_bytes_are_read_as_far_as_they_go():
    broken = pa.StringArray.from_buffers(1, pa.array([0, 7], pa.int32()).buffers()[1], pa.py_buffer(b"ab\xff\xfecd!"))
    assert as_dict(made(broken), 0) == as_dict(made(["ab cd!"]), 0)
    assert made(pa.array([None, "x"], pa.string())).first[1] == 0


def test_only_the_beginning_is_read_and_quotes_do_not_use_it_up():
    own = "the ship sails at noon "
    assert as_dict(made([own * 3_000]), 0) == as_dict(made([(own * 3_000)[:READ]]), 0)
    quoted = "x" * (2 * READ)
    assert as_dict(made([quoted + own], [[(0, 2 * READ)]]), 0) == as_dict(made([own]), 0)


def test_rows_are_taken_in_the_order_asked_for():
    found = made(["alpha", "beta gamma", "", "delta"])
    taken = found.rows(np.array([3, 2, 0, 3]))
    assert [as_dict(taken, n) for n in range(4)] == [as_dict(found, n) for n in (3, 2, 0, 3)]
    assert found.rows(np.zeros(0, np.int64)).first.tolist() == [0]


def test_a_score_is_the_sum_of_value_times_weight_and_the_constant():
    found = made(["alpha beta", ""])
    weights = np.random.default_rng(1).normal(size=(1 << BITS) + 1).astype(np.float32)
    wanted = sum(weights[b] * v for b, v in as_dict(found, 0).items()) + weights[-1]
    assert score(found, weights) == pytest.approx([wanted, weights[-1]], abs=1e-6)


def test_time_is_linear_in_hostile_text():
    for unit in ("\u0301", "a", "ﷺ", "\u200b", " ", "a\u0301\u0327"):
        texts = [[(unit * (READ // len(unit.encode())))] * count for count in (50, 200)]
        spent = []
        for batch in texts:
            begun = time.process_time()
            made(batch)
            spent.append(time.process_time() - begun)
        assert spent[1] < 8 * max(spent[0], 0.01), unit


def test_many_spans_cost_no_more_than_their_number():
    text = "ab " * 20_000
    made([text])
    begun = time.process_time()
    made([text], [[(3 * n, 3 * n + 1) for n in range(20_000)]])
    assert time.process_time() - begun < 1.0
