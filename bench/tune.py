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

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.measured import Measured, interleaved, parser, show
from scapa.model.base import DEFAULT, Base, prepare_base
from scapa.model.hidden import Hidden
from scapa.model.parts import old_names, part, torch
from scapa.model.processor import choose
from scapa.model.train import Trainer, Training, adapt
from scapa.model.windows import Windows
from scapa.settings import home_path

WIDTH, BATCH, RANK, USED, SETS = 256, 4, 16, 5_000, 2


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
        taken = interleaved(sides, repeats)
    rates = {name: [WIDTH * BATCH / spent for spent in side] for name, side in taken.items()}
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


def compared(name: str, ours: list[float], peer: list[float]) -> Measured:
    return Measured.of(name, ours, peer, "tokens per processor second", rate=True)


def main() -> None:
    options = parser(__doc__, repeats=3)
    options.add_argument("--base", default=DEFAULT)
    chosen = options.parse_args()
    base = prepare_base(chosen.base, home_path() / "models" / "base")
    show(rows(base, chosen.repeats), as_json=chosen.json)


if __name__ == "__main__":
    main()
