"""A writer against the model's law, word by word and at every temperature."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scapa.lab.ngram.counts import fit
from scapa.lab.ngram.writing import Writer

V = 30


def text(blocks: int, length: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    share = 1 / np.arange(1, V + 1)
    return (rng.choice(V, p=share / share.sum(), size=(blocks, length)) + 1).astype(np.int32)


def law(model, u: int, v: int, temperature: float) -> np.ndarray:
    """Return the law of the word after u v, shape (V + 2,), by a sum over the vocabulary at every order."""
    chance = model.writing.copy()
    for level, row in ((model.two, v), (model.three, np.searchsorted(model.pairs, u << 21 | v))):
        if level is model.three and (row == len(model.pairs) or model.pairs[row] != u << 21 | v):
            continue
        chance = level.back[row] * chance
        here = slice(level.start[row], level.start[row + 1])
        chance[level.word[here]] += level.weight[here]
    tempered = chance ** (1 / temperature)
    return tempered / tempered.sum()


@pytest.mark.parametrize("temperature", [0.3, 0.8, 1.0, 1.5])
def test_words_come_as_often_as_the_law_says(temperature):
    model = fit(text(60, 8, 1), V)
    written = Writer.of(model, temperature).write(60_000, 4, np.random.default_rng(2))
    edged = np.pad(written, ((0, 0), (2, 0)))
    tested, worst = 0, 1.0
    for u, v in {(int(a), int(b)) for a, b in edged[:400, :5].reshape(-1, 5)[:, 1:3]} | {(0, 0)}:
        here = np.concatenate([edged[:, i + 2][(edged[:, i] == u) & (edged[:, i + 1] == v)] for i in range(4)])
        expected = law(model, u, v, temperature) * len(here)
        if len(here) < 500:
            continue
        big = expected >= 5
        observed = np.bincount(here, minlength=V + 2)
        seen = [*observed[big], observed[~big].sum()]
        wanted = [*expected[big], expected[~big].sum()]
        if wanted[-1] < 5:
            seen, wanted = seen[:-1], wanted[:-1]
            wanted = list(np.array(wanted) * sum(seen) / sum(wanted))
        if len(seen) > 1:
            worst, tested = min(worst, stats.chisquare(seen, wanted).pvalue), tested + 1
    assert tested >= 5
    assert worst > 1e-6


def test_a_context_that_was_never_read_falls_through_to_the_word_before():
    """The rare pair is written by the lowest order only; what follows it must have the law of one word back."""
    blocks = np.array([[1, 2], [1, 2], [2, 1], [3, 2], [3, 1]], dtype=np.int32)
    model = fit(blocks, 3)
    assert (3 << 21 | 3) not in model.pairs
    written = Writer.of(model, 1.0).write(200_000, 3, np.random.default_rng(1))
    after = written[(written[:, 0] == 3) & (written[:, 1] == 3), 2]
    expected = law(model, 3, 3, 1.0)[1:4] * len(after)
    assert len(after) > 1_000
    assert stats.chisquare(np.bincount(after, minlength=4)[1:], expected).pvalue > 1e-6


def test_words_are_written_as_often_as_they_were_read():
    """Kneser and Ney's own aim: an occurrence has one offspring on average, rare words' too, so no word is favoured."""
    read = text(400, 32, 3) + 0
    rare = np.random.default_rng(4).integers(1, 301, size=(400, 2)).astype(np.int32) + V
    read[:, [9, 21]] = rare
    model = fit(read, V + 300)
    counts = np.bincount(read.ravel(), minlength=V + 302)
    rng = np.random.default_rng(5)
    written = np.array([
        np.bincount(Writer.of(model, 1.0).write(400, 32, rng).ravel(), minlength=V + 302) for _ in range(60)
    ])  # fmt: skip
    for count in (1, 2, 3):
        offspring = written[:, (counts == count) & (np.arange(V + 302) > V)].mean(axis=1) / count
        assert abs(offspring.mean() - 1) < 0.03 + 5 * offspring.std() / np.sqrt(60), count


def test_nothing_is_written_that_was_not_read():
    blocks = text(5, 6, 6)
    written = Writer.of(fit(blocks, V), 3.0).write(3_000, 20, np.random.default_rng(7))
    assert set(np.unique(written)) == set(np.unique(blocks))


def test_the_same_seed_writes_the_same():
    writer = Writer.of(fit(text(20, 8, 8), V), 1.0)
    first, again = (writer.write(50, 9, np.random.default_rng(9)) for _ in range(2))
    assert first.shape == (50, 9)
    assert (first == again).all()
    assert not (writer.write(50, 9, np.random.default_rng(10)) == first).all()
    assert writer.write(0, 9, np.random.default_rng(9)).shape == (0, 9)


def test_a_cold_writer_writes_the_likeliest_words():
    model = fit(text(60, 8, 1), V)
    cold, warm = (np.unique(Writer.of(model, t).write(500, 8, np.random.default_rng(1))).size for t in (0.05, 1.0))
    assert cold < warm / 2
