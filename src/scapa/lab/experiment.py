"""What an experiment is: frozen settings, tasks that can run apart, checks against theory, the pictures of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from scapa.lab.desk import Desk, Found, Task
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import DATA, Row

if TYPE_CHECKING:
    from collections.abc import Iterable


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
        """Return the units of work; raises `UsageError` for settings that cannot be."""

    def compute(self, task: Task, desk: Desk) -> Found:
        """Do one unit of work; may run in another process."""

    def checks(self, rows: Sequence[Row]) -> list[Check]:
        """Hold the combined rows against theory, proven bounds, or published figures."""

    def plots(self) -> tuple[Plot, ...]:
        """Return the pictures of the run."""


class TextExperiment(Experiment, Protocol):
    """An experiment that can start from a release's own texts."""

    @staticmethod
    def from_texts(texts: Iterable[str]) -> dict[str, Any]:
        """Return the settings that the texts give."""


def setting(
    default: Any, about: str, *, least: float | None = None, most: float | None = None, data: bool = False
) -> Any:
    """Return a dataclass field that is an option of `scapa lab NAME`, its numbers between `least` and `most`.

    `data` is given by a release instead, and only its digest is recorded.
    """
    return field(default=default, metadata={"about": about, "least": least, "most": most, DATA: data})
