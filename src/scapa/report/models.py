"""From a home's newest model to what the report draws of it: curves, losses with intervals, gates, tails."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from scapa.measure.interval import bootstrap
from scapa.model.shelf import Model, Shelf
from scapa.report.data import Estimate, LossChange, TailGauge, Tuning
from scapa.store.home import Home

CEILINGS = ("forgetting", "longest_run", "copying")
_SETS = ("author", "control", "general")


def newest_model(home: Home) -> Model | None:
    """Return the model that was made last, promoted or not."""
    models = Shelf(home.path / "models").models()
    return max(models, key=lambda model: int(model.bill["made"]), default=None)


def read_tuning(home: Home, model: Model) -> Tuning:
    """Return the curves, losses and gates of `model`."""
    curves = json.loads((model.folder / "curves.json").read_text(encoding="utf-8"))
    tokens = model.bill["tokens_seen"] / max(1, model.bill["steps"])
    serving = Shelf(home.path / "models").current()
    return Tuning(
        model=model.id,
        promoted=serving is not None and serving.id == model.id,
        train=tuple((round((n + 1) * tokens), loss) for n, loss in enumerate(curves["train"])),
        heldout=tuple((round(step * tokens), loss) for step, loss in curves["heldout"]),
        changes=tuple(_change(name, losses) for name in _SETS if (losses := model.evaluation["sets"].get(name))),
        gates=tuple(model.gates),
        ceilings=CEILINGS,
    )


def read_tails(model: Model) -> tuple[TailGauge, ...]:
    """Return the gauges of rare words in the model's samples beside the author's own text."""
    found: dict[str, dict[str, float]] = model.evaluation.get("tails") or {}
    return tuple(TailGauge(name, g["human"], g["generated"], g["low"], g["high"]) for name, g in found.items())


def _change(name: str, losses: dict[str, Any]) -> LossChange:
    windows = np.array(losses["by_window"])
    rng = np.random.default_rng(0)
    before, after = (_estimate(windows[:, column], rng) for column in (0, 1))
    return LossChange(name, before, after)


def _estimate(values: np.ndarray, rng: np.random.Generator) -> Estimate:
    if len(values) < 2:
        return Estimate(float(values.mean()))
    found = bootstrap(values, rng)
    return Estimate(found.estimate, found.low, found.high)
