"""The trigram model against a slow reference of dictionaries, and against numbers worked out by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from scapa.errors import UsageError
from scapa.lab.ngram.counts import LARGEST, discount, fit, trigram_keys

TOY = np.array([[1, 2, 1, 2, 3], [1, 2, 3, 1, 2], [2, 3, 4, 1, 1]], dtype=np.int32)


def key(u: int, v: int, w: int) -> np.ndarray:
    return np.array([u << 42 | v << 21 | w])


def slow(blocks: np.ndarray, base: dict[int, float] | None, vocabulary: int):
    """Return P(w|u,v) as a function, by the definition: `base` is the uniform law's share of each word."""
    three: Counter = Counter()
    for block in blocks.tolist():
        edged = [0, 0, *block]
        three.update(zip(edged, edged[1:], edged[2:], strict=False))
    two: Counter = Counter()
    for (u, v, w), count in three.items():
        two[v, w] += count if u == v == 0 else 1
    continuations: Counter = Counter(w for _, w in two)
    cut = [discount(np.array(list(counts.values()))) for counts in (three, two, continuations)]
    uniform = base or dict.fromkeys(range(1, vocabulary + 2), 1 / (vocabulary + 1))

    def mixed(counts: dict[int, int], d: float, below) -> float:
        total = sum(counts.values())
        return lambda w: (
            max(counts.get(w, 0) - d, 0) / total + d * len(counts) / total * below(w) if total else below(w)
        )

    def chance(u: int, v: int, w: int) -> float:
        one = mixed(dict(continuations), cut[2], lambda w: uniform.get(w, 0.0))
        pair = mixed({w: c for (a, w), c in two.items() if a == v}, cut[1], one)
        return mixed({w: c for (a, b, w), c in three.items() if (a, b) == (u, v)}, cut[0], pair)(w)

    return chance


def random_blocks(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.choice(9, p=np.arange(9, 0, -1) / 45, size=(12, 10)).astype(np.int32) + 1


@pytest.mark.parametrize("blocks", [TOY, random_blocks(1), random_blocks(2)])
def test_every_probability_is_that_of_the_definition(blocks):
    model, chance = fit(blocks, 11), slow(blocks, None, 11)
    for u in range(10):
        for v in range(10):
            for w in range(13):
                expected = chance(u, v, w) if w else 0.0
                assert model.probability(key(u, v, w))[0] == pytest.approx(expected, abs=1e-14), (u, v, w)


def test_a_loss_worked_out_by_hand():
    """Blocks "1 2" and "1 3", V = 3: all discounts are ¾ or ½, so the loss of "1 2" can be done on paper.

    Trigrams 00→1 (2), 01→2, 01→3: n₁ = 2, n₂ = 1, D = 2/4. Pairs 0→1 (2, as they open a block), 1→2, 1→3: D = 2/4.
    Continuations 1, 2, 3: one each, n₂ = 0, D = ¾: P(w) = (1 − ¾)/3 + ¾/4 = .270833 for each of the three.
    P(1|0) = 1.5/2 + .5/2 P(1) = .817708, P(1|00) = 1.5/2 + .5/2 · .817708 = .954427.
    P(2|1) = .5/2 + .5·2/2 P(2) = .385417, P(2|01) = .5/2 + .5·2/2 · .385417 = .442708.
    """
    model = fit(np.array([[1, 2], [1, 3]], dtype=np.int32), 3)
    chance = model.probability(trigram_keys(np.array([[1, 2]], dtype=np.int32)))
    assert chance == pytest.approx([0.9544270833, 0.4427083333])
    assert -np.log(chance).mean() == pytest.approx(0.430744, abs=1e-6)


@pytest.mark.parametrize("context", [(0, 0), (0, 1), (1, 2), (3, 3), (7, 1), (11, 12)])
def test_probabilities_sum_to_one_after_any_context(context):
    model = fit(random_blocks(3), 11)
    assert sum(model.probability(key(*context, w))[0] for w in range(1, 13)) == pytest.approx(1, abs=1e-12)


def test_words_that_were_never_seen_have_a_chance_and_the_edge_has_none():
    model = fit(TOY, 6)
    unseen = [model.probability(key(1, 2, w))[0] for w in (5, 6, 7)]
    assert min(unseen) > 0
    assert unseen == pytest.approx([unseen[0]] * 3)
    assert model.probability(key(1, 2, 0))[0] == 0
    assert model.seen.tolist() == [False, True, True, True, True, False, False, False]


def test_a_known_word_is_likelier_where_it_was_seen():
    model = fit(TOY, 6)
    assert model.probability(key(1, 2, 3))[0] > model.probability(key(4, 1, 3))[0] > model.probability(key(1, 2, 6))[0]


@pytest.mark.parametrize("vocabulary", [0, LARGEST + 1])
def test_what_cannot_be_fitted_is_refused(vocabulary):
    with pytest.raises(UsageError, match="cannot be fitted"):
        fit(TOY, vocabulary)
    with pytest.raises(UsageError, match="cannot be fitted"):
        fit(TOY[:0], 4)
