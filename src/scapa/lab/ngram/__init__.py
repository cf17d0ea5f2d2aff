"""The `ngram` experiment: a trigram model of a text, trained from scratch on its own output.

The smallest language model that forgets as the paper says language models do, and cheap enough for the whole grid
of regimes, arms and seeds: a tenth of a CPU-second to read 200,000 words and to write as many.
Items are blocks of words; see `counts` for the model, `writing` for how it writes, `observing` for what is measured.
"""

from __future__ import annotations

from scapa.lab.ngram.experiment import NgramConfig

__all__ = ["NgramConfig"]
