"""Headers: a few fields read alone are read as in the whole block."""

from hypothesis import given
from hypothesis import strategies as st

from scapa.text.headers import finder, firsts, parse

_PIECES = st.sampled_from(
    [
        b"From: Ann <ann@example.org>", b"from : joe@example.org", b"FROM:", b"Precedence: list", b"X-Odd", b": x", b"",
        b" folded", b"\tfolded \xe9", b"Precedence:\xff\xfe bulk", b"List-Id: <a.b>\0", b"X: y:z", b"\r", b"From ann",
        b"list-id:  <c.d> ", b" ", b"Precedence\t: junk", b"=?utf-8?q?From?=: x",
    ]
)  # fmt: skip
_NAMES = ("from", "precedence", "list-id")


@given(st.lists(_PIECES, max_size=12), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_first_values_are_those_of_the_whole_block(lines, newline):
    block = newline.join(lines)
    whole = parse(block)
    wanted = {name: whole.get(name) for name in _NAMES if whole.all(name)}
    assert firsts(block, finder(_NAMES)) == wanted
