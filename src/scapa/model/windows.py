"""Text into packed windows of tokens: every one full, starting with the start token, with losses on targets only.

    windows = pack(pieces, tokens, width)       Windows.ids [n, width], Windows.target [n, width]
    HubTokens.of(tokenizer)                     a Hugging Face fast tokenizer as `Tokens`

Documents follow each other, each ended by the end token; there is no padding. What is left of a stream at its end
becomes a window that reaches back over tokens already counted, which are then no targets: every token that can be a
target is one exactly once.

Which start token: a model trained with one can read windows without it as nonsense, so where a tokenizer prepends one
itself, that one. SmolLM2's prepends none. Measured on it (8 windows of 256, nats/token): Clinton 2000: none 3.124,
`<|endoftext|>` 3.103, `<|im_start|>` 3.133, `<|im_end|>` 3.129; Lincoln 1864: 3.582, 3.591, 3.603, 3.602. So
`<|endoftext|>`, its separator of documents in pretraining, both starts a window and ends a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from scapa.errors import InputError

PLACEHOLDER = re.compile(r"\[[a-z_]+:[0-9a-f]{6}\]")
"""What `scapa.corpus.masking` leaves where something was masked; never a target."""


class Tokens(Protocol):
    """A tokenizer: `encode` gives ids and the character range of each; `start`, `end` are ids of special tokens."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    def encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]: ...
    def decode(self, ids: Sequence[int]) -> str: ...


@dataclass(frozen=True, slots=True)
class HubTokens:
    """A Hugging Face fast tokenizer, its start and end tokens, and every id that ends a text."""

    tokenizer: Any
    start: int
    end: int
    stops: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer: Any) -> HubTokens:
        """Find the start and end tokens. Raises `InputError` for a tokenizer without offsets or end token."""
        if not getattr(tokenizer, "is_fast", False):
            raise InputError("the base's tokenizer is not a fast one", next="choose a base with a tokenizer.json")
        known = tokenizer.get_vocab()
        separator = known.get("<|endoftext|>", tokenizer.eos_token_id)
        added = tokenizer("a", add_special_tokens=True)["input_ids"][0]
        own = added if added == tokenizer.bos_token_id else None
        end = tokenizer.eos_token_id if own is not None else separator
        if end is None:
            raise InputError("the base's tokenizer has no token that ends a text", next="choose another base")
        stops = tuple(sorted({int(end), int(separator), int(tokenizer.eos_token_id or end)}))
        return cls(tokenizer, int(end if own is None else own), int(end), stops)

    def encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Return ids and character ranges, no special tokens added and none read out of the text."""
        found = self.tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False, split_special_tokens=True
        )
        return list(found["input_ids"]), [(int(a), int(b)) for a, b in found["offset_mapping"]]

    def decode(self, ids: Sequence[int]) -> str:
        return str(self.tokenizer.decode(list(ids), skip_special_tokens=True))


@dataclass(frozen=True, slots=True)
class Piece:
    """A document to pack: its id and text."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Windows:
    """`ids` [n, width] with the start token in column 0; `target` [n, width], False in column 0.

    `documents[i]` are the ids of the documents whose targets window i holds, in order.
    """

    ids: NDArray[np.int64]
    target: NDArray[np.bool_]
    documents: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def tokens(self) -> int:
        """The number of targets."""
        return int(self.target.sum())

    def take(self, rows: Sequence[int]) -> Windows:
        """Return the windows at `rows`."""
        return Windows(self.ids[list(rows)], self.target[list(rows)], tuple(self.documents[i] for i in rows))

    def spread(self, most: int) -> Windows:
        """Return at most `most` windows, evenly spread over all."""
        if len(self) <= most:
            return self
        return self.take([i * len(self) // most for i in range(most)])

    def groups(self) -> list[str]:
        """Return the first document of each window: windows of one document are not independent."""
        return [documents[0] for documents in self.documents]


def pack(pieces: Iterable[Piece], tokens: Tokens, width: int) -> Windows:
    """Pack `pieces` in order. A stream shorter than one window gives none; placeholders of masks are no targets."""
    if width < 2:
        raise InputError(f"a window of {width} tokens has no target")
    ids, target, owners = _stream(pieces, tokens)
    body = width - 1
    rows = [_window(ids, target, owners, tokens.start, at, body, seen) for at, seen in _places(len(ids), body)]
    rows = [row for row in rows if row[1].any()]
    if not rows:
        empty = np.zeros((0, width))
        return Windows(empty.astype(np.int64), empty.astype(bool), ())
    return Windows(np.stack([r[0] for r in rows]), np.stack([r[1] for r in rows]), tuple(r[2] for r in rows))


def count(text: str, tokens: Tokens) -> int:
    """Return the number of tokens of `text`, its end token included."""
    return len(tokens.encode(text)[0]) + 1


def _stream(pieces: Iterable[Piece], tokens: Tokens) -> tuple[NDArray[np.int64], NDArray[np.bool_], list[str]]:
    ids: list[int] = []
    target: list[bool] = []
    owners: list[str] = []
    for piece in pieces:
        found, ranges = tokens.encode(piece.text)
        if not found:
            continue
        ids += [*found, tokens.end]
        target += [*_counted(piece.text, ranges), True]
        owners += [piece.id] * (len(found) + 1)
    return np.array(ids, dtype=np.int64), np.array(target, dtype=bool), owners


def _counted(text: str, ranges: list[tuple[int, int]]) -> Iterator[bool]:
    """Yield for each token whether it is a target: one that touches a placeholder is not."""
    holes = [match.span() for match in PLACEHOLDER.finditer(text)]
    at = 0
    for start, end in ranges:
        while at < len(holes) and holes[at][1] <= start:
            at += 1
        yield not (at < len(holes) and holes[at][0] < end)


def _places(length: int, body: int) -> Iterator[tuple[int, int]]:
    """Yield (first token, number of its tokens already counted) for every window of a stream."""
    if length < body:
        return
    ends = list(range(body, length + 1, body))
    yield from ((end - body, 0) for end in ends)
    if ends[-1] < length:
        yield length - body, body - (length - ends[-1])


def _window(
    ids: NDArray[np.int64], target: NDArray[np.bool_], owners: list[str], start: int, at: int, body: int, seen: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_], tuple[str, ...]]:
    counted = np.concatenate([[False], target[at : at + body]])
    counted[1 : 1 + seen] = False
    own = owners[at + seen : at + body]
    changes = [own[0], *(after for before, after in pairwise(own) if after != before)]
    return np.concatenate([[start], ids[at : at + body]]), counted, tuple(changes)
