"""The engine's subject: items are blocks of tokens, a model is a network tuned on them from a fixed start.

Every machine block continues a *real* block: the prompt. That is the paper's way (arXiv 2305.17493, §5): if the model
made no error, it would write the real text again. So a generation's text follows the topics of the real one, and what
drifts is how it goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.lab.language.author import Arrays, Author, pack, unpack
from scapa.lab.language.decoding import Decoding
from scapa.lab.language.network import Model
from scapa.lab.language.text import Pairs
from scapa.lab.language.training import Blocks, Course
from scapa.lab.regimes import Ints


@dataclass(frozen=True, slots=True)
class Writing:
    """Blocks [n, t] that one author reads and writes; one chain, since a seed is a task of its own.

    Real blocks, and the prompts of machine ones, are drawn from `corpus` without replacement until it is used up.
    `course` is for `size` blocks; if `whole`, a larger set is trained on for longer in proportion.
    """

    author: Author
    corpus: Pairs
    course: Course
    decoding: Decoding
    size: int
    whole: bool = False
    chains: int = field(default=1, init=False)

    def real(self, sizes: Ints, rng: np.random.Generator) -> Blocks:
        return self.corpus.blocks[self._rows(sizes, rng)]

    def sample(self, model: Model, sizes: Ints, bias: float, rng: np.random.Generator) -> Blocks:
        """Let `model` continue as many prompts; `bias` is a factor on the temperature."""
        prompts = self.corpus.prompts[self._rows(sizes, rng)]
        return self.author.write(model, prompts, self.corpus.blocks.shape[1], self.decoding.heated(bias), rng)

    def pool(self, first: Blocks, second: Blocks) -> Blocks:
        return np.concatenate([first, second])

    def subset(self, items: Blocks, size: int, rng: np.random.Generator) -> Blocks:
        return items[rng.permutation(len(items))[:size]]

    def fit(self, items: Blocks, rng: np.random.Generator) -> Model:
        course = self.course.times(len(items) / self.size) if self.whole else self.course
        return self.author.learn(items, course, rng)

    def pack_model(self, model: Model) -> dict[str, NDArray[Any]]:
        return pack(model)

    def unpack_model(self, arrays: Arrays) -> Model:
        return unpack(arrays)

    def pack_items(self, items: Blocks) -> dict[str, NDArray[Any]]:
        return {"blocks": items}

    def unpack_items(self, arrays: Arrays) -> Blocks:
        return arrays["blocks"]

    def _rows(self, sizes: Ints, rng: np.random.Generator) -> NDArray[np.int64]:
        size, n = int(sizes[0]), len(self.corpus)
        passes = [rng.permutation(n) for _ in range(-(-size // n))]
        return np.concatenate(passes)[:size] if passes else np.zeros(0, dtype=np.int64)
