"""One causal language model cut in two: frozen lower layers, whose output is computed once, and tuned upper layers.

    stack = Stack.cut(model, frozen)          model: transformers' causal LM, possibly with a peft adapter
    hidden = stack.lower(ids)                 no gradients; the same for every epoch and evaluation, so cache it
    losses, slope = stack.head(stack.upper(hidden), ids, target)

A tuning passes over its windows several times and evaluates several times, and the lower layers never change: caching
what they say turns two thirds of each later forward pass into a copy. The head's gradient is written by hand
(softmax − one-hot, times the frozen output matrix), chunk by chunk, so that the logits (196 kB a token for a
vocabulary of 49,152) are never kept.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any

from scapa.errors import InputError
from scapa.model.parts import torch

CHUNK = 256
"""Tokens whose logits exist at one time."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of the vocabulary that stands for all of it in training: every id in use, and some others by lot.

    The others' shares of the softmax are weighted by (ids left out + drawn) / drawn, so the expected normaliser is
    the full one: an importance-sampled softmax (Bengio & Senécal 2008). Without it, tuning could push probability
    onto words that the corpus lacks and never see it.
    """

    weight: torch.Tensor
    place: torch.Tensor
    used: int
    bonus: float

    @classmethod
    def draw(cls, weight: torch.Tensor, used: torch.Tensor, others: int, rng: torch.Generator) -> Excerpt:
        """Draw from the output matrix `weight` [v, d]: the rows `used` (ascending) and `others` more."""
        free = torch.ones(len(weight), dtype=torch.bool)
        free[used] = False
        rest = free.nonzero()[:, 0]
        others = min(others, len(rest))
        chosen = torch.cat([used, rest[torch.randperm(len(rest), generator=rng)[:others]]])
        place = torch.full((len(weight),), -1)
        place[used] = torch.arange(len(used))
        return cls(weight.detach()[chosen], place, len(used), math.log(len(rest) / others) if others else 0.0)


@dataclass(frozen=True, slots=True)
class Stack:
    """The two halves of `model`; `frozen` lower layers. Shapes: ids [b, t], hidden [b, t, d]."""

    model: Any
    frozen: int
    _lower: Any
    _upper: Any
    _head: Any

    @classmethod
    def cut(cls, model: Any, frozen: int) -> Stack:
        """Cut after `frozen` layers. Raises `InputError` when the halves do not compute what the whole computes."""
        causal = model.get_base_model() if hasattr(model, "get_base_model") else model
        body, head = causal.model, causal.get_output_embeddings()
        lower = _part(body, body.layers[:frozen], torch.nn.Identity())
        upper = _part(body, body.layers[frozen:], body.norm)
        stack = cls(model, frozen, lower, upper, head)
        stack._check()
        return stack

    @property
    def output(self) -> torch.Tensor:
        """The output matrix [v, d]."""
        found: torch.Tensor = self._head.weight
        return found

    @property
    def width(self) -> int:
        """The length d of a hidden state."""
        return int(self._head.weight.shape[1])

    @property
    def dtype(self) -> torch.dtype:
        found: torch.dtype = self._head.weight.dtype
        return found

    def lower(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the hidden states after the frozen layers."""
        with torch.no_grad():
            hidden: torch.Tensor = self._lower(input_ids=ids, use_cache=False).last_hidden_state
        return hidden

    def upper(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return the final hidden states; differentiable by the adapter."""
        final: torch.Tensor = self._upper(inputs_embeds=hidden, use_cache=False).last_hidden_state
        return final

    def head(
        self,
        final: torch.Tensor,
        ids: torch.Tensor,
        target: torch.Tensor,
        *,
        slope: bool = True,
        excerpt: Excerpt | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return the loss of every token in nats, [b, t] (0 where it is no target), and the sum's gradient by `final`.

        The loss of token i is −log p(id_i | ids before i) over the full vocabulary, or an estimate of it by
        `excerpt`; column 0 has no loss.
        """
        b, t, d = final.shape
        flat = final.detach()[:, :-1].reshape(-1, d)
        wanted = ids[:, 1:].reshape(-1)
        weight = self.output if excerpt is None else excerpt.weight
        if excerpt is not None:
            wanted = excerpt.place[wanted]
        rows = target[:, 1:].reshape(-1).nonzero()[:, 0]
        losses, slopes = torch.zeros(b * (t - 1)), torch.zeros_like(flat) if slope else None
        with torch.no_grad():
            for chosen in torch.split(rows, CHUNK):
                losses[chosen], part = _cross_entropy(flat[chosen], weight, wanted[chosen], slope, excerpt)
                if slopes is not None and part is not None:
                    slopes[chosen] = part
        losses = torch.nn.functional.pad(losses.view(b, t - 1), (1, 0))
        if slopes is None:
            return losses, None
        return losses, torch.nn.functional.pad(slopes.view(b, t - 1, d), (0, 0, 0, 1))

    def _check(self) -> None:
        """Compare the cut model with the whole one on arbitrary ids: architectures differ (scaled embeddings, caps)."""
        ids = torch.arange(7, 7 + 24).remainder(self._head.weight.shape[0])[None]
        target = torch.ones_like(ids, dtype=torch.bool)
        with torch.no_grad():
            whole = torch.log_softmax(self.model(input_ids=ids, use_cache=False).logits.float(), -1)
            ours, _ = self.head(self.upper(self.lower(ids)), ids, target, slope=False)
        theirs = -whole[:, :-1].gather(-1, ids[:, 1:, None])[..., 0]
        tolerance = 2e-3 if self._head.weight.dtype == torch.float32 else 0.3
        if not torch.allclose(ours[:, 1:], theirs, atol=tolerance, rtol=tolerance):
            raise InputError(
                f"this architecture ({type(self.model).__name__}) cannot be cut into frozen and tuned layers",
                next="choose a Llama-like base, e.g. smollm2-135m",
            )


def _part(body: Any, layers: Any, norm: Any) -> Any:
    """Return a view of `body` that shares its weights but runs only `layers`, then `norm`."""
    view = copy.copy(body)
    view.__dict__["_modules"] = dict(body._modules)  # noqa: SLF001 - torch has no other way to share a module's parts
    view.layers, view.norm = torch.nn.ModuleList(layers), norm
    view.config = copy.copy(body.config)
    view.config.num_hidden_layers = len(layers)
    return view


def _cross_entropy(
    final: torch.Tensor, weight: torch.Tensor, wanted: torch.Tensor, slope: bool, excerpt: Excerpt | None
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Return −log softmax(final · weightᵀ)[wanted] in nats, [n], and its gradient by `final`, [n, d]."""
    logits = torch.nn.functional.linear(final, weight).float()
    if excerpt is not None:
        logits[:, excerpt.used :] += excerpt.bonus
    here = (torch.arange(len(wanted)), wanted)
    normaliser = logits.logsumexp(1)
    losses = normaliser - logits[here]
    if not slope:
        return losses, None
    shares = logits.sub_(normaliser[:, None]).exp_()
    shares[here] -= 1
    return losses, shares.to(weight.dtype) @ weight
