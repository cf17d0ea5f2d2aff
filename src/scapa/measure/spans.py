"""Agreement of spans by bytes: precision, recall, F1, leak and loss, with an interval that resamples documents.

What is found and what is wanted are spans of one text. A byte counts if it is not white space and lies in no span of
`unsure`: blank lines belong to nobody, and where two labellers differ nothing can be right or wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scapa.measure.interval import Interval, bootstrap
from scapa.records import Span

Share = Literal["precision", "recall", "f1", "leak", "loss"]

_SPACE = np.zeros(256, np.bool_)
_SPACE[list(b" \t\n\v\f\r")] = True


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counted bytes: in both, only found, only wanted, in neither. Of nothing, every share is the best it can be."""

    both: int = 0
    found: int = 0
    wanted: int = 0
    neither: int = 0

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def precision(self) -> float:
        """The share of what was found that was wanted."""
        return _share(self.both, self.both + self.found, 1.0)

    @property
    def recall(self) -> float:
        """The share of what was wanted that was found."""
        return _share(self.both, self.both + self.wanted, 1.0)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall (van Rijsbergen 1979), 2 both / (found + wanted)."""
        return _share(2 * self.both, 2 * self.both + self.found + self.wanted, 1.0)

    @property
    def leak(self) -> float:
        """The share of what was wanted that was not found: others' words taken for the author's."""
        return 1.0 - self.recall

    @property
    def loss(self) -> float:
        """The share of what was not wanted that was found all the same: the author's words thrown away."""
        return _share(self.found, self.found + self.neither, 0.0)

    @property
    def inverse(self) -> Agreement:
        """The same of what is outside the spans: the author's own words as the thing to be found."""
        return Agreement(self.neither, self.wanted, self.found, self.both)


def agreement(text: str, found: Iterable[Span], wanted: Iterable[Span], unsure: Iterable[Span] = ()) -> Agreement:
    """Count the bytes of `text` by whether they lie in spans of `found` and of `wanted`, whatever their kinds."""
    raw = np.frombuffer(text.encode(), np.uint8)
    counts = ~_SPACE[raw] & ~_covered(len(raw), unsure)
    ours, theirs = _covered(len(raw), found), _covered(len(raw), wanted)
    cells = [ours & theirs, ours & ~theirs, ~ours & theirs, ~ours & ~theirs]
    return Agreement(*(int(np.count_nonzero(cell & counts)) for cell in cells))


def confusion(
    text: str, found: Iterable[Span], wanted: Iterable[Span], unsure: Iterable[Span] = ()
) -> dict[tuple[str, str], int]:
    """Return the counted bytes by (wanted kind, found kind); the kind of what lies in no span is `own`."""
    raw = np.frombuffer(text.encode(), np.uint8)
    counts = ~_SPACE[raw] & ~_covered(len(raw), unsure)
    names = ["own"]
    ours, theirs = _kinds(len(raw), found, names), _kinds(len(raw), wanted, names)
    pairs, sizes = np.unique(theirs[counts] * len(names) + ours[counts], return_counts=True)
    return {
        (names[pair // len(names)], names[pair % len(names)]): int(size)
        for pair, size in zip(pairs, sizes, strict=True)
    }


def total(documents: Iterable[Agreement]) -> Agreement:
    """Return the bytes of all documents together."""
    return sum(documents, Agreement())


def interval(documents: Sequence[Agreement], share: Share, rng: np.random.Generator) -> Interval:
    """Return a share of all bytes with its 95 % interval; documents are resampled, since their bytes hang together."""
    rows = np.array([[a.both, a.found, a.wanted, a.neither] for a in documents])

    def statistic(picked: NDArray[np.int64]) -> float:
        return float(getattr(Agreement(*(int(n) for n in picked.sum(axis=0))), share))

    return bootstrap(rows, rng, statistic=statistic)


def _share(part: int, whole: int, otherwise: float) -> float:
    return part / whole if whole else otherwise


def _covered(size: int, spans: Iterable[Span]) -> NDArray[np.bool_]:
    covered = np.zeros(size, np.bool_)
    for span in spans:
        covered[span.start : span.end] = True
    return covered


def _kinds(size: int, spans: Iterable[Span], names: list[str]) -> NDArray[np.int64]:
    """Return for each byte the place of its kind in `names`, which grows by the kinds that are new to it."""
    kinds = np.zeros(size, np.int64)
    for span in spans:
        if span.kind not in names:
            names.append(span.kind)
        kinds[span.start : span.end] = names.index(span.kind)
    return kinds
