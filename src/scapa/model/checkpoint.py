"""The state of an unfinished tuning in one file: adapter, optimiser, curves; a killed run goes on from it.

`key` names everything that shapes the run (data, base, settings, seed); a checkpoint of another key is not used.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scapa.files import write_atomic
from scapa.model.parts import part, torch

FILE = "checkpoint.safetensors"
_MOMENTS = ("exp_avg", "exp_avg_sq", "step")


@dataclass(slots=True)
class State:
    """How far a tuning has come. `steps` is the plan; `before` holds the losses before tuning, by set, on at most
    `measured` windows of each.
    """

    steps: int = 0
    measured: int = 0
    step: int = 0
    tokens: int = 0
    before: dict[str, list[float]] = field(default_factory=dict)
    train: list[float] = field(default_factory=list)
    heldout: list[tuple[int, float]] = field(default_factory=list)


def save(folder: Path, key: str, state: State, weights: dict[str, torch.Tensor], optimiser: Any) -> None:
    """Replace the checkpoint in `folder`, at once."""
    tensors = {f"weight/{name}": tensor.detach() for name, tensor in weights.items()}
    for name, tensor in weights.items():
        moments = optimiser.state.get(tensor, {})
        tensors |= {f"{moment}/{name}": moments[moment] for moment in _MOMENTS if moment in moments}
    about = {"key": key, "state": json.dumps({name: getattr(state, name) for name in State.__slots__})}
    data = part("safetensors.torch").save({name: t.contiguous() for name, t in tensors.items()}, metadata=about)
    write_atomic(folder / FILE, data, mode=0o600)


def load(folder: Path, key: str, weights: dict[str, torch.Tensor], optimiser: Any) -> State | None:
    """Put a checkpoint's tensors into `weights` and `optimiser` and return its state.

    None where there is no whole one that fits `key`.
    """
    file = folder / FILE
    if not file.is_file():
        return None
    try:
        opened = part("safetensors").safe_open(file, "pt")
    except part("safetensors").SafetensorError:
        return None  # damaged on the disk: the tuning starts anew
    with opened as stored:
        about = stored.metadata() or {}
        if about.get("key") != key:
            return None
        names = set(stored.keys())
        for name, tensor in weights.items():
            tensor.data.copy_(stored.get_tensor(f"weight/{name}"))
            moments = {m: stored.get_tensor(f"{m}/{name}") for m in _MOMENTS if f"{m}/{name}" in names}
            if moments:
                optimiser.state[tensor] = moments
    state = State(**json.loads(about["state"]))
    state.heldout = [(int(step), float(loss)) for step, loss in state.heldout]
    return state
