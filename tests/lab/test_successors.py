"""Presets of papers on the general experiments: settings that can be, pictures that find their rows."""

import pytest

from scapa.lab.absorption import AbsorptionConfig
from scapa.lab.desk import Desk
from scapa.lab.discrete import DiscreteConfig
from scapa.lab.gaussian import GaussianConfig
from scapa.lab.references import check_references
from scapa.lab.successors import PLOTS, PRESETS

KINDS = {"gaussian": GaussianConfig, "discrete": DiscreteConfig, "absorption": AbsorptionConfig}
NAMES = [(kind, name) for kind, presets in PRESETS.items() for name in presets]


def _rows(kind, name, **settings):
    config = KINDS[kind](**(dict(PRESETS[kind][name].settings) | settings))
    return config, [row for task in config.tasks() for row in config.compute(task, Desk()).rows]


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_every_preset_can_be_and_names_its_paper(kind, name):
    found = PRESETS[kind][name]
    assert KINDS[kind](**found.settings).tasks()
    assert "arXiv" in found.source
    assert found.about


def test_pictures_belong_to_presets():
    assert set(PLOTS) <= set(NAMES)


@pytest.mark.parametrize(
    ("kind", "name", "settings"),
    [
        ("discrete", "temperature", {}),
        ("discrete", "zipf-tail", {"sizes": (100, 1_000, 10_000), "generations": 1, "chains": 30}),
        pytest.param("gaussian", "figure-4", {"chains": 1_000}, marks=pytest.mark.slow),
    ],
)
def test_the_published_figures_and_formulas_are_met(kind, name, settings):
    _, rows = _rows(kind, name, **settings)
    checks = list(check_references(rows, PLOTS[kind, name]))
    kept = sum(point.x in settings.get("sizes", (point.x,)) for plot in PLOTS[kind, name] for point in plot.reference)
    assert len(checks) == kept > 2
    assert [check for check in checks if not check.passed] == []


def test_the_self_consuming_loop_narrows_by_lambda_a_generation():
    config, rows = _rows("gaussian", "self-consuming", chains=300)
    assert [check for check in config.checks(rows) if check and not check.passed] == []
    last = [row for row in rows if row.measure == "variance" and row.arm == "loop"][-1:]
    narrow = [r for r in rows if r.measure == "variance" and r.arm == "loop" and r.regime.endswith("0.8")]
    assert narrow[-1].theory == pytest.approx(0.8**29)
    assert last[0].theory == pytest.approx(1.0)


def test_a_detector_prevents_the_collapse_of_cool_text_and_honest_text_is_the_better_for_staying():
    config, rows = _rows("discrete", "detector", chains=60)
    assert [check for check in config.checks(rows) if check and not check.passed] == []
    last = [row for row in rows if row.measure == "tv" and row.generation == 30]
    control = next(row.mean for row in last if row.arm == "control")
    bare, hit_90, hit_99, honest = (row.mean for row in last if row.arm == "loop")
    assert bare > 4 * control
    assert bare > 2 * hit_90 > 2 * hit_99
    assert hit_99 < 1.15 * control
    assert honest < control
