"""Eight definitions, eight answers: against trajectories whose truth is known."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma

from scapa.errors import UsageError
from scapa.measure.collapse import RULES, Rule, Trajectories, definitions
from scapa.measure.trajectories import Scaling, growth

TEN = tuple(range(1, 11))
NAMES = [rule.name for rule in RULES]
RISK, ANY, DIVERGING, VARIANCE, SCALING, MODES, TAIL, FOREIGN = NAMES


def _noisy(line, seeds=5, noise=0.002, seed=0):
    line = np.asarray(line, dtype=float)
    return line * (1 + noise * np.random.default_rng(seed).normal(size=(seeds, len(line))))


def _answers(found, **options):
    return {verdict.rule.name: verdict for verdict in definitions(found, **options)}


def _only(found, name):
    return _answers(found)[name]


def test_all_eight_are_always_answered_and_nothing_measured_is_nothing_said():
    found = definitions(Trajectories(TEN))
    assert [verdict.rule.name for verdict in found] == NAMES
    assert len(NAMES) == len(set(NAMES)) == 8
    for verdict in found:
        assert (verdict.holds, verdict.figure, verdict.answer) == (None, None, "cannot be said")
        assert verdict.why.startswith("not measured: ")


def test_a_loop_that_loses_everything_and_one_that_loses_nothing():
    t = np.arange(10) / 9
    sizes = np.array([1e2, 1e3, 1e4])
    real = _noisy(sizes**-0.5)
    lost = Trajectories(
        TEN,
        risk=_noisy(3 + 4 * t),
        control_risk=_noisy(3 + 0 * t, seed=1),
        useless_risk=8.0,
        variance=_noisy(0.5 ** (9 * t)),
        scaling=Scaling(sizes, real, _noisy(0.03 + sizes**-0.5)),
        separation=_noisy(2 - 1.9 * t),
        tail=_noisy(0.8 - 0.6 * t),
        foreign=_noisy(0.01 + 0.2 * t),
    )
    still = Trajectories(
        TEN,
        risk=_noisy(3 + 0 * t),
        control_risk=_noisy(3 + 0 * t, seed=1),
        useless_risk=8.0,
        variance=_noisy(1 + 0 * t),
        scaling=Scaling(sizes, real, _noisy(1.5 * sizes**-0.5, seed=2)),
        separation=_noisy(2 + 0 * t),
        tail=_noisy(0.8 + 0 * t),
        foreign=_noisy(0.01 + 0 * t),
    )
    answers = {name: verdict.holds for name, verdict in _answers(lost).items()}
    assert answers == {**dict.fromkeys(NAMES, True), DIVERGING: None}
    assert {name: verdict.holds for name, verdict in _answers(still).items()} == dict.fromkeys(NAMES, False)


def test_figures_are_what_they_say():
    t = np.arange(10) / 9
    exact = {"seeds": 3, "noise": 0.0}
    found = Trajectories(
        TEN,
        risk=_noisy(3 + t, **exact),
        control_risk=_noisy(3 + 0.25 * t, **exact),
        useless_risk=8.0,
        variance=_noisy(np.exp(-t), **exact),
        separation=_noisy(2 - t, **exact),
        tail=_noisy(0.8 - 0.2 * t, **exact),
        foreign=_noisy(0.01 + 0.2 * t, **exact),
        scaling=Scaling(
            np.array([1e2, 1e3, 1e4]),
            _noisy(np.array([1e2, 1e3, 1e4]) ** -0.5, **exact),
            _noisy(np.array([1e2, 1e3, 1e4]) ** -0.2, **exact),
        ),
    )
    wanted = {RISK: 1 / 5, ANY: 0.75 / 3.25, DIVERGING: 1.0, VARIANCE: 1 - np.exp(-1), SCALING: 0.6, MODES: 0.5}
    wanted |= {TAIL: 0.25, FOREIGN: 0.2}
    for name, verdict in _answers(found).items():
        assert verdict.figure.estimate == pytest.approx(wanted[name]), name
        assert verdict.figure.low == pytest.approx(wanted[name], abs=1e-6), name
        assert verdict.figure.high == pytest.approx(wanted[name], abs=1e-6), name


def test_without_a_control_the_first_generation_is_the_one_to_beat():
    found = Trajectories(TEN, risk=_noisy(np.linspace(3, 4, 10), noise=0.0))
    assert _only(found, ANY).figure.estimate == pytest.approx(1 / 3)
    higher = replace(found, control_risk=found.risk + 0.1)
    assert _only(higher, ANY).holds is False
    assert _only(higher, ANY).figure.estimate < 0


@pytest.mark.parametrize(("rise", "holds"), [(0.0031, False), (0.0131, True), (0.01, None)])
def test_a_rise_by_less_than_a_hundredth_is_none_however_sure_it_is(rise, holds):
    found = Trajectories(TEN, risk=_noisy(np.linspace(3, 3 + 3 * rise, 10), seeds=9, noise=1e-4))
    verdict = _only(found, ANY)
    assert verdict.figure.low > 0
    assert verdict.figure.high - verdict.figure.low < 5e-4
    assert verdict.holds is holds


def test_the_seeds_decide_and_one_is_too_few():
    line = np.linspace(1, 0.75, 10)
    clear, unclear = (Trajectories(TEN, tail=_noisy(line, seeds=4, noise=noise)) for noise in (0.01, 0.2))
    assert _only(clear, TAIL).holds is True
    assert _only(unclear, TAIL).holds is None
    assert _only(unclear, TAIL).figure is not None
    single = Trajectories(TEN, tail=_noisy(line, seeds=1), risk=_noisy(line, seeds=1))
    assert {verdict.holds for verdict in definitions(single)} == {None}
    assert _only(single, TAIL).why == "one seed has no interval"


def test_between_two_thresholds_nothing_is_said():
    found = Trajectories(TEN, variance=_noisy(np.linspace(1, 0.7, 10)))
    assert _only(found, VARIANCE).answer == "cannot be said"
    assert 0.1 < _only(found, VARIANCE).figure.low < _only(found, VARIANCE).figure.high < 0.5


@pytest.mark.parametrize(
    ("line", "exponent"),
    [
        (np.arange(41.0), 1.0),
        (np.sqrt(np.arange(41.0)), 0.5),
        (np.arange(41.0) ** 2, 2.0),
        (np.concatenate([[0.0], np.ones(40)]), 0.0),
    ],
)
def test_the_exponent_of_growth_is_that_of_a_power(line, exponent):
    found = Trajectories(tuple(range(41)), risk=1 + _noisy(line, noise=0.001))
    figure = growth(found, 0.95)
    assert figure.low - 0.01 <= exponent <= figure.high + 0.01
    assert figure.high - figure.low < 0.05
    verdict = _only(found, DIVERGING)
    assert verdict.holds is (False if exponent == 0 else None)


def test_growth_looks_at_the_generation_numbers_and_not_at_the_columns():
    numbers = (1, 2, 3, 4, 6, 10, 18, 34)
    basel = np.cumsum(1 / np.arange(1, 35) ** 2)
    every = Trajectories(tuple(range(1, 35)), risk=_noisy(basel, noise=0.0))
    some = Trajectories(numbers, risk=_noisy(basel[np.array(numbers) - 1], noise=0.0))
    assert growth(some, 0.95).estimate == pytest.approx(growth(every, 0.95).estimate, rel=0.1)
    few = Trajectories((1, 2, 3), risk=_noisy([1, 2, 3]))
    assert _only(few, DIVERGING).why.startswith("not run: ")


def test_a_bounded_risk_is_never_said_to_diverge():
    """Accumulate levels off (Σ 1/i²); W₂² of Gaussians by maximum likelihood, 2σ²(1−cⁿ), starts straight too.

    Both are bounded. A finite run can show it of the first, not of the second.
    """
    n = np.arange(1, 21)
    basel = Trajectories(tuple(n.tolist()), risk=_noisy(np.cumsum(1 / n**2), noise=0.001))
    assert _only(basel, DIVERGING).holds is False
    assert _only(basel, ANY).holds is True
    bounded = Trajectories(tuple(n.tolist()), risk=_noisy(2 * (1 - 0.985**n), noise=0.001))
    assert _only(bounded, DIVERGING).holds is None
    assert _only(bounded, DIVERGING).figure.estimate > 0.8


def test_the_variance_of_gaussian_chains_has_the_exact_log_law():
    """E[log σ_n²/σ²] = n[ψ((M−1)/2) + log(2/M)] for maximum likelihood, which no mean of σ² would show."""
    rng, size, last = np.random.default_rng(0), 20, 100
    variance = np.cumprod(rng.chisquare(size - 1, size=(4_000, last)) / size, axis=1)
    found = Trajectories(tuple(range(1, last + 1)), variance=variance)
    expected = (last - 1) * (digamma((size - 1) / 2) + np.log(2 / size))
    figure = _only(found, VARIANCE).figure
    assert np.log(1 - figure.high) - 0.1 < expected < np.log(1 - figure.low) + 0.1
    assert _only(found, VARIANCE).holds is True


def test_a_variance_of_nothing_is_all_lost():
    gone = np.ones((3, 10))
    gone[:, 5:] = 0.0
    assert _only(Trajectories(TEN, variance=gone), VARIANCE).figure.estimate == pytest.approx(1.0)


def test_thresholds_are_data_that_can_be_replaced():
    found = Trajectories(TEN, tail=_noisy(np.linspace(1, 0.9, 10)))
    assert _only(found, TAIL).holds is None
    strict = tuple(replace(rule, holds_above=0.05) if rule.name == TAIL else rule for rule in RULES)
    assert _answers(found, rules=strict)[TAIL].holds is True
    assert all(isinstance(value, str | float) for rule in RULES for value in asdict(rule).values())
    with pytest.raises(UsageError):
        definitions(found, rules=(Rule("collapse", "", "", 0.0, 0.0),))


def test_what_has_no_meaning_is_said_to_have_none():
    ten = np.ones((3, 10))
    assert "knows nothing" in _only(Trajectories(TEN, risk=ten), RISK).why
    assert "no better" in _only(Trajectories(TEN, risk=ten, useless_risk=0.5), RISK).why
    assert "nothing to lose" in _only(Trajectories(TEN, tail=0 * ten), TAIL).why
    flat = Scaling(np.array([1.0, 2.0, 4.0]), np.ones((3, 3)), np.ones((3, 3)))
    assert "does not fall" in _only(Trajectories(TEN, scaling=flat), SCALING).why
    two = Scaling(np.array([1.0, 2.0]), np.ones((3, 2)), np.ones((3, 2)))
    assert "three sizes" in _only(Trajectories(TEN, scaling=two), SCALING).why


@settings(derandomize=True, max_examples=40)
@given(st.integers(2, 8), st.floats(0.1, 100), st.integers(0, 999))
def test_units_do_not_matter(seeds, unit, seed):
    rng = np.random.default_rng(seed)
    risk, tail = 2 + rng.normal(0, 0.2, (seeds, 10)).cumsum(axis=1).clip(-1), rng.uniform(0.2, 1, (seeds, 10))
    first = definitions(Trajectories(TEN, risk=risk, useless_risk=50.0, variance=tail, tail=tail))
    second = definitions(
        Trajectories(TEN, risk=unit * risk, useless_risk=50.0 * unit, variance=unit * tail, tail=unit * tail)
    )
    for one, other in zip(first, second, strict=True):
        assert one.holds == other.holds
        assert (one.figure is None) == (other.figure is None)
        if one.figure and np.isfinite(one.figure.low):
            assert one.figure.low == pytest.approx(other.figure.low, rel=1e-6, abs=1e-9)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(UsageError):
        Trajectories(TEN, risk=np.ones((3, 9)))
    with pytest.raises(UsageError):
        Trajectories((1, 1, 2), risk=np.ones((3, 3)))
    with pytest.raises(UsageError):
        Trajectories(TEN, risk=np.full((3, 10), np.nan))
    with pytest.raises(UsageError):
        Trajectories(TEN, risk=np.ones((3, 10)), control_risk=np.ones((2, 10)))
    with pytest.raises(UsageError):
        Scaling(np.ones(3), np.ones((2, 3)), np.zeros((2, 3)))
