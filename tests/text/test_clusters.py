"""Near duplicates: planted ones are found, what is reported is near, and neither order nor collisions matter."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text import clusters as module
from scapa.text.clusters import MINHASH, bar, candidates, clusters
from scapa.text.kernels import tokenise, utf8
from scapa.text.minhash import SHINGLE, Fingerprints, fingerprint
from scapa.text.overlap import Words, identify, join


class Seen:
    """The texts to compare; remembers every pair that was compared, with its similarity."""

    def __init__(self, texts: list[str], threshold: float) -> None:
        data = utf8(texts)
        tokens = tokenise(data)
        self.made = fingerprint(tokens.hashes, tokens.first)
        self.words = Words(identify(data, tokens), tokens.first)
        self.threshold, self.place = threshold, np.arange(len(texts))
        self.pairs: list[tuple[int, int, float]] = []

    def compare(self, left: np.ndarray, right: np.ndarray, root: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found, compared = join(self.words, self.place, left, right, root, self.threshold)
        rows = zip(left[compared].tolist(), right[compared].tolist(), found[compared].tolist(), strict=True)
        self.pairs += rows
        return found, compared


def run(texts: list[str], threshold: float = 0.8, made: Fingerprints | None = None) -> tuple[list[int], Seen]:
    seen = Seen(texts, threshold)
    exact, signatures = made or seen.made
    return clusters(signatures, exact, threshold, seen.compare).tolist(), seen


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def jaccard(a: str, b: str) -> float:
    return len(shingles(a) & shingles(b)) / len(shingles(a) | shingles(b))


def corpus(seed: int, documents: int, low: int, high: int, most: int = 6) -> list[str]:
    """Documents in pairs: one and the same with up to `most` % of its words changed."""
    rng, texts = Random(seed), []
    for _ in range(documents):
        words = [f"w{rng.randrange(3000)}" for _ in range(rng.randrange(low, high))]
        copy = list(words)
        for place in rng.sample(range(len(words)), rng.randrange(0, max(2, len(words) * most // 100))):
            copy[place] = f"e{rng.randrange(3000)}"
        texts += [" ".join(words), " ".join(copy)]
    return texts


@pytest.mark.parametrize(("low", "high"), [(30, 150), (150, 1200)])
def test_planted_pairs_are_found_and_reported_pairs_are_near(low: int, high: int) -> None:
    texts = corpus(4, 500, low, high)
    labels, _ = run(texts)
    truth = np.array([jaccard(texts[i], texts[i + 1]) for i in range(0, len(texts), 2)])
    found = np.array(labels[0::2]) == np.array(labels[1::2])
    planted = truth >= 0.8
    assert planted.sum() > 150
    assert (truth < 0.7).sum() > 20
    assert found[planted].mean() >= 0.98
    assert not found[truth < 0.8].any(), "what is reported was compared word by word"


def partition(labels: list[int], names: list[int]) -> set[frozenset[int]]:
    groups: dict[int, set[int]] = {}
    for label, name in zip(labels, names, strict=True):
        groups.setdefault(label, set()).add(name)
    return {frozenset(group) for group in groups.values()}


_FEW = st.lists(st.lists(st.sampled_from("abc"), max_size=12).map(" ".join), max_size=12)


@settings(deadline=None, max_examples=60)
@given(_FEW, st.randoms(use_true_random=False))
def test_clusters_are_the_same_in_any_order(texts: list[str], rng: Random) -> None:
    labels, _ = run(texts, 0.6)
    moved = list(range(len(texts)))
    rng.shuffle(moved)
    again, _ = run([texts[i] for i in moved], 0.6)
    assert partition(again, moved) == partition(labels, list(range(len(texts))))
    assert all(labels[i] <= i and labels[labels[i]] == labels[i] for i in range(len(texts)))


def test_clusters_of_many_are_the_same_in_any_order() -> None:
    texts = [*corpus(6, 150, 20, 200), "a short one", "", "a short one", ""]
    labels, _ = run(texts)
    for seed in range(3):
        moved = list(range(len(texts)))
        Random(seed).shuffle(moved)
        again, _ = run([texts[i] for i in moved])
        assert partition(again, moved) == partition(labels, list(range(len(texts))))


@settings(deadline=None, max_examples=60)
@given(_FEW, st.integers(1, 3), st.randoms(use_true_random=False))
def test_hashes_that_collide_join_nothing_and_hide_nothing(texts: list[str], values: int, rng: Random) -> None:
    """Every signature and exact hash is one of very few, as if somebody had built the texts for it."""
    count = len(texts)
    exact = np.array([rng.randrange(1, values + 1) if text else 0 for text in texts], np.uint64)
    signatures = np.repeat(np.array([rng.randrange(values) for _ in texts], np.uint8), 108).reshape(count, 108)
    same = np.array([hash(tuple(sorted(shingles(text)))) for text in texts])
    for text in range(count):  # texts of the same words are still signed alike
        first = int(np.flatnonzero(same == same[text])[0])
        signatures[text] = signatures[first]
    labels, _ = run(texts, 0.999, Fingerprints(exact, signatures))
    for a in range(count):
        for b in range(a):
            one, other = (frozenset(tuple(t.split()[i : i + 5]) for i in range(max(1, len(t.split()) - 4)))
                          for t in (texts[a], texts[b]))  # fmt: skip
            if labels[a] == labels[b]:
                assert one == other
            elif texts[a] and (signatures[a] == signatures[b]).all():
                assert one != other


def test_an_attacker_cannot_have_another_document_taken_for_a_copy() -> None:
    victim, attack, copy = (corpus(n, 1, 100, 101)[0] for n in (1, 2, 3))
    copy = victim
    seen = Seen([attack, victim, copy], 0.8)
    exact, signatures = seen.made.exact.copy(), seen.made.signatures.copy()
    exact[0], signatures[0] = exact[1], signatures[1]  # all hashes of the attacker's earlier text are the victim's
    labels, seen = run([attack, victim, copy], 0.8, Fingerprints(exact, signatures))
    assert labels == [0, 1, 1]
    assert (0, 1, 0.0) in seen.pairs, "it was looked at, and found to be nothing"


def test_a_crowd_of_collisions_hides_nothing_up_to_the_rounds() -> None:
    """Earlier texts whose every hash is that of a text with very many copies; the copies are found all the same."""
    attackers = module.ROUNDS - 1
    texts = [corpus(n, 1, 100, 101)[0] for n in range(attackers)]
    texts += [corpus(99, 1, 100, 101)[0]] * (module.CROWD + 1)
    seen = Seen(texts, 0.8)
    signatures = np.repeat(seen.made.signatures[-1:], len(texts), axis=0)
    exact = np.arange(1, len(texts) + 1, dtype=np.uint64)
    labels, _ = run(texts, 0.8, Fingerprints(exact, signatures))
    assert labels == [*range(attackers), *[attackers] * (module.CROWD + 1)]


def test_the_label_is_the_lowest_row() -> None:
    same = "one two three four five six seven"
    assert run(["other", same, same, same])[0] == [0, 1, 1, 1]


def test_short_texts_are_the_same_only_if_equal_and_empty_ones_never() -> None:
    assert run(["yes please", "Yes, please!", "yes please do", "", ""])[0] == [0, 0, 2, 3, 4]


def test_chains_connect() -> None:
    words = [f"w{i}" for i in range(100)]
    texts = [" ".join(words[i : i + 90]) for i in (0, 5, 10)]
    assert jaccard(texts[0], texts[2]) < 0.8 < jaccard(texts[0], texts[1])
    assert run(texts)[0] == [0, 0, 0]


def test_a_crowd_in_one_band_is_clustered_like_a_few() -> None:
    rng = Random(9)
    body = [f"w{i}" for i in range(300)]
    texts = []
    for i in range(5 * module.CROWD):
        words = list(body)
        words[rng.randrange(300)] = f"name{i}"
        texts.append(" ".join(words))
    labels, seen = run(texts)
    assert set(labels) == {0}
    assert len(seen.pairs) < 2 * len(texts), "a template sent to many is not compared all against all"


def test_candidates_stay_within_their_group() -> None:
    seen = Seen(["one two three four five six"] * 4, 0.8)
    groups = np.array([1, 2, 1, 2], np.uint64)
    codes = candidates(seen.made.signatures, np.arange(4), MINHASH, *bar(0.8), groups=groups)
    assert [(int(c) >> 32, int(c) & 0xFFFFFFFF) for c in codes] == [(0, 2), (1, 3)]


def test_no_rows() -> None:
    assert run([])[0] == []
