"""The ngram experiment: its text, its measures, and what it must find."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from scapa.errors import UsageError
from scapa.lab import perform, preset
from scapa.lab.desk import Desk
from scapa.lab.ngram.corpus import Corpus, numbered
from scapa.lab.ngram.counts import trigram_keys
from scapa.lab.ngram.experiment import CLEAN, NgramConfig
from scapa.lab.ngram.observing import Observer, tail_weights
from scapa.lab.ngram.subject import Author, CleanAuthor


def made_texts(documents: int = 60, words: int = 500, seed: int = 1) -> tuple[str, ...]:
    rng = np.random.default_rng(seed)
    share = 1 / np.arange(1, 3_001) ** 1.1
    drawn = rng.choice(3_000, p=share / share.sum(), size=(documents, words))
    return tuple(" ".join(f"w{n}" for n in document) for document in drawn)


def corpus_of(texts, length=10, held=0.1, seed=0) -> Corpus:
    return Corpus.of(*numbered(texts), length, held, np.random.default_rng(seed))


def small(**changes) -> NgramConfig:
    given = {"texts": made_texts(), "sizes": (400,), "block": 10, "generations": 4, "replicates": 8,
             "regimes": ("replace", "accumulate"), "arms": ("loop", "control")}  # fmt: skip
    return NgramConfig(**(given | changes))


def figures(run, **wanted) -> np.ndarray:
    return np.array([row.mean for row in run.select(**wanted)])


def test_texts_become_numbers_and_places():
    spoken, ends = numbered(["A rose is a rose.", "", "Is a?"])
    assert ends.tolist() == [5, 5, 7]
    assert spoken[0] == spoken[3] == spoken[6]
    assert spoken[1] == spoken[4]
    assert len(set(spoken.tolist())) == 3


def test_a_document_lies_on_one_side_and_its_words_are_coded_alike():
    texts = tuple(" ".join([f"only{d}"] * 10 + ["all"] * 10) for d in range(100))
    corpus = corpus_of(texts, length=5)
    assert corpus.vocabulary == 91
    assert corpus.blocks.shape == (360, 5)
    assert corpus.held.shape == (40, 5)
    assert set(np.unique(corpus.held)) == {np.bincount(corpus.blocks.ravel()).argmax(), 92}


def test_the_chance_to_be_absent_is_that_of_every_way_to_draw():
    corpus = Corpus(np.array([[1, 1], [1, 2], [2, 3], [3, 1], [2, 2]], dtype=np.int32), np.zeros((0, 2), np.int32), 4,
                    np.array([0, 3, 3, 2, 0, 0]))  # fmt: skip
    ways = list(combinations(range(5), 2))
    for word in range(1, 5):
        absent = sum(word not in corpus.blocks[list(way)] for way in ways) / len(ways)
        assert corpus.absence(2)[word] == pytest.approx(absent)
    assert corpus.absence(4).tolist() == pytest.approx([1, 0, 0, 0, 1, 1])


def test_holding_counts_blocks_not_words():
    corpus = corpus_of(made_texts(20, 200))
    commonest = int(corpus.counts(corpus.blocks).argmax())
    assert corpus.holding[commonest] < corpus.counts(corpus.blocks)[commonest]
    for word in (1, commonest, corpus.vocabulary):
        assert corpus.holding[word] == (corpus.blocks == word).any(axis=1).sum()
    rest, reference = corpus.parted(50, np.random.default_rng(3))
    assert len(rest.blocks) + len(reference) == len(corpus.blocks)
    assert (rest.counts(rest.blocks) + corpus.counts(reference) == corpus.counts(corpus.blocks)).all()
    assert rest.holding[1] == (rest.blocks == 1).any(axis=1).sum()


def test_too_little_text_is_refused_and_says_what_to_do():
    with pytest.raises(UsageError, match="not enough"):
        corpus_of(made_texts(3, 50))
    with pytest.raises(UsageError, match="too few"):
        small(sizes=(2_000,)).compute(small(sizes=(2_000,)).tasks()[0], Desk())
    with pytest.raises(UsageError, match="to draw from"):
        Author(corpus_of(made_texts())).real(np.array([10_000]), np.random.default_rng(0))
    for wrong in ({"replicates": 0}, {"sizes": ()}, {"sizes": (1,)}, {"block": 2}, {"regimes": ("odd",)}):
        with pytest.raises(UsageError):
            small(**wrong).tasks()


def test_real_blocks_come_once_each_and_a_clean_author_writes_by_human_text_only():
    corpus = corpus_of(made_texts())
    rng = np.random.default_rng(1)
    assert len(np.unique(Author(corpus).real(np.array([len(corpus.blocks)]), rng), axis=0)) == len(
        np.unique(corpus.blocks, axis=0)
    )
    clean = CleanAuthor(corpus)
    human = np.concatenate([clean.real(np.array([30]), rng) for _ in range(2)])
    other = clean.fit(corpus.blocks, rng)
    written = clean.sample(other, np.array([3_000]), 1.0, rng)
    assert set(np.unique(written)) == set(np.unique(human))


def test_the_tail_of_a_reference_is_its_rarest_words_to_the_share():
    counts = np.array([0, 1, 1, 2, 4, 12])
    assert tail_weights(counts, 0.1).tolist() == [0, 1, 1, 0, 0, 0]
    assert tail_weights(counts, 0.15).tolist() == pytest.approx([0, 1, 1, 1, 0, 0])
    assert tail_weights(counts, 1.0).sum() == 20


def test_text_is_measured_against_the_reference():
    corpus = corpus_of(made_texts())
    observer = Observer.of(corpus, corpus.blocks[:300], 0.05)
    own, other = observer.text(corpus.blocks[:300]), observer.text(corpus.blocks[300:600])
    assert (own["rare_coverage"], own["tail_kept"]) == pytest.approx((1.0, 1.0))
    assert 0.2 < other["tail_kept"] < other["rare_coverage"] < 0.9
    assert other["missing_mass"] == pytest.approx(
        (np.bincount(corpus.blocks[300:600].ravel()) == 1).sum() / corpus.blocks[300:600].size
    )
    everything = observer.text(corpus.blocks)
    assert everything["tail_mass"] == pytest.approx(1)


def test_one_word_for_ever_is_seen_by_the_gauges_of_diversity_and_human_text_is_not_foreign():
    corpus = corpus_of(made_texts())
    observer = Observer.of(corpus, corpus.blocks[:600], 0.05)
    human, dull = observer.text(corpus.blocks[600:]), observer.text(np.ones((600, 10), dtype=np.int32))
    assert dull["self_bleu"] == 1.0 > human["self_bleu"]
    assert dull["distinct_3"] == pytest.approx(1 / (600 * 8))
    assert human["distinct_3"] > 0.5
    assert human["too_unlikely"] < 0.03
    assert human["too_likely"] < 0.03


def test_text_that_nobody_would_write_is_unlikely_to_a_judge_that_no_generation_has_read():
    corpus = corpus_of(made_texts())
    reference = corpus.blocks[:600]
    judge = Observer.of(corpus, reference, 0.05).judge
    rare = np.flatnonzero(corpus.counts(reference) == 0)[1:61]
    assert judge.outside(rare.reshape(6, 10).astype(np.int32)) == (0.0, 1.0)
    common = int(corpus.counts(reference).argmax())
    assert judge.outside(np.full((6, 10), common, dtype=np.int32))[1] == 0.0
    losses = [-np.log(judge.model.probability(trigram_keys(block[None]))).mean() for block in corpus.held]
    assert (judge.band.low, judge.band.high) == pytest.approx(tuple(np.quantile(losses, [0.01, 0.99])))
    few = replace(corpus, held=corpus.held[:99])
    assert np.isnan(Observer.of(few, reference, 0.05).judge.outside(reference)).all()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return perform(small(clean=True), tmp_path_factory.mktemp("lab"))


def test_replace_forgets_and_accumulate_keeps_the_tail(run):
    """The loss of a count model rises under both: words it wrote come back and make it too sure (docs/design)."""
    replaced, kept = (
        figures(run, regime=r, arm="loop", estimator="", measure="loss") for r in ("replace", "accumulate")
    )
    assert replaced[-1] - replaced[0] > 1.1 * (kept[-1] - kept[0]) > 0
    gone, there = (
        figures(run, regime=r, arm="loop", estimator="", measure="support") for r in ("replace", "accumulate")
    )
    assert (np.diff(gone) < 0).all()
    assert (there == there[0]).all()
    replaced, kept = (
        figures(run, regime=r, arm="loop", estimator="", measure="rare_coverage") for r in ("replace", "accumulate")
    )
    assert (np.diff(replaced) < 0).all()
    assert kept[-1] - kept[1] > 0.5 * (replaced[-1] - replaced[1])


def test_the_control_agrees_with_the_exact_law_of_real_text(run):
    known = [row for row in run.rows if row.theory is not None]
    assert {row.measure for row in known} == {"support", "unseen"}
    assert len(run.checks) > 12
    assert run.passed
    exact = [row.theory for row in run.select(regime="accumulate", arm="control", measure="support")[:4] if row.theory]
    assert exact == sorted(exact)
    assert exact[-1] > 1.2 * exact[0]


def test_a_loss_is_held_against_that_of_a_model_that_knows_the_number_of_words(run):
    config = small(clean=True)
    assert config.useless_risk == pytest.approx(np.log(config.corpus().vocabulary + 1))
    first = figures(run, regime="replace", arm="loop", estimator="", measure="loss", generation=1)[0]
    assert first < config.useless_risk
    found = {
        (row["definition"].split()[0], row["regime"], row["estimator"]): row["estimate"]
        for row in run.table("definitions")
    }
    assert found["catastrophic", "replace", ""] > found["catastrophic", "replace", CLEAN]
    assert found["appearance", "replace", ""] is not None


def test_generation_0_is_human_text(run):
    rows = run.select(generation=0, measure="missing_mass", estimator="")
    first = run.select(generation=1, measure="missing_mass", estimator="")
    assert len(rows) == len(first) == 4
    assert min(row.mean for row in rows) > 1.3 * max(row.mean for row in first)
    assert not run.select(generation=0, measure="loss")


def test_a_clean_author_of_human_text_only_forgets_nothing(run):
    clean = figures(run, regime="replace", estimator=CLEAN, measure="loss")
    own = figures(run, regime="replace", arm="loop", estimator="", measure="loss")
    assert abs(clean[-1] - clean[1]) < 0.2 * (own[-1] - own[1])


def test_the_same_seed_gives_the_same_figures_in_any_company(tmp_path, run):
    alone = perform(small(regimes=("accumulate",), arms=("control",)), tmp_path)
    rows = run.select(regime="accumulate", arm="control")
    assert list(alone.rows) == rows
    other = perform(small(regimes=("accumulate",), arms=("control",), seed=2), tmp_path)
    assert other.rows[0].mean != alone.rows[0].mean


def test_a_lower_temperature_costs_tail(tmp_path):
    run = perform(small(regimes=("replace", "replace:bias=0.8"), arms=("loop",), generations=3), tmp_path)
    for measure in ("tail_kept", "support"):  # of what is written, and of what the next generation read
        warm, cold = (figures(run, regime=r, measure=measure)[-1] for r in ("replace", "replace:bias=0.8"))
        assert cold < 0.8 * warm, measure


def test_settings_from_a_release_travel_to_other_processes():
    config = NgramConfig(**NgramConfig.from_texts(made_texts()))
    assert config.sizes == (30_000 // 64 // 3,)
    assert pickle.loads(pickle.dumps(config)) == config
    assert not small().dear
    assert preset("ngram", "grid").dear


def test_no_words_are_kept(run):
    for path in run.folder.rglob("*"):
        assert path.is_dir() or b"w17" not in path.read_bytes(), path
