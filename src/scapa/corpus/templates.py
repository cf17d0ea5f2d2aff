"""Templates: messages of one sender that are the same but for names, numbers and dates, or have the same frame.

`TEMPLATES` documents the columns of this relation over all documents. Shapes and frames (see `text.shapes`) say what is
likely; nothing is dropped for a template unless a policy says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from scapa.corpus.duplicates import flat, matrix, named
from scapa.corpus.relations import Labels
from scapa.judges import Column
from scapa.records import UNKNOWN
from scapa.store.schema import TYPES
from scapa.text.clusters import Bands, candidates, connect, flatten
from scapa.text.compiled import njit
from scapa.text.shapes import BANDS, PLACES, ROWS

TEMPLATES: Mapping[str, Column] = {
    "size": Column("int", "documents of its sender that follow the same template, itself included; 1: none"),
    "first": Column("text", "id of the earliest of them"),
    "frame": Column(
        "float",
        "share of its beginning and end (sixteen runs of three masked words each) that four more have, too",
    ),
}
"""The columns of `templates`. Fewer than five of a kind are no evidence; people have frames below .25."""

ALIKE = 0.6
FEW = 5
_CUT = Bands(BANDS, ROWS, sparse=True)
_VARIABLE = "[+=0-9][^@]*"  # what differs from message to message in a robot's address


def templates(ids: pa.Array, authors: pa.Array, similarity: pa.StructArray) -> pa.StructArray:
    """Return the relation over documents, their authors and their `similarity`, in order of date."""
    groups = senders(authors)
    root = shared_shapes(matrix(similarity.field("shape"), PLACES), groups)
    frame = shared_frames(*flat(similarity.field("frame")), groups)
    size = np.bincount(root, minlength=len(root))[root].astype(np.int32)
    fields = [pa.field(name, TYPES[column.type]) for name, column in TEMPLATES.items()]
    return pa.StructArray.from_arrays([pa.array(size), named(ids, root), pa.array(frame)], fields=fields)


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


def shared_frames(frames: NDArray[np.uint32], first: Labels, groups: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return which share of each row's frame at least `FEW` rows of its group have, itself included."""
    rows = np.argsort(groups, kind="stable")
    shared: NDArray[np.float64] = _shared(frames, first, groups, rows[groups[rows] > 0])
    return shared


@njit
def _shared(frames: Any, first: Any, groups: Any, rows: Any) -> Any:
    share, begin = np.zeros(len(groups)), 0
    while begin < len(rows):
        end = begin
        size = 0
        while end < len(rows) and groups[rows[end]] == groups[rows[begin]]:
            size += first[rows[end] + 1] - first[rows[end]]
            end += 1
        if end - begin >= FEW:
            every, at = np.empty(size, np.uint32), 0
            for row in rows[begin:end]:
                own = frames[first[row] : first[row + 1]]
                every[at : at + len(own)] = own
                at += len(own)
            often = _often(every)
            for row in rows[begin:end]:
                own = frames[first[row] : first[row + 1]]
                share[row] = _known(own, often) / max(1, len(own))
        begin = end
    return share


@njit
def _often(values: Any) -> Any:
    """Return the values that stand at least `FEW` times among `values`, ascending."""
    values.sort()
    kept = 0
    for at in range(FEW - 1, len(values)):
        value = values[at]
        if value == values[at - FEW + 1] and (kept == 0 or values[kept - 1] != value):
            values[kept] = value
            kept += 1
    return values[:kept]


@njit
def _known(own: Any, often: Any) -> int:
    """Return how many of `own` stand in `often`; both ascend."""
    count, at = 0, 0
    for value in own:
        while at < len(often) and often[at] < value:
            at += 1
        count += at < len(often) and often[at] == value
    return count
