"""The lab: model collapse reproduced, with exact theory beside it. It computes and writes run folders; `report` draws.

    config, recipe = EXPERIMENTS.make("gaussian", sizes=(100,), regimes=("replace", "mix:0.1"))
    config = preset("gaussian", "figure-4", seed=2)
    run = perform(config, lab, progress)        # a LabRun: rows, checks, plots; also on disk
    read_run(run.folder)                        # the same LabRun again
    run.summary()                               # what `scapa lab NAME --json` prints

One experiment is one module (or package) with one registered config. Registering imports every module of this
package, so a module that needs torch imports it inside its functions: `scapa lab gaussian` must load none.
"""

from __future__ import annotations

from typing import Any

from scapa.errors import UnknownName
from scapa.lab.experiment import Experiment, Preset, setting
from scapa.lab.perform import perform
from scapa.registry import Registry
from scapa.store.plot import Plot, Reference
from scapa.store.run import LabRun, Row, read_run

__all__ = [
    "EXPERIMENTS", "Experiment", "LabRun", "Plot", "Preset", "Reference", "Row", "perform", "preset", "read_run",
    "setting",
]  # fmt: skip

EXPERIMENTS: Registry[Experiment] = Registry("scapa.lab")


def preset(experiment: str, name: str, **settings: Any) -> Experiment:
    """Return the experiment set up as its preset `name` says, but for `settings`. Raises `UnknownName`."""
    presets = EXPERIMENTS.get(experiment).presets
    if name not in presets:
        raise UnknownName(f"{experiment} has no preset {name!r}", next=f"there are: {', '.join(presets)}")
    return EXPERIMENTS.make(experiment, **(dict(presets[name].settings) | {"preset": name} | settings))[0]
