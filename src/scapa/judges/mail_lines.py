"""Which lines of a mail are not its author's fresh words: one pass over the few lines that may say so.

Linear, because every decision looks at a bounded number of lines, every pattern is matched against lines of at most
`LONG` characters from a fixed start, and a block that is swallowed to the end of the text ends the pass. Fast, because
most lines are looked at once: only one that begins or ends with a mark, or has a colon early, can begin anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scapa.judges.given_back import give_back_comment, give_back_tagged
from scapa.judges.header_blocks import column_block, header_block, is_shown
from scapa.judges.mail_ends import label_ends
from scapa.judges.mail_signs import (
    COLONS,
    INITIALS,
    LONG,
    announces,
    header_role,
    is_attribution,
    is_dated_name,
    is_named,
    joined_up,
    mark_of,
)
from scapa.judges.mail_words import FORWARD_ENDS, FORWARDS, ORIGINALS
from scapa.judges.quote_marks import marked_lines, quoted_lines

KINDS = ("quote", "attribution", "forward", "header", "signature", "disclaimer", "footer")
"""What a line may be besides the author's own (None)."""

BLOCKQUOTE = "blockquote"
"""Of a held line: an HTML `blockquote`, which is a quote only where an attribution or a header stands above it."""

_ATTRIBUTION_LINES = 4
_ABOVE = 40  # lines above an attribution in which an answer to it is looked for
_MARKS = 8  # different marks of quotes in one mail
_DASHES = "-_=*—–‐"
_THE_BAT = "This is a forwarded message"
_RULE = re.compile(r"(?:[_=*]{5,}|-{5,}|[—–]{3,})$")
_GNUS = re.compile(r'"[^"]{1,40}" == .{1,200} writes:$')
_GROUPWISE = re.compile(r">>> .{3,200} >>>$")


def label_lines(
    text: str, lines: Sequence[str], held: Sequence[str | None] | None = None, names: frozenset[str] = frozenset()
) -> list[str | None]:
    """Return one of `KINDS`, or None for the author's own words, for each of the lines of `text`.

    `held` gives for each line the kind that the reader's structure says, `BLOCKQUOTE` or None; `names` are the
    author's own names and addresses in lower case (a memo that opens with “From:” the author is no forward).
    """
    return _Pass(text, lines, held, names).run()


