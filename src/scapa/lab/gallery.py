"""The gallery's experiments: every one that has the preset asked for, each run whatever becomes of the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scapa.errors import HomeBusy, HomeError, ScapaError, UnknownName, place
from scapa.lab import EXPERIMENTS, Experiment, perform, preset
from scapa.records import Progress, Say, silent, unsaid
from scapa.store.run import LabRun

PAPER = ("discrete", "absorption", "gaussian", "gmm", "vae", "language", "ngram")
"""The experiments of "The Curse of Recursion", in its order."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The finished runs, and of those that ended in an error: experiment, preset, what went wrong."""

    runs: tuple[LabRun, ...]
    broken: tuple[tuple[str, str, str], ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every experiment was finished and passed its checks."""
        return not self.broken and all(run.passed for run in self.runs)


def gallery(name: str) -> list[Experiment]:
    """Return all experiments at their preset `name`; beside `laptop` also every preset that is quick.

    The paper's own come first. Raises `UnknownName` if no experiment has a preset of that name.
    """
    kinds = sorted((kind for kind in EXPERIMENTS if name in kind.presets), key=lambda kind: _place(kind.name))
    if not kinds:
        raise UnknownName(f"no experiment has a preset {name!r}", next="there are smoke and laptop")
    return [preset(kind.name, chosen) for kind in kinds for chosen in _chosen(kind, name)]


def _chosen(kind: type[Experiment], name: str) -> list[str]:
    quick = [other for other, about in kind.presets.items() if about.quick] if name == "laptop" else []
    return [name, *quick]


def _place(name: str) -> tuple[int, str]:
    return (PAPER.index(name) if name in PAPER else len(PAPER), name)


def perform_all(
    configs: Iterable[Experiment],
    lab: Path,
    progress: Progress = silent,
    say: Say = unsaid,
    *,
    jobs: int | None = None,
    again: bool = False,
    bases: Path | None = None,
) -> Outcome:
    """Run `configs` one after another below the folder `lab`, each as `perform` does.

    An experiment that raises, or that another process is at, is noted and the next one begins. Only an interrupt, and
    a home that cannot be used (`HomeError`, such as a full disk), end them all. `say` is told each name and each error.
    """
    runs: list[LabRun] = []
    broken: list[tuple[str, str, str]] = []
    for config in configs:
        say(f"{config.name} {config.preset}")
        try:
            runs.append(perform(config, lab, progress, say, jobs=jobs, again=again, bases=bases))
        except Exception as error:  # whatever it is, it must not cost the other experiments
            if isinstance(error, HomeError) and not isinstance(error, HomeBusy):
                raise
            broken.append((config.name, config.preset, _told(error)))
            say(f"{config.name} ended in an error: {_told(error)}")
    return Outcome(tuple(runs), tuple(broken))


def _told(error: Exception) -> str:
    """Return the message of an error of our own; of a bug its kind and place only: the rest may quote private text."""
    if isinstance(error, ScapaError):
        return " ".join(str(error).split())
    return f"a bug: {type(error).__name__} in {place(error)}"
