"""A pretrained base of transformers as an author: any causal language model, tuned whole.

One that is a Llama becomes the lab's own network; any other, and all on a GPU, writes by transformers' `generate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab.language.author import Author, Small
from scapa.lab.language.decoding import Decoding
from scapa.lab.language.llama import of_llama
from scapa.lab.language.network import Model
from scapa.lab.language.training import Blocks, Course, fit_weights
from scapa.model.base import Base, prepare_base, quiet
from scapa.model.parts import part, torch
from scapa.model.windows import HubTokens

READ, WRITTEN = 16, 64
"""Blocks read and texts written side by side (a search of 5 beams: 12)."""


@dataclass(frozen=True, slots=True)
class Subwords:
    """A base's own tokenizer."""

    tokens: HubTokens

    @property
    def vocabulary(self) -> int:
        return len(self.tokens.tokenizer)

    def encode(self, text: str) -> NDArray[np.int32]:
        return np.array(self.tokens.encode(text)[0], dtype=np.int32)

    def decode(self, ids: Sequence[int]) -> str:
        return self.tokens.decode([int(i) for i in ids])


@dataclass(frozen=True, slots=True, eq=False)
class Pretrained:
    """`network` holds whichever weights are at work; `start` are the base's, in float32 on the processor.

    Passes run in `dtype`, on a GPU where there is one.
    """

    network: Any = field(repr=False)
    start: Model = field(repr=False)
    dtype: torch.dtype

    @classmethod
    def of(cls, base: Base, dtype: torch.dtype) -> Pretrained:
        """Load `base`. Raises `InputError` when it cannot be loaded."""
        network = base.network(torch.float32).to("cuda" if torch.cuda.is_available() else "cpu")
        start = {name: weight.detach().cpu().clone() for name, weight in network.named_parameters()}
        return cls(network, start, dtype)

    def learn(self, blocks: Blocks, course: Course, rng: np.random.Generator) -> Model:
        self._use(self.start)
        weights = dict(self.network.named_parameters())
        with torch.enable_grad():
            fit_weights(weights, lambda ids: self._losses(ids.to(self.network.device)), blocks, course, rng)
        return {name: weight.detach().cpu().clone() for name, weight in weights.items()}

    def losses(self, model: Model, blocks: Blocks) -> NDArray[np.float64]:
        self._use(model)
        rows = torch.split(torch.from_numpy(blocks.astype(np.int64)).to(self.network.device), READ)
        with torch.inference_mode():
            return np.concatenate([self._losses(ids).cpu().double().numpy() for ids in rows])

    def write(self, model: Model, prompts: Blocks, length: int, decoding: Decoding, rng: np.random.Generator) -> Blocks:
        """Write with transformers' `generate`; the end token is no end, since all blocks are of one length."""
        self._use(model)
        quiet()
        part("transformers").set_seed(int(rng.integers(2**32)))
        batch = max(1, WRITTEN // decoding.beams)
        rows = torch.split(torch.from_numpy(prompts.astype(np.int64)).to(self.network.device), batch)
        found = [self._written(ids, length, decoding) for ids in rows]
        return np.concatenate(found).astype(np.int32) if found else prompts[:0, :0].reshape(0, length)

    def _written(self, ids: torch.Tensor, length: int, decoding: Decoding) -> NDArray[np.int64]:
        law: dict[str, Any] = {"num_beams": decoding.beams, "repetition_penalty": decoding.penalty}
        if decoding.beams == 1:
            law |= {"do_sample": True, "temperature": decoding.temperature, "top_p": decoding.top_p}
            law |= {"top_k": decoding.top_k}
        config = part("transformers").GenerationConfig(
            max_new_tokens=length, min_new_tokens=length, pad_token_id=0, eos_token_id=None, use_cache=True, **law
        )
        with torch.inference_mode(), self._passes():
            found = self.network.generate(ids, attention_mask=torch.ones_like(ids), generation_config=config)
        new: NDArray[np.int64] = found[:, ids.shape[1] :].cpu().numpy()
        return new

    def _losses(self, ids: torch.Tensor) -> torch.Tensor:
        with self._passes():
            logits = self.network(input_ids=ids[:, :-1], use_cache=False).logits
        each = torch.nn.functional.cross_entropy(logits.flatten(0, 1).float(), ids[:, 1:].flatten(), reduction="none")
        return each.view(len(ids), -1)

    def _passes(self) -> Any:
        return torch.autocast(self.network.device.type, dtype=self.dtype, enabled=self.dtype != torch.float32)

    def _use(self, model: Model) -> None:
        """Put `model` to work, where it is not at work already."""
        with torch.no_grad():
            for name, weight in self.network.named_parameters():
                weight.copy_(model[name])


def author_of(base: Base, dtype: torch.dtype) -> Author:
    """Return an author that starts from `base`: the lab's own network where it can stand for it and there is no GPU."""
    own = None if torch.cuda.is_available() else of_llama(base.network(torch.float32))
    return Pretrained.of(base, dtype) if own is None else Small(*own, dtype)


def open_base(name: str, bases: Path | None) -> Base:
    """Return the base; what must be fetched or converted is kept in the folder `bases`.

    Raises `UsageError` if there is no such folder, and what `prepare_base` raises.
    """
    if bases is None:
        raise UsageError("a pretrained base needs a folder that base models are kept in", where=name)
    return prepare_base(name, bases)
