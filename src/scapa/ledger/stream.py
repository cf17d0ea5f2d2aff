"""A generation that is sent piece by piece: whatever was sent is remembered, even if the stream breaks off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scapa.ledger.entries import Generation, State
from scapa.ledger.prints import Printer

Keep = Callable[[Generation, NDArray[np.uint64]], None]


class Stream:
    """`extend` with each piece (at most about 32 words) before sending it; `close` at the end."""

    def __init__(self, printer: Printer, keep: Keep, generation: Generation, context: Sequence[str]) -> None:
        self.generation = generation
        self._printer, self._keep, self._context = printer, keep, tuple(context)
        self._text, self._kept = "", np.empty(0, np.uint64)

    def extend(self, piece: str) -> None:
        """Remember the text so far, durably; only then send `piece`."""
        self._text += piece
        self._update(closing=False)

    def close(self) -> Generation:
        """Say that the text is whole, and return its entry."""
        self._update(closing=True)
        return self.generation

    def _update(self, *, closing: bool) -> None:
        prints, words, left_out = self._printer.stored(self._text, self._context, whole=closing)
        fresh = np.setdiff1d(prints, self._kept)
        total = len(self._kept) + len(fresh)
        state: State = "complete" if closing else "open"
        changed = replace(self.generation, words=words, prints=total, left_out=left_out, state=state)
        self._keep(changed, fresh)
        self.generation, self._kept = changed, np.union1d(self._kept, fresh)
