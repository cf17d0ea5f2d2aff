"""Near duplicates: planted ones are found, what is reported is near, and the order of rows does not matter."""

from random import Random

import numpy as np
import pytest

from scapa.text import clusters as module
from scapa.text.clusters import clusters, near_pairs
from scapa.text.kernels import tokenise
from scapa.text.minhash import SHINGLE, fingerprint


def run(texts: list[str], threshold: float = 0.8, order: list[int] | None = None) -> np.ndarray:
    return clusters(*_parts(texts), threshold, np.array(order or range(len(texts))))


def pairs(texts: list[str], threshold: float = 0.8) -> list[tuple[int, int, float]]:
    left, right, similar = near_pairs(*_parts(texts), threshold, np.arange(len(texts)))
    return list(zip(left.tolist(), right.tolist(), similar.tolist(), strict=True))


def _parts(texts: list[str]) -> tuple[np.ndarray, ...]:
    tokens = tokenise(texts)
    made = fingerprint(tokens.hashes, tokens.first)
    return made.signatures, made.sketches, made.first, made.exact


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def jaccard(a: str, b: str) -> float:
    return len(shingles(a) & shingles(b)) / len(shingles(a) | shingles(b))


def corpus(seed: int, documents: int, low: int, high: int) -> list[str]:
    """Documents in pairs: one and the same with up to 6 % of its words changed."""
    rng, texts = Random(seed), []
    for _ in range(documents):
        words = [f"w{rng.randrange(3000)}" for _ in range(rng.randrange(low, high))]
        copy = list(words)
        for place in rng.sample(range(len(words)), rng.randrange(0, max(2, len(words) * 6 // 100))):
            copy[place] = f"e{rng.randrange(3000)}"
        texts += [" ".join(words), " ".join(copy)]
    return texts


@pytest.mark.parametrize(("low", "high"), [(30, 150), (150, 1200)])
def test_planted_pairs_are_found_and_reported_pairs_are_near(low: int, high: int) -> None:
    texts = corpus(4, 500, low, high)
    labels = run(texts)
    truth = np.array([jaccard(texts[i], texts[i + 1]) for i in range(0, len(texts), 2)])
    found = labels[0::2] == labels[1::2]
    planted = truth >= 0.8
    assert planted.sum() > 150
    assert (truth < 0.7).sum() > 20
    assert found[planted].mean() >= 0.98
    reported = [jaccard(texts[a], texts[b]) for a, b, _ in pairs(texts)]
    assert np.mean(np.array(reported) > 0.7) >= 0.99
    assert not found[truth < 0.7].any()


def test_similarity_of_texts_below_the_sketch_size_is_exact() -> None:
    texts = corpus(5, 100, 100, 400)
    for a, b, similar in pairs(texts, 0.5):
        assert similar == jaccard(texts[a], texts[b])


def test_the_order_of_rows_does_not_matter() -> None:
    texts = [*corpus(6, 150, 20, 200), "a short one", "", "a short one", ""]
    rank = list(range(len(texts)))
    Random(1).shuffle(rank)
    plain = run(texts, order=rank)
    shuffled = list(range(len(texts)))
    Random(2).shuffle(shuffled)
    moved = run([texts[i] for i in shuffled], order=[rank[i] for i in shuffled])
    assert [shuffled[m] for m in moved] == [plain[i] for i in shuffled]


def test_the_label_is_the_row_of_lowest_order() -> None:
    same = "one two three four five six seven"
    assert run([same, same, same], order=[2, 0, 1]).tolist() == [1, 1, 1]


def test_short_texts_are_the_same_only_if_equal_and_empty_ones_never() -> None:
    assert run(["yes please", "Yes, please!", "yes please do", "", ""]).tolist() == [0, 0, 2, 3, 4]


def test_chains_connect() -> None:
    words = [f"w{i}" for i in range(100)]
    texts = [" ".join(words[i : i + 90]) for i in (0, 5, 10)]
    assert jaccard(texts[0], texts[2]) < 0.8 < jaccard(texts[0], texts[1])
    assert run(texts).tolist() == [0, 0, 0]


def test_a_crowd_in_one_band_is_clustered_like_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(9)
    body = [f"w{i}" for i in range(300)]
    texts = []
    for i in range(3 * module.CROWD):
        words = list(body)
        words[rng.randrange(300)] = f"name{i}"
        texts.append(" ".join(words))
    assert set(run(texts).tolist()) == {0}
    assert len(pairs(texts)) < 20 * len(texts), "a template sent to many is not compared all against all"


def test_no_rows() -> None:
    assert run([]).tolist() == []
