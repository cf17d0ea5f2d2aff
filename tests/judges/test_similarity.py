"""The similarity judge: fingerprints of a document's own words."""

from __future__ import annotations

import time
from collections.abc import Callable

import pyarrow as pa
import pytest

from scapa.judges import JUDGES
from scapa.judges.similarity import Similarity
from scapa.store.schema import SPANS, judgement_schema
from scapa.text.minhash import PLACES

OWN = "My own reply has quite a few words of its own to say."
QUOTE = "> And the quoted part is the same in every reply that anyone sends, whatever was said about it before.\n"


def batch(rows: list[tuple[str | None, list[tuple[int, int]] | None]]) -> pa.RecordBatch:
    texts = pa.array([text for text, _ in rows], pa.string())
    spans = [s if s is None else [{"start": a, "end": b, "kind": "quote"} for a, b in s] for _, s in rows]
    quotes = pa.StructArray.from_arrays([pa.array(spans, SPANS)], ["spans"])
    return pa.RecordBatch.from_arrays([texts, quotes], ["text", "quotes"])


def judged(rows: list[tuple[str | None, list[tuple[int, int]] | None]]) -> list[dict]:
    out = Similarity().judge(batch(rows))
    expected = judgement_schema(Similarity.columns)
    assert out.schema == expected
    return out.to_pylist()


def test_only_own_words_count() -> None:
    bare, quoting, marked = judged([(OWN, []), (QUOTE + OWN, []), (QUOTE + OWN, [(0, len(QUOTE))])])
    assert {**bare, "prints": []} == {**marked, "prints": []}
    assert quoting["words"] == bare["words"] + 19
    assert quoting["exact"] != bare["exact"]


def test_quoted_words_have_prints_that_are_not_own() -> None:
    quoting, marked = judged([(QUOTE + OWN, []), (QUOTE + OWN, [(0, len(QUOTE))])])
    assert [p | 1 for p in marked["prints"]] == quoting["prints"]
    assert any(p % 2 == 0 for p in marked["prints"])


def test_case_and_punctuation_do_not_count() -> None:
    one, other = judged([(OWN, []), (OWN.lower().replace(" ", " – "), [])])
    assert one == other


def test_nothing_own_is_no_duplicate_of_nothing() -> None:
    for row in judged([("", []), (OWN, [(0, len(OWN))]), (None, None), (OWN, None)])[:3]:
        assert (row["exact"], row["prints"], row["words"], row["error"]) == (0, [], 0, None)
        assert row["signature"] == bytes(PLACES)


def test_few_words_have_one_shingle() -> None:
    a, b, c = judged([("yes please", []), ("Yes, please!", []), ("please yes", [])])
    assert a == b != c


def test_a_slice_of_a_batch_is_judged_like_the_rows_alone() -> None:
    rows = [(QUOTE + OWN + str(i), [(0, len(QUOTE))] * (i % 3)) for i in range(9)]
    whole = batch(rows)
    assert Similarity().judge(whole.slice(4, 3)).to_pylist() == judged(rows[4:7])
    assert Similarity().judge(whole.slice(4, 0)).num_rows == 0


def test_it_is_registered() -> None:
    judge, recipe = JUDGES.make("similarity")
    assert (recipe.name, recipe.version, judge.needs) == ("similarity", 3, ("quotes",))


HOSTILE = {
    "one word": lambda n: "a" * n,
    "the same word": lambda n: "a " * (n // 2),
    "all masked": lambda n: "A1 " * (n // 3),
    "zero width": lambda n: "a\u200bb " * (n // 4),
    "apostrophes": lambda n: "'" * n,
    "two words": lambda n: "ab ba " * (n // 6),
    "all different": lambda n: " ".join(map(str, range(n // 6))),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_text(make: Callable[[int], str]) -> None:
    def seconds(size: int) -> float:
        rows = batch([(make(size), [(3, 9)])])
        Similarity().judge(rows)
        start = time.process_time()
        Similarity().judge(rows)
        return time.process_time() - start

    small, large = (min(seconds(size) for _ in range(3)) for size in (200_000, 800_000))
    assert large < 8 * small + 0.02
