"""How the lab's cost grows: `python -m bench.growth [--json]`.

Each row runs an experiment, measures and all, at a base size and with one thing multiplied: chains, states, items,
generations, or the weights of a network. `ours` is generations a processor second when stretched, `peer` at the base,
and their ratio 1 where growing costs nothing, 1/k where k times as much costs k times as long. A second row gives the
peak memory of both, in megabytes beyond what the process held before (Linux only). One thread; interleaved.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from bench.measured import Measured, interleaved, parser, show
from scapa.lab import EXPERIMENTS
from scapa.lab.desk import Desk
from scapa.lab.language.author import Small
from scapa.lab.language.decoding import Decoding
from scapa.lab.language.network import Shape
from scapa.lab.language.training import Course
from scapa.model.parts import torch

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_ONE = {"arms": ("loop",), "regimes": ("replace",)}
BASES: Mapping[str, dict[str, Any]] = {
    "gaussian": _ONE | {"sizes": (1_000,), "ddofs": (0,), "chains": 100, "generations": 200},
    "discrete": _ONE | {"sizes": (10_000,), "states": 1_000, "chains": 20, "generations": 20},
    "gmm": _ONE | {"sizes": (1_000,), "set_ups": ("two",), "chains": 4, "generations": 20},
    "kde": _ONE | {"sizes": (100,), "bandwidths": (0.3,), "chains": 50, "generations": 10},
    "regression": _ONE | {"sizes": (111,), "features": ("new",), "chains": 50, "generations": 10},
    "ngram": _ONE | {"sizes": (200,), "replicates": 1, "generations": 2},
}
STRETCHED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("gaussian", "10 x the chains", {"chains": 1_000}),
    ("gaussian", "10 x the generations", {"generations": 2_000}),
    ("gaussian", "100 x the items", {"sizes": (100_000,)}),
    ("gaussian", "accumulate, 10 x the generations", {"generations": 2_000, "regimes": ("accumulate",)}),
    ("discrete", "10 x the chains", {"chains": 200}),
    ("discrete", "10 x the states", {"states": 10_000}),
    ("discrete", "100 x the items", {"sizes": (1_000_000,)}),
    ("gmm", "10 x the chains", {"chains": 40}),
    ("gmm", "10 x the items", {"sizes": (10_000,)}),
    ("gmm", "accumulate, 5 x the generations", {"generations": 100, "regimes": ("accumulate",)}),
    ("kde", "10 x the chains", {"chains": 500}),
    ("regression", "10 x the chains", {"chains": 500}),
    ("ngram", "10 x the items", {"sizes": (2_000,)}),
)
SHAPES = {
    "0.5 M": Shape(1_024, 128, 2, 4, 384),
    "2.6 M": Shape(2_048, 256, 3, 4, 704),
    "9 M": Shape(4_096, 384, 5, 6, 1_024),
}
BLOCKS = 64
"""Blocks that a generation of the language experiment reads twice and writes once, here."""


@dataclass(frozen=True, slots=True)
class Side:
    """Something that is run: how many generations that are, and the work."""

    generations: int
    work: Callable[[], object]


def rows(repeats: int) -> Iterator[Measured]:
    """Yield two rows a stretch: rates, and peak memory."""
    for name, what, changes in STRETCHED:
        regimes = {"regimes": changes["regimes"]} if "regimes" in changes else {}
        yield from compared(f"{name}: {what}", side(name, changes), side(name, regimes), repeats)
    base = "0.5 M"
    for weights in [shape for shape in SHAPES if shape != base]:
        yield from compared(f"language: {weights} v {base} weights", written(weights), written(base), repeats)


def side(name: str, changes: Mapping[str, Any]) -> Side:
    """Return one generation loop of an experiment, through the code that `scapa lab` runs."""
    config: Any = EXPERIMENTS.make(name, **(BASES[name] | dict(changes)))[0]
    return Side(config.generations, lambda: [config.compute(task, Desk()) for task in config.tasks()])


def written(weights: str) -> Side:
    """Return one generation of a network: trained on `BLOCKS` blocks twice over, then writing as many."""
    shape = SHAPES[weights]
    author = Small(shape, shape.fresh(torch.Generator().manual_seed(0)), torch.float32)
    rng = np.random.default_rng(0)
    blocks = rng.integers(shape.vocabulary, size=(BLOCKS, 64)).astype(np.int32)

    def work() -> None:
        model = author.learn(blocks, Course(2 * BLOCKS // 16, 16), rng)
        author.write(model, blocks, 64, Decoding(), rng)

    return Side(1, work)


def compared(name: str, stretched: Side, base: Side, repeats: int) -> Iterator[Measured]:
    """Yield the rates of both sides, timed in turn, and the peaks of one run each."""
    sides = {"stretched": stretched, "base": base}
    taken = interleaved({key: each.work for key, each in sides.items()}, repeats)
    ours, peer = ([each.generations / spent for spent in taken[key]] for key, each in sides.items())
    yield Measured.of(f"{name}, generations/s", ours, peer, "generations/s", rate=True)
    if _RESET.exists():
        yield Measured.of(f"{name}, peak memory", [peak(stretched.work)], [peak(base.work)], "MB", rate=True)


def peak(work: Callable[[], object]) -> float:
    """Return the megabytes that `work` held at most beyond what was there before (0.1 at least)."""
    gc.collect()
    before = held("VmRSS")
    _RESET.write_text("5")  # Linux: the high-water mark begins anew
    work()
    return max(0.1, held("VmHWM") - before)


def held(what: str) -> float:
    """Return the megabytes that this process holds (VmRSS), or has held at most (VmHWM)."""
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1_024


def main() -> None:
    options = parser(__doc__, repeats=3).parse_args()
    torch.set_num_threads(1)
    with threadpool_limits(1):
        found = list(rows(options.repeats))
    show(found, as_json=options.json)


if __name__ == "__main__":
    main()
