"""Mails whose lines people have labelled: invented layouts, real mails kept by digest, and HTML mails."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scapa.records import UNKNOWN, Document, Found, Span
from scapa.sources.mail import record
from scapa.text.html import render

FOLDER = Path(__file__).parent.parent.parent / "tests" / "judges" / "labelled"

KINDS = {
    "q": "quote", "a": "attribution", "h": "header", "f": "forward", "s": "signature", "d": "disclaimer", "l": "footer"
}  # fmt: skip
"""The kind of span that each letter stands for; `o`, the author's own words, is none."""


@dataclass(frozen=True, slots=True)
class LabelledMail:
    """A mail, and the spans of it that are not its author's; in spans of `unsure` the labellers differ."""

    name: str
    document: Document
    wanted: tuple[Span, ...]
    unsure: tuple[Span, ...] = ()
    missing: tuple[str, ...] = ()
    """Labelled lines that the text does not have, and lines that it should not have and does."""


def layouts(path: Path) -> Iterator[LabelledMail]:
    """Yield the mails of a file of layouts: blocks that begin with `== NAME`, lines that begin with `LETTER|`."""
    for block in path.read_text("utf-8").split("\n== ")[1:]:
        name, *lines = block.rstrip("\n").split("\n")
        pairs = [(line.partition("|")[0], line.partition("|")[2]) for line in lines]
        text = "\n".join(line for _, line in pairs)
        yield LabelledMail(name, Document("mail", text), tuple(_lines(text, [letter for letter, _ in pairs])))


def real_mails(table: Path, data: Path, half: str) -> Iterator[LabelledMail]:
    """Yield the mails of one half of `mail.tsv`, read from the corpus in `data`; ValueError where one is another."""
    for row in table.read_text("utf-8").splitlines()[2:]:
        name, digest, its_half, _, _, first, second = row.split("\t")
        if its_half != half:
            continue
        raw = (data / name).read_bytes()
        if hashlib.sha256(raw).hexdigest() != digest:
            raise ValueError(f"{name} is not the mail that was labelled")
        found = record(raw, raw=raw, where=name, locator="")
        if not isinstance(found, Found):
            raise ValueError(f"{name} could not be read: {found.why}")
        yield _twice(name, found.document, _unrolled(first), _unrolled(second))


def html_mails(folder: Path) -> Iterator[LabelledMail]:
    """Yield the pages of a folder as the reader converts them, with the labelled lines beside each found in order."""
    for page in sorted(folder.glob("*.html")):
        rendered = render(page.read_text("utf-8"))
        document = Document("mail", rendered.text, spans=rendered.spans, metadata=(("body", "html"),))
        lines = [
            line.partition("|")[::2] for line in page.with_suffix(".lines").read_text("utf-8").splitlines() if line
        ]
        yield _located(page.stem, document, lines)


def _lines(text: str, letters: Sequence[str]) -> Iterator[Span]:
    """Yield one span for each line whose letter is not `o`."""
    at = 0
    for line, letter in zip(text.split("\n"), letters, strict=True):
        end = at + len(line.encode())
        if letter in KINDS and end > at:
            yield Span(at, end, KINDS[letter])
        at = end + 1


def _unrolled(runs: str) -> list[str]:
    return [run[0] for run in runs.split() for _ in range(int(run[1:]))]


def _twice(name: str, document: Document, first: Sequence[str], second: Sequence[str]) -> LabelledMail:
    """Return the mail with the first labels; where the second differ on a line that is not blank it is unsure."""
    differ = ["s" if a != b and "-" not in (a, b) else "o" for a, b in zip(first, second, strict=True)]
    letters = [b if a == "-" else a for a, b in zip(first, second, strict=True)]
    text = document.text
    return LabelledMail(name, document, tuple(_lines(text, letters)), tuple(_lines(text, differ)))


def _located(name: str, document: Document, lines: Iterable[Sequence[str]]) -> LabelledMail:
    """Find each labelled line in the text, white space aside; what lies between the lines is unsure."""
    text = document.text
    wanted, unsure, missing, at = [], [], [], 0
    for letter, line in lines:
        pattern = r"\s*".join(re.escape(word) for word in line.split())
        found = re.compile(pattern).search(text, at if letter != "x" else 0)
        if (found is None) != (letter == "x"):
            missing.append(f"{letter}|{line}")
        if found is None or letter == "x":
            continue
        unsure.append((at, found.start(), ""))
        wanted += [(found.start(), found.end(), KINDS[letter])] if letter in KINDS else []
        at = found.end()
    unsure.append((at, len(text), ""))
    return LabelledMail(name, document, _in_bytes(text, wanted), _in_bytes(text, unsure), tuple(missing))


def _in_bytes(text: str, places: Iterable[tuple[int, int, str]]) -> tuple[Span, ...]:
    return tuple(Span(len(text[:a].encode()), len(text[:b].encode()), kind) for a, b, kind in places)


def author(document: Document) -> tuple[str, str]:
    """Return the author's address and name, empty where the mail does not say."""
    return ("" if document.author == UNKNOWN else document.author), document.author_name
