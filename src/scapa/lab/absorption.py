"""Late collapse of a discrete distribution: resampling goes on until one state is left, and which one is a lottery.

P(the end is state i) = p_0(i), because p_n(i) is a martingale; rare states go first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS, oracles, successors
from scapa.lab.desk import Desk, Found, Task
from scapa.lab.engine import stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.verdict import Line, check
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import Row

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class AbsorptionConfig:
    """Resample until one state is left: which one is a lottery, and when is known exactly for two states."""

    name: ClassVar[str] = "absorption"
    version: ClassVar[int] = 2
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset("few items, few chains", "ours", {"size": 10, "chains": 200}),
        "laptop": Preset("where it ends, and when", "arXiv 2305.17493, §3.1", {}),
        **successors.PRESETS["absorption"],
    }

    preset: str = ""
    size: int = setting(100, "items a generation, M", least=2, most=10**6)
    chains: int = setting(4_000, "independent repetitions, all at once", least=2, most=10**6)
    start: tuple[float, ...] = setting(
        (0.5, 0.3, 0.15, 0.04, 0.01), "weights of the states at first", least=1e-9, most=10**9
    )
    seed: int = setting(1, "the same seed gives the same figures", least=0)

    def tasks(self) -> Sequence[Task]:
        if self.size < 2 or self.chains < 2 or len(self.start) < 2 or min(self.start) <= 0:
            raise UsageError("absorption needs two items, two chains and two states of positive weight")
        return [Task(Line("replace", "loop", self.size))]

    def compute(self, task: Task, desk: Desk) -> Found:
        """Rows: `end_at` (`at` numbers the state), `fixation`, and from two equal states `fixation_two`.

        The theory of the last is exact. `fixation` has none: `oracles.fixation_time` is a few per cent off.
        """
        start = np.array(self.start) / sum(self.start)
        ends, times = absorb(start, self.size, self.chains, stream(self.seed, "absorption"))
        desk.progress(1, 2)
        half = np.array([0.5, 0.5])
        _, even = absorb(half, self.size, self.chains, stream(self.seed, "absorption", "even"), exact_start=True)
        exact = oracles.fixation_time_two(self.size, self.size // 2)
        rows = _ends(self.size, start, ends, int(times.max()))
        rows += [task.line.row(int(times.max()), "fixation", times.astype(float))]
        rows += [task.line.row(int(even.max()), "fixation_two", even.astype(float), exact)]
        return Found(rows)

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        return [check(row, float(row.measure == "end_at")) for row in rows if row.theory is not None]

    def plots(self) -> tuple[Plot, ...]:
        return (
            Plot(
                "ends",
                "Where it ends",
                "Resampling goes on until one state is left. Which one is a lottery with the first shares as its odds.",
                measure="end_at",
                x="at",
                x_label="state",
                formula="P(end at i) = p₀(i)",
            ),
        )


def absorb(
    start: Floats, size: int, chains: int, rng: np.random.Generator, *, exact_start: bool = False
) -> tuple[Ints, Ints]:
    """Return the last state and the generation that reached it, of every chain, shape (chains,).

    The first draw of M real items counts as generation 1; with `exact_start` the chain starts *at* counts M·p.
    """
    share = np.broadcast_to(start, (chains, len(start)))
    ends, times = np.zeros(chains, dtype=np.int64), np.zeros(chains, dtype=np.int64)
    running = np.arange(chains)
    if exact_start:
        share = np.broadcast_to(np.round(start * size) / size, share.shape)
    generation = 0
    while len(running):
        generation += 1
        counts = rng.multinomial(size, share)
        alone = counts.max(axis=1) == size
        ends[running[alone]], times[running[alone]] = counts[alone].argmax(axis=1), generation
        running, share = running[~alone], counts[~alone] / size
    return ends, times


def _ends(size: int, start: Floats, ends: Ints, last: int) -> list[Row]:
    lines = (Line("replace", "loop", size, at=float(i + 1)) for i in range(len(start)))
    return [
        line.row(last, "end_at", (ends == i).astype(float), float(p))
        for i, (line, p) in enumerate(zip(lines, start, strict=True))
    ]
