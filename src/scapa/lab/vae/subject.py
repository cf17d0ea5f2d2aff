"""Autoencoders as the engine's subject. One chain: each task is one seed.

The authors' notebook never makes a data set of generated pictures: every batch of every epoch is decoded from fresh
latents. `Written` is such a part of a training set, its author and a number of pictures, drawn anew whenever it is
read. With `redraw` off a generation's pictures are drawn once, so that a finite sample adds its own error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from scapa.lab.regimes import Ints
from scapa.lab.vae.network import Shape, Training, Vae, draw, train

Pixels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Written:
    """`count` pictures that `author` decodes of fresh latents from N(0, `bias`·I) whenever they are asked for."""

    author: Vae
    count: int
    bias: float = 1.0


@dataclass(frozen=True, slots=True)
class Album:
    """A training set: pictures that stay, shape (n, side, side), and parts that are drawn anew."""

    pixels: Pixels
    written: tuple[Written, ...] = ()

    def __len__(self) -> int:
        return len(self.pixels) + sum(part.count for part in self.written)

    @property
    def sizes(self) -> list[int]:
        """The number of pictures of each part, those that stay first."""
        return [len(self.pixels), *(part.count for part in self.written)]


class Autoencoders:
    """The engine's subject: `pixels` are the real pictures, shape (n, side, side)."""

    chains = 1

    def __init__(self, pixels: Pixels, shape: Shape, training: Training, batch: int, *, redraw: bool = True) -> None:
        self.pixels, self.shape, self.training = pixels, shape, training
        self.batch, self.redraw = batch, redraw

    def real(self, sizes: Ints, rng: np.random.Generator) -> Album:
        """Real pictures without replacement; past the last one the whole set again, as often as `sizes` asks."""
        passes, rest = divmod(int(sizes[0]), len(self.pixels))
        order = np.concatenate([np.tile(np.arange(len(self.pixels)), passes), rng.permutation(len(self.pixels))[:rest]])
        return Album(self.pixels[order])

    def sample(self, model: Vae, sizes: Ints, bias: float, rng: np.random.Generator) -> Album:
        count = int(sizes[0])
        if self.redraw:
            return Album(self.pixels[:0].copy(), (Written(model, count, bias),))
        return Album(draw(model, count, generator_of(rng), bias).numpy())

    def pool(self, first: Album, second: Album) -> Album:
        return Album(np.concatenate([first.pixels, second.pixels]), first.written + second.written)

    def subset(self, items: Album, size: int, rng: np.random.Generator) -> Album:
        """How many of each part, then which of those that stay: the same law as `size` of all, drawn one by one."""
        stay, *counts = rng.multivariate_hypergeometric(items.sizes, size).tolist()
        picks = rng.choice(len(items.pixels), stay, replace=False)
        parts = zip(items.written, counts, strict=True)
        return Album(items.pixels[picks], tuple(Written(w.author, n, w.bias) for w, n in parts if n))

    def fit(self, items: Album, rng: np.random.Generator) -> Vae:
        batches = partial(epoch, items, self.batch, self.training)
        return train(self.shape, self.training, batches, int(rng.integers(2**63)))

    def pack_model(self, model: Vae) -> dict[str, NDArray[Any]]:
        return {name: weights.numpy() for name, weights in model.state_dict().items()}

    def unpack_model(self, arrays: Mapping[str, NDArray[Any]]) -> Vae:
        model = Vae(self.shape)
        model.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in arrays.items()})
        return model.requires_grad_(False).eval()

    def pack_items(self, items: Album) -> dict[str, NDArray[Any]]:
        packed: dict[str, NDArray[Any]] = {
            "pixels": items.pixels,
            "counts": np.array([part.count for part in items.written], dtype=np.int64),
            "biases": np.array([part.bias for part in items.written], dtype=np.float64),
        }
        for number, part in enumerate(items.written):
            packed |= {f"author{number}/{name}": array for name, array in self.pack_model(part.author).items()}
        return packed

    def unpack_items(self, arrays: Mapping[str, NDArray[Any]]) -> Album:
        written = []
        for number, (count, bias) in enumerate(zip(arrays["counts"], arrays["biases"], strict=True)):
            prefix = f"author{number}/"
            weights = {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}
            written.append(Written(self.unpack_model(weights), int(count), float(bias)))
        return Album(np.asarray(arrays["pixels"]), tuple(written))


def epoch(album: Album, batch: int, training: Training, generator: torch.Generator) -> Iterator[Tensor]:
    """Yield the pictures of `album` once in a random order, `batch` at a time; written ones are decoded here."""
    bounds = torch.tensor(album.sizes).cumsum(0)
    pixels = torch.from_numpy(album.pixels)
    for numbers in torch.split(torch.randperm(len(album), generator=generator), batch):
        parts = torch.bucketize(numbers, bounds, right=True)
        found = [pixels[numbers[parts == 0]]]
        for place, part in enumerate(album.written, start=1):
            count = int((parts == place).sum())
            if count:
                with training.half:
                    found.append(draw(part.author, count, generator, part.bias))
        yield torch.cat(found)


def generator_of(rng: np.random.Generator) -> torch.Generator:
    """Return a torch generator whose seed `rng` draws."""
    return torch.Generator().manual_seed(int(rng.integers(2**63)))
