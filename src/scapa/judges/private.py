"""Private: personal data and secrets, as spans of the whole text. Precision comes first."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from scapa.judges import JUDGES, Column
from scapa.judges.finders import Finder, Found, Word
from scapa.judges.rowwise import byte_offsets
from scapa.judges.spanned import spanned

if TYPE_CHECKING:
    import pyarrow as pa

    from scapa.text.marks import Lexicon

KINDS = ("key", "password", "iban", "card", "passport", "national_id", "email", "ip", "birth", "address", "phone")
"""What is found; where two overlap, the one named first here stays."""
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


_UNSEEN = frozenset(
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_SPACES = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2212"
_SAME = {
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_HYPHENS, "-"),
    **{chr(0xFF01 + i): chr(0x21 + i) for i in range(94)},
}
"""What is read as the ASCII sign it looks like: spaces, hyphens, full-width signs. `_UNSEEN` is read as nothing."""
_DISGUISE = re.compile(f"[{''.join(sorted(_UNSEEN))}{''.join(_SAME)}]")


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
        "names of people are not found here; the judge `names` finds those that a mail's own header gives",
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
        return spanned(*_found(batch.column("text")), self.columns)


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
    met = set() if text.isascii() else set(_DISGUISE.findall(text))
    return _undisguised(text, met) if met else _find(text)


def _undisguised(text: str, met: set[str]) -> list[Found]:
    """Return what is private once the signs `met` are read as what they look like, in characters of `text`."""
    plain = text
    for sign in met - _UNSEEN:
        plain = plain.replace(sign, _SAME[sign])
    if met.isdisjoint(_UNSEEN):
        return _find(plain)
    kept = [i for i, sign in enumerate(plain) if sign not in _UNSEEN]
    found = _find("".join([plain[i] for i in kept]))
    return [(kept[start], kept[end - 1] + 1, kind) for start, end, kind in found]


def _find(text: str) -> list[Found]:
    from scapa.text.kernels import utf8
    from scapa.text.marks import marks

    met = marks(utf8([text]), _plan().words)
    return _disjoint(_ask(text, _characters(text, met.places.tolist()), met.kinds.tolist()))


def _in_bytes(data: bytes, places: list[int], kinds: list[int]) -> list[Found]:
    text = data.decode()
    if len(text) == len(data):
        return _disjoint(_ask(text, places, kinds))
    met = set(_DISGUISE.findall(text))
    spans = _undisguised(text, met) if met else _disjoint(_ask(text, _characters(text, places), kinds))
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
