"""Private: personal data and secrets, as spans of the whole text. Precision comes first."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from scapa.judges import JUDGES, Column
from scapa.judges.finders import Finder, Found, Word
from scapa.judges.rowwise import byte_offsets

if TYPE_CHECKING:
    import pyarrow as pa

    from scapa.text.marks import Lexicon

KINDS = ("key", "password", "iban", "card", "passport", "national_id", "email", "ip", "birth", "address", "phone")
"""What is found; where two overlap, the one named first here stays."""
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


class _Plan(NamedTuple):
    """The lexicon of all words, and who is asked at each kind of mark."""

    words: Lexicon
    finders: Sequence[Sequence[Finder]]


@cache
def _plan() -> _Plan:
    from scapa.judges.finders import addresses, births, mailboxes, national_ids, numbers, secrets
    from scapa.text import marks

    asked: dict[Word, list[Finder]] = {}
    for module in (secrets, numbers, national_ids, births, addresses, mailboxes):
        for word, finder in module.WORDS.items():
            asked.setdefault(word, []).append(finder)

    shapes: dict[int, tuple[Finder, ...]] = {
        marks.AT: (mailboxes.mailbox,),
        marks.AT_WORD: (mailboxes.spelt,),
        marks.NUMBER: (numbers.numbers, national_ids.numbers),
        marks.DOTTED: (numbers.ip,),
        marks.LOGIN: (secrets.login,),
        marks.ACCOUNT: (numbers.iban,),
        marks.FISCAL: (national_ids.fiscal,),
        marks.FILLER: (national_ids.zone,),
        marks.POSTCODE: (addresses.postcode,),
        marks.BOT: (secrets.bot,),
        marks.PARTS: (secrets.parts,),
        marks.GROUPS: (numbers.ip6,),
        marks.STAR: (births.star,),
    }
    words = marks.lexicon([marks.Word(*word) for word in asked])
    return _Plan(words, [*(shapes[i] for i in range(marks.SHAPES)), *map(tuple, asked.values())])


@JUDGES.register
class Private:
    """Personal data and secrets, in the whole text: quotes hold other people's."""

    name = "private"
    version = 2
    learns = False
    needs = ()
    reads = ("text",)
    source = (
        "published shapes of keys, check digits of accounts, cards and national numbers, numbering plans, postal forms"
    )
    failures = (
        "names of people are not found",
        "an address without a postcode is not found",
        "a telephone number without its prefix, or a word that says so, is none",
    )
    columns = {
        "spans": Column("spans", f"disjoint; kinds: {', '.join(KINDS)}"),
        "count": Column("int", "how many spans"),
    }

    def data(self) -> tuple[str, ...]:
        return ()

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the spans of every row, made column by column: most rows have few, and many have none."""
        import numpy as np
        import pyarrow as pa

        from scapa.store.schema import SPANS, judgement_schema

        texts = batch.column("text")
        found, errors = _found(texts)
        counts = [len(spans) for spans in found]
        flat = [span for spans in found for span in spans]
        starts, ends, kinds = zip(*flat, strict=True) if flat else ((), (), ())
        values = pa.StructArray.from_arrays(
            [pa.array(starts, pa.int64()), pa.array(ends, pa.int64()), pa.array(kinds, pa.string())],
            fields=list(SPANS.value_type),
        )
        valid = np.array([error is None for error in errors], bool)
        offsets = pa.array(np.cumsum([0, *counts]).astype(np.int32))
        lists = pa.ListArray.from_arrays(offsets, values, mask=pa.array(~valid))
        columns = [lists.cast(SPANS), pa.array(np.array(counts, np.int32), mask=~valid), pa.array(errors, pa.string())]
        return pa.RecordBatch.from_arrays(columns, schema=judgement_schema(self.columns))


def _found(texts: pa.Array) -> tuple[list[list[Found]], list[str | None]]:
    """Return the spans (in bytes) and the error of every text."""
    import numpy as np

    from scapa.text.kernels import utf8
    from scapa.text.marks import marks

    plan = _plan()
    buffers = utf8(texts)
    met = marks(buffers, plan.words)
    errors: list[str | None] = ["TypeError" if null else None for null in texts.is_null().to_pylist()]
    found: list[list[Found]] = [[] for _ in errors]
    firsts = np.searchsorted(met.texts, np.arange(len(errors) + 1))
    places, kinds = met.places.tolist(), met.kinds.tolist()
    for row in np.flatnonzero((np.diff(firsts) > 0) | ~met.plain).tolist():
        data = buffers.data[buffers.offsets[row] : buffers.offsets[row + 1]].tobytes()
        first, last = int(firsts[row]), int(firsts[row + 1])
        try:
            found[row] = _in_bytes(data, places[first:last], kinds[first:last])
        except Exception as error:  # noqa: BLE001 - a bad record is counted, whatever is wrong with it
            errors[row] = type(error).__name__
    return found, errors


def find_private(text: str) -> list[Found]:
    """Return the private data of `text` as sorted, disjoint (start, end, kind) in characters."""
    from scapa.text.kernels import utf8
    from scapa.text.marks import marks

    met = marks(utf8([text]), _plan().words)
    return _disjoint(_ask(text, _characters(text, met.places.tolist()), met.kinds.tolist()))


def _in_bytes(data: bytes, places: list[int], kinds: list[int]) -> list[Found]:
    text = data.decode()
    spans = _disjoint(_ask(text, places if len(text) == len(data) else _characters(text, places), kinds))
    if len(text) == len(data) or not spans:
        return spans
    cuts = byte_offsets(text, [cut for start, end, _ in spans for cut in (start, end)])
    return [(cuts[2 * i], cuts[2 * i + 1], kind) for i, (_, _, kind) in enumerate(spans)]


def _characters(text: str, places: list[int]) -> list[int]:
    """Return the character at each byte offset in `places`, which are in ascending order."""
    if text.isascii():
        return places
    data = text.encode()
    found, at, character = [], 0, 0
    for place in places:
        character += len(data[at:place].decode())
        at = place
        found.append(character)
    return found


def _ask(text: str, places: list[int], kinds: list[int]) -> Iterator[Found]:
    finders = _plan().finders
    for at, kind in zip(places, kinds, strict=True):
        for finder in finders[kind]:
            yield from finder(text, at)


def _disjoint(found: Iterator[Found]) -> list[Found]:
    """Return the spans in order, without those that overlap one of a kind named earlier or an earlier one."""
    kept: list[Found] = []
    for span in sorted(set(found), key=lambda s: (_RANK[s[2]], s[0], -s[1])):
        at = bisect_left(kept, span)
        if (at == 0 or kept[at - 1][1] <= span[0]) and (at == len(kept) or span[1] <= kept[at][0]):
            insort(kept, span)
    return kept
