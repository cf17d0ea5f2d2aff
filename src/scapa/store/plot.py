"""What to draw of an experiment's run, as data: kept in the run folder, so that every picture redraws from it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

PlotKind = Literal["lines", "histogram", "cloud", "images"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A published figure to set beside ours: between `low` and `high` at `x`, for the line labelled `series`."""

    x: float
    low: float
    high: float
    source: str
    series: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """One picture of a run.

    `lines` draws `measure` of the result rows that equal `where` over `x` (`generation`, `size` or `at`); the fields
    in `series` tell its lines apart; theory is drawn dashed and named by `formula`, bounds as a shade. The other kinds
    draw an extra table of that name: `histogram` rows {regime, arm, generation, low, high, count}, `cloud` {regime,
    arm, generation, x, y}, `images` {regime, arm, generation, index, height, width, pixels (8-bit grey)}.
    `caption` says how to read the picture and which figure of which paper it redraws.
    """

    name: str
    title: str
    caption: str
    kind: PlotKind = "lines"
    measure: str = ""
    x: Literal["generation", "size", "at"] = "generation"
    x_label: str = ""
    y_label: str = ""
    series: tuple[str, ...] = ("regime", "arm")
    where: Mapping[str, Any] = field(default_factory=dict)
    statistic: Literal["mean", "median"] = "mean"
    log_x: bool = False
    log_y: bool = False
    formula: str = ""
    reference: tuple[Reference, ...] = ()

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Plot:
        """Return the plot that `dataclasses.asdict` made `document` of."""
        values = dict(document)
        values["series"] = tuple(values["series"])
        values["reference"] = tuple(Reference(**point) for point in values["reference"])
        return cls(**values)