class _Pass:
    """The state of one pass: `labels` so far, and what was computed once for every line."""

    def __init__(
        self, text: str, lines: Sequence[str], held: Sequence[str | None] | None, names: frozenset[str]
    ) -> None:
        self.text, self.lines, self.held, self.names = text, lines, held, names
        self.bare = [line.strip() for line in lines]
        self.labels: list[str | None] = [None] * len(lines)
        self.marks = marked_lines(text, self.bare)
        if _THE_BAT in text and _THE_BAT in self.bare:
            self.marks = sorted({*self.marks, self.bare.index(_THE_BAT)})
        self.quoted = quoted_lines(self.bare, self.marks)
        self.initials: int | None = None
        self.taken: set[str] = set()
        self.no_headers = 0  # no header block begins before this line

    def run(self) -> list[str | None]:
        at, held = 0, self.held
        for mark in self.marks if held is None else range(len(self.bare)):
            if mark < at or not self.bare[mark]:
                continue
            if self.quoted[mark]:
                self._quote(mark)
            elif held is not None and held[mark] not in (None, BLOCKQUOTE):
                at = self._held(mark)
            elif not self.labels[mark]:
                at = self._own(mark, self.bare[mark])
        if "  Subject: " in self.text:
            self._columns()
        _mend_wrapped(self.lines, self.bare, self.labels, self.quoted)
        label_ends(self.lines, self.bare, self.labels, self.marks)
        _close_gaps(self.bare, self.labels)
        return self.labels

    # marked quotes

    def _quote(self, at: int) -> None:
        """Label a quoted line; one that opens a quote may be an attribution or headers that were quoted with it."""
        if self.labels[at]:
            return
        self.labels[at] = "quote"
        if at and self.labels[at - 1] in ("quote", "attribution"):
            return
        if len(self.bare[at]) <= LONG and self._opens_quote(at, self.bare[at]):
            return
        above = self._above(at)
        if above >= 0 and not self.labels[above] and self.bare[above][-1] not in ":：":
            self._attribution(above, bounded=True)

    def _opens_quote(self, at: int, bare: str) -> bool:
        """Label a marked line as what the program that marked it has put at the head of the quote."""
        inner = bare.lstrip("> ")
        if bare[-1] in COLONS:
            return self._marked_attribution(at, inner)
        if _GROUPWISE.match(bare) and is_dated_name(inner) and not any(self.quoted[at + 1 : at + 2]):
            self.labels[at] = "attribution"
            self._swallow(at + 1, "quote")
            return True
        if inner[:1] in _DASHES and inner.strip(_DASHES + " :：").lower().startswith(ORIGINALS):
            self._quoted_headers(at, at + 1)
            return True
        if header_role(inner) in ("from", "date"):
            self._quoted_headers(at, at)
        return self.labels[at] == "header"

    def _marked_attribution(self, at: int, inner: str) -> bool:
        if not (is_dated_name(inner) or _GNUS.match(inner)):
            return False
        self.labels[at] = "attribution"
        after = self._next(at + 1)
        if after < len(self.bare) and not self.quoted[after] and INITIALS.match(self.bare[after]):
            self._take_mark(after)
        return True

    def _quoted_headers(self, at: int, first: int) -> None:
        """Label quoted header lines from `first` on, if there are three, and what stands above them from `at` on."""
        end = first
        while end < len(self.bare) and self.quoted[end] and header_role(self.bare[end].lstrip("> ")):
            end += 1
        if end - first >= 3:
            self.labels[at:end] = ["header"] * (end - at)

    def _take_mark(self, at: int) -> None:
        """Take what the line begins with as the mark of every line below that begins with it."""
        mark = mark_of(self.bare[at])
        if not mark or mark[-1].isalnum() or len(self.taken) >= _MARKS or mark in self.taken:
            return
        self.taken.add(mark)
        for line in range(at, len(self.bare)):
            if self.bare[line].startswith(mark) and not self.labels[line]:
                self.quoted[line] = 1
                self.labels[line] = "quote"

    # what the reader's structure holds

    def _holds(self, at: int) -> str | None:
        return self.held[at] if self.held is not None else None

    def _held(self, at: int) -> int:
        """Label what the reader holds for a quote: its attribution and headers apart; return where it ends."""
        kind, end = self._holds(at), at
        while end < len(self.bare) and (self._holds(end) == kind or not self.bare[end]):
            self.labels[end] = kind
            end += 1
        if kind == "quote":
            self._head_of_held(at, end)
            give_back_tagged(self.bare, self.labels, at, end, self.names)
        return end

    def _head_of_held(self, at: int, end: int) -> None:
        marked = _marker_kind(self.bare[at])
        if marked:
            self.labels[at] = "forward" if marked == "forward" else "header"
        first = self._next(at + 1) if marked else at
        head = min(self._header_end(first, 1 if marked else 3), end) if first < end else 0
        if head:
            self.labels[first:head] = ["header"] * (head - first)
        elif first < end and not marked:
            self._head_attribution(first, end)
        if marked == "forward":
            self.labels[first:end] = ["forward" if kind == "quote" else kind for kind in self.labels[first:end]]

    def _head_attribution(self, at: int, end: int) -> None:
        for last in range(at, min(at + _ATTRIBUTION_LINES, end)):
            bare = self.bare[last]
            if not bare or len(bare) > LONG:
                return
            if bare[-1] in COLONS or bare.endswith("---"):
                joined = joined_up(self.bare[at : last + 1])
                if is_attribution(joined) or is_named(joined):
                    self.labels[at : last + 1] = ["attribution"] * (last + 1 - at)
                return

    # unmarked lines that may begin something

    def _own(self, at: int, bare: str) -> int:
        """Label what begins at a line that is not quoted; return the line to go on with."""
        if len(bare) > LONG:
            return at + 1
        first, last = bare[0], bare[-1]
        if last in ":：" and self._attribution(at):
            return self._after_attribution(at)
        if (first in _DASHES or last in ":：" or first in "Tt") and (end := self._marker(at, bare)):
            return end
        return self._header_line(at, bare) or at + 1

    def _header_line(self, at: int, bare: str) -> int:
        """Label what a header line at `at` begins; return the line to go on with, or 0."""
        role = header_role(bare)
        if role == "other" and bare[:13].lower() == "forwarded-by:" and at == self._next(0):
            self.labels[at] = "header"
            return self._swallow(at + 1, "forward")
        if role == "from" and "@" in bare and any(self.quoted[at + 1 : at + 2]):
            self.labels[at] = "header"
            return at + 1
        return self._header(at) if role and role not in ("cc", "other") else 0

    def _next(self, at: int) -> int:
        """Return the first line from `at` on that is not blank."""
        bare, size = self.bare, len(self.bare)
        while at < size and not bare[at]:
            at += 1
        return at

    def _above(self, at: int) -> int:
        """Return the line with words above `at`, at most one blank line away; else -1."""
        above = at - 1
        if above >= 0 and not self.bare[above]:
            above -= 1
        return above if above >= 0 and self.bare[above] else -1

    # attributions

    def _attribution(self, at: int, *, bounded: bool = False) -> bool:
        """Label lines up to `at` if together they are an attribution; `bounded` where no colon ends them."""
        followed = bounded or self._quote_follows(at + 1)
        strict = bounded and not self.bare[at].endswith("...")
        if followed and not bounded:
            strict = self._holds(self._next(at + 1)) == BLOCKQUOTE
        joined, named = "", 0
        for start in range(at, max(at - _ATTRIBUTION_LINES, -1), -1):
            bare = self.bare[start]
            if not bare or self.labels[start] or self._holds(start) or len(bare) > LONG:
                break
            if start < at and bare[-1] in ":：":
                break
            joined = f"{bare} {joined}".rstrip()
            if not followed:
                opens = start == 0 or not self.bare[start - 1] or self.labels[start - 1]
                named = at + 1 - start if opens and announces(joined) else 0
            elif is_attribution(joined):
                named = at + 1 - start
                break
            elif start >= at - 1 and not named and not strict and is_named(joined):
                named = at + 1 - start
        if bounded and strict and not is_named(joined):
            named = 0
        self.labels[at + 1 - named : at + 1] = ["attribution"] * named
        return named > 0

    def _after_attribution(self, at: int) -> int:
        """Label the quote below an attribution at `at`; return the line to go on with."""
        after = self._next(at + 1)
        if after < len(self.bare) and header_role(self.bare[after]) and (block := self._header(after)):
            return block
        if not self._quote_follows(at + 1):
            if after <= self._last_initials():
                return at + 1  # The Bat's quotes, behind a remark
            if not any(self.bare[line] and not self.labels[line] for line in range(max(at - _ABOVE, 0), at)):
                return at + 1  # nobody answers with nothing: what stands below is the answer
            return self._swallow(at + 1, "quote")
        if self._holds(after) == BLOCKQUOTE:
            while after < len(self.bare) and (self._holds(after) == BLOCKQUOTE or not self.bare[after]):
                self.labels[after] = "quote"
                after += 1
            return after
        if not self.quoted[after] and not self._holds(after):
            self._take_mark(after)
        return at + 1

    def _last_initials(self) -> int:
        """Return the last line that begins with the initials of whom it quotes, -1 where there is none."""
        if self.initials is None:
            marked = (at for at in reversed(self.marks) if self.quoted[at] and self.bare[at][0] != ">")
            self.initials = next(marked, -1)
        return self.initials

    def _quote_follows(self, at: int) -> bool:
        after = at
        while after < len(self.bare) and after < at + 4 and not self.bare[after]:
            after += 1
        if after >= len(self.bare) or after >= at + 4:
            return False
        if self.quoted[after] or self._holds(after) in ("quote", BLOCKQUOTE):
            return True
        bare = self.bare[after]
        return self._same_mark(after, bare) or bool(
            after >= self.no_headers and header_role(bare) and self._header_end(after, 3)
        )

    def _same_mark(self, at: int, bare: str) -> bool:
        """Say whether this line and the next have one quoting mark, and are not rows of a table or a list."""
        mark = mark_of(bare)
        if not mark or mark[-1].isalnum() or (bare[-1] == "|" and len(bare) > 1):
            return False
        if INITIALS.match(bare):
            return True
        below = self.bare[at + 1] if at + 1 < len(self.bare) else ""
        return below.startswith(mark) or (
            not below and (mark in ("|", ":", "＞") or (mark[-1] in ")]}" and len(mark) > 2))
        )

    # forwards, originals and their headers

    def _marker(self, at: int, bare: str) -> int:
        """Label a “forwarded message” or “original message” line with what it brings; return where to go on, or 0."""
        kind = _marker_kind(bare)
        if not kind:
            return self._forward_end(at, bare)
        end = self._headers(at + 1, least=1)
        if kind == "quote" and bare.startswith("--------") and end and self._subject_first(at + 1):
            kind = "forward"  # Mozilla's: it calls a forward “original”, and the subject comes first
        self.labels[at] = "forward" if kind == "forward" else "header"
        if not end and kind == "quote" and self._attribution_below(at + 1):
            return at + 1
        return self._brought(end or at + 1, kind)

    def _forward_end(self, at: int, bare: str) -> int:
        if not _ends_forward(bare):
            return 0
        self.labels[at] = "forward"
        return at + 1

    def _subject_first(self, at: int) -> bool:
        first = self._next(at)
        return first < len(self.bare) and header_role(self.bare[first]) == "subject"

    def _attribution_below(self, at: int) -> bool:
        after = self._next(at)
        bare = self.bare[after] if after < len(self.bare) else ""
        return bare[-1:] in COLONS and len(bare) <= LONG and is_dated_name(bare)

    def _header(self, at: int) -> int:
        """Label an unmarked header block at `at` and the message below it; return where to go on, or 0."""
        end = self._headers(at, least=3) if at >= self.no_headers else 0
        if not end:
            return 0
        above = self._above(at)
        announced = self.bare[above] if above >= 0 and not self.labels[above] else ""
        if (self._next(0) == at and self._by_author(at, end)) or is_shown(self.bare[at:end], announced):
            self.labels[at:end] = [None] * (end - at)
            self.no_headers = end
            return end
        if _RULE.match(announced):
            self.labels[above] = "header"
        return self._brought(end, "quote")

    def _headers(self, at: int, least: int) -> int:
        """Label the header block at `at` and return its end; 0 where there is none."""
        end = self._header_end(at, least)
        if end:
            start = self._next(at)
            self.labels[start:end] = ["header"] * (end - start)
        return end

    def _header_end(self, at: int, least: int) -> int:
        start = self._next(at)
        if start > at + 2 or start >= len(self.bare):
            return 0
        end, sound = header_block(self.lines, self.bare, start, least)
        if not sound:
            self.no_headers = max(self.no_headers, end)  # what is too little from here is no more from the next line
        return end if sound else 0

    def _by_author(self, at: int, end: int) -> bool:
        block = " ".join(line for line in self.bare[at:end] if header_role(line) == "from").lower()
        return any(name in block for name in self.names)

    def _columns(self) -> None:
        block = column_block(self.lines, self.bare)
        if block and not any(self.labels[slice(*block)]):
            self.labels[slice(*block)] = ["header"] * (block[1] - block[0])
            self._swallow(block[1], "quote")

    # what they bring

    def _brought(self, at: int, kind: str) -> int:
        """Label what a marker or a header block stands above: quoted lines if they are, else all there is."""
        after = self._next(at)
        held = self._holds(after) if after < len(self.bare) else None
        if after >= len(self.bare) or not (self.quoted[after] or held in ("quote", BLOCKQUOTE)):
            return self._swallow(at, kind)
        head = True
        while after < len(self.bare) and (self.quoted[after] or self._holds(after) or not self.bare[after]):
            inner = self.bare[after].lstrip("> ")
            if self.bare[after]:
                head = head and bool(header_role(inner))
                self.labels[after] = "header" if head else kind
            after += 1
        return after

    def _swallow(self, at: int, kind: str) -> int:
        """Label everything from `at`, up to a line that says that the forward ends here; return where to go on."""
        size = len(self.bare)
        end = next((line + 1 for line in range(at, size) if _ends_forward(self.bare[line])), size)
        self.labels[at:end] = [kind] * (end - at)
        if end == size:
            give_back_tagged(self.bare, self.labels, at, end, self.names)
            if kind == "forward":
                give_back_comment(self.bare, self.labels, at, end)
        return end


