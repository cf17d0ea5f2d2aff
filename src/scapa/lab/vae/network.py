"""The autoencoder of the paper's SI and its training; the only module here that imports torch as it loads.

Encoder: convolutions 1 → c → 2c (kernel 4, stride 2, padding 1, ReLU), then one linear map to the means and one to the
log variances of the latents; decoder: the mirror of it. With c = 64, 20 latents and 28 × 28 pictures it has the 647,081
parameters that the authors' notebook prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from scapa.lab.vae.images import STRIDE

Batches = Callable[[torch.Generator], Iterator[Tensor]]
"""Makes one epoch of picture batches, shape (batch, side, side), from the random figures it is given."""
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides the network's parameters: the pictures' side, channels after the first convolution, latents."""

    side: int
    capacity: int = 64
    latents: int = 20


@dataclass(frozen=True, slots=True)
class Training:
    """How a network is trained: Adam with `decay` added to the gradient (not decoupled), as the paper has it."""

    epochs: int = 30
    rate: float = 1e-3
    decay: float = 1e-5
    beta: float = 1.0
    precision: str = "float32"

    @property
    def half(self) -> torch.autocast:
        """The context in which convolutions and products are done in `precision`; weights and losses stay float32."""
        return torch.autocast("cpu", torch.bfloat16, enabled=self.precision == "bfloat16")


class Encoder(nn.Module):
    """Pictures, shape (n, side, side), to the mean and log variance of their latents, shapes (n, latents)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        features = 2 * shape.capacity * (shape.side // STRIDE) ** 2
        self.first = nn.Conv2d(1, shape.capacity, kernel_size=4, stride=2, padding=1)
        self.second = nn.Conv2d(shape.capacity, 2 * shape.capacity, kernel_size=4, stride=2, padding=1)
        self.mean = nn.Linear(features, shape.latents)
        self.log_variance = nn.Linear(features, shape.latents)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        features = functional.relu(self.second(functional.relu(self.first(pictures[:, None])))).flatten(1)
        return self.mean(features).float(), self.log_variance(features).float()


class Decoder(nn.Module):
    """Latents, shape (n, latents), to the log odds that a pixel is white, shape (n, side, side)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.grid = (2 * shape.capacity, shape.side // STRIDE, shape.side // STRIDE)
        self.spread = nn.Linear(shape.latents, 2 * shape.capacity * (shape.side // STRIDE) ** 2)
        self.second = nn.ConvTranspose2d(2 * shape.capacity, shape.capacity, kernel_size=4, stride=2, padding=1)
        self.first = nn.ConvTranspose2d(shape.capacity, 1, kernel_size=4, stride=2, padding=1)

    def forward(self, latents: Tensor) -> Tensor:
        grid = self.spread(latents).view(-1, *self.grid)
        odds: Tensor = self.first(functional.relu(self.second(grid)))
        return odds[:, 0].float()


class Vae(nn.Module):
    """An encoder and a decoder; `seed` fixes the weights it starts from."""

    def __init__(self, shape: Shape, seed: int = 0) -> None:
        super().__init__()
        self.shape = shape
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.encoder, self.decoder = Encoder(shape), Decoder(shape)


def loss(odds: Tensor, pictures: Tensor, mean: Tensor, log_variance: Tensor, beta: float = 1.0) -> Tensor:
    """Return the negative evidence bound in nats, summed over pictures: binary cross-entropy of every pixel + β·KL.

    KL(N(μ, σ²) ‖ N(0, 1)) = ½ Σ (μ² + σ² − 1 − ln σ²), Kingma & Welling (arXiv 1312.6114), appendix B. Both are sums:
    averaging one of them over pixels would change the weight of the other. The paper has β = 1.
    """
    told = functional.binary_cross_entropy_with_logits(odds, pictures, reduction="sum")
    divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()
    return told + beta * divergence


def train(shape: Shape, training: Training, batches: Batches, seed: int) -> Vae:
    """Return a network trained from fresh weights; `seed` fixes weights, order, redrawn pictures and latent noise."""
    generator = torch.Generator().manual_seed(seed)
    network = Vae(shape, int(torch.randint(2**62, (1,), generator=generator)))
    optimiser = torch.optim.Adam(network.parameters(), lr=training.rate, weight_decay=training.decay, fused=True)
    for _ in range(training.epochs):
        for pictures in batches(generator):
            with training.half:
                mean, log_variance = network.encoder(pictures)
                noise = torch.randn(mean.shape, generator=generator)
                odds = network.decoder(mean + torch.exp(log_variance / 2) * noise)
            optimiser.zero_grad()
            loss(odds, pictures, mean, log_variance, training.beta).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    return network.requires_grad_(False).eval()


def draw(network: Vae, count: int, generator: torch.Generator, bias: float = 1.0) -> Tensor:
    """Return `count` pictures, shape (count, side, side): decoder *means* of latents from N(0, `bias`·I).

    No pixel noise is added: the authors train the next generation on just these grey pictures, not on Bernoulli draws
    of their pixels.
    """
    latents = torch.randn(count, network.shape.latents, generator=generator) * bias**0.5
    with torch.no_grad():
        return torch.sigmoid(torch.cat([network.decoder(part) for part in torch.split(latents, _CHUNK)]))


def latent_means(network: Vae, pictures: Tensor) -> Tensor:
    """Return the encoder's mean of every latent, shape (n, latents)."""
    with torch.no_grad():
        return torch.cat([network.encoder(part)[0] for part in torch.split(pictures, _CHUNK)])


def evidence(network: Vae, pictures: Tensor, generator: torch.Generator, beta: float = 1.0) -> float:
    """Return the `loss` of `pictures` in nats a picture, one draw of latents each."""
    total = 0.0
    with torch.no_grad():
        for part in torch.split(pictures, _CHUNK):
            mean, log_variance = network.encoder(part)
            noise = torch.randn(mean.shape, generator=generator)
            odds = network.decoder(mean + torch.exp(log_variance / 2) * noise)
            total += loss(odds, part, mean, log_variance, beta).item()
    return total / len(pictures)
