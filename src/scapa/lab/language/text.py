"""The real text: documents in order of time, cut into a base's part, a part to go round on, and held-out documents.

The earlier documents train the base, the later ones are what a generation is tuned on: as in the paper, where a
network that had read something else is tuned on a text that is new to it. Every eighth of the later documents is held
out whole. An item is a block of tokens; the block before it in its document is its prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scapa.errors import InputError, UsageError
from scapa.lab.language.training import Blocks

HELD_OUT = 8
"""One of so many documents is never trained on."""


class Tokens(Protocol):
    """What cuts text into token ids and puts it together again."""

    @property
    def vocabulary(self) -> int: ...
    def encode(self, text: str) -> NDArray[np.int32]: ...
    def decode(self, ids: Sequence[int]) -> str: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Documents by what they are for."""

    base: tuple[str, ...]
    train: tuple[str, ...]
    held_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Prompts [n, p] and the blocks [n, t] that follow them in the same document."""

    prompts: Blocks
    blocks: Blocks

    def __len__(self) -> int:
        return len(self.blocks)

    def take(self, rows: NDArray[np.int64]) -> Pairs:
        """Return the pairs at `rows`."""
        return Pairs(self.prompts[rows], self.blocks[rows])

    def spread(self, most: int) -> Pairs:
        """Return at most `most` pairs, evenly spread over all."""
        return self.take(np.arange(min(most, len(self))) * len(self) // max(1, min(most, len(self))))


def part(documents: Sequence[str], base_share: float, held_out: Sequence[str] = ()) -> Parts:
    """Give the first documents, up to `base_share` of all characters, to the base.

    Of the others every eighth is held out, unless there are `held_out` ones. Raises `UsageError` for too few.
    """
    ends = np.cumsum([len(text) for text in documents])
    start = int(np.searchsorted(ends, base_share * ends[-1], side="right")) if len(ends) else 0
    later = documents[start:]
    if held_out and later:
        return Parts(tuple(documents[:start]), tuple(later), tuple(held_out))
    held_out = tuple(later[HELD_OUT // 2 :: HELD_OUT])
    if not held_out or len(later) == len(held_out):
        raise UsageError(f"{len(documents)} documents are too few to hold some out", next="give more documents")
    train = tuple(text for i, text in enumerate(later) if i % HELD_OUT != HELD_OUT // 2)
    return Parts(tuple(documents[:start]), train, held_out)


def pairs(documents: Sequence[NDArray[np.int32]], prompt: int, block: int) -> Pairs:
    """Cut every document into blocks, each with the tokens before it as its prompt; what is too short is left out.

    Raises `InputError` if not one pair is found.
    """
    found = [
        document[at : at + prompt + block]
        for document in documents
        for at in range(0, len(document) - prompt - block + 1, block)
    ]
    if not found:
        raise InputError(f"no document has {prompt + block} tokens", next="give longer documents or smaller blocks")
    rows = np.stack(found)
    return Pairs(rows[:, :prompt], rows[:, prompt:])


def windows(documents: Sequence[NDArray[np.int32]], width: int) -> Blocks:
    """Cut the documents, end to end, into windows of `width` tokens. Raises `InputError` if they fill not even one."""
    stream = np.concatenate(documents) if documents else np.zeros(0, dtype=np.int32)
    if len(stream) < width:
        raise InputError(f"the base's text has less than {width} tokens", next="give more text, or a larger base share")
    return stream[: len(stream) // width * width].reshape(-1, width)
