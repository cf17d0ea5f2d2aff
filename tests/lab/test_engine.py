"""The recursion itself: which generation writes what, what is kept, and where the path is a martingale."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.errors import UsageError
from scapa.lab.discrete import Categories
from scapa.lab.engine import recur, schedule, stream
from scapa.lab.regimes import parse


@dataclass
class Scribe:
    """A subject whose items say who wrote them: 0 for a human, n for the model of generation n."""

    chains: int = 2
    fitted: list = field(default_factory=list)

    def real(self, sizes, rng):
        return [0] * int(sizes[0])

    def sample(self, model, sizes, bias, rng):
        return [model] * int(sizes[0])

    def pool(self, first, second):
        return first + second

    def subset(self, items, size, rng):
        return list(rng.permutation(items)[:size])

    def fit(self, items, rng):
        self.fitted.append(items)
        return len(self.fitted)


def _fitted(regime, arm="loop", generations=4, size=10):
    scribe = Scribe()
    steps = list(recur(scribe, parse(regime), size, generations, np.random.default_rng(0), arm))
    assert [step.generation for step in steps] == [step.model for step in steps] == [1, 2, 3, 4][:generations]
    return scribe.fitted


H, ONE, TWO, THREE = [0] * 10, [1] * 10, [2] * 10, [3] * 10


@pytest.mark.parametrize(
    ("regime", "arm", "wanted"),
    [
        ("replace", "loop", [H, ONE, TWO, THREE]),
        ("replace", "first", [H, ONE, ONE, ONE]),
        ("replace", "control", [H, H, H, H]),
        ("accumulate", "loop", [H, H + ONE, H + ONE + TWO, H + ONE + TWO + THREE]),
        ("accumulate", "first", [H, H + ONE, H + ONE * 2, H + ONE * 3]),
        ("accumulate", "control", [H, H * 2, H * 3, H * 4]),
        ("accumulate-subsample", "control", [H, H, H, H]),
        ("mix:0.3", "loop", [H, [0] * 3 + [1] * 7, [0] * 3 + [2] * 7, [0] * 3 + [3] * 7]),
        ("fresh:2", "loop", [H, [0, 0, *ONE], [0, 0, *TWO], [0, 0, *THREE]]),
        ("fresh:2", "control", [H, [0, 0], [0, 0], [0, 0]]),
        ("fixed", "loop", [H, H + ONE, H + TWO, H + THREE]),
        ("fixed", "first", [H, H + ONE, H + ONE, H + ONE]),
        ("fixed", "control", [H, H, H, H]),
        ("archive:0.5", "loop", [H, H + H + ONE, H + (H + ONE) + (H + TWO), H * 4 + ONE + TWO + THREE]),
        ("archive:0.5", "control", [H, H * 2, H * 3, H * 4]),
        ("archive:0.5,1,0", "loop", [H, H * 2, H * 3, H * 4]),
    ],
)
def test_who_wrote_what_each_generation_was_fitted_on(regime, arm, wanted):
    assert [sorted(items) for items in _fitted(regime, arm)] == [sorted(items) for items in wanted]


def test_a_subsample_is_of_fixed_size_from_all_so_far():
    fitted = _fitted("accumulate-subsample", size=10)
    assert [len(items) for items in fitted] == [10, 10, 10, 10]
    assert set(fitted[1]) == {0, 1}


@pytest.mark.parametrize(("size", "generations"), [(1, 3), (10, 0)])
def test_runs_that_cannot_be_are_refused(size, generations):
    with pytest.raises(UsageError):
        list(recur(Scribe(), parse("replace"), size, generations, np.random.default_rng(0)))


def test_a_guard_that_takes_everything_is_refused():
    with pytest.raises(UsageError):
        list(recur(Scribe(), parse("filtered:1,1"), 10, 3, np.random.default_rng(0)))


def test_streams_are_their_own_and_repeatable():
    first = stream(1, "gaussian", "replace").random(4)
    assert (stream(1, "gaussian", "replace").random(4) == first).all()
    for other in (stream(2, "gaussian", "replace"), stream(1, "gaussian", "mix"), stream(1, "gaussianreplace")):
        assert (other.random(4) != first).all()


def test_schedules_begin_at_one_and_end_at_the_end():
    assert schedule(5).tolist() == [1, 2, 3, 4, 5]
    long = schedule(1000)
    assert (long[0], long[-1]) == (1, 1000)
    assert (np.diff(long) > 0).all()
    assert len(long) <= 60


SEEDS = st.integers(0, 2**32)
EVERY = ("replace", "accumulate", "accumulate-subsample", "mix:0.1", "fresh:7", "fixed", "archive:0.6,0.9,0.05")


@settings(derandomize=True, max_examples=8, deadline=None)
@given(
    st.sampled_from(
        ["replace", "accumulate", "accumulate-subsample", "mix:0.1", "fresh:7", "fixed", "archive:0.6,0.9,0.05"]
    ),
    st.lists(st.integers(1, 20), min_size=2, max_size=6),
    SEEDS,
)
def test_every_regime_keeps_the_mean_distribution(regime, weights, seed):
    p, chains = np.array(weights) / sum(weights), 1500
    *_, last = recur(Categories(chains, p), parse(regime), 25, 4, np.random.default_rng(seed))
    share = last.model / last.model.sum(axis=1, keepdims=True)
    error = share.std(axis=0) / np.sqrt(chains)
    assert (np.abs(share.mean(axis=0) - p) < 5 * error + 1e-12).all()
