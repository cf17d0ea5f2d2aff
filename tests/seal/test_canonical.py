"""Canonical JSON: the RFC's own example, one form a value, one value a form, clear refusals."""

import hashlib
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.errors import CheckFailed, InputError, ScapaError
from scapa.seal.canonical import canonical, digest, digest_of, file_digest, parse

SAFE = 2**53 - 1
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_example_of_the_rfc():
    # RFC 8785 §3.2.2 and §3.2.3: numbers, escapes, and keys in UTF-16 order.
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical(value).decode() == expected


def test_keys_are_in_utf16_order():
    assert canonical({"\ufb33": 1, "\U0001f600": 2, "é": 3, "1": 4}).decode() == '{"1":4,"é":3,"😀":2,"\ufb33":1}'


@settings(deadline=None)
@given(JSON)
def test_parse_is_the_inverse(value):
    assert parse(canonical(value)) == value
    assert json.loads(canonical(value), parse_int=float) == value


@settings(deadline=None)
@given(st.dictionaries(st.text(), st.integers(-9, 9)), st.randoms(use_true_random=False))
def test_order_of_keys_does_not_matter(value, rng):
    pairs = list(value.items())
    rng.shuffle(pairs)
    assert digest_of(dict(pairs)) == digest_of(value)


def test_tuples_are_lists():
    assert canonical({"a": (1, (2, "x"))}) == b'{"a":[1,[2,"x"]]}'


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (2**53, "integer beyond"),
        (-(2**53), "integer beyond"),
        ({"a": [10**5000]}, "integer beyond"),
        (math.nan, "NaN"),
        (-math.inf, "NaN"),
        ("\ud800", "codepoints"),
        ({"\ud800": 1}, "code point"),
        ({1: 2}, "keys must be strings"),
        (b"bytes", "unsupported type"),
        ({1, 2}, "unsupported type"),
    ],
)
def test_what_json_cannot_hold_is_refused(value, said):
    with pytest.raises(ScapaError, match=said):
        canonical(value)


def test_nesting_too_deep_is_refused():
    value = []
    for _ in range(5000):
        value = [value]
    with pytest.raises(ScapaError, match="nested too deeply"):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        *(b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'{"a":1}\n', b"1.0", b"-0", b'"\\u0041"', b"1e400"),
        *(b"NaN", b"\xff", b"", b"[" * 100_000, b'"\\ud800"', b"9007199254740993", b"\xef\xbb\xbf1"),
    ],
)
def test_other_spellings_are_refused(data):
    with pytest.raises(CheckFailed):
        parse(data)


def test_digests_agree_with_hashlib(tmp_path):
    data = bytes(range(256)) * 5000
    (tmp_path / "f").write_bytes(data)
    assert file_digest(tmp_path / "f") == digest(data) == hashlib.sha256(data).hexdigest()
    assert digest_of({}) == hashlib.sha256(b"{}").hexdigest()
    with pytest.raises(InputError, match="cannot be read"):
        file_digest(tmp_path / "none")
