"""Which documents train, and which are held out: by time *and* by split unit, newest held out.

    split(documents, count) → Split(train, heldout, control, general)

A drop in loss is not a voice: most of it is genre. `control` is other people's text of the same kind and era, whose
drop is subtracted (`scapa.model.evaluate`); `general` is other human text, which must not get much worse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scapa.errors import InputError
from scapa.model.windows import PLACEHOLDER
from scapa.records import ReleasedDocument

YEAR = 31_556_952_000_000
"""Microseconds of a mean Gregorian year."""

Documents = tuple[ReleasedDocument, ...]


class TooLittle(InputError):
    """Too little text of one's own to tune on: not a fault, more will come."""


@dataclass(frozen=True, slots=True)
class Split:
    """The four sets; `notes` say what could not be had and what stands in for it."""

    train: Documents
    heldout: Documents
    control: Documents
    general: Documents
    notes: tuple[str, ...] = ()


def split(
    documents: Sequence[ReleasedDocument],
    count: Callable[[str], int],
    *,
    share: float = 0.08,
    least: int = 2_048,
    era_years: float = 12.0,
) -> Split:
    """Split a release; `count` gives the tokens of a text.

    Held out are the author's newest units until they hold `share` of the tokens and `least` of them. Units of unknown
    date count as oldest: they train. `control` are context documents of the author's kinds dated within `era_years` of
    the author's own; `general` is all other context. Neither shares a unit with the author's documents.
    Raises `TooLittle` where there is no target text, too little of it, or only one unit.
    """
    targets = [d for d in documents if d.role == "target"]
    kept = [d for d in targets if PLACEHOLDER.sub("", d.text).strip()]
    _refuse_empty(targets, kept)
    train, heldout = _newest_out(kept, count, share, least)
    units = {d.unit for d in targets}
    others = [d for d in documents if d.role == "context" and d.text.strip() and d.unit not in units]
    control, general = _others(kept, others, era_years)
    notes = [] if control else ["no other author's text of this kind and era: the voice cannot be told from the genre"]
    if control and not general:
        control, general = _halve(control)
        notes.append("no text of another era or kind: half of the control documents stand in for general text")
    elif not general:
        notes.append("no other text: forgetting cannot be measured")
    return Split(train, heldout, control, general, tuple(notes))


def _refuse_empty(targets: list[ReleasedDocument], kept: list[ReleasedDocument]) -> None:
    more = "add more of your own writing, then curate and release again"
    if not targets:
        raise TooLittle("the release has no document of yours to train on", next="check [me] in scapa.toml; " + more)
    if not kept:
        raise TooLittle("all your text in the release is masked or empty", next="see `scapa why` for the reasons")
    if len({d.unit for d in kept}) < 2:
        raise TooLittle("all your text is one document or thread: nothing can be held out", next=more)


def _newest_out(
    kept: Sequence[ReleasedDocument], count: Callable[[str], int], share: float, least: int
) -> tuple[Documents, Documents]:
    sizes = {d.id: count(d.text) for d in kept}
    total = sum(sizes.values())
    by_unit: Counter[str] = Counter()
    for d in kept:
        by_unit[d.unit] += sizes[d.id]
    out: set[str] = set()
    held = 0
    for unit in _newest_first(kept):
        if held >= max(share * total, least):
            break
        out.add(unit)
        held += by_unit[unit]
    train = tuple(d for d in _by_time(kept) if d.unit not in out)
    if total - held < max(total / 2, least):
        raise TooLittle(
            f"{total:,} tokens of your own text in {len({d.unit for d in kept})} units are too few to hold "
            f"{least:,} out and train on as many",
            next="add more of your own writing",
        )
    return train, tuple(d for d in _by_time(kept) if d.unit in out)


def _newest_first(documents: Iterable[ReleasedDocument]) -> list[str]:
    """Return the units, by their newest document; ties by name, so that the order of `documents` never matters."""
    newest: dict[str, int] = {}
    for d in documents:
        newest[d.unit] = max(newest.get(d.unit, -(2**63)), _time(d))
    return sorted(newest, key=lambda unit: (-newest[unit], unit))


def _others(
    targets: Sequence[ReleasedDocument], others: Sequence[ReleasedDocument], era_years: float
) -> tuple[Documents, Documents]:
    kinds, authors = {d.kind for d in targets}, {d.author for d in targets}
    times = [d.claimed_start for d in targets if d.claimed_start is not None]
    reach = era_years * YEAR
    control: list[ReleasedDocument] = []
    general: list[ReleasedDocument] = []
    for d in _by_time(d for d in others if d.author not in authors):
        near = (
            bool(times) and d.claimed_start is not None and min(times) - reach <= d.claimed_start <= max(times) + reach
        )
        (control if near and d.kind in kinds else general).append(d)
    return tuple(control), tuple(general)


def _halve(documents: Documents) -> tuple[Documents, Documents]:
    """Divide by unit, every other one; one unit alone stays where it is."""
    units = sorted({d.unit for d in documents})
    second = set(units[1::2])
    return tuple(d for d in documents if d.unit not in second), tuple(d for d in documents if d.unit in second)


def _by_time(documents: Iterable[ReleasedDocument]) -> list[ReleasedDocument]:
    return sorted(documents, key=lambda d: (_time(d), d.id))


def _time(document: ReleasedDocument) -> int:
    return -(2**63) if document.claimed_start is None else document.claimed_start
