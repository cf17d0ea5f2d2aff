"""Batched writing with a static cache: every step is one pass over all rows, never one text at a time.

    write(shape, model, prompts, length, Decoding(), rng)       prompts [n, p] → ids [n, length]

`model` comes already cast. The cache is float32 whatever the weights are: the many small products of attention are
slower in bfloat16.
"""

from __future__ import annotations

from dataclasses import dataclass

from scapa.lab.language.decoding import Decoding
from scapa.lab.language.network import Model, Shape, causal, hidden, logits
from scapa.model.parts import torch

BATCH = 256
"""Texts written side by side; the figures of a run depend on it (rounding), so it is no option."""


@dataclass(slots=True)
class Cache:
    """Keys and values of all positions of `rows` texts, [rows · groups, positions, e] a layer; `filled` so far."""

    keys: list[torch.Tensor]
    values: list[torch.Tensor]
    filled: int = 0

    @classmethod
    def empty(cls, shape: Shape, rows: int, positions: int) -> Cache:
        size = (rows * shape.groups, positions, shape.head)
        return cls([torch.zeros(size) for _ in range(shape.layers)], [torch.zeros(size) for _ in range(shape.layers)])

    def advance(self, shape: Shape, model: Model, ids: torch.Tensor) -> torch.Tensor:
        """Read `ids` [rows, t] (t = 1, or a first prompt) and return the logits after them, [rows, v]."""
        attend = self._first if self.filled == 0 else self._next
        states = hidden(shape, model, ids, attend, self.filled)
        self.filled += ids.shape[1]
        return logits(model, states[:, -1])

    def reorder(self, parents: torch.Tensor, start: int, groups: int) -> None:
        """Let row i go on from row `parents[i]`; rows share what lies before position `start`."""
        rows = (parents[:, None] * groups + torch.arange(groups)).flatten()
        for kept in (*self.keys, *self.values):
            kept[:, start : self.filled] = kept[rows, start : self.filled]

    def spread(self, copies: int, groups: int) -> None:
        """Repeat every row `copies` times, side by side."""
        for side in (self.keys, self.values):
            side[:] = [
                kept.view(-1, groups, *kept.shape[1:]).repeat_interleave(copies, 0).flatten(0, 1) for kept in side
            ]

    def _first(self, layer: int, queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        for kept, new in ((self.keys, keys), (self.values, values)):
            kept[layer][:, : keys.shape[1]] = new.transpose(1, 2).flatten(0, 1)
        return causal(layer, queries, keys, values)

    def _next(self, layer: int, queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        b, _, h, e = queries.shape
        end = self.filled + 1
        for kept, new in ((self.keys, keys), (self.values, values)):
            kept[layer][:, self.filled] = new.flatten(0, 2)
        k, v = self.keys[layer][:, :end], self.values[layer][:, :end]
        q = queries.float().reshape(len(k), -1, e) * e**-0.5
        shares = torch.bmm(q, k.transpose(1, 2)).softmax(-1)
        return torch.bmm(shares, v).view(b, 1, h * e).to(queries.dtype)


@torch.inference_mode()
def write(
    shape: Shape, model: Model, prompts: torch.Tensor, length: int, decoding: Decoding, rng: torch.Generator
) -> torch.Tensor:
    """Return `length` new ids for each row of `prompts` [n, p], by the law of `decoding`."""
    if decoding.beams > 1:
        rows = torch.split(prompts, max(1, BATCH // decoding.beams))
        return torch.cat([_search(shape, model, some, length, decoding) for some in rows])
    return torch.cat([_sample(shape, model, some, length, decoding, rng) for some in torch.split(prompts, BATCH)])


def _sample(
    shape: Shape, model: Model, prompts: torch.Tensor, length: int, decoding: Decoding, rng: torch.Generator
) -> torch.Tensor:
    cache = Cache.empty(shape, len(prompts), prompts.shape[1] + length - 1)
    seen = _seen(shape, prompts, decoding)
    found, ids = [], prompts
    for _ in range(length):
        next_ = cache.advance(shape, model, ids)
        if seen is not None:
            next_ = decoding.penalised(next_, seen)
        ids = decoding.draw(next_, rng)[:, None]
        if seen is not None:
            seen.scatter_(1, ids, value=True)
        found.append(ids)
    return torch.cat(found, 1)


def _search(shape: Shape, model: Model, prompts: torch.Tensor, length: int, decoding: Decoding) -> torch.Tensor:
    """Beam search for texts of one length: of all continuations of the kept texts, keep the likeliest `beams`.

    Deterministic. A penalty acts on the log-probabilities, as transformers' search applies it.
    """
    n, beams, v = len(prompts), decoding.beams, shape.vocabulary
    cache = Cache.empty(shape, n, prompts.shape[1] + length - 1)
    seen = _seen(shape, prompts, decoding)
    scores, texts = torch.zeros(n, 1), prompts.new_zeros(n, 1, 0)
    ids, width = prompts, 1
    for step in range(length):
        shares = cache.advance(shape, model, ids).log_softmax(1)
        if seen is not None:
            shares = decoding.penalised(shares, seen)
        total = (scores[:, :, None] + shares.view(n, width, v)).flatten(1)
        scores, best = total.topk(min(beams, total.shape[1]), 1)
        parents, ids = best // v, (best % v).view(-1, 1)
        rows = (parents + width * torch.arange(n)[:, None]).flatten()
        texts = torch.cat([texts.flatten(0, 1)[rows], ids], 1).view(n, -1, step + 1)
        if width != scores.shape[1]:
            width = scores.shape[1]
            cache.spread(width, shape.groups)
        else:
            cache.reorder(rows, prompts.shape[1], shape.groups)
        seen = None if seen is None else seen[rows].scatter_(1, ids, value=True)
    return texts[:, 0]


def _seen(shape: Shape, prompts: torch.Tensor, decoding: Decoding) -> torch.Tensor | None:
    if decoding.penalty == 1:
        return None
    return torch.zeros(len(prompts), shape.vocabulary, dtype=torch.bool).scatter_(1, prompts, value=True)
