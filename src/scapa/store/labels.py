"""Labels: what people decided of documents. Kept for good: a label is undone by a mark, never removed.

A label answers one question (`QUESTIONS`); of those of one document the newest that is not undone stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scapa.store.catalog import Catalog

QUESTIONS = {
    "spam": "spam", "ham": "spam", "human": "writer", "automated": "writer", "machine": "writer",
    "keep": "decision", "reject": "decision", "later": "turn",
}  # fmt: skip
"""Every label, and the question that it answers: is it spam, what wrote it, what is to become of it, when to ask."""


@dataclass(frozen=True, slots=True)
class Label:
    """What `who` said of `document` at `at` (UTC microseconds); `undone` is when it was taken back."""

    number: int
    document: str
    label: str
    at: int
    who: str
    undone: int | None

    @property
    def question(self) -> str:
        return QUESTIONS[self.label]


def record(catalog: Catalog, given: Iterable[tuple[str, str]], at: int, who: str) -> list[Label]:
    """Keep (document, label) pairs, all or none. Needs the writer's lock: a judge that learns is judging with them."""
    sql = "INSERT INTO label (document, question, label, at, who) VALUES (?, ?, ?, ?, ?)"
    with catalog.transaction():
        rows = [(document, QUESTIONS[label], label, at, who) for document, label in given]
        numbers = [catalog.run(sql, row).lastrowid for row in rows]
    return [Label(number or 0, row[0], row[2], at, who, None) for number, row in zip(numbers, rows, strict=True)]


def take_back(catalog: Catalog, numbers: Iterable[int], at: int) -> None:
    """Mark these labels as undone. Needs the writer's lock."""
    with catalog.transaction():
        catalog.run_many(
            "UPDATE label SET undone = ? WHERE number = ? AND undone IS NULL", [(at, number) for number in numbers]
        )


def last(catalog: Catalog, count: int) -> list[Label]:
    """Return the last `count` labels that are not undone, the newest first."""
    return _labels(catalog, "WHERE undone IS NULL ORDER BY number DESC LIMIT ?", (count,))


def every(catalog: Catalog, document: str | None = None) -> list[Label]:
    """Return every label ever given (to one document), the undone ones too, oldest first."""
    where, values = ("WHERE document = ?", (document,)) if document else ("", ())
    return _labels(catalog, f"{where} ORDER BY number", values)


def standing(catalog: Catalog) -> list[Label]:
    """Return the labels that stand, one a document and question, oldest first."""
    last = "SELECT max(number) FROM label WHERE undone IS NULL GROUP BY document, question"
    return _labels(catalog, f"WHERE number IN ({last}) ORDER BY number")


def lessons(catalog: Catalog) -> list[tuple[str, bool]]:
    """Return (document, whether it is spam) of what was decided of documents that are here, by document."""
    labels = [label for label in standing(catalog) if label.question == "spam"]
    here = catalog.known("document", "id", [label.document for label in labels])
    return sorted((label.document, label.label == "spam") for label in labels if label.document in here)


def _labels(catalog: Catalog, rest: str, values: tuple[object, ...] = ()) -> list[Label]:
    rows = catalog.rows(f"SELECT number, document, label, at, who, undone FROM label {rest}", values)  # noqa: S608
    return [Label(*row) for row in rows]
