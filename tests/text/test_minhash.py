"""Signatures estimate the Jaccard similarity of word 5-grams, against plain Python sets."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.kernels import tokenise
from scapa.text.minhash import PLACES, SHINGLE, Fingerprints, fingerprint


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


@pytest.mark.parametrize("length", [60, 200])
def test_equal_places_estimate_similarity_without_bias(length: int) -> None:
    rng = Random(2)
    pairs = [(t, edited(rng, t, rng.randrange(length // 5))) for t in (prose(rng, length) for _ in range(400))]
    left, right = made([a for a, _ in pairs]), made([b for _, b in pairs])
    truth = np.array([jaccard(a, b) for a, b in pairs])
    by_chance = truth + (1 - truth) / 256
    error = (left.signatures == right.signatures).mean(axis=1) - by_chance
    spread = np.sqrt((truth * (1 - truth) / PLACES).mean())
    assert abs(error.mean()) < 4 * spread / np.sqrt(len(pairs))
    assert error.std() == pytest.approx(spread, rel=0.25)


def test_places_of_different_texts_are_equal_by_chance_one_time_in_256() -> None:
    rng = Random(3)
    got = made([prose(rng, 100) for _ in range(1_000)]).signatures
    equal = (got[:500] == got[500:]).mean()
    assert equal == pytest.approx(1 / 256, rel=0.15)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=30).map(" ".join), max_size=5))
def test_exact_hashes_are_equal_for_equal_words_and_0_for_none(texts: list[str]) -> None:
    got = made(texts)
    same = [[a == b for b in texts] for a in texts]
    assert (got.exact[:, None] == got.exact[None, :]).tolist() == same
    assert (got.exact == 0).tolist() == [not t for t in texts]
    alike = [[shingles(a) == shingles(b) for b in texts] for a in texts]
    assert (got.signatures[:, None] == got.signatures[None, :]).all(axis=2).tolist() == alike


def test_signatures_are_fixed_for_ever() -> None:
    got = made(["one two three four five six"])
    assert got.signatures[0, :6].tolist() == [139, 169, 190, 27, 53, 44]
    assert got.exact.tolist() == [4832484621413140696]
