"""The unigram prior: known words near their real frequency, unknown ones at the floor, many languages."""

import math

import numpy as np
import pytest

from scapa.text.kernels import tokenise
from scapa.text.prior import STEPS, UNKNOWN, Prior


def bits(text: str) -> list[float]:
    return Prior.load().bits(tokenise([text]).hashes).tolist()


def test_the_is_about_one_word_in_twenty() -> None:
    assert bits("the") == pytest.approx([-math.log2(0.0525)], abs=0.3)


def test_rarer_words_have_more_bits() -> None:
    values = bits("the house engine obelisk")
    assert values == sorted(values)
    assert values[-1] - values[0] > 10


def test_an_unknown_word_has_the_floor() -> None:
    assert bits("xyzzyqua") == [UNKNOWN]


@pytest.mark.parametrize("text", ["und", "c’est", "и", "की", "的", "の", "ไ", "2019", "don’t"])
def test_other_languages_elisions_numbers_and_characters_are_known(text: str) -> None:
    assert bits(text)[0] < 16


def test_lookup_equals_a_plain_search() -> None:
    rng = np.random.default_rng(5)
    keys = np.unique(rng.integers(0, 1 << 32, 5_000, dtype=np.uint32))
    steps = rng.integers(0, 160, len(keys)).astype(np.uint8)
    prior = Prior(keys, steps)
    asked = np.concatenate([keys[::3], keys[::3] + np.uint32(1), np.array([0, 0xFFFFFFFF], np.uint32)])
    low = rng.integers(0, 1 << 32, len(asked), dtype=np.uint64)
    table = dict(zip(keys.tolist(), (steps / STEPS).tolist(), strict=True))
    got = prior.bits((asked.astype(np.uint64) << np.uint64(32)) | low)
    assert got.tolist() == [table.get(k, UNKNOWN) for k in asked.tolist()]
    assert prior.known(asked.astype(np.uint64) << np.uint64(32)).tolist() == [k in table for k in asked.tolist()]


def test_chance_hits_are_rare() -> None:
    hashes = np.random.default_rng(0).integers(0, 1 << 64, 1_000_000, dtype=np.uint64)
    assert Prior.load().known(hashes).mean() < 3e-4


def test_the_digest_names_the_table() -> None:
    prior = Prior.load()
    assert prior.digest == Prior.load().digest != Prior(prior.keys, prior.steps, 19.0).digest
