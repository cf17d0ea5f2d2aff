"""Settings: out of bounds, not finite or empty ones are refused before anything runs or is written."""

from dataclasses import fields

import pytest

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS, perform, preset
from scapa.lab.experiment import refuse
from scapa.store.run import DATA


def numbers(kind):
    config = preset(kind, "smoke")
    for each in fields(config):
        if "about" in each.metadata and not each.metadata[DATA]:
            value = getattr(config, each.name)
            first = value[0] if isinstance(value, tuple) and value else value
            if isinstance(first, (int, float)) and not isinstance(first, bool):
                yield each, isinstance(value, tuple)


@pytest.mark.parametrize("kind", EXPERIMENTS.names())
def test_numbers_out_of_bounds_are_refused_and_the_presets_are_not(kind, tmp_path):
    for name in EXPERIMENTS.get(kind).presets:
        refuse(preset(kind, name))
    for each, many in numbers(kind):
        least, most = each.metadata["least"], each.metadata["most"]
        assert least is not None or most is not None, f"{kind}.{each.name} has no bounds"
        wrong = [float("nan"), float("inf")]
        wrong += [least - 1] if least is not None else []
        wrong += [most + 1] if most is not None else []
        for value in wrong:
            with pytest.raises(UsageError, match=each.name):
                perform(preset(kind, "smoke", **{each.name: (value,) if many else value}), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("kind", "name"), [("kde", "arms"), ("gmm", "regimes"), ("verifier", "estimators")])
def test_a_list_without_items_is_refused(kind, name, tmp_path):
    with pytest.raises(UsageError, match=f"{name} must name one at least"):
        perform(preset(kind, "smoke", **{name: ()}), tmp_path)


QUICK = (
    "discrete", "forecast-check", "gaussian", "gmm", "kde", "ngram", "regression", "ridge", "two-states", "verifier",
    "weighting",
)  # fmt: skip


def lists(kind):
    """Return the lists among the settings of a preset, as far as two values, each with every value twice."""
    config = preset(kind, "smoke")
    values = {each.name: getattr(config, each.name) for each in fields(config) if not each.metadata.get(DATA)}
    once = {name: value[:2] for name, value in values.items() if isinstance(value, tuple) and value}
    return once, {name: value + value[::-1] for name, value in once.items()}


@pytest.mark.parametrize("kind", QUICK)
def test_what_is_asked_for_twice_is_done_once(kind, tmp_path):
    once, twice = (perform(preset(kind, "smoke", **chosen), tmp_path) for chosen in lists(kind))
    assert (twice.digest, twice.checks, twice.plots) == (once.digest, once.checks, once.plots)


def test_two_names_of_one_regime_are_one_line(tmp_path):
    names = ("filtered:0.5,0.1", "filtered:.50,0.10")
    once, twice = (perform(preset("verifier", "smoke", regimes=asked), tmp_path) for asked in (names[:1], names))
    assert twice.rows == once.rows
