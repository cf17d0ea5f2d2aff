"""Compared: what pairs of documents share, from their own words; kept, so that a text is read for a pair only once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from scapa.corpus.chain import judges, keys
from scapa.errors import HomeError
from scapa.seal.canonical import digest_of
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.segments import read_table, write_table
from scapa.text.clusters import Labels, connect, flatten
from scapa.text.kernels import tokenise, utf8
from scapa.text.overlap import Words, contained, identify, join
from scapa.text.own import kept, outside, ranges

VERSION = 1
"""Of the way texts are compared; a new one compares them all again."""
PAIRS = pa.schema([("left", pa.string()), ("right", pa.string()), ("kind", pa.string()), ("share", pa.float64())])
WORDS_AT_ONCE = 20_000_000
"""Own words held at a time: some 400 MB with their texts."""

_ID = 32  # hex digits of a document's id that name it here: 128 bits

Shares = NDArray[np.float64]


class Compared:
    """The comparisons of a home's documents, whose ids are given row by row with their numbers of own words."""

    def __init__(self, home: Home, catalog: Catalog, ids: pa.Array, words: Labels) -> None:
        self._home, self._catalog = home, catalog
        self._ids, self._words = ids, words
        self._path = home.folder("relations") / f"pairs-{_state(home)[:12]}.parquet"
        self._known = {kind: self._read_known(kind) for kind in ("similar", "contained")}
        self._new = 0

    def similar(self, left: Labels, right: Labels, root: Labels, threshold: float) -> tuple[Shares, NDArray[np.bool_]]:
        """Compare pairs of rows and connect in `root` those of at least `threshold` (see `clusters.Compare`)."""
        share = self._look_up("similar", left, right)
        near = share >= threshold
        connect(left[near], right[near], root)
        flatten(root)
        ask = np.flatnonzero(np.isnan(share) & (root[left] != root[right]))
        share, compared = np.where(np.isnan(share), 1.0, share), ~np.isnan(share)
        for part in self._parts(left, right, ask):
            words, place = self._own_words(left[part], right[part])
            share[part], compared[part] = join(words, place, left[part], right[part], root, threshold)
        asked = ask[compared[ask]]
        self._remember("similar", left[asked], right[asked], share[asked])
        return share, compared

    def contained(self, inner: Labels, outer: Labels) -> Shares:
        """Return which share of each inner row's runs of five words its outer row has."""
        share = self._look_up("contained", inner, outer)
        ask = np.flatnonzero(np.isnan(share))
        for part in self._parts(inner, outer, ask):
            words, place = self._own_words(inner[part], outer[part])
            share[part] = contained(words, words, place[inner[part]], place[outer[part]])
        self._remember("contained", inner[ask], outer[ask], share[ask])
        return share

    def save(self) -> None:
        """Write what was compared, if any of it is new; comparisons under an older key, or of what is gone, go."""
        if not self._new:
            return
        ids = pc.utf8_slice_codeunits(self._ids, 0, _ID)
        tables = []
        for kind, (codes, share) in self._known.items():
            sides = [ids.take(pa.array(side)) for side in (codes >> 32, codes & 0xFFFFFFFF)]
            tables.append(pa.table([*sides, pa.repeat(kind, len(codes)), pa.array(share)], schema=PAIRS))
        write_table(self._path, pa.concat_tables(tables))
        for old in self._path.parent.glob("pairs-*.parquet"):
            if old != self._path:
                old.unlink()

    def _read_known(self, kind: str) -> tuple[Labels, Shares]:
        """Return (row << 32 | row, ascending; share) of the pairs compared earlier."""
        try:
            table = read_table(self._path) if self._path.exists() else PAIRS.empty_table()
        except HomeError:  # only a cache
            table = PAIRS.empty_table()
        table = table.filter(pc.equal(table["kind"], kind))
        ids = pc.utf8_slice_codeunits(self._ids, 0, _ID)
        sides = [pc.fill_null(pc.index_in(table[side], value_set=ids), -1).to_numpy() for side in ("left", "right")]
        both = (sides[0] >= 0) & (sides[1] >= 0)
        codes = _codes(kind, *(side[both].astype(np.int64) for side in sides))
        order = np.argsort(codes)
        return codes[order], table["share"].to_numpy()[both][order]

    def _look_up(self, kind: str, left: Labels, right: Labels) -> Shares:
        """Return the shares of what was compared earlier, not-a-number of the rest."""
        known, share = self._known[kind]
        codes = _codes(kind, left, right)
        if not len(known):
            return np.full(len(codes), np.nan)
        at = np.minimum(np.searchsorted(known, codes), len(known) - 1)
        return np.where(known[at] == codes, share[at], np.nan)

    def _remember(self, kind: str, left: Labels, right: Labels, share: Shares) -> None:
        codes = np.concatenate([self._known[kind][0], _codes(kind, left, right)])
        shares = np.concatenate([self._known[kind][1], share])
        order = np.argsort(codes)
        self._known[kind] = codes[order], shares[order]
        self._new += len(left)

    def _parts(self, left: Labels, right: Labels, ask: Labels) -> Iterator[Labels]:
        """Yield the pairs to `ask` in parts whose texts fit into memory together."""
        if len(ask):
            words = np.cumsum(self._words[left[ask]] + self._words[right[ask]])
            part = words // WORDS_AT_ONCE
            yield from np.split(ask, np.flatnonzero(np.diff(part)) + 1)

    def _own_words(self, left: Labels, right: Labels) -> tuple[Words, Labels]:
        """Return the own words of the rows of some pairs, and each row's place among them."""
        rows = np.union1d(left, right)
        place = np.full(len(self._ids), -1, np.int64)
        found, texts, spans = self._texts(self._ids.take(pa.array(rows)))
        place[rows[found]] = np.arange(len(rows))
        return own_words(texts, spans), place

    def _texts(self, wanted: pa.Array) -> tuple[Labels, pa.Array, pa.Array]:
        """Return (which of `wanted`, its text, its quotes' spans) in the order of the segments."""
        files = {
            row["segment"]: row["name"]
            for row in self._catalog.rows("SELECT segment, name FROM judgement WHERE judge = 'quotes'")
        }
        which, texts, spans = [], [], []
        for segment in self._catalog.segments("documents"):
            name = self._home.path / segment.name
            at = pc.index_in(read_table(name, ["id"])["id"], value_set=wanted).combine_chunks()
            if at.null_count == len(at):
                continue
            here = pa.array(np.flatnonzero(at.is_valid().to_numpy(zero_copy_only=False)))
            which.append(at.drop_null())
            texts.append(_one(read_table(name, ["text"])["text"].take(here)).cast(pa.large_string()))
            spans.append(_one(read_table(self._home.path / files[segment.name], ["spans"])["spans"].take(here)))
        return pa.concat_arrays(which).to_numpy().astype(np.int64), pa.concat_arrays(texts), pa.concat_arrays(spans)


def own_words(texts: pa.Array, spans: pa.Array) -> Words:
    """Return the words of texts that touch none of their spans, each word numbered."""
    data = utf8(texts)
    tokens = tokenise(data)
    own = kept(tokens, outside(tokens, *ranges(spans)))
    return Words(identify(data, own), own.first)


def _one(array: pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks()


def _codes(kind: str, left: Labels, right: Labels) -> Labels:
    """Return one integer a pair; similarity is the same both ways."""
    if kind == "similar":
        left, right = np.minimum(left, right), np.maximum(left, right)
    return (left << 32) | right


def _state(home: Home) -> str:
    return digest_of([VERSION, keys(judges(home.path))["quotes"]])
