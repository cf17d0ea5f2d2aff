"""Signatures estimate the Jaccard similarity of word 5-grams, sketches give it; both against plain Python sets."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.kernels import tokenise
from scapa.text.minhash import PLACES, SHINGLE, SKETCH, Fingerprints, fingerprint, without


def made(texts: list[str]) -> Fingerprints:
    tokens = tokenise(texts)
    return fingerprint(tokens.hashes, tokens.first)


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))} if words else set()


def jaccard(a: str, b: str) -> float:
    return len(shingles(a) & shingles(b)) / len(shingles(a) | shingles(b))


def prose(rng: Random, length: int) -> str:
    return " ".join(f"w{rng.randrange(20_000)}" for _ in range(length))


def edited(rng: Random, text: str, edits: int) -> str:
    words = text.split()
    for place in rng.sample(range(len(words)), edits):
        words[place] = "edit"
    return " ".join(words)


def test_equal_places_estimate_similarity_without_bias() -> None:
    rng = Random(2)
    pairs = [(t, edited(rng, t, rng.randrange(40))) for t in (prose(rng, 200) for _ in range(400))]
    left, right = made([a for a, _ in pairs]), made([b for _, b in pairs])
    truth = np.array([jaccard(a, b) for a, b in pairs])
    error = (left.signatures == right.signatures).mean(axis=1) - truth
    spread = np.sqrt((truth * (1 - truth) / PLACES).mean())
    assert abs(error.mean()) < 4 * spread / np.sqrt(len(pairs))
    assert error.std() == pytest.approx(spread, rel=0.25)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=30).map(" ".join), max_size=5))
def test_a_short_text_has_all_its_shingles_and_an_exact_hash(texts: list[str]) -> None:
    got = made(texts)
    assert np.diff(got.first).tolist() == [len(shingles(t)) for t in texts]
    for t in range(len(texts)):
        sketch = got.sketches[got.first[t] : got.first[t + 1]]
        assert (np.diff(sketch.astype(np.int64)) > 0).all()
    same = [[a == b for b in texts] for a in texts]
    assert (got.exact[:, None] == got.exact[None, :]).tolist() == same
    assert (got.exact == 0).tolist() == [not t for t in texts]


@pytest.mark.parametrize("length", [SKETCH + 3, SKETCH + 4, SKETCH + 5, 5_000, 40_000])
def test_a_long_text_has_its_smallest_shingles(length: int) -> None:
    text = prose(Random(length), length)
    words = text.split()
    parts = [" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)]
    every = np.unique(made(parts).sketches)
    assert made([text]).sketches.tolist() == every[:SKETCH].tolist()


def test_many_repeats_still_give_every_distinct_shingle() -> None:
    text = " ".join(f"w{i % 600}" for i in range(60_000))
    parts = [" ".join(f"w{(s + i) % 600}" for i in range(SHINGLE)) for s in range(600)]
    assert made([text]).sketches.tolist() == np.unique(made(parts).sketches)[:SKETCH].tolist()


def test_signatures_are_fixed_for_ever() -> None:
    got = made(["one two three four five six"])
    assert got.signatures[0, :3].tolist() == [998040142, 1538237698, 360465247]
    assert got.exact.tolist() == [4832484621413140696]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["ab", "c", "déf"]), max_size=12).map(" ".join),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=5),
)
def test_words_that_touch_a_span_are_left_out(text: str, ranges: list[tuple[int, int]]) -> None:
    spans = np.array([(low, low + size) for low, size in ranges], np.int64).reshape(-1, 2)
    tokens = tokenise(["x y", text])
    hashes, first = without(tokens, spans, np.array([0, 0, len(spans)]))
    own = range(2, tokens.first[2])
    kept = [i for i in own if all(tokens.ends[i] <= a or tokens.starts[i] >= b or a >= b for a, b in spans.tolist())]
    assert hashes.tolist() == tokens.hashes[[0, 1, *kept]].tolist()
    assert first.tolist() == [0, 2, 2 + len(kept)]
