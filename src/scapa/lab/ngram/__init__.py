"""The `ngram` experiment: a trigram model of a text, trained from scratch on its own output.

The smallest language model that forgets as the paper says language models do, and cheap enough for the whole grid
of regimes, arms and seeds: .06 CPU-seconds for a generation of 200,000 words. Items are blocks of words; see `counts`
for the model, `writing` for how it writes, `observing` for what is measured.
"""

from __future__ import annotations

from scapa.lab.ngram.experiment import NgramConfig

__all__ = ["NgramConfig"]
