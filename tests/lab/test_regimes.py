"""Regimes: their text form, what they refuse, and what enters each generation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.errors import UsageError
from scapa.lab.regimes import Regime, intake, parse

SHARE = st.integers(0, 1000).map(lambda n: n / 1000)
REGIMES = st.one_of(
    st.sampled_from(["replace", "accumulate", "accumulate-subsample"]).map(Regime),
    st.builds(Regime, st.just("mix"), real=SHARE, independent=st.booleans()),
    st.builds(Regime, st.just("fresh"), fresh=st.integers(0, 10**6)),
    st.builds(Regime, st.just("filtered"), hit=SHARE, false_alarm=SHARE, share=SHARE.filter(lambda s: s < 1)),
    st.builds(Regime, st.just("archive"), hit=SHARE, false_alarm=SHARE, share=SHARE.filter(lambda s: s < 1)),
    st.builds(Regime, st.just("replace"), bias=st.sampled_from([0.5, 0.9, 1.5])),
)


@given(REGIMES)
def test_every_regime_reads_back_from_its_text(regime):
    assert parse(str(regime)) == regime


@pytest.mark.parametrize(
    ("text", "regime"),
    [
        ("mix:0.1", Regime("mix", real=0.1)),
        ("mix:0.1,independent", Regime("mix", real=0.1, independent=True)),
        ("filtered:0.98,0.001", Regime("filtered", hit=0.98, false_alarm=0.001, share=0.5)),
        ("filtered:0.98,0.001,0.9", Regime("filtered", hit=0.98, false_alarm=0.001, share=0.9)),
        ("archive:0.6", Regime("archive", share=0.6)),
        ("archive:0.6,0.98,0.001,bias=0.8", Regime("archive", share=0.6, hit=0.98, false_alarm=0.001, bias=0.8)),
        ("fresh:50", Regime("fresh", fresh=50)),
    ],
)
def test_the_documented_forms(text, regime):
    assert parse(text) == regime


@pytest.mark.parametrize(
    "text",
    [
        *("", "replaced", "mix", "mix:1.1", "mix:a", "mix:.1,.2", "mix:nan", "mix:0.1,kind=replace"),
        *("fresh:1.5", "fresh:-1", "archive:1", "filtered:.9", "replace:0.1", "replace:bias=0", "replace:bias="),
        *("replace:bias=nan", "replace:bias=inf", "replace:bias=1e-4", "replace:real=0.5", "mix:0.1,hit=0.9"),
        *("replace:independent", "fresh:1000000000000"),
    ],
)
def test_what_cannot_be_is_refused(text):
    with pytest.raises(UsageError):
        parse(text)


def _enters(text, arm="loop", generation=2, size=1000):
    found = intake(parse(text), arm, generation, size, 4000, np.random.default_rng(0))
    return found.human, found.machine


@pytest.mark.parametrize(
    ("text", "human", "machine"),
    [
        ("replace", 0, 1000),
        ("accumulate", 0, 1000),
        ("accumulate-subsample", 0, 1000),
        ("mix:0.1", 100, 900),
        ("fresh:50", 50, 1000),
        ("archive:0.6", 1000, 1500),
    ],
)
def test_what_enters_from_the_second_generation_on(text, human, machine):
    for generation in (2, 3, 9):
        found = _enters(text, generation=generation)
        assert (found[0] == human).all()
        assert (found[1] == machine).all()
        assert found[0].shape == found[1].shape == (4000,)
        assert (_enters(text, "first", generation)[1] == machine).all()
    first = _enters(text, generation=1)
    assert (first[0] == 1000).all()
    assert (first[1] == 0).all()


@pytest.mark.parametrize(
    ("text", "human"),
    [("replace", 1000), ("accumulate", 1000), ("mix:0.1", 1000), ("fresh:50", 50), ("archive:0.6,0.9,0.1", 1000)],
)
def test_the_control_sees_real_items_only(text, human):
    found = _enters(text, "control")
    assert (found[0] == human).all()
    assert (found[1] == 0).all()


def test_the_guard_is_a_binomial_sieve():
    human, machine = _enters("filtered:0.9,0.02,0.75")
    for kept, items, rate in [(human, 1000, 0.98), (machine, 3000, 0.1)]:
        sd = np.sqrt(items * rate * (1 - rate))
        assert abs(kept.mean() - items * rate) < 5 * sd / np.sqrt(4000)
        assert kept.std() == pytest.approx(sd, rel=0.06)
    blind = _enters("filtered:1,0,0.75")
    assert (blind[0] == 1000).all()
    assert (blind[1] == 0).all()


def test_independent_mixing_is_binomial_about_the_same_share():
    human, machine = _enters("mix:0.1,independent")
    assert (human + machine == 1000).all()
    assert abs(human.mean() - 100) < 5 * np.sqrt(90 / 4000)
    assert human.std() == pytest.approx(np.sqrt(90), rel=0.06)


def test_a_guard_that_misses_two_per_cent_still_leaks_at_nine_tenths_machine():
    human, machine = _enters("archive:0.9,0.98,0.0")
    assert machine.mean() / (machine + human).mean() == pytest.approx(0.1525, abs=0.002)


@settings(max_examples=40)
@given(REGIMES, st.integers(1, 4))
def test_regimes_that_share_a_control_have_the_same_real_items(regime, generation):
    shared, rng = regime.for_arm("control"), np.random.default_rng(0)
    assert shared.for_arm("control") == shared
    assert regime.for_arm("loop") == regime.for_arm("first") == regime
    own, other = (intake(one, "control", generation, 50, 3, rng) for one in (regime, shared))
    assert (own.human == other.human).all()
    assert not own.machine.any()
    assert not other.machine.any()
    assert shared.keeps_all == (regime.kind in ("accumulate", "archive"))
