"""The kernels of the web rules equal their plain references, whatever the text and however Arrow holds it."""

from __future__ import annotations

import random
from time import process_time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scapa.text import kept_lines as kept_module
from scapa.text import line_statistics as line_module
from scapa.text import piece_statistics as piece_module
from scapa.text.interning import byte_view
from scapa.text.kept_lines import KINDS, kept_lines
from scapa.text.line_statistics import line_statistics
from scapa.text.piece_statistics import piece_statistics
from web_rules import fate, kept_counts, line_counts, piece_counts

MEASURES = {
    "pieces": (piece_statistics, piece_module.COUNTS, piece_counts),
    "lines": (line_statistics, line_module.COUNTS, line_counts),
    "kept": (kept_lines, kept_module.COUNTS, kept_counts),
}
PARTS = (
    "://", "http://x.org/a?b#c...d", "a_b", "b@c.de", "1,2", "3/4:5", "a.", "--", "---", "~~", "_", "@", ":", "/", "<",
    ">", '"', "1", "٣", ",", ")",
    "a b c the of", "The", "be.", " ", "  ", "\n", "\n\n", "\n \n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d",
    "\x1e", "\x85", "\u2028", "\u2029", "\t", "\xa0", "\u3000", "...", "..", "….", "…", ".", "!", "?", "?!", '."',
    "”", "’", "'", "don't", "’s", "a’b", "''", "•", "-", "#", "{", "}", "[1]", "[]", "[edit]",
    "[citation needed]", "[٣]", "[1", "[Edit]", "java", "Script", "JavaScript", "lorem ", "Lorem ipsum", "ipsum",
    "terms of ", "use", "Use cookies", "uses cookies", "use of cookies", "cookie policy", "Privacy Policy",
    "coo\u212aie policy", "J. Smith", "U.S. law", "3.5", "end. Next", "one two three.", "x" * 1_001, "é", "e\u0301",
    "\u0301", "\u200b", "\ufeff", "ß", "ﬁ", "½", "㍿", "１", "中文。", "が", "😀", "€", "_", "\x00", "€uro", "॥",
    "the man with that dog", "١٢",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(PARTS), max_size=30).map("".join)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
FEW = st.lists(st.sampled_from(["a ", "b ", "c\n", "a b\n", "\n"]), max_size=60).map("".join)


def counted(name: str, texts: object) -> list[dict[str, int]]:
    measure, counts, _ = MEASURES[name]
    return [dict(zip(counts, row, strict=True)) for row in measure(byte_view(texts)).counts.tolist()]


@pytest.mark.parametrize("name", MEASURES)
@settings(deadline=None, max_examples=300)  # the first example may compile
@given(texts=st.lists(TEXT | ANY | FEW | st.none(), max_size=4))
@example(texts=["", " ", "\n", "\n\n\n", " \n ", "\na\n", "a\n\na\n\n a", "a\n \na"])
@example(texts=["a b a b a b a b a b a b a b a b a b a b a b a b", "a" * 40, "....... .. ......"])
def test_equals_the_reference(name: str, texts: list[str | None]) -> None:
    reference = MEASURES[name][2]
    assert counted(name, pa.array(texts, pa.string())) == [reference(text or "") for text in texts]


@pytest.mark.parametrize("name", MEASURES)
def test_one_text_leaves_nothing_to_the_next(name: str) -> None:
    """The kernels' tables are used again without being cleared."""
    rng = random.Random(3)
    kinds = [[f"w{n}" for n in range(size)] for size in (2, 5, 30, 300)]
    texts = [" ".join(rng.choices(kind, k=400)) + rng.choice(["", "\n\n"]) * 3 for kind in kinds * 8]
    texts += ["ab cd " * 200, "cd ab " * 200, "ab\ncd\n" * 50, "cd\n\nab\n" * 50] * 5
    rng.shuffle(texts)
    assert counted(name, texts) == [MEASURES[name][2](text) for text in texts]


@pytest.mark.parametrize("name", MEASURES)
def test_every_arrow_layout_gives_the_same(name: str) -> None:
    rng = random.Random(1)
    texts = [None, *("".join(rng.choices(PARTS, k=20)) for _ in range(8))]
    small, expected = pa.array(texts, pa.string()), [MEASURES[name][2](text or "") for text in texts]
    for array in (small, small.cast(pa.large_string()), pa.chunked_array([small[:3], small[3:]])):
        assert counted(name, array) == expected
    assert counted(name, small[4:]) == expected[4:]


