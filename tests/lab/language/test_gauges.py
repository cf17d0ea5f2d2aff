"""What is measured of a generation: against the first model, on the same prompts, beside what people wrote."""

import numpy as np
import pytest
import torch

from scapa.errors import UsageError
from scapa.lab.engine import Step
from scapa.lab.language.decoding import Decoding
from scapa.lab.language.gauges import HUMAN, LEAST, Gauges
from scapa.lab.language.text import Pairs
from scapa.lab.regimes import Intake
from scapa.lab.verdict import Line

N, WIDTH = 130, 16
NOTHING = Intake(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))


class Reader:
    """An author whose model is one number, its loss on a block whose first token is 1; on others twice that."""

    def losses(self, model, blocks):
        level = float(model["level"])
        return np.where(blocks[:, :1] == 1, level, 2 * level).repeat(WIDTH - 1, 1)

    def write(self, model, prompts, length, decoding, rng):
        return np.full((len(prompts), length), int(model["writes"]), dtype=np.int32)


class Letters:
    vocabulary = 40

    def decode(self, ids):
        return " ".join(f"w{i}" for i in ids)


def gauges(**changes):
    rng = np.random.default_rng(0)
    human = rng.integers(1, 40, size=(N, WIDTH)).astype(np.int32)
    human[:, 0] = 1
    pairs = Pairs(human, human)
    given = {"held_out": pairs, "probes": pairs, "reference": human} | changes
    return Gauges(Reader(), Letters(), given["held_out"], given["probes"], given["reference"], Decoding(), 1)


def model(level, writes):
    return {"level": torch.tensor(level), "writes": torch.tensor(writes)}


def observed(arm="loop", table=True):
    step = Step(3, model(5.0, 2), NOTHING, model(1.0, 7))
    found = gauges().observe(Line("replace", arm, 10), step, table=table)
    return found, {(row.regime, row.measure): row.mean for row in found.rows}


def test_real_text_is_read_by_the_model_itself_and_its_rise_is_since_the_first():
    _, at = observed()
    assert at["replace", "loss"] == pytest.approx(5.0)
    assert at["replace", "perplexity"] == pytest.approx(np.exp(5.0))
    assert at["replace", "rise"] == pytest.approx(4.0)


def test_what_the_model_writes_is_judged_by_the_first_model():
    found, at = observed()
    assert at["replace", "first_mean"] == pytest.approx(np.exp(2.0))
    assert at["replace", "too_unlikely"] == 1.0
    assert at["replace", "too_likely"] == 0.0
    assert [row["count"] for row in found.tables["histogram"]] == [N]
    assert found.tables["histogram"][0]["low"] <= np.exp(2.0) <= found.tables["histogram"][0]["high"] * 1.0001


def test_one_word_for_ever_is_seen_by_every_gauge_of_diversity():
    _, at = observed()
    assert at["replace", "vocabulary"] == 1
    assert at["replace", "missing_mass"] == 0
    assert at["replace", "entropy"] == 0
    assert at["replace", "self_bleu"] == pytest.approx(1.0)
    assert at["replace", "distinct_2"] == pytest.approx(1 / (N * (WIDTH - 1)))
    assert at["replace", "support"] == pytest.approx(1 / 39)


def test_a_text_of_fewer_words_is_not_compared_at_another_length():
    short = gauges()._of_words(["word"] * (gauges().length - 1))
    assert short["words"] == gauges().length - 1
    assert all(np.isnan(value) for name, value in short.items() if name != "words")
    assert {*short} == {*gauges()._of_words(["word"] * gauges().length)}


def test_the_control_line_carries_what_people_wrote_measured_the_same():
    found, at = observed("control")
    assert at[HUMAN, "support"] == 1.0
    assert at[HUMAN, "first_mean"] == pytest.approx(np.exp(1.0))
    assert at[HUMAN, "words"] == at["replace", "words"] == N * WIDTH
    assert {row["regime"] for row in found.tables["histogram"]} == {"replace", HUMAN}
    assert {row.arm for row in found.rows} == {"control"}
    assert not any(regime == HUMAN for regime, _ in observed("loop")[1])
    assert observed(table=False)[0].tables == {}


def test_the_first_generation_has_not_risen():
    step = Step(1, model(2.0, 2), NOTHING, model(2.0, 2))
    rows = gauges().observe(Line("replace", "loop", 10), step, table=False).rows
    assert next(row.mean for row in rows if row.measure == "rise") == 0.0


def test_too_little_held_out_text_is_refused():
    few = Pairs(np.ones((LEAST - 1, 4), dtype=np.int32), np.ones((LEAST - 1, 4), dtype=np.int32))
    with pytest.raises(UsageError):
        gauges(probes=few)
    with pytest.raises(UsageError):
        gauges(held_out=few)
