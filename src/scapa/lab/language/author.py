"""What learns from blocks and writes new ones: a network with a fixed start, whatever it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from scapa.lab.language.decoding import Decoding
from scapa.lab.language.network import Model, Shape, cast
from scapa.lab.language.training import Blocks, Course, token_losses, train
from scapa.lab.language.writing import write
from scapa.model.parts import torch

Arrays = Mapping[str, NDArray[Any]]


class Author(Protocol):
    """A network whose every generation is tuned from the same start; models are dictionaries of weights."""

    def learn(self, blocks: Blocks, course: Course, rng: np.random.Generator) -> Model:
        """Return the start, trained on `blocks` [n, t]."""

    def losses(self, model: Model, blocks: Blocks) -> NDArray[np.float64]:
        """Return the loss in nats of every token but the first of each block, [n, t−1]."""

    def write(self, model: Model, prompts: Blocks, length: int, decoding: Decoding, rng: np.random.Generator) -> Blocks:
        """Return what `model` writes after each prompt, [n, length]."""


@dataclass(frozen=True, slots=True, eq=False)
class Small:
    """The lab's own network (`scapa.lab.language.network`), whose passes run in `dtype`."""

    shape: Shape
    start: Model = field(repr=False)
    dtype: torch.dtype

    def learn(self, blocks: Blocks, course: Course, rng: np.random.Generator) -> Model:
        return train(self.shape, self.start, blocks, course, self.dtype, rng)

    def losses(self, model: Model, blocks: Blocks) -> NDArray[np.float64]:
        return token_losses(self.shape, model, blocks, self.dtype)

    def write(self, model: Model, prompts: Blocks, length: int, decoding: Decoding, rng: np.random.Generator) -> Blocks:
        ids = torch.from_numpy(prompts.astype(np.int64))
        draws = torch.Generator().manual_seed(int(rng.integers(2**63)))
        return write(self.shape, cast(model, self.dtype), ids, length, decoding, draws).numpy().astype(np.int32)


def pack(model: Model) -> dict[str, NDArray[Any]]:
    """Return the weights as arrays; bfloat16, which numpy lacks, as its bits."""
    return {
        name: (w.view(torch.int16).numpy() if w.dtype == torch.bfloat16 else w.numpy()) for name, w in model.items()
    }


def unpack(arrays: Arrays) -> Model:
    """Return what `pack` was given."""
    tensors = {name: torch.from_numpy(np.array(array)) for name, array in arrays.items()}
    return {name: (w.view(torch.bfloat16) if w.dtype == torch.int16 else w) for name, w in tensors.items()}
