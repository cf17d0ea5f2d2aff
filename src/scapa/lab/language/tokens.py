"""The tokenizer of the small networks: byte-level byte-pair encoding trained on the real text, by `tokenizers`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.model.parts import part


@dataclass(frozen=True, slots=True)
class Bytepairs:
    """A trained tokenizer; every text can be encoded, because every byte is a token."""

    tokenizer: Any

    @classmethod
    def train(cls, texts: Iterable[str], vocabulary: int) -> Bytepairs:
        """Merge the commonest pairs until there are `vocabulary` tokens; the same texts give the same tokenizer."""
        library = part("tokenizers")
        tokenizer = library.Tokenizer(library.models.BPE())
        tokenizer.pre_tokenizer = library.pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = library.decoders.ByteLevel()
        alphabet = library.pre_tokenizers.ByteLevel.alphabet()
        trainer = library.trainers.BpeTrainer(vocab_size=vocabulary, initial_alphabet=alphabet, show_progress=False)
        tokenizer.train_from_iterator(texts, trainer)
        return cls(tokenizer)

    @classmethod
    def load(cls, text: str) -> Bytepairs:
        """Return what `dump` wrote."""
        return cls(part("tokenizers").Tokenizer.from_str(text))

    def dump(self) -> str:
        """Return the tokenizer as JSON."""
        return str(self.tokenizer.to_str())

    @property
    def vocabulary(self) -> int:
        return int(self.tokenizer.get_vocab_size())

    def encode(self, text: str) -> NDArray[np.int32]:
        return np.array(self.tokenizer.encode(text).ids, dtype=np.int32)

    def decode(self, ids: Sequence[int]) -> str:
        return str(self.tokenizer.decode([int(i) for i in ids]))
