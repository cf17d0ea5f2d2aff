"""From text to keyed fingerprints: what is stored of a generation and what is asked of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from scapa.text.kernels import Tokens, tokenise
from scapa.text.winnow import gram_counts, gram_prints, winnow

KEY_BYTES = 32


class Printer:
    """Makes prints under one ledger's key (32 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._key = blake2b(key=key, digest_size=16, person=b"scapa prints 1").digest()

    def grams(self, tokens: Tokens) -> NDArray[np.uint64]:
        """Return the print of every run of four words, text after text."""
        return gram_prints(tokens.hashes, tokens.first, self._key)

    def stored(self, text: str, context: Sequence[str], *, whole: bool = True) -> tuple[NDArray[np.uint64], int, int]:
        """Return (prints to store, words, prints left out) of a generated text.

        What the prompt or other context already said is left out: an output restates its prompt, and the user's own
        words must not match later. `whole` is false while a stream may still grow.
        """
        tokens = tokenise([text])
        grams = self.grams(tokens)
        chosen = np.unique(grams[winnow(grams, gram_counts(tokens.first), ends=whole)])
        said = self.grams(tokenise(list(context)))
        kept = chosen[~np.isin(chosen, said)]
        return kept, len(tokens.hashes), len(chosen) - len(kept)
