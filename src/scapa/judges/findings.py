"""Everything in a batch of records that dates it: words and versions, characters, lines that date themselves, headers.

found = find(batch)
found.rows, found.since     one line a finding: in which record, and before when (UTC microseconds) it did not exist
found.names                 what it is: `word:bitcoin:2008`
found.impossible            it contradicts any claim, such as a 30 February
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scapa.judges import addresses, dated_lines, later_years, mail_times
from scapa.judges.anachronisms import day, mail_table, text_table
from scapa.judges.traces import traces
from scapa.judges.unicode_ages import times

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from scapa.judges.anachronisms import Attested
    from scapa.text.kernels import Tokens, Utf8
    from scapa.text.phrases import Hits

COMPUTERS = "1991-01-01"
"""Documents that claim this day or later were typed: Unicode began."""

_UTF8 = "1992-09-02"
_TYPED = ("mail", "chat", "post")
_SLACK = 32 * 86_400_000_000  # other people's clocks, within which a time later than the claim says nothing
_MISTAKEN = 0x900  # two bytes of an older Asian character set, unmarked in old mail, look like UTF-8 of these
_EXPIRES = re.compile(
    rb"(?:until|till|expir\w*|valid|to|due|notafter|before|deadline|by|not after|through|end)\W{0,4}$", re.IGNORECASE
)


class Claims(NamedTuple):
    """What each record claims; `known` says whether it claims anything. Times are UTC microseconds."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    known: NDArray[np.bool_]


class Findings(NamedTuple):
    """See the module's text; `names[ids[i]]` is the name of finding i."""

    rows: NDArray[np.int64]
    since: NDArray[np.int64]
    ids: NDArray[np.int64]
    impossible: NDArray[np.bool_]
    names: list[str]


class One(NamedTuple):
    """One finding, made by hand rather than by table."""

    row: int
    name: str
    since: int
    impossible: bool = False


def find(batch: pa.RecordBatch, claims: Claims) -> tuple[Findings, Hits]:
    """Return the findings in a batch, and the cues in its header blocks (phrases beyond those of the table)."""
    import numpy as np

    from scapa.text.kernels import tokenise, utf8

    texts, titles, blocks = (utf8(batch.column(name)) for name in ("text", "title", "headers"))
    tokens = tokenise(texts)
    words, mail = text_table(), mail_table()
    in_text, in_title = words.phrases.find(texts, tokens), words.phrases.find(titles)
    in_mail = mail.phrases.find(blocks)
    tables = [_dated(words, in_text), _dated(words, in_title), _dated(mail, in_mail)]
    singles = [
        *_lines(texts, words, in_text, claims), *_signs(texts), *_stamped(texts, tokens, claims),
        *_later(texts, tokens, claims), *_traces(texts, claims), *_addresses(texts, words, in_text, claims),
        *_characters(texts, batch.column("kind").to_pylist(), claims), *_in_headers(blocks, mail, in_mail, claims),
    ]  # fmt: skip
    names, at = [*words.names, *mail.names], len(words.names)
    parts = [(t[0], t[1], t[2] + (at if i == 2 else 0)) for i, t in enumerate(tables)]
    ids = np.arange(len(names), len(names) + len(singles))
    rows, since = ([getattr(one, field) for one in singles] for field in ("row", "since"))
    parts.append((np.array(rows, np.int64), np.array(since, np.int64), ids))
    impossible = np.zeros(sum(len(part[0]) for part in parts), np.bool_)
    impossible[len(impossible) - len(singles) :] = [one.impossible for one in singles]
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    every = names + [one.name for one in singles]
    return Findings(joined[0], joined[1], joined[2], impossible, every), cues(mail, in_mail)


def cues(table: Attested, hits: Hits) -> Hits:
    """Return the hits that are cues, their phrases counted from the table's first cue."""
    chosen = hits.phrases >= len(table.first) - 1
    kept = [column[chosen] for column in hits]
    kept[1] = kept[1] - (len(table.first) - 1)
    return type(hits)(*kept)


def _dated(table: Attested, hits: Hits) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    import numpy as np

    chosen = hits.phrases < len(table.first) - 1
    ids = table.first[hits.phrases[chosen]] + np.maximum(hits.steps[chosen], 0)
    return hits.rows[chosen], table.since[ids], ids


def _slice(encoded: Utf8, row: int) -> bytes:
    return encoded.data[encoded.offsets[row] : encoded.offsets[row + 1]].tobytes()


def _each(names: Sequence[str], found: Hits, encoded: Utf8) -> Iterator[tuple[int, str, bytes, int]]:
    """Yield (row, cue, text, place) of every cue."""
    last, text = -1, b""
    for row, cue, place in zip(found.rows.tolist(), found.phrases.tolist(), found.places.tolist(), strict=True):
        if row != last:
            last, text = row, _slice(encoded, row)
        yield row, names[cue], text, place


def _around(claims: Claims, row: int) -> tuple[int, int] | None:
    return (int(claims.starts[row]), int(claims.ends[row])) if claims.known[row] else None


def _lines(texts: Utf8, table: Attested, hits: Hits, claims: Claims) -> Iterator[One]:
    found = cues(table, hits)
    found = type(hits)(*(column[found.phrases < len(dated_lines.CUES)] for column in found))
    for row, cue, text, place in _each(table.cues, found, texts):
        for line in dated_lines.read(cue, text, place, _around(claims, row)):
            yield One(row, line.name, _slack(line, claims, row), line.impossible)


