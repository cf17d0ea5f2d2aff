"""Own words are those that touch no span."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.kernels import tokenise
from scapa.text.own import kept, outside, ranges


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["ab", "c", "déf"]), max_size=12).map(" ".join),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=5),
)
def test_words_that_touch_a_span_are_left_out(text: str, found: list[tuple[int, int]]) -> None:
    spans = np.array([(low, low + size) for low, size in found], np.int64).reshape(-1, 2)
    tokens = tokenise(["x y", text])
    got = kept(tokens, outside(tokens, spans, np.array([0, 0, len(spans)])))
    own = range(2, tokens.first[2])
    left = [i for i in own if all(tokens.ends[i] <= a or tokens.starts[i] >= b or a >= b for a, b in spans.tolist())]
    for name in ("hashes", "starts", "ends"):
        assert getattr(got, name).tolist() == getattr(tokens, name)[[0, 1, *left]].tolist()
    assert got.first.tolist() == [0, 2, 2 + len(left)]


def test_ranges_are_those_of_the_slice_and_a_null_has_none() -> None:
    kind = pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64())]))
    rows = [[{"start": 1, "end": 2}], None, [], [{"start": 3, "end": 5}, {"start": 7, "end": 9}]]
    spans, first = ranges(pa.array(rows, kind).slice(1))
    assert spans.tolist() == [[3, 5], [7, 9]]
    assert first.tolist() == [0, 0, 0, 2]
