"""Automated: what share of each class of real mail is flagged, by all signals, by headers alone and by words alone.

The mails are those of 2002 in tests/judges/labelled/mail.tsv whose class both hands agree on. `headers` takes subject
and text away, `words` takes headers and sender away: what each kind of signal can do without the other.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.corpora import spam_assassin

from bench.quality import Figure
from scapa.judges import JUDGES
from scapa.measure.interval import wilson
from scapa.records import UNKNOWN, Document, Found
from scapa.sources.mail import record
from scapa.store.schema import document_rows

_TABLE = Path(__file__).parent.parent.parent / "tests" / "judges" / "labelled" / "mail.tsv"
HALVES = ("development", "heldout")
_WANTED = {"automated": ("automated",), "announcement": ("automated", "announcement")}


def figures(halves: Sequence[str] = HALVES) -> Iterator[Figure]:
    """Yield the figures of each half of the table; fetches the corpus."""
    data = spam_assassin()
    for half in halves:
        mails = labelled(data, half)
        for arm, change in _ARMS.items():
            for kind, documents in sorted(mails.items()):
                rows = judged([replace(document, **change) for document in documents])
                for column in _WANTED.get(kind, ("automated", "announcement")):
                    flagged = sum(row[column] or (column == "announcement" and row["automated"]) for row in rows)
                    share = wilson(flagged, len(rows))
                    name = f"{kind} mail flagged {column}" + (" or automated" if column == "announcement" else "")
                    ends = (round(end, 4) for end in (share.estimate, share.low, share.high))
                    yield Figure(f"{name}, by {arm}", f"SpamAssassin, {half} half", len(rows), *ends)


_ARMS: Mapping[str, Mapping[str, Any]] = {
    "all signals": {},
    "headers": {"text": "", "title": ""},
    "words": {"headers": b"", "author": UNKNOWN, "author_name": ""},
}


def labelled(data: Path, half: str) -> dict[str, list[Document]]:
    """Return the documents of one half by class; ValueError where a mail is not the one that was labelled."""
    found: dict[str, list[Document]] = defaultdict(list)
    for row in _TABLE.read_text("utf-8").splitlines()[2:]:
        name, digest, its_half, first, second, *_ = row.split("\t")
        if its_half == half and first == second:
            found[first].append(_document(data / name, digest))
    return found


def _document(path: Path, digest: str) -> Document:
    raw = path.read_bytes()
    made = record(raw, raw=raw, where=path.name, locator="")
    if hashlib.sha256(raw).hexdigest() != digest or not isinstance(made, Found):
        raise ValueError(f"{path.name} is not the mail that was labelled")
    return made.document


def judged(documents: Sequence[Document]) -> list[dict[str, Any]]:
    """Return the judgement of each document."""
    rows = document_rows([(f"{i:064x}", document) for i, document in enumerate(documents)], 0).combine_chunks()
    made: list[dict[str, Any]] = JUDGES.make("automated")[0].judge(rows.to_batches()[0]).to_pylist()
    return made
