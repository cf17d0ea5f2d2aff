"""A line's forecast: made of its first training set alone, and compared as a share of generation 1's figure."""

from dataclasses import replace

import numpy as np
import pytest

from scapa.lab import preset
from scapa.lab.desk import Desk, Task
from scapa.lab.engine import stream
from scapa.lab.forecast.comparison import HIGH, LOW, PREDICTED, beside
from scapa.lab.forecast.predicting import Forecaster
from scapa.lab.forecast.spectrum import Spectrum
from scapa.lab.language.forecasting import CHANGE, forecast
from scapa.lab.language.stage import set_up
from scapa.lab.regimes import parse
from scapa.lab.verdict import Line
from scapa.text.words import words

WRITTEN = 2_000


def texts(documents: int = 40, length: int = 600) -> tuple[str, ...]:
    rng = np.random.default_rng(1)
    share = np.arange(1.0, 20_001) ** -1.3
    rows = rng.choice(20_000, p=share / share.sum(), size=(documents, length))
    return tuple(" ".join(f"w{n}" for n in row) for row in rows)


CONFIG = replace(preset("language", "smoke"), texts=texts(), size=180, generations=4, base_steps=1, vocabulary=1_500)


@pytest.fixture(scope="module")
def stage():
    return set_up(CONFIG, Desk())


def told(stage, regime, arm="loop", config=CONFIG):
    line = Line(regime, arm, config.size)
    seen = [line.row(n, "rare_coverage", [value]) for n, value in enumerate((0.5, 0.4, 0.3, 0.2), start=1)]
    return list(forecast(config, Task(line), stage, WRITTEN, seen))


def test_what_was_observed_is_a_share_of_generation_one(stage):
    seen = {row.generation: row.mean for row in told(stage, "replace") if row.estimator == ""}
    assert seen == pytest.approx({2: 0.8, 3: 0.6, 4: 0.4})


def test_the_forecast_is_that_of_the_words_in_the_first_training_set(stage):
    blocks = stage.subject(CONFIG, parse("replace")).real(np.array([CONFIG.size]), stream(CONFIG.seed, "language", 0))
    spoken = [word for block in blocks for word in words(stage.tokens.decode(block))]
    counts = np.unique(np.array(spoken), return_counts=True)[1]
    law = Forecaster(Spectrum.of(counts), 4, len(spoken), WRITTEN)
    for regime in ("replace", "accumulate", "mix:0.1"):
        mean = law.expect(parse(regime))["rare_coverage"][0]
        found = {row.generation: row.mean for row in told(stage, regime) if row.estimator == PREDICTED}
        assert [found[n] for n in (2, 3, 4)] == pytest.approx((mean / mean[0])[1:], rel=1e-9)


def test_every_forecast_has_an_interval_about_it(stage):
    found = told(stage, "replace")
    assert {(row.measure, row.estimator) for row in found} == {(CHANGE, name) for name in ("", PREDICTED, LOW, HIGH)}
    assert all(0 < one.low < one.predicted < one.high for one in beside(found))


def test_new_real_blocks_are_counted_in_words(stage):
    """As many new real blocks as machine ones keep the tail much better than one block does."""
    last = {regime: beside(told(stage, regime))[-1].predicted for regime in ("fresh:1", "fresh:180", "replace")}
    assert last["replace"] < last["fresh:1"] < last["replace"] * 1.02
    assert last["fresh:180"] > 1.2 * last["replace"]


def test_where_there_is_no_law_there_is_no_forecast(stage):
    assert told(stage, "replace:bias=0.8") == []
    assert told(stage, "replace:bias=0.8", "control")
    assert told(stage, "replace", config=replace(CONFIG, beams=5)) == []
    assert told(stage, "replace", config=replace(CONFIG, size=32)) == []
