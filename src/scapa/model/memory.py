"""What the model learnt by heart: verbatim runs of words that its samples share with the training text.

Samples continue openings taken from the training text, the attack that finds most. The baseline is what the author's
own held-out text shares with the training text: people repeat themselves, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scapa.text.words import words

_SEED = 3
COPY = 20
"""A run of this many words is a copy."""


@dataclass(frozen=True, slots=True)
class Memory:
    """`longest` run in words over all samples, the same of the `baseline` texts, the `copying` share of samples."""

    longest: int
    baseline: int
    copying: float
    samples: int
    sampled_words: int
    baseline_words: int


class Runs:
    """Finds the longest run of words that a text shares verbatim (case and punctuation aside) with `texts`."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words: list[str] = []
        for text in texts:
            self._words += [*words(text), ""]  # no run crosses from one text into the next
        self._places: dict[tuple[str, ...], list[int]] = {}
        for at in range(len(self._words) - _SEED + 1):
            self._places.setdefault(tuple(self._words[at : at + _SEED]), []).append(at)

    def longest(self, text: str) -> int:
        """Return the length in words of the longest shared run; runs shorter than three words count as 0."""
        mine = words(text)
        best = 0
        for at in range(len(mine) - _SEED + 1):
            for place in self._places.get(tuple(mine[at : at + _SEED]), ()):
                if at and place and mine[at - 1] == self._words[place - 1]:
                    continue  # counted from its first word already
                best = max(best, self._extent(mine, at, place))
        return best

    def _extent(self, mine: list[str], at: int, place: int) -> int:
        length = _SEED
        while (
            at + length < len(mine)
            and place + length < len(self._words)
            and mine[at + length] == self._words[place + length]
        ):
            length += 1
        return length


def probe(samples: Sequence[str], training: Sequence[str], heldout: Sequence[str]) -> Memory:
    """Compare `samples` with the training text; `heldout` texts should be about as long and as many as the samples."""
    runs = Runs(training)
    found = [runs.longest(sample) for sample in samples]
    return Memory(
        longest=max(found, default=0),
        baseline=max((runs.longest(text) for text in heldout), default=0),
        copying=sum(length >= COPY for length in found) / len(found) if found else 0.0,
        samples=len(found),
        sampled_words=sum(len(words(sample)) for sample in samples),
        baseline_words=sum(len(words(text)) for text in heldout),
    )
