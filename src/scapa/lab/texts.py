"""From a release's texts to what the lab resamples: word counts, and the logarithms of sentence lengths."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from scapa.text.words import words

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|\n\s*\n|(?<=[。！？])")


def word_counts(texts: Iterable[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the words of all texts, commonest first (ties in alphabetical order), and how often each occurs."""
    tally: Counter[str] = Counter()
    for text in texts:
        tally.update(words(text))
    order = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    return [word for word, _ in order], np.array([count for _, count in order], dtype=np.int64)


def log_sentence_lengths(texts: Iterable[str]) -> NDArray[np.float64]:
    """Return ln(number of words) of every sentence that has a word, in order.

    Sentences end at ., !, ?, … before white space, at a blank line, and at 。！？; abbreviations are not known.
    """
    lengths = (len(words(sentence)) for text in texts for sentence in _SENTENCE_END.split(text))
    return np.asarray(np.log(np.array([length for length in lengths if length], dtype=float)))
