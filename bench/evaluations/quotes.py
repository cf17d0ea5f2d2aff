"""How well quotes are found: bytes that are not the author's own, on layouts, HTML mails and real mails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from bench.labelled.mail import FOLDER, LabelledMail, html_mails, layouts, real_mails
from bench.quality import Figure
from scapa.judges.quotes import author_names, find_quotes
from scapa.measure.spans import Agreement, Share, agreement, confusion, interval, total
from scapa.records import Span

HALVES = ("development", "heldout")
_SEED = 20_260_101


def figures() -> Iterator[Figure]:
    """Yield F1, precision, recall, leak and loss of every set that is there, with what stands behind them."""
    for name, half, mails in sets():
        labelled = list(mails)
        each = [_agreement(mail) for mail in labelled]
        on = f"{name}, {half}"
        for share in ("f1", "precision", "recall", "leak", "loss"):
            yield _interval(share, on, each)
        right = sum(a.found == a.wanted == 0 for a in each)
        yield Figure("mails without a wrong byte", on, len(each), right / len(each))
        yield from _parts(on, labelled, each)
        yield from _kinds(on, labelled)


def sets() -> Iterator[tuple[str, str, Iterable[LabelledMail]]]:
    """Yield (name, half, mails) of every labelled set of mail."""
    from tests.corpora import spam_assassin

    for half in HALVES:
        path, folder = FOLDER / f"layouts_{half}.txt", FOLDER / f"html_{half}"
        if path.exists():
            yield "layouts", half, layouts(path)
        if folder.exists():
            yield "HTML mails", half, html_mails(folder)
        yield "real mails", half, real_mails(FOLDER / "mail.tsv", spam_assassin(), half)


def found_in(mail: LabelledMail) -> list[Span]:
    """Return the spans that the judge finds in a labelled mail."""
    document = mail.document
    return find_quotes(
        document.text, document.kind, document.spans, author_names(document.author, document.author_name)
    )


def _agreement(mail: LabelledMail) -> Agreement:
    return agreement(mail.document.text, found_in(mail), mail.wanted, mail.unsure)


def _interval(share: Share, on: str, each: Sequence[Agreement]) -> Figure:
    found = interval(each, share, np.random.default_rng(_SEED))
    names = {"f1": "F1 of what is not own", "leak": "leak: others' bytes left as own", "loss": "loss: own bytes taken"}
    return Figure(f"{names.get(share, share)}, by bytes", on, len(each), found.estimate, found.low, found.high)


def _parts(on: str, labelled: Sequence[LabelledMail], each: Sequence[Agreement]) -> Iterator[Figure]:
    """Yield F1 by language and by mail program, where the names of the mails say them."""
    if "_" not in labelled[0].name or "/" in labelled[0].name:
        return
    for place, what in ((1, "language"), (0, "program")):
        by: dict[str, list[Agreement]] = {}
        for mail, one in zip(labelled, each, strict=True):
            by.setdefault(mail.name.split("_")[place], []).append(one)
        for part, ones in sorted(by.items()):
            yield Figure(f"F1 of what is not own, {what} {part}", on, len(ones), total(ones).f1)


def _kinds(on: str, labelled: Sequence[LabelledMail]) -> Iterator[Figure]:
    """Yield the share of bytes with the right kind, and every confusion of a hundredth of a kind's bytes and more."""
    cells: Counter[tuple[str, str]] = Counter()
    for mail in labelled:
        cells.update(confusion(mail.document.text, found_in(mail), mail.wanted, mail.unsure))
    right = sum(size for (wanted, found), size in cells.items() if wanted == found)
    yield Figure("bytes with the right kind", on, len(labelled), right / max(cells.total(), 1))
    of_kind: Counter[str] = Counter()
    for (wanted, _), size in cells.items():
        of_kind[wanted] += size
    for (wanted, found), size in sorted(cells.items(), key=lambda cell: -cell[1]):
        if wanted != found and size >= of_kind[wanted] / 100:
            yield Figure(f"{wanted} taken for {found}", on, len(labelled), size / of_kind[wanted])