@settings(deadline=None)
@given(TEXT)
def test_dropped_lines_are_spans_of_whole_lines(text: str) -> None:
    found = kept_lines(byte_view([text]))
    raw = text.encode()
    names = dict(zip(("long_word", "few_word", "javascript", "policy"), KINDS, strict=True))
    lines = text.splitlines(keepends=True)
    fates = [names.get(fate(line)[0]) if line.strip() else None for line in lines]
    expected = b"".join(line.encode() for line, kind in zip(lines, fates, strict=True) if kind)
    assert b"".join(raw[low:high] for low, high in found.spans.tolist()) == expected
    assert [KINDS[kind] for kind in found.kinds.tolist()] == [
        kind for i, kind in enumerate(fates) if kind and (i == 0 or fates[i - 1] != kind)
    ]


@settings(deadline=None)
@given(st.binary(max_size=40))
@example(b"\xe0\x80\x80")
@example(b"\xed\xa0\x80")
@example(b"\xf4\x90\x80\x80")
@example(b"\xf0\x9f\x98")
def test_bytes_that_are_no_utf8_harm_no_other_text(data: bytes) -> None:
    texts = [b"good day to you", data, b"ab " + data + b" cd", b"\xff", b"good day to you"]
    for measure, counts, _ in MEASURES.values():
        found = measure(byte_view(pa.array(texts, pa.binary()))).counts
        assert found.shape == (len(texts), len(counts))
        assert (found[0] == found[-1]).all()
        assert (found >= 0).all()


@pytest.mark.parametrize("name", MEASURES)
def test_no_result_depends_on_the_seed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["the cat and the dog and the cat and the dog\n" * 3 + "end\n\nend"]
    first = counted(name, texts)
    for module in (piece_module, line_module):
        monkeypatch.setattr(module, "SEED", np.uint64(7))
    assert counted(name, texts) == first


def _hostile(size: int) -> dict[str, str]:
    """Return texts of about `size` bytes that a careless kernel would take quadratic time over."""
    rng = random.Random(2)
    return {
        "one word": "a" * size,
        "one line": "ab " * (size // 3),
        "line feeds": "\n" * size,
        "equal lines": "ab\n" * (size // 3),
        "open brackets": "[" * size,
        "citations": "[1" * (size // 2),
        "one long citation": "[" + "1" * size,
        "ignored": "a" + "\u200b" * (size // 3),
        "apostrophes": "a'" * (size // 2),
        "apostrophes and ignored": "a'\u200b" * (size // 5),
        "phrases": "use of use of cookie" * (size // 20),
        "j": "j" * size,
        "dots": "." * size,
        "distinct": " ".join(map(str, range(size // 7))),
        "two words": "".join(rng.choices(["a ", "b "], k=size // 2)),
        "no ends": "x. " * (size // 3),
        "short lines": "a\nb c d\n" * (size // 8),
    }


@pytest.mark.parametrize("name", MEASURES)
def test_time_is_linear_in_hostile_text(name: str) -> None:
    measure = MEASURES[name][0]
    measure(byte_view(["warm"]))
    small, large = _hostile(100_000), _hostile(400_000)
    for kind in small:
        seconds = []
        for text in (small[kind], large[kind]):
            view, best = byte_view([text]), 9.0
            for _ in range(3):
                started = process_time()
                measure(view)
                best = min(best, process_time() - started)
            seconds.append(best)
        assert seconds[1] < 8 * seconds[0] + 0.02, kind


@pytest.mark.slow
@pytest.mark.parametrize("name", MEASURES)
def test_a_line_of_twenty_megabytes(name: str) -> None:
    measure = MEASURES[name][0]
    for text in ("a" * 20_000_000, "word, " * 3_300_000):
        started = process_time()
        measure(byte_view([text]))
        assert process_time() - started < 20


def test_of_a_very_long_text_repetition_is_measured_at_the_start() -> None:
    text = "a b " * piece_module.MOST
    row = dict(zip(piece_module.COUNTS, piece_statistics(byte_view([text])).counts[0].tolist(), strict=True))
    assert row["pieces"] == 2 * piece_module.MOST
    assert row["duplicate_5"] <= piece_module.MOST
