"""What an experiment is: frozen settings, tasks that can run apart, checks against theory, the pictures of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Protocol

from scapa.errors import UsageError
from scapa.lab.desk import Desk, Found, Task
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import DATA, Row


@dataclass(frozen=True, slots=True)
class Preset:
    """A named set-up: what it shows, the paper (or our own reason) behind it, and the settings that differ.

    One that takes seconds is `quick`: it is in the gallery beside the experiment's preset `laptop`.
    """

    about: str
    source: str
    settings: Mapping[str, Any]
    quick: bool = False


class Experiment(Protocol):
    """The settings of one experiment, a frozen dataclass; the same settings give the same figures.

    Besides what is listed here an experiment may have `reads(desk) -> dict`, digests of what it reads from files that
    its settings only name, so that other content is another run; `plan(desk) -> dict`, the settings changed to fit a
    time budget, asked once and kept with the run; `dear`, whether its tasks are long and run in processes of their own;
    `make_ready(desk)`, which makes in `desk.shared` what such tasks share; a static `from_texts(texts) -> dict`,
    settings made of a release's own texts; `roles`, which of its measures is what in the definitions of collapse
    (`scapa.lab.definitions`), and `useless_risk`, the risk of a model that knows nothing.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    presets: ClassVar[Mapping[str, Preset]]

    @property
    def preset(self) -> str:
        """The name of the preset that was chosen, empty for none."""

    def tasks(self) -> Sequence[Task]:
        """Return the units of work (one that is named again is done once); `UsageError` for settings that cannot be."""

    def compute(self, task: Task, desk: Desk) -> Found:
        """Do one unit of work; may run in another process."""

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        """Hold the combined rows against theory, proven bounds, or published figures; None where it could not fail."""

    def plots(self) -> tuple[Plot, ...]:
        """Return the pictures of the run."""


def setting(
    default: Any,
    about: str,
    *,
    least: float | None = None,
    most: float | None = None,
    data: bool = False,
    empty: bool = False,
) -> Any:
    """Return a dataclass field that is an option of `scapa lab NAME`, its numbers between `least` and `most`.

    `data` is given by a release instead, and only its digest is recorded. A tuple may have no items only if `empty`.
    """
    bounds = {"least": least, "most": most, "empty": empty or default == ()}
    return field(default=default, metadata={"about": about, DATA: data} | bounds)


def refuse(config: Experiment) -> None:
    """Raise `UsageError` for settings that cannot be, so that nothing is read, planned or written for them.

    Bounds of numbers and lists without items first, then what the experiment itself refuses.
    """
    for each in fields(config):  # type: ignore[arg-type]
        if "about" not in each.metadata or each.metadata[DATA]:
            continue
        value = getattr(config, each.name)
        if value == () and not each.metadata["empty"]:
            raise UsageError(f"{each.name} must name one at least", where=config.name)
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, (int, float)) and not _within(number, each.metadata):
                raise UsageError(f"{each.name} {_range(each.metadata)}, not {number}", where=config.name)
    config.tasks()


def _within(number: float, bounds: Mapping[str, Any]) -> bool:
    least, most = bounds["least"], bounds["most"]
    return math.isfinite(number) and (least is None or number >= least) and (most is None or number <= most)


def _range(bounds: Mapping[str, Any]) -> str:
    least, most = (None if end is None else f"{end:,}" for end in (bounds["least"], bounds["most"]))
    if least is None or most is None:
        return f"must be {least} or more" if least else f"must be {most} or less" if most else "must be a finite number"
    return f"must lie between {least} and {most}"
