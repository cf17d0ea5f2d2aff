"""Late collapse of a discrete distribution: resampling goes on until one state is left, and which one is a lottery.

P(the end is state i) = p_0(i), because p_n(i) is a martingale; rare states go first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS, oracles
from scapa.lab.engine import stream
from scapa.lab.run import LabRun, Row, run_folder, write_run
from scapa.lab.verdict import Line, check
from scapa.records import Progress, silent

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class AbsorptionConfig:
    """Settings of `scapa lab absorption`: M = `size` items, started at `start` (any positive weights)."""

    name: ClassVar[str] = "absorption"
    version: ClassVar[int] = 1

    size: int = 100
    chains: int = 4_000
    start: tuple[float, ...] = (0.5, 0.3, 0.15, 0.04, 0.01)
    seed: int = 1

    def folder(self, lab: Path) -> Path:
        return run_folder(lab, self)

    def run(self, folder: Path, progress: Progress = silent) -> LabRun:
        return run_absorption(self, folder, progress)


def run_absorption(config: AbsorptionConfig, folder: Path, progress: Progress = silent) -> LabRun:
    """Resample until every chain has one state; check where it ends and, for two states, when.

    Rows: `end_at` (estimator names the state), `fixation` and, from two equal states, `fixation_two`, whose theory
    is exact. `fixation`'s theory is left out: the diffusion formula (`oracles.fixation_time`) is a few per cent off.
    """
    start = np.array(config.start)
    if config.size < 2 or config.chains < 2 or len(start) < 2 or start.min() <= 0:
        raise UsageError("absorption needs two items, two chains and two states of positive weight")
    start = start / start.sum()
    line = Line("replace", "loop", config.size)
    ends, times = absorb(start, config.size, config.chains, stream(config.seed, "absorption"))
    progress("absorption", 1, 2, "starts")
    half = np.array([0.5, 0.5])
    _, even = absorb(half, config.size, config.chains, stream(config.seed, "absorption", "even"), exact_start=True)
    progress("absorption", 2, 2, "starts")
    last = int(times.max())
    rows = _ends(line.size, start, ends, last)
    rows += [line.row(last, "fixation", times.astype(float))]
    exact = oracles.fixation_time_two(config.size, config.size // 2)
    rows += [line.row(int(even.max()), "fixation_two", even.astype(float), exact)]
    return write_run(
        folder,
        config,
        last,
        rows,
        [check(row, float(row.measure == "end_at")) for row in rows if row.theory is not None],
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
    lines = (Line("replace", "loop", size, f"state {i + 1}") for i in range(len(start)))
    return [
        line.row(last, "end_at", (ends == i).astype(float), float(p))
        for i, (line, p) in enumerate(zip(lines, start, strict=True))
    ]
