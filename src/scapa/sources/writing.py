"""What the readers of whole files share: one file, one document, with its front matter or the reader's settings."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path

from scapa.records import UNKNOWN, DateClaim, Detection, Document, Found, Problem, Span
from scapa.settings import Ingest
from scapa.sources import files
from scapa.sources.front_matter import FrontMatter, split
from scapa.text.charset import canonical, decode
from scapa.text.dates import claim
from scapa.text.headers import addresses

_DATED_NAME = re.compile(r"(\d{4}-\d\d-\d\d)(?=\D|$)")
_DATES = ("date", "created", "published", "written")
_LICENCES = ("licence", "license", "spdx-license-identifier")
_NAMED = frozenset((*_DATES, *_LICENCES, "author", "authors", "title"))

Extracted = tuple[str, str, tuple[Span, ...], tuple[str, ...]]
"""Title, text, spans, flaws."""
Extract = Callable[[str], Extracted]


class WholeFile(ABC):
    """A reader of one document a file: a format says its `name`, how it is told (`sniff`) and what is text (`extract`).

    `author` and `licence` say whose the files are where their front matter does not.
    """

    name = ""
    version = 1
    appendable = False

    def __init__(self, author: str = "", licence: str = "", record_limit: int = Ingest().record_limit) -> None:
        self.author, self.licence, self.record_limit = author, licence, record_limit

    @abstractmethod
    def sniff(self, path: Path, head: bytes) -> Detection | None:
        """Say whether a file that begins with `head` is of this format."""

    @abstractmethod
    def extract(self, text: str) -> Extracted:
        """Return (title, text, spans, flaws) of a file's text without its front matter."""

    def detect(self, path: Path) -> Detection | None:
        return files.detect(path, self.name, self.sniff)

    def files(self, path: Path) -> Iterator[Path | Problem]:
        return files.walk(path)

    def read(self, file: Path, start: int = 0) -> Iterator[Found | Problem]:
        yield document(file, self.record_limit, self.extract, self.author, self.licence)


def document(file: Path, limit: int, extract: Extract, author: str = "", licence: str = "") -> Found | Problem:
    """Return the one document that `file` is. `author` and `licence` hold where the file does not say."""
    name = files.shown(file.name)
    data = files.read_whole(file, limit)
    if isinstance(data, Problem):
        return data
    if not data.strip():
        return Problem(name, "an empty file")
    if files.is_binary(data[: files.HEAD]):
        return Problem(name, "not text")
    text, flaws = decode(data)
    text, unfit = canonical(text)
    matter = split(text)
    title, text, spans, met = extract(matter.text)
    who, who_name = author_of(matter.values.get("author") or matter.values.get("authors") or author)
    claimed, dated = _claimed(file.name, matter)
    made = Document(
        kind="document",
        text=text,
        author=who,
        author_name=who_name,
        title=matter.values.get("title", title)[:1000],
        claimed=claimed,
        licence=next((v for k in _LICENCES if (v := matter.values.get(k))), licence) or UNKNOWN,
        spans=spans,
        metadata=tuple(sorted((k, v) for k, v in matter.values.items() if k not in _NAMED)),
    )
    return Found("0", data, made, flaws=tuple(dict.fromkeys((*flaws, *unfit, *matter.flaws, *met, *dated))))


def author_of(value: str) -> tuple[str, str]:
    """Return handle and name of `Ada Lovelace <ada@example.org>`, an address, or a bare name (its own handle)."""
    value = " ".join(canonical(value)[0].split())
    if "@" in value and (found := addresses([value])):
        return found[0][1], found[0][0]
    return (value.lower(), value) if value else (UNKNOWN, "")


def _claimed(name: str, matter: FrontMatter) -> tuple[DateClaim | None, tuple[str, ...]]:
    for key in _DATES:
        if value := matter.values.get(key):
            found = claim(value, f"front_matter_{key}")
            return found, () if found else ("bad_date",)
    dated = _DATED_NAME.match(name)
    return (claim(dated.group(1), "file_name") if dated else None), ()
