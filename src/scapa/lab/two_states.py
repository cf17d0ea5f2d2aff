"""How long two states stay undecided under resampling: exactly, and between proven bounds (Seddik 2404.05090).

One generation is one binomial draw of M items; the chain is decided when all M are in one state, and stays so. The
chance that it is not yet falls as (1−1/M)^k, whatever else is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS
from scapa.lab.absorption import absorb
from scapa.lab.desk import Desk, Found, Task
from scapa.lab.engine import schedule, stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.milestones import milestones
from scapa.lab.oracles.fixation import undecided_bounds, undecided_two
from scapa.lab.verdict import Line, check, check_ceiling, check_floor
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import Row


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class TwoStatesConfig:
    """Settings of `scapa lab two-states`; `at` is the first state's share p."""

    name: ClassVar[str] = "two-states"
    version: ClassVar[int] = 1
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset("few items, few chains", "ours", {"sizes": (10,), "chains": 200}),
        "laptop": Preset("bounds and exact chance that both states are alive", "arXiv 2404.05090", {}),
    }

    preset: str = ""
    sizes: tuple[int, ...] = setting((20, 100), "items a generation, M", least=2, most=10**4)
    shares: tuple[float, ...] = setting((0.5, 0.1), "share of the first state at first, p", least=1e-6, most=1 - 1e-6)
    rounds: int = setting(6, "generations followed, as a multiple of M", least=1, most=1_000)
    chains: int = setting(10_000, "independent repetitions, all at once", least=2, most=10**6)
    seed: int = setting(1, "the same seed gives the same figures", least=0)
    points: int = setting(60, "generations recorded, at most about", least=2)

    def tasks(self) -> Sequence[Task]:
        if self.chains < 2 or not self.sizes or min(self.sizes) < 2 or self.rounds < 1:
            raise UsageError("two states need two chains, two items and one generation")
        if not all(0 < share < 1 for share in self.shares):
            raise UsageError("a share lies between 0 and 1", where="two-states")
        return [Task(Line("replace", "loop", size, at=share)) for size in self.sizes for share in self.shares]

    def compute(self, task: Task, desk: Desk) -> Found:
        return Found(line_rows(self, task.line))

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        """The bounds are held where a hundred chains are undecided: of fewer the observed error says too little."""
        shown = list(milestones(rows))
        many = [row for row in shown if row.mean * row.chains >= 100]
        found = [check(row, 1.0) for row in shown]
        found += [check_floor(row, row.floor) for row in many if row.floor is not None]
        return found + [check_ceiling(row, row.ceiling) for row in many if row.ceiling is not None]

    def plots(self) -> tuple[Plot, ...]:
        return (
            Plot(
                "undecided",
                "How long both states last",
                "The share of chains in which both states are alive. The shade lies between the proven bounds; the"
                " dashed line is exact.",
                measure="undecided",
                series=("size", "at"),
                log_y=True,
                formula="4p(1−p)(1−1/M)ᵏ ≤ P ≤ M²/(M−1)·p(1−p)(1−1/M)ᵏ",
            ),
        )


def line_rows(config: TwoStatesConfig, line: Line) -> list[Row]:
    """Return the rows of one size and share; the measure is `undecided`, 1 where both states are alive."""
    p = line.at or 0.5
    start, generations = np.array([p, 1 - p]), config.rounds * line.size
    _, times = absorb(start, line.size, config.chains, stream(config.seed, "two-states", line.size, p))
    exact = undecided_two(line.size, p, generations)
    rows = []
    for generation in schedule(generations, config.points).tolist():
        low, high = undecided_bounds(start, line.size, generation)
        alive = (times > generation).astype(float)
        rows.append(line.row(generation, "undecided", alive, float(exact[generation - 1]), floor=low, ceiling=high))
    return rows