def _marker_kind(bare: str) -> str:
    """Say whether this line is “forwarded message” or “original message”, as a program writes it."""
    if not 4 < len(bare) <= 160:
        return ""
    core = bare.strip(_DASHES + " :：*").lower()
    dashed = bare[0] in _DASHES and bare[0] == bare[1]
    if not core or not (dashed or bare[-1] in ":：" or bare == _THE_BAT):
        return ""
    if core.startswith(FORWARDS):
        return "forward"
    return "quote" if dashed and core.startswith(ORIGINALS) else ""


def _ends_forward(bare: str) -> bool:
    return bare[:1] == "-" and len(bare) < 120 and bare.strip(" -").lower().startswith(FORWARD_ENDS)


def _mend_wrapped(lines: Sequence[str], bare: Sequence[str], labels: list[str | None], quoted: bytearray) -> None:
    """Label the stray end of a quoted line that a mail program broke without marking it."""
    at = 0
    while (at := quoted.find(b"\x01\x00\x01", at)) >= 0:
        above, at = bare[at], at + 1
        if labels[at] or not 0 < len(bare[at]) <= 40:
            continue
        goes_on = lines[at - 1][-1:] == " " or bare[at].lstrip("'\"([<")[:1].islower()
        if len(above) >= 60 and above[-1] not in ".?!:" and goes_on:
            labels[at] = "quote"


def _close_gaps(bare: Sequence[str], labels: list[str | None]) -> None:
    """Give blank lines between two lines of one kind that kind; take it from blank lines at a block's ends."""
    if not any(labels):
        return
    last, end = None, 0
    for at, line in enumerate(bare):
        if line:
            last = labels[at]
        elif at >= end:
            end = at
            while end < len(bare) and not bare[end]:
                end += 1
            below = labels[end] if end < len(bare) else None
            labels[at:end] = [last if last == below else None] * (end - at)
