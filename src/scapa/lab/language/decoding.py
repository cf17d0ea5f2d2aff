"""How the next token is chosen: the law that a model's text follows, and how a biased one differs from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scapa.errors import UsageError
from scapa.model.parts import torch


@dataclass(frozen=True, slots=True)
class Decoding:
    """A law of decoding; the defaults are an honest sample.

    `top_k` keeps the k likeliest tokens (0: all), `top_p` the smallest set of at least that mass (Holtzman et al.
    2020), `beams` > 1 takes the likeliest text that a search of that width finds, and `penalty` divides the positive
    and multiplies the negative logits of every token seen before (Keskar et al. 2019).
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    beams: int = 1
    penalty: float = 1.0

    def __post_init__(self) -> None:
        if self.temperature <= 0 or self.top_k < 0 or not 0 < self.top_p <= 1 or self.beams < 1 or self.penalty <= 0:
            raise UsageError("a decoding needs temperature > 0, top_k ≥ 0, top_p in (0, 1], beams ≥ 1 and penalty > 0")

    def heated(self, factor: float) -> Decoding:
        """Return the same law at `factor` times the temperature."""
        return replace(self, temperature=self.temperature * factor)

    def draw(self, logits: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
        """Return one id a row of `logits` [b, v], shape (b,).

        By inverting the cumulative sum: torch.multinomial takes about eight times as long. The uniform number stays
        below the whole sum, so that an id without mass is never drawn.
        """
        if self.temperature != 1:
            logits = logits / self.temperature
        if self.top_k or self.top_p < 1:
            logits = self._truncated(logits)
        sums = (logits - logits.amax(1, keepdim=True)).exp_().cumsum(1)
        whole = sums[:, -1:]
        at = torch.rand(len(sums), 1, generator=rng) * whole
        return torch.searchsorted(sums, torch.minimum(at, whole.nextafter(torch.zeros(1))), right=True)[:, 0]

    def penalised(self, logits: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """Return `logits` with the penalty on the ids where `seen` [b, v] is true."""
        lowered = torch.where(logits < 0, logits * self.penalty, logits / self.penalty)
        return torch.where(seen, lowered, logits)

    def _truncated(self, logits: torch.Tensor) -> torch.Tensor:
        if 0 < self.top_k < logits.shape[1]:
            least = logits.topk(self.top_k, 1).values[:, -1:]
            logits = logits.where(logits >= least, -torch.inf)
        if self.top_p < 1:
            ordered = logits.sort(1, descending=True).values
            shares = ordered.softmax(1)
            inside = shares.cumsum(1) - shares < self.top_p  # the token that crosses the mass stays
            least = ordered.where(inside, torch.inf).amin(1, keepdim=True)
            logits = logits.where(logits >= least, -torch.inf)
        return logits
