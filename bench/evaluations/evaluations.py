"""The judge of evaluation sets: planted and edited overlap, and false alarms, on State of the Union addresses.

Sets are paragraphs of every other address. Documents are paragraphs of the others (nothing planted), with a passage of
60 words of a set in the middle of them, whose words are replaced at random at the given rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from bench.quality import Figure
from scapa.lab.speeches import speeches
from scapa.measure.interval import wilson
from scapa.text.kernels import tokenise
from scapa.text.known_runs import index_of, overlap, runs

_PASSAGE, _PLANTED = 60, 1_000
_ON = "State of the Union, a passage of 60 words in a paragraph"


def figures() -> Iterator[Figure]:
    """Yield recall by run length and edits, and false alarms."""
    known, others = paragraphs()
    for n in (8, 13):
        tokens = tokenise(known)
        index = index_of([runs(tokens.hashes, tokens.first, n)], n)
        for edited in (0.0, 0.05, 0.1, 0.2):
            asked = tokenise(planted(edited))
            found = int((overlap(index, asked.hashes, asked.first, 1).longest > 0).sum())
            share = wilson(found, _PLANTED)
            yield Figure(
                f"found, {edited:.0%} of words replaced, runs of {n}",
                _ON,
                _PLANTED,
                share.estimate,
                share.low,
                share.high,
            )
        asked = tokenise(others)
        wrong = int((overlap(index, asked.hashes, asked.first, 1).longest > 0).sum())
        share = wilson(wrong, len(others))
        on = "paragraphs of other addresses, which quote and repeat each other"
        yield Figure(
            f"alarms where nothing was planted, runs of {n}", on, len(others), share.estimate, share.low, share.high
        )


@cache
def paragraphs() -> tuple[list[str], list[str]]:
    """Return the paragraphs of the sets, and those of the documents."""
    parts = [speech.paragraphs() for speech in speeches()]
    return [p for part in parts[::2] for p in part], [p for part in parts[1::2] for p in part]


def planted(edited: float) -> list[str]:
    """Return documents with a passage of a set in them."""
    rng, (known, others) = np.random.default_rng(0), paragraphs()
    vocabulary = sorted({word for text in others[:500] for word in text.split()})
    long = [words for words in map(str.split, known) if len(words) >= _PASSAGE]
    documents = []
    for n in rng.choice(len(long), _PLANTED).tolist():
        passage = np.array(long[n][:_PASSAGE], dtype=object)
        change = rng.random(_PASSAGE) < edited
        passage[change] = rng.choice(vocabulary, int(change.sum()))
        documents.append(" ".join([others[n % len(others)], *passage, others[(n + 1) % len(others)]]))
    return documents
