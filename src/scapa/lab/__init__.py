"""The lab: model collapse reproduced, with exact theory beside it. It computes and writes run folders; `report` draws.

    config, recipe = EXPERIMENTS.make("gaussian", sizes=(100,), regimes=("replace", "mix:0.1"))
    run = config.run(folder, progress)          # a LabRun: rows, checks; also on disk as config.json + result.parquet
    read_run(folder)                            # the same LabRun again
    run.summary()                               # what `scapa lab NAME --json` prints

One experiment is one module with one registered config. Registering imports every module of this package, so a
module that needs torch imports it inside its functions: `scapa lab gaussian` must load none.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Protocol

from scapa.lab.run import LabRun, Row, read_run
from scapa.records import Progress
from scapa.registry import Registry

__all__ = ["EXPERIMENTS", "Experiment", "LabRun", "Row", "read_run"]


class Experiment(Protocol):
    """The settings of one experiment, frozen; the same settings give the same figures."""

    name: ClassVar[str]
    version: ClassVar[int]

    def folder(self, lab: Path) -> Path:
        """Return `lab`/<name>-<digest of the settings>."""

    def run(self, folder: Path, progress: Progress = ...) -> LabRun:
        """Compute the experiment, write its run folder, return it."""


EXPERIMENTS: Registry[Experiment] = Registry("scapa.lab")
