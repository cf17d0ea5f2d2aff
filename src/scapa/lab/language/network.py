"""A small Llama in plain functions over a dictionary of weights, so that "a model" is data and a generation a value.

Root-mean-square norms, rotary positions, one key and value head shared by all query heads (multi-query attention), a
gated unit, and the embedding used again as output matrix: what transformers' `LlamaForCausalLM` computes with the
same weights (`scapa.lab.language.llama`; a test holds the logits together).

One key and value head, because sampling on a processor is bound by how fast the cache is read: 4 × less of it gave
1.8 × the tokens a second at 0.5 M parameters. Weights are kept in float32; `cast` makes the copies that a pass uses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scapa.model.parts import torch

Model = dict[str, torch.Tensor]
Attend = Callable[[int, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
"""(layer, queries [b, t, h, e], keys [b, t, g, e], values [b, t, g, e]) → what each query read, [b, t, h·e]."""

SPREAD = 0.02


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes: `heads` query heads share `groups` key and value heads; `hidden` is the gated units' width."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    hidden: int
    groups: int = 1
    theta: float = 10_000.0
    epsilon: float = 1e-6

    @property
    def head(self) -> int:
        """The width of one head."""
        return self.width // self.heads

    @property
    def parameters(self) -> int:
        """How many numbers a model holds; the output matrix is the embedding's."""
        attention = self.width * self.head * 2 * (self.heads + self.groups)
        return self.width * (self.vocabulary + 1) + self.layers * (
            attention + 3 * self.width * self.hidden + 2 * self.width
        )

    def fresh(self, rng: torch.Generator) -> Model:
        """Return untrained weights: normal with deviation 0.02, smaller where a layer adds to the stream."""
        d, last = self.width, SPREAD / (2 * self.layers) ** 0.5
        model = {"embedding": _normal((self.vocabulary, d), SPREAD, rng), "norm": torch.ones(d)}
        for i in range(self.layers):
            model |= {
                f"{i}.attention_norm": torch.ones(d),
                f"{i}.qkv": _normal(((self.heads + 2 * self.groups) * self.head, d), SPREAD, rng),
                f"{i}.out": _normal((d, self.heads * self.head), last, rng),
                f"{i}.mlp_norm": torch.ones(d),
                f"{i}.gate_up": _normal((2 * self.hidden, d), SPREAD, rng),
                f"{i}.down": _normal((d, self.hidden), last, rng),
            }
        return model

    def angles(self, start: int, end: int, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
        """Return cosines and signed sines of the rotary angles of positions `start` … `end`−1, [end−start, 1, e]."""
        rates = self.theta ** (-torch.arange(0, self.head, 2) / self.head)
        turn = torch.arange(start, end)[:, None] * rates
        cos, sin = torch.cat([turn.cos(), turn.cos()], 1), torch.cat([-turn.sin(), turn.sin()], 1)
        return cos.to(dtype)[:, None], sin.to(dtype)[:, None]


def cast(model: Model, dtype: torch.dtype) -> Model:
    """Return copies in `dtype` (the same tensors if they are in it); gradients pass through."""
    return {name: weight.to(dtype) for name, weight in model.items()}


def hidden(shape: Shape, model: Model, ids: torch.Tensor, attend: Attend, start: int = 0) -> torch.Tensor:
    """Return the final hidden states of `ids` [b, t] at positions from `start`, [b, t, d], already normed."""
    b, t = ids.shape
    stream = torch.nn.functional.embedding(ids, model["embedding"])
    cos, sin = shape.angles(start, start + t, stream.dtype)
    turned = shape.heads + shape.groups
    for i in range(shape.layers):
        found = _linear(_norm(shape, stream, model[f"{i}.attention_norm"]), model[f"{i}.qkv"]).view(
            b, t, -1, shape.head
        )
        qk, values = found[:, :, :turned], found[:, :, turned:]
        qk = qk * cos + torch.roll(qk, shape.head // 2, -1) * sin
        read = attend(i, qk[:, :, : shape.heads], qk[:, :, shape.heads :], values)
        stream = stream + _linear(read, model[f"{i}.out"])
        gate, up = _linear(_norm(shape, stream, model[f"{i}.mlp_norm"]), model[f"{i}.gate_up"]).chunk(2, -1)
        stream = stream + _linear(torch.nn.functional.silu(gate) * up, model[f"{i}.down"])
    return _norm(shape, stream, model["norm"])


def logits(model: Model, states: torch.Tensor) -> torch.Tensor:
    """Return the logits of the next token in float32, [..., v]."""
    return _linear(states, model["embedding"]).float()


def causal(_: int, queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Attend to all positions up to one's own, nothing cached.

    Written as two products of matrices: for blocks of 64 positions that is faster than PyTorch's fused kernel.
    """
    b, t, h, e = queries.shape
    g = keys.shape[2]
    q = (queries * e**-0.5).view(b, t, g, h // g, e).permute(0, 2, 3, 1, 4).reshape(b * g, -1, e)
    k, v = (side.transpose(1, 2).reshape(b * g, t, e) for side in (keys, values))
    later = torch.full((t, t), -torch.inf, dtype=q.dtype).triu(1)
    shares = (torch.bmm(q, k.transpose(1, 2)).view(b * g, -1, t, t) + later).softmax(-1)
    read = torch.bmm(shares.view(b * g, -1, t), v).view(b, h, t, e)
    return read.transpose(1, 2).reshape(b, t, h * e)


def losses(shape: Shape, model: Model, ids: torch.Tensor) -> torch.Tensor:
    """Return −log p(token | tokens before it in its row) in nats, [b, t−1]: the first token has none."""
    found = logits(model, hidden(shape, model, ids[:, :-1], causal))
    each = torch.nn.functional.cross_entropy(found.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return each.view(len(ids), -1)


def _normal(size: tuple[int, ...], spread: float, rng: torch.Generator) -> torch.Tensor:
    return torch.randn(size, generator=rng) * spread


def _norm(shape: Shape, stream: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.rms_norm(stream, (shape.width,), weight, shape.epsilon)


def _linear(states: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.linear(states, weight)
