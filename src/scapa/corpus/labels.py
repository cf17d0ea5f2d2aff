"""Labels in a home: documents named by the beginning of their ids, labelled, unlabelled, and read by the policies.

A label acts in two ways: `spam` and `ham` teach the judge of spam, and every label is a column that rules may read
(`label.decision = 'reject'`), so that what a person decided comes before what a judge thinks.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from scapa.errors import UnknownName, UsageError
from scapa.seal.canonical import digest_of
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.labels import QUESTIONS, Label, last, record, standing, take_back

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = {
    "spam": "`spam` or `ham`, as a person said; `none` where nobody did",
    "writer": "`human`, `automated` or `machine`, as a person said; `none` where nobody did",
    "decision": "`keep` or `reject`, as a person decided; `none` where nobody did",
}
"""The columns of the relation `label` and their meanings; none of them is ever null."""

_NONE = "none"


def find(home: Home, prefix: str) -> tuple[str, str]:
    """Return (id, segment) of the one document whose id starts with `prefix`.

    Raises `UnknownName` if there is none, `UsageError` if several begin so.
    """
    if not prefix or set(prefix) - set("0123456789abcdef"):
        raise UsageError(f"{prefix!r} is no document id", next="give at least its first 8 hex digits")
    rows = home.catalog.rows("SELECT id, segment FROM document WHERE id GLOB ? LIMIT 2", (f"{prefix}*",))
    if not rows:
        raise UnknownName(f"no document {prefix}", where=str(home.path))
    if len(rows) > 1:
        raise UsageError(f"several documents begin with {prefix}", next="give more digits")
    return rows[0]["id"], rows[0]["segment"]


def label(home: Home, given: Sequence[tuple[str, str]], who: str | None = None) -> list[Label]:
    """Label documents: (beginning of the id, label) pairs, all or none. `who` decided: the user, unless said."""
    for _, name in given:
        if name not in QUESTIONS:
            raise UsageError(f"no label {name!r}", next=f"one of: {', '.join(QUESTIONS)}")
    pairs = [(find(home, prefix)[0], name) for prefix, name in given]
    if not pairs:
        raise UsageError("nothing to label", next="example: scapa label 3f2a9c01 spam")
    with home.writing("label") as catalog:
        return record(catalog, pairs, home.now(), who or user(home))


def undo(home: Home, count: int = 1) -> list[Label]:
    """Take the last `count` labels back and return them, the newest first; they stay on record as undone."""
    with home.writing("label") as catalog:
        found = last(catalog, count)
        take_back(catalog, [given.number for given in found], home.now())
        return found


def unlabel(home: Home, given: Iterable[Label]) -> None:
    """Take these labels back."""
    with home.writing("label") as catalog:
        take_back(catalog, [label.number for label in given], home.now())


def user(home: Home) -> str:
    """Return the name that the user's decisions are kept under: the first confirmed address, else the login."""
    if home.settings.me.addresses:
        return home.settings.me.addresses[0]
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no name for this user id
        return "unknown"


def snapshot(catalog: Catalog) -> str:
    """Return the digest of the labels that rules can read: who gave them and when does not matter."""
    return digest_of(sorted([given.document, given.label] for given in standing(catalog) if given.question in COLUMNS))


def relation(catalog: Catalog, ids: pa.Array) -> pa.Array:
    """Return the relation `label` of the documents `ids`: a struct of `COLUMNS`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    given = standing(catalog)
    columns = []
    for question in COLUMNS:
        told = {label.document: label.label for label in given if label.question == question}
        place = pc.index_in(ids, value_set=pa.array(list(told), pa.string()))
        columns.append(pc.fill_null(pa.array(list(told.values()), pa.string()).take(place), _NONE))
    return pa.StructArray.from_arrays(columns, list(COLUMNS))
