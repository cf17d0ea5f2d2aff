"""The engine's subject: items are blocks of words, shape (blocks, length); models are trigram models; one chain."""

from __future__ import annotations

import numpy as np

from scapa.errors import UsageError
from scapa.lab.ngram.corpus import Corpus
from scapa.lab.ngram.counts import Blocks, Trigrams, fit
from scapa.lab.ngram.writing import Writer
from scapa.lab.regimes import Ints


class Author:
    """Reads blocks of `corpus` and writes blocks as long."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus, self.chains = corpus, 1

    def real(self, sizes: Ints, rng: np.random.Generator) -> Blocks:
        """Return blocks of the corpus, none twice; a later generation may meet a block again.

        Raises `UsageError` if the corpus has fewer.
        """
        wanted, there = int(sizes[0]), len(self.corpus.blocks)
        if wanted > there:
            raise UsageError(
                f"the text has {there:,} blocks to draw from, not {wanted:,}", next="use a smaller --size or more text"
            )
        return self.corpus.blocks[rng.choice(there, wanted, replace=False)]

    def sample(self, model: Trigrams, sizes: Ints, bias: float, rng: np.random.Generator) -> Blocks:
        """Return blocks written at temperature `bias`."""
        return Writer.of(model, bias).write(int(sizes[0]), self.corpus.blocks.shape[1], rng)

    def pool(self, first: Blocks, second: Blocks) -> Blocks:
        return np.concatenate([first, second])

    def subset(self, items: Blocks, size: int, rng: np.random.Generator) -> Blocks:
        return items[rng.choice(len(items), size, replace=False)]

    def fit(self, items: Blocks, rng: np.random.Generator) -> Trigrams:
        return fit(items, self.corpus.vocabulary)


class CleanAuthor(Author):
    """Machine text is by a model of all human text so far, and of nothing else: what dilutes, but never read itself."""

    def __init__(self, corpus: Corpus) -> None:
        super().__init__(corpus)
        self.read: list[Blocks] = []

    def real(self, sizes: Ints, rng: np.random.Generator) -> Blocks:
        self.read.append(super().real(sizes, rng))
        return self.read[-1]

    def sample(self, model: Trigrams, sizes: Ints, bias: float, rng: np.random.Generator) -> Blocks:
        return super().sample(self.fit(np.concatenate(self.read), rng), sizes, bias, rng)