def _slack(line: dated_lines.Line, claims: Claims, row: int) -> int:
    """Return since when a line counts: a quoted mail's clock may have been a month fast."""
    late = line.name.startswith("quoted") and claims.known[row] and line.since < claims.ends[row] + _SLACK
    return min(line.since, int(claims.ends[row]) - 1) if late else line.since


def _signs(texts: Utf8) -> Iterator[One]:
    """Notices that begin with the sign © and not with a word, found by the sign's bytes."""
    import numpy as np

    begin, end = int(texts.offsets[0]), int(texts.offsets[-1])
    data = texts.data[begin:end].tobytes()
    at = data.find(b"\xc2\xa9")
    while at >= 0:
        row = int(np.searchsorted(texts.offsets, begin + at, side="right")) - 1
        stop = min(at + 200, int(texts.offsets[row + 1]) - begin)
        for line in dated_lines.read("copyright", data[at:stop], 0):
            yield One(row, line.name, line.since)
        at = data.find(b"\xc2\xa9", at + 2)


def _stamped(texts: Utf8, tokens: Tokens, claims: Claims) -> Iterator[One]:
    """Times that programs wrote, more than a month after the claim; not those that something expires at."""
    from scapa.text.written_times import written

    found = written(texts, tokens)
    late = claims.known[found.rows] & (found.days >= claims.ends[found.rows] + _SLACK)
    for row, place, day_ in zip(*(column[late].tolist() for column in found), strict=True):
        if not _EXPIRES.search(_slice(texts, row)[max(0, place - 24) : place]):
            yield One(row, "time_in_text", day_)


def _later(texts: Utf8, tokens: Tokens, claims: Claims) -> Iterator[One]:
    """Years and seconds since 1970 after the claim, where the text speaks of them as past; a month's slack."""
    import numpy as np

    from scapa.text.written_times import later_numbers

    none = np.iinfo(np.int64).max
    bounded = claims.known & (claims.ends < day("2035-01-01"))
    ends = np.where(bounded, claims.ends, 0)
    years = np.where(bounded, ends.astype("datetime64[us]").astype("datetime64[Y]").astype(np.int64) + 1970, none)
    found = later_numbers(texts, tokens, years, np.where(bounded, (ends + _SLACK) // 1_000_000, none))
    last, text = -1, b""
    for row, place, value in zip(*(column.tolist() for column in found), strict=True):
        if row != last:
            last, text = row, _slice(texts, row)
        for line in later_years.read(text, place, value):
            if line.since >= claims.ends[row]:
                yield One(row, line.name, line.since)


def _traces(texts: Utf8, claims: Claims) -> Iterator[One]:
    """Traces that a text's claim is too early for; of a text without a claim none is looked for."""
    import numpy as np

    begin, end = int(texts.offsets[0]), int(texts.offsets[-1])
    ends = np.where(claims.known, claims.ends, np.iinfo(np.int64).max)
    for row, trace in traces(texts.data[begin:end].tobytes(), (texts.offsets - begin).tolist(), ends.tolist()):
        yield One(row, f"{trace.name}:{trace.since[:4]}", day(trace.since))


def _addresses(texts: Utf8, table: Attested, hits: Hits, claims: Claims) -> Iterator[One]:
    """Addresses under top-level domains that opened after the claim."""
    import numpy as np

    found, first = cues(table, hits), len(dated_lines.CUES)
    since = np.array([0] * first + [day(addresses.OPENED[name]) for name in addresses.CUES.values()])
    late = (found.phrases >= first) & (since[found.phrases] >= claims.ends[found.rows]) & claims.known[found.rows]
    found = type(hits)(*(column[late] for column in found))
    for row, cue, text, place in _each(table.cues, found, texts):
        name = addresses.CUES[cue]
        if addresses.in_address(name, text, place):
            yield One(row, f"domain:{cue}:{addresses.OPENED[name][:4]}", day(addresses.OPENED[name]))


def _characters(texts: Utf8, kinds: list[str], claims: Claims) -> Iterator[One]:
    from scapa.text.newest import NEVER, newest

    found = newest(texts, times())
    since, by = found.drawn.copy(), found.drawn_by.copy()
    for row, kind in enumerate(kinds):
        typed = kind in _TYPED or not claims.known[row] or claims.starts[row] >= day(COMPUTERS)
        if kind == "mail" and found.typed_by[row] < _MISTAKEN:
            typed = False
        if typed and found.typed[row] > since[row]:
            since[row], by[row] = found.typed[row], found.typed_by[row]
    for row in (since > NEVER).nonzero()[0].tolist():
        yield One(row, f"character:U+{by[row]:04X}:{_year(int(since[row]))}", int(since[row]))
    for row in found.mojibake.nonzero()[0].tolist():
        yield One(row, f"mojibake:UTF-8:{_UTF8[:4]}", day(_UTF8))


def _year(time: int) -> int:
    """Return the year in which the day after `time` lies: days begin up to 14 hours before UTC's."""
    from datetime import UTC, datetime, timedelta

    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time, days=1)).year


def _in_headers(blocks: Utf8, table: Attested, hits: Hits, claims: Claims) -> Iterator[One]:
    """Times in ids and signatures, more than a month after the claim."""
    fields = cues(table, hits)
    fields = type(hits)(*(column[fields.phrases < len(mail_times.CUES)] for column in fields))
    for row, cue, block, place in _each(table.cues, fields, blocks):
        for name, time in mail_times.read(cue, block, place):
            if claims.known[row] and time >= claims.ends[row] + _SLACK:
                yield One(row, f"{name}:{_year(time)}", time)
