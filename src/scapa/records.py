"""The records that travel between layers: frozen, slotted, typed; "unknown" is an explicit value.

Text is immutable. Every `Span` is a half-open range of UTF-8 byte offsets into its document's text.
Every time is UTC microseconds since 1970-01-01T00:00Z.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

UNKNOWN = "unknown"

Kind = Literal["mail", "chat", "post", "document"]
Role = Literal["target", "context"]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of UTF-8 byte offsets and what it holds, e.g. `html_quote` or `flowed_quote`."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class DateClaim:
    """When a record says it was written: `[start, end)` in UTC microseconds, where it says so, and its own words.

    A value without a time or zone widens to the day ± 14 h (design: dates).
    """

    start: int
    end: int
    source: str
    raw: str


@dataclass(frozen=True, slots=True)
class Document:
    """One piece of writing by one author, in canonical form; `id` is the digest of that form (`scapa.corpus.ingest`).

    `author` and `recipients` are lower-case addresses or handles; `UNKNOWN` where the source does not say.
    `conversation` groups chat messages; mail threads come from `message_id` and `references`.
    `headers` is the raw mail header block, kept for later proofs; `body_sha256` the digest of the raw body bytes.
    """

    kind: Kind
    text: str
    author: str = UNKNOWN
    author_name: str = ""
    title: str = ""
    recipients: tuple[str, ...] = ()
    claimed: DateClaim | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()
    conversation: str = ""
    licence: str = UNKNOWN
    spans: tuple[Span, ...] = ()
    attachments: tuple[str, ...] = ()
    headers: bytes = b""
    body_sha256: str = ""
    metadata: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A record that a reader met: `locator` is stable within its file (a byte offset or a key), `raw` its own bytes.

    `end` is the byte offset in the file after the record, 0 where the format cannot be resumed.
    `flaws` name what the reader had to mend (e.g. `bad_charset`), none of which lost text silently.
    """

    locator: str
    raw: bytes
    document: Document
    end: int = 0
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read or judged: where, and why, without private text."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Detection:
    """A reader's claim on a path: confidence in (0, 1] and the evidence in words."""

    reader: str
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a part was made: its name, version and settings; goes into every artefact the part made."""

    name: str
    version: int
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReleasedDocument:
    """One document of a release: `text` after masking, `role` target (own words) or context (never trained on).

    `unit` is its split unit (thread ∪ duplicate cluster): documents of one unit never fall on two sides of a split.
    `claimed_start` is UTC microseconds, None where unknown; `grade` the evidence grade `E0` … `E5`.
    """

    id: str
    text: str
    kind: str
    author: str
    role: Role
    unit: str
    claimed_start: int | None
    grade: str
    licence: str = UNKNOWN
    title: str = ""
    author_name: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One observed figure beside what was expected of it."""

    name: str
    observed: float
    expected: float
    tolerance: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """One promotion gate: the figure, its 95 % interval where there is one, the floor (or ceiling) it must clear."""

    name: str
    value: float
    floor: float
    passed: bool
    low: float | None = None
    high: float | None = None
    note: str = ""


class Progress(Protocol):
    """Told of work done; the CLI draws it, the library only reports."""

    def __call__(self, stage: str, done: float, total: float | None = None, unit: str = "") -> None: ...


def silent(stage: str, done: float, total: float | None = None, unit: str = "") -> None:
    """Report nothing: the default `Progress`."""


Say = Callable[[str], None]
"""Told in a line what happened on the way that nobody asked for; the CLI prints it to people."""


def unsaid(line: str) -> None:
    """Say nothing: the default `Say`."""


class Scorer(Protocol):
    """A language model as a judge may use it: mean log-likelihood per token in nats, one figure a text."""

    name: str

    def score(self, texts: list[str]) -> list[float]: ...


Clock = Callable[[], int]
"""Returns now in UTC microseconds; injected wherever time matters."""


@dataclass(frozen=True, slots=True)
class Conservation:
    """A law that every step prints: `total` equals the sum of `parts`."""

    name: str
    total: int
    parts: dict[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return self.total == sum(self.parts.values())

    def __str__(self) -> str:
        sum_ = " + ".join(f"{count:,} {part}" for part, count in self.parts.items())
        return f"{self.total:,} {self.name} {'=' if self.holds else '≠'} {sum_}"
