"""Templates: messages of one sender that are the same but for names, numbers and dates. A relation over all of them.

`TEMPLATES` documents the columns. Shapes (see `text.shapes`) estimate; nothing is dropped for a template unless a
policy says so.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from scapa.corpus.duplicates import matrix, named
from scapa.corpus.relations import Labels
from scapa.judges import Column
from scapa.records import UNKNOWN
from scapa.store.schema import TYPES
from scapa.text.clusters import Bands, candidates, connect, flatten
from scapa.text.shapes import BANDS, PLACES, ROWS

TEMPLATES: Mapping[str, Column] = {
    "size": Column("int", "documents of its sender that follow the same template, itself included; 1: none"),
    "first": Column("text", "id of the earliest of them"),
}
"""The columns of `templates`; fewer than five of a kind are no evidence."""

ALIKE = 0.6
_CUT = Bands(BANDS, ROWS, sparse=True)
_VARIABLE = "[+=0-9][^@]*"  # what differs from message to message in a robot's address


def templates(table: pa.Table) -> pa.StructArray:
    """Return the relation over a table of `id`, `author` and `similarity` in order of date."""
    similarity, ids = table["similarity"].combine_chunks(), table["id"].combine_chunks()
    root = shared_shapes(matrix(similarity.field("shape"), PLACES), senders(table["author"].combine_chunks()))
    size = np.bincount(root, minlength=len(root))[root].astype(np.int32)
    fields = [pa.field(name, TYPES[column.type]) for name, column in TEMPLATES.items()]
    return pa.StructArray.from_arrays([pa.array(size), named(ids, root)], fields=fields)


def senders(authors: pa.Array) -> NDArray[np.uint64]:
    """Return a number for each sender, 0 where it is unknown; a robot's `bounce-123@` and `bounce-7@` are one."""
    authors = pc.utf8_lower(pc.fill_null(authors, ""))
    plain = pc.replace_substring_regex(authors, _VARIABLE, "")
    numbers = plain.dictionary_encode().indices.to_numpy().astype(np.uint64) + np.uint64(1)
    unknown = pc.is_in(authors, value_set=pa.array([UNKNOWN, ""]))
    return np.where(unknown.to_numpy(zero_copy_only=False), np.uint64(0), numbers)


def shared_shapes(shapes: NDArray[np.uint8], groups: NDArray[np.uint64]) -> Labels:
    """Return the first row of each row's template: what chains of like shapes of one sender connect."""
    rows = np.flatnonzero((groups > 0) & shapes.any(axis=1))
    codes = candidates(shapes, rows, _CUT, ALIKE, ALIKE, groups=groups)
    root = np.arange(len(shapes), dtype=np.int64)
    connect(codes >> 32, codes & 0xFFFFFFFF, root)
    flatten(root)
    return root
