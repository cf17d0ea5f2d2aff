"""Tuning speed against a plain peft loop: `python -m bench.tune [--json] [--base NAME] [--repeats N]`.

Tokens per processor second of forward, backward and optimiser on 4 windows of 256 random tokens, float32, LoRA of
rank 16 on all linear layers, one thread. The peer is the usual loop: transformers' own loss over the full
vocabulary, backward, AdamW; once with adapters in every layer (what peft does by default), once with adapters in
the same upper third as ours, so that the reader sees what freezing alone brings. Ours is shown over a window seen
before (the frozen layers are cached) and over a new one. Random tokens use more of the vocabulary than a real
corpus, so the excerpt is drawn around as many ids as a corpus of 50,000 tokens uses.
Repeats of all sides are interleaved, so that a busy machine slows all; the pairs' ratios give low and high.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import numpy as np

from scapa.model.base import DEFAULT, Base, prepare_base
from scapa.model.hidden import Hidden
from scapa.model.parts import old_names, part, torch
from scapa.model.processor import choose
from scapa.model.train import Trainer, Training, adapt
from scapa.model.windows import Windows
from scapa.settings import home_path

WIDTH, BATCH, RANK, USED, SETS = 256, 4, 16, 5_000, 2


@dataclass(frozen=True, slots=True)
class Measured:
    """Tokens per processor second of both sides (medians), and ours/peer as median, least and most over repeats."""

    name: str
    ours: float
    peer: float
    ratio: float
    unit: str
    low: float
    high: float


def rows(base: Base, repeats: int = 3) -> list[Measured]:
    """Return every row of the bench."""
    choose(1)
    training = Training(width=WIDTH, batch=BATCH, micro=BATCH)
    with TemporaryDirectory() as folder:
        trainer = our_trainer(base, training, Path(folder))
        upper = range(trainer.stack.frozen, len(trainer.stack.model.get_base_model().model.layers))
        sides = {
            "new": lambda: new_pass(trainer),
            "again": lambda: trainer.step(0, 100),
            "peft": peer(base, training, None),
            "peft upper": peer(base, training, list(upper)),
        }
        rates = interleaved(sides, repeats)
    return [
        compared("a window seen before, v peft in all layers", rates["again"], rates["peft"]),
        compared("a new window, v peft in all layers", rates["new"], rates["peft"]),
        compared("a window seen before, v peft in the same layers", rates["again"], rates["peft upper"]),
        compared("a new window, v peft in the same layers", rates["new"], rates["peft upper"]),
    ]


def windows() -> Windows:
    ids = np.random.default_rng(0).integers(5, 5 + USED, (BATCH, WIDTH))
    target = np.ones(ids.shape, dtype=bool)
    target[:, 0] = False
    return Windows(ids, target, (("random",),) * BATCH)


def our_trainer(base: Base, training: Training, folder: Path) -> Trainer:
    stack = adapt(base.network(torch.float32), RANK, training, 0)
    return Trainer(stack, Hidden(stack, windows(), folder), training, 1e-3, 0)


def new_pass(trainer: Trainer) -> None:
    """A step whose windows the frozen layers have not seen: they run now, the rest as ever."""
    trainer.stack.lower(torch.from_numpy(trainer.hidden.windows.ids))
    trainer.step(0, 100)


def peer(base: Base, training: Training, layers: list[int] | None) -> Callable[[], None]:
    """Return a step of the usual loop."""
    config = part("peft").LoraConfig(
        r=RANK, lora_alpha=2 * RANK, target_modules=list(training.targets), layers_to_transform=layers,
        task_type="CAUSAL_LM",
    )  # fmt: skip
    with old_names():
        model: Any = part("peft").get_peft_model(base.network(torch.float32), config)
    optimiser = torch.optim.AdamW((p for p in model.parameters() if p.requires_grad), lr=1e-3)
    ids = torch.from_numpy(windows().ids)

    def step() -> None:
        model(input_ids=ids, labels=ids, use_cache=False).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()

    return step


def interleaved(sides: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Return tokens per processor second of each repeat; a first round warms up and isn't counted."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for repeat in range(repeats + 1):
        for name, side in sides.items():
            start = process_time()
            side()
            if repeat:
                rates[name].append(WIDTH * BATCH / (process_time() - start))
    return rates


def compared(name: str, ours: list[float], peer: list[float]) -> Measured:
    ratios = [a / b for a, b in zip(ours, peer, strict=True)]
    return Measured(
        name, median(ours), median(peer), median(ratios), "tokens per processor second", min(ratios), max(ratios)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--base", default=DEFAULT)
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    base = prepare_base(chosen.base, home_path() / "models" / "base")
    found = rows(base, chosen.repeats)
    if chosen.json:
        print(json.dumps({"rows": [asdict(row) for row in found]}))
        return
    for row in found:
        print(
            f"{row.name}: {row.ours:.0f} v {row.peer:.0f} {row.unit}, {row.ratio:.2f} x [{row.low:.2f}, {row.high:.2f}]"
        )


if __name__ == "__main__":
    main()
