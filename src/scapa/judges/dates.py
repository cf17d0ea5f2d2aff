"""Dates: what a record claims about when it was written, and whether the record itself contradicts it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from scapa.judges import JUDGES, Column
from scapa.judges.anachronisms import Mark, client, marks_in, words_in
from scapa.judges.rowwise import Row, RowWise
from scapa.judges.unicode_ages import newest
from scapa.text.dates import DAY, claim
from scapa.text.headers import Headers, parse

_HOPS = 50
_CLOCKS = DAY  # clocks of the time were wrong by hours, and time zones were mislabelled
_QUEUE = 30 * DAY  # moderated lists hold mail back for weeks


@JUDGES.register
class Dates(RowWise):
    """The claimed interval, its grade, and the findings for and against it, none of them private."""

    name = "dates"
    version = 1
    reads = ("text", "headers", "claimed_start", "claimed_end", "claimed_source", "ingested")
    source = "Unicode's own history; first public attestations; versions of mail programs; RFC 5322 Received chains"
    failures = ("what the tables do not hold is not found: no finding is no proof",)
    columns = {
        "grade": Column("text", "E1: a claim that nothing here contradicts, else E0; custody may raise it to E2"),
        "claimed_start": Column("time", "the claim's first instant"),
        "claimed_end": Column("time", "the claim's end, exclusive"),
        "not_before": Column(
            "time", "before it something in the text or its program did not exist; null: nothing tells"
        ),
        "anachronisms": Column("texts", "what contradicts the claim"),
        "evidence": Column("texts", "other findings"),
    }

    def data(self) -> tuple[str, ...]:
        return (f"unicode-{unicodedata.unidata_version}",)

    def row(self, row: Row) -> tuple[object, ...]:
        headers = parse(row.headers) if row.headers else Headers(())
        marks = find_marks(row.text, headers)
        start, end = row.claimed_start, row.claimed_end
        hops = received(headers)
        found: list[str] = []
        evidence = [row.claimed_source] if row.claimed_source else []
        evidence += _chain(hops)
        if start is not None and end is not None:
            found = [mark.name for mark in marks if mark.since >= end]
            found += _against_hops(start, end, hops) + _against_now(start, hops, row.ingested)
            if hops and not found:
                evidence.append("hop_before_date" if min(hops) < start - _CLOCKS else "received_agrees")
        evidence += [mark.name for mark in marks if mark.name not in found]
        not_before = max((mark.since for mark in marks), default=None)
        ok = start is not None and not found
        return grade(ok), start, end, not_before, sorted(set(found)), sorted(set(evidence))


def grade(claimed_ok: bool, custody: bool = False) -> str:
    """Return the evidence grade: `E0` no claim or a contradicted one, `E1` a self-consistent claim, `E2` with a third
    party's custody besides (a list archive, a WARC, a release tarball: evidence of occurrences, not of the record).
    """
    return ("E2" if custody else "E1") if claimed_ok else "E0"


def find_marks(text: str, headers: Headers) -> list[Mark]:
    """Return everything in a text and its headers that did not exist before some day."""
    marks = [*words_in(text), *marks_in(text)]
    if age := newest(text):
        marks.append(Mark(f"unicode:{age[0]}", age[1]))
    programs = (client(headers.get(name)) for name in ("x-mailer", "user-agent"))
    return marks + [mark for mark in programs if mark]


def received(headers: Headers) -> list[int]:
    """Return the times of the Received hops, oldest (lowest) first, at most `_HOPS` of them."""
    claims = (claim(value.rpartition(";")[2], "received") for value in headers.all("received")[:_HOPS])
    return [found.start for found in claims if found][::-1]


def _chain(hops: Sequence[int]) -> list[str]:
    if len(hops) < 2:
        return []
    ordered = all(later >= earlier - _CLOCKS for earlier, later in pairwise(hops))
    return ["received_chain_consistent" if ordered else "received_chain_inconsistent"]


def _against_hops(start: int, end: int, hops: Sequence[int]) -> list[str]:
    """A mail that was received before it was dated, or so long after that its date is not when it was sent.

    The middle hop decides: the sender's own machines, at one end, are often wrong by a day or two (18 of 4,150 good
    mails of 2002 had such a hop; one was dated 2028).
    """
    if not hops:
        return []
    found = []
    if sorted(hops)[len(hops) // 2] < start - _CLOCKS:
        found.append("received_before_date")
    if min(hops) > end + _QUEUE:
        found.append("received_long_after_date")
    return found


def _against_now(start: int, hops: Sequence[int], now: int | None) -> list[str]:
    if now is None:
        return []
    found = ["date_in_future"] if start > now + _CLOCKS else []
    return found + (["received_in_future"] if hops and hops[-1] > now + _CLOCKS else [])
