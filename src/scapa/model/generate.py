"""Text in the tuned voice. Recording comes first: no text is returned that was not recorded.

    writer = Writer.load(base, folder / "adapter")
    outputs = writer.write(prompt, n=3, max_new_tokens=120, record=ledger_record)

`record(text, prompt)` keeps the fingerprints and returns the generation's id; if it raises, no text is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scapa.errors import CheckFailed, InputError, UsageError
from scapa.model.base import Base
from scapa.model.parts import old_names, part, torch
from scapa.model.processor import choose
from scapa.model.windows import HubTokens

Record = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Output:
    """One text and the id under which its fingerprints were recorded."""

    text: str
    generation_id: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn: `temperature` 0 takes the likeliest; `top_p` keeps the smallest such set."""

    temperature: float = 1.0
    top_p: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Writer:
    """A base with an adapter merged in (in memory, never saved)."""

    network: Any
    tokens: HubTokens

    @classmethod
    def load(cls, base: Base, adapter: Path | None = None, *, threads: int = 0) -> Writer:
        """Load `base`, with the adapter folder merged in if given. Raises `InputError` when it cannot be loaded."""
        network = base.network(choose(threads).dtype)
        if adapter is not None:
            network = _merged(network, adapter)
        return cls(network, base.tokens())

    def write(
        self,
        prompt: str,
        *,
        record: Record,
        n: int = 1,
        max_new_tokens: int = 200,
        sampling: Sampling = Sampling(),
    ) -> list[Output]:
        """Continue `prompt` `n` times; each text is recorded before any is returned. Raises what `record` raises."""
        if n < 1 or max_new_tokens < 1:
            raise UsageError("ask for one text and one token at least")
        ids = [self.tokens.start, *self.tokens.encode(prompt)[0]]
        room = int(getattr(self.network.config, "max_position_embeddings", 1 << 30))
        if len(ids) + max_new_tokens > room:
            raise UsageError(f"prompt and text together exceed the base's {room:,} tokens", next="shorten the prompt")
        texts = [
            self.tokens.decode(found)
            for found in sample(self.network, [ids] * n, self.tokens.stops, max_new_tokens, sampling)
        ]
        return [Output(text, record(text, prompt)) for text in texts]


def sample(
    network: Any, prompts: Sequence[Sequence[int]], stops: Sequence[int], most: int, sampling: Sampling
) -> list[list[int]]:
    """Return up to `most` new ids for each prompt, without the stop; the prompts must be equally long.

    Raises `UsageError` for prompts of different lengths or a temperature below 0, `CheckFailed` when the network
    gives no finite numbers.
    """
    if len({len(prompt) for prompt in prompts}) != 1 or sampling.temperature < 0 or not 0 < sampling.top_p <= 1:
        raise UsageError("sampling needs prompts of one length, a temperature of 0 or more, and top_p in (0, 1]")
    rng = torch.Generator().manual_seed(sampling.seed)
    ids, past, rows = torch.tensor(prompts), None, []
    ended = torch.zeros(len(prompts), dtype=torch.bool)
    stop = torch.tensor(sorted(stops))
    with torch.inference_mode():
        for _ in range(most):
            found = network(input_ids=ids, past_key_values=past, use_cache=True, logits_to_keep=1)
            past = found.past_key_values
            ids = _draw(found.logits[:, -1].float(), sampling, rng)[:, None]
            ended |= torch.isin(ids[:, 0], stop)
            rows.append(torch.where(ended, -1, ids[:, 0]))
            if bool(ended.all()):
                break
    return [[int(i) for i in column if i >= 0] for column in torch.stack(rows, 1)]


def _draw(logits: torch.Tensor, sampling: Sampling, rng: torch.Generator) -> torch.Tensor:
    """Return one id a row of `logits` [b, v], by inverting the cumulative sum (`multinomial` is ten times slower)."""
    if not bool(torch.isfinite(logits).all()):
        raise CheckFailed("the model gives no finite numbers", next="roll back to the last good model")
    if sampling.temperature == 0:
        return logits.argmax(1)
    shares = torch.softmax(logits / sampling.temperature, 1).double()
    if sampling.top_p < 1:
        shares, order = shares.sort(1, descending=True)
        shares = shares.where(shares.cumsum(1) - shares < sampling.top_p, 0.0)  # the token that crosses top_p stays
    sums = shares.cumsum(1)
    at = torch.rand(len(shares), 1, generator=rng, dtype=torch.double) * sums[:, -1:]
    chosen = torch.searchsorted(sums, at, right=True).clamp_(max=shares.shape[1] - 1)
    return (order.gather(1, chosen) if sampling.top_p < 1 else chosen)[:, 0]


def _merged(network: Any, adapter: Path) -> Any:
    if not (adapter / "adapter_model.safetensors").is_file():
        raise InputError("holds no adapter_model.safetensors", where=str(adapter), next="see `scapa models`")
    try:
        with old_names():
            return part("peft").PeftModel.from_pretrained(network, adapter).merge_and_unload().eval()
    except (ValueError, RuntimeError, OSError, KeyError) as error:
        raise InputError(
            f"the adapter does not fit its base ({type(error).__name__})",
            where=str(adapter),
            next="check that the base is the one named in the model's bill.json",
        ) from error
