"""Which lines of a mail are not its author's fresh words: one pass over the few lines that may say so.

Linear, because every decision looks at a bounded number of lines, every pattern is matched against lines of at most
`LONG` characters from a fixed start, and a block that is swallowed to the end of the text ends the pass. Fast, because
most lines are looked at once: only one that begins or ends with a mark, or has a colon early, can begin anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scapa.judges.mail_ends import label_ends
from scapa.judges.mail_signs import (
    COLONS,
    INITIALS,
    LONG,
    announces,
    gives_date,
    header_role,
    is_attribution,
    is_dated_name,
    is_named,
    is_raw_header,
    joined_up,
    mark_of,
    names_someone,
)
from scapa.judges.mail_words import FORWARD_ENDS, FORWARDS, ORIGINALS

KINDS = ("quote", "attribution", "forward", "header", "signature", "disclaimer", "footer")
"""What a line may be besides the author's own (None)."""

BLOCKQUOTE = "blockquote"
"""Of a held line: an HTML `blockquote`, which is a quote only where an attribution or a header stands above it."""

_ATTRIBUTION_LINES = 4
_DASHES = "-_=*—–‐"
_FIRST = frozenset(">-_=*—–‐")
_LAST = frozenset(":：.")
_THE_BAT = "This is a forwarded message"
_FACE = re.compile(r">[:;=_.][-']?[()<>\[/\\DPOp_.o]")
_RULE = re.compile(r"(?:[_=*]{5,}|-{5,}|[—–]{3,})$")
_GNUS = re.compile(r'"[^"]{1,40}" == .{1,200} writes:$')
_GROUPWISE = re.compile(r">>> .{3,200} >>>$")
_PROMPT = re.compile(r"[$#%] \S|\d{1,5}(?:,\d{1,5})?[acd]\d{1,5}|< ?\S")
_PYTHON = re.compile(r">>> (?:import |from |def |for |print|[\w.\[\]\"']{1,40} ?[=(\[,])")
_MORE = re.compile(r">\s?\d")
_LESS = re.compile(r"<\s?\d")
_TAG = re.compile(r"(?:\[([A-Za-z][\w .'-]{0,20})\]|\(([A-Z]{2,3})\)|<([A-Z]{2,3})>|([A-Z]{2,3}) ?[:>]|(→|=>|->|>>>|==>|##|\*\*\*))\s*\S")
_NOT_TAGS = ("PS", "RE", "FW", "FYI", "CC", "TO", "SQL")
_SIGNED_OFF = 8  # own lines at most behind a forward that nothing ends


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

    def __init__(self, text: str, lines: Sequence[str], held: Sequence[str | None] | None, names: frozenset[str]) -> None:
        self.lines, self.names = lines, names
        self.held = held
        self.bare = bare = [line.strip() for line in lines]
        self.labels: list[str | None] = [None] * len(bare)
        self.marks = [
            at
            for at, line in enumerate(bare)
            if line and (line[0] in _FIRST or line[-1] in _LAST or ":" in line[:28] or ">" in line[1:5] or "：" in line)
        ]
        self.columned = "  Subject: " in text
        if _THE_BAT in text and _THE_BAT in bare:
            self.marks = sorted({*self.marks, bare.index(_THE_BAT)})
        self.quoted = bytearray(len(bare))
        self.no_headers = 0  # no header block begins before this line

    def run(self) -> list[str | None]:
        self._find_quoted()
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
        self._columns()
        self._mend_wrapped()
        label_ends(self.lines, self.bare, self.labels, self.marks)
        self._close_gaps()
        return self.labels

    # marked quotes

    def _find_quoted(self) -> None:
        """Find the lines that begin with `>` or with initials and `>`, less those where it means something else."""
        initials: dict[str, list[int]] = {}
        for at in self.marks:
            bare = self.bare[at]
            if bare[0] == ">":
                self.quoted[at] = 1
            elif ">" in bare[1:5] and (match := INITIALS.match(bare)) and match[1] not in ("SQL", "PS", "C"):
                initials.setdefault(match[1], []).append(at)
        if any(self.quoted):
            self._drop_unquoted()
        for places in initials.values():
            if len(places) > 1:
                for at in places:
                    self.quoted[at] = 1

    def _drop_unquoted(self) -> None:
        """Take the mark from groups of lines that are shell, diff, Python, a comparison, a face or mbox's `>From`."""
        at, quoted, size = 0, self.quoted, len(self.bare)
        while (at := quoted.find(1, at)) >= 0:
            end = at + 1
            while end < size and quoted[end]:
                end += 1
            if self._is_no_quote(at, end):
                quoted[at:end] = bytes(end - at)
            at = end

    def _is_no_quote(self, at: int, end: int) -> bool:
        first, above = self.bare[at], self.bare[at - 1] if at else ""
        if end - at == 1 and (first.startswith(">From ") or _FACE.match(first)):
            return True
        if above.endswith("\\") or _PYTHON.match(first):
            return True
        if above and (_PROMPT.match(above) or (above == "---" and at > 1 and self.bare[at - 2][:1] == "<")):
            return True
        if end - at > 3 or not all(_MORE.match(line) for line in self.bare[at:end]):
            return False
        below = self.bare[end] if end < len(self.bare) else ""
        return any(_LESS.search(line[:LONG]) for line in (above, below, *self.bare[at:end]))

    def _quote(self, at: int) -> None:
        """Label a quoted line; one that opens a quote may be an attribution or headers that were quoted with it."""
        if self.labels[at]:
            return
        self.labels[at] = "quote"
        if at and self.labels[at - 1] in ("quote", "attribution"):
            return
        bare = self.bare[at]
        if len(bare) <= LONG and self._opens_quote(at, bare):
            return
        above = self._above(at)
        if above >= 0 and not self.labels[above] and self.bare[above][-1] not in ":：":
            self._attribution(above, bounded=True)

    def _opens_quote(self, at: int, bare: str) -> bool:
        """Label a marked line as what the program that marked it has put at the head of the quote."""
        inner = bare.lstrip("> ")
        if bare[-1] in COLONS:
            return self._marked_attribution(at, inner)
        if _GROUPWISE.match(bare) and is_dated_name(inner) and not self.quoted[at + 1 : at + 2] == b"\x01":
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
        if is_dated_name(inner) or _GNUS.match(inner):
            self.labels[at] = "attribution"
            after = self._next(at + 1)
            if after < len(self.bare) and not self.quoted[after] and INITIALS.match(self.bare[after]):
                self._take_mark(after)
            return True
        return False

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
        if not mark or mark[-1].isalnum():
            return
        for line in range(at, len(self.bare)):
            if self.bare[line].startswith(mark) and not self.labels[line]:
                self.quoted[line] = 1
                self.labels[line] = "quote"

    # what the reader's structure holds

    def _held(self, at: int) -> int:
        """Label what the reader holds for a quote: its attribution and headers apart; return where it ends."""
        kind, end = self._holds(at), at
        while end < len(self.bare) and (self._holds(end) == kind or not self.bare[end]):
            self.labels[end] = kind
            end += 1
        if kind == "quote":
            self._head_of_held(at, end)
            self._return_tagged(at, end)
        return end

    def _holds(self, at: int) -> str | None:
        return self.held[at] if self.held is not None else None

    def _head_of_held(self, at: int, end: int) -> None:
        marked = self._marker_kind(self.bare[at])
        if marked:
            self.labels[at] = "forward" if marked == "forward" else "header"
        first = self._next(at + 1) if marked else at
        head = self._header_end(first, 1 if marked else 3) if first < end else 0
        if head:
            self.labels[first : min(head, end)] = ["header"] * (min(head, end) - first)
        elif first < end and not marked:
            self._head_attribution(first, end)
        if marked == "forward":
            for line in range(first, end):
                self.labels[line] = "forward" if self.labels[line] == "quote" else self.labels[line]

    def _head_attribution(self, at: int, end: int) -> None:
        for last in range(at, min(at + _ATTRIBUTION_LINES, end)):
            if not self.bare[last] or len(self.bare[last]) > LONG:
                return
            if self.bare[last][-1] in COLONS:
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
        if (last in ":：" or bare.endswith("...")) and self._attribution(at):
            return self._after_attribution(at)
        if (first in _DASHES or last in ":：" or first in "Tt") and (end := self._marker(at, bare)):
            return end
        if (":" in bare[:34] or "：" in bare[:34]) and (role := header_role(bare)):
            if bare[:13].lower() == "forwarded-by:" and at == self._next(0):
                self.labels[at] = "header"
                return self._swallow(at + 1, "forward")
            if role == "from" and "@" in bare and at + 1 < len(self.bare) and self.quoted[at + 1]:
                self.labels[at] = "header"
                return at + 1
            if role not in ("cc", "other") and (end := self._header(at)):
                return end
        return at + 1

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
        loose = followed and self._holds(self._next(at + 1)) == BLOCKQUOTE if at + 1 < len(self.bare) else False
        joined, named = "", 0
        for start in range(at, max(at - _ATTRIBUTION_LINES, -1), -1):
            bare = self.bare[start]
            if not bare or self.labels[start] or self._holds(start) or len(bare) > LONG:
                break
            if start < at and bare[-1] in ":：":
                break
            joined = f"{bare} {joined}".rstrip()
            if followed and is_attribution(joined):
                named = at + 1 - start
                break
            if start >= at - 1 and not named and followed and not (bounded or loose) and is_named(joined):
                named = at + 1 - start
            if not followed and (start == 0 or not self.bare[start - 1] or self.labels[start - 1]):
                named = at + 1 - start if announces(joined) else 0
        if bounded and named and not is_named(joined):
            named = 0
        self.labels[at + 1 - named : at + 1] = ["attribution"] * named
        return named > 0

    def _after_attribution(self, at: int) -> int:
        after = self._next(at + 1)
        if after < len(self.bare) and header_role(self.bare[after]) and (block := self._header(after)):
            return block
        if not self._quote_follows(at + 1):
            if any(self.quoted[line] and self.bare[line][0] != ">" for line in range(after, len(self.bare))):
                return at + 1  # The Bat's quotes, behind a remark
            return self._swallow(at + 1, "quote")
        if self._holds(after) == BLOCKQUOTE:
            return self._take_blockquote(after)
        if not self.quoted[after] and not self._holds(after):
            self._take_mark(after)
        return at + 1

    def _take_blockquote(self, at: int) -> int:
        while at < len(self.bare) and (self._holds(at) == BLOCKQUOTE or not self.bare[at]):
            self.labels[at] = "quote"
            at += 1
        return at

    def _quote_follows(self, at: int) -> bool:
        after = at
        while after < len(self.bare) and after < at + 4 and not self.bare[after]:
            after += 1
        if after >= len(self.bare) or after >= at + 4:
            return False
        bare = self.bare[after]
        held = self._holds(after)
        if header_role(bare) and self._header_end(after, 3):
            return True
        return bool(held and held != "signature") or bool(self.quoted[after]) or self._same_mark(after, bare)

    def _same_mark(self, at: int, bare: str) -> bool:
        """Say whether this line and the next have one quoting mark, and are not rows of a table or a list."""
        mark = mark_of(bare)
        if not mark or mark[-1].isalnum() or (bare[-1] == "|" and len(bare) > 1):
            return False
        if INITIALS.match(bare):
            return True
        below = self.bare[at + 1] if at + 1 < len(self.bare) else ""
        return below.startswith(mark) or (not below and mark in ("|", ":", "＞"))

    # forwards, originals and their headers

    def _marker_kind(self, bare: str) -> str:
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

    def _marker(self, at: int, bare: str) -> int:
        """Label a “forwarded message” or “original message” line with what it brings; return where to go on, or 0."""
        kind = self._marker_kind(bare)
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
        if bare[0] != "-" or len(bare) > 120 or not bare.strip(" -").lower().startswith(FORWARD_ENDS):
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

    def _columns(self) -> None:
        """Label the header that Lotus Notes prints in two columns, and what it stands above."""
        if not self.columned:
            return
        for at, line in enumerate(self.bare):
            place = line.find("  Subject: ")
            if place < 0 or len(line) > LONG or self.labels[at] or at < 3:
                continue
            top, end = at, at + 1
            while top and at - top < 8 and self.lines[top - 1][:4] == "    " and self.bare[top - 1]:
                top -= 1
            while end < len(self.lines) and end - at < 8 and (not self.bare[end] or self.lines[end][:10] == " " * 10):
                end += 1
            if any("  To: " in above for above in self.bare[top:at]):
                self.labels[top:end] = ["header"] * (end - top)
                self._swallow(end, "quote")
                return

    def _header(self, at: int) -> int:
        end = self._headers(at, least=3) if at >= self.no_headers else 0
        if not end:
            return 0
        first = self._next(0) == at
        if (first and self._by_author(at, end)) or self._is_shown(at, end):
            self.labels[at:end] = [None] * (end - at)
            self.no_headers = end
            return end
        above = self._above(at)
        if above >= 0 and _RULE.match(self.bare[above]) and not self.labels[above]:
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
        """Return the end of the header block at `at`; it has `least` kinds of line, and three have sender and date."""
        start = self._next(at)
        if start > at + 2 or start >= len(self.bare):
            return 0
        roles: dict[str, str] = {}
        end, line = start, start
        while line < len(self.bare) and line < start + 40:
            role = header_role(self.bare[line])
            if role:
                roles.setdefault(role, self.bare[line])
                end = line + 1
            elif not self._continues(line, end):
                break
            line += 1
        kinds = roles.keys() - {"other"}
        sound = least < 3 or (names_someone(roles.get("from", "")) and gives_date(roles.get("date", "")))
        if header_role(self.bare[start]) in ("", "cc") or "from" not in roles or len(kinds) < least or not sound:
            self.no_headers = max(self.no_headers, end)  # what is too little from here is no more from the next line
            return 0
        return end

    def _continues(self, line: int, end: int) -> bool:
        """Say whether a line without a label still belongs to a header block: one blank, or a folded value."""
        bare = self.bare[line]
        if not bare:
            return line == end and line + 1 < len(self.bare) and bool(header_role(self.bare[line + 1]))
        above = self.bare[line - 1]
        if len(bare) > LONG or not above:
            return False
        return self.lines[line][0] in " \t" or above[-1] in ",;" or (bare[0] == "[" and "mailto:" in bare)

    def _by_author(self, at: int, end: int) -> bool:
        block = " ".join(line for line in self.bare[at:end] if header_role(line) == "from").lower()
        return any(name in block for name in self.names)

    def _is_shown(self, at: int, end: int) -> bool:
        """Say whether the author shows raw headers: a colon announces them, or nothing but they is there."""
        above = self._above(at)
        if above < 0 or self.labels[above] or self.bare[above][-1] not in ":：":
            return False
        return any(is_raw_header(line) for line in self.bare[at:end])

    # what they bring

    def _brought(self, at: int, kind: str) -> int:
        """Label what a marker or a header block stands above: quoted lines if they are, else all there is."""
        after = self._next(at)
        held = self._holds(after) if after < len(self.bare) else None
        if after < len(self.bare) and (self.quoted[after] or held in ("quote", BLOCKQUOTE)):
            head = True
            while after < len(self.bare) and (self.quoted[after] or self._holds(after) or not self.bare[after]):
                inner = self.bare[after].lstrip("> ")
                head = head and (not inner or bool(header_role(inner)))
                self.labels[after] = None if not inner and not self.bare[after] else "header" if head else kind
                after += 1
            return after
        return self._swallow(at, kind)

    def _swallow(self, at: int, kind: str) -> int:
        """Label everything from `at`, up to a line that says that the forward ends here; return where to go on."""
        end = size = len(self.bare)
        for line in range(at, size):
            bare = self.bare[line]
            if bare[:1] == "-" and len(bare) < 120 and bare.strip(" -").lower().startswith(FORWARD_ENDS):
                end = line + 1
                break
        self.labels[at:end] = [kind] * (end - at)
        if end == size:
            self._return_tagged(at, end)
            if kind == "forward":
                self._return_signed_off(at, end)
        return end

    def _return_tagged(self, at: int, end: int) -> None:
        """Give back paragraphs in an unmarked quote that begin with a tag, such as [JD], that stands there twice."""
        tags: dict[str, list[int]] = {}
        for line in range(at, end):
            bare = self.bare[line]
            if bare and (line == at or not self.bare[line - 1]) and (match := _TAG.match(bare)):
                tag = next(group for group in match.groups() if group)
                if tag not in _NOT_TAGS:
                    tags.setdefault(tag, []).append(line)
        above = " ".join(line[:LONG] for line in self.bare[max(at - 40, 0) : at])
        for tag, places in tags.items():
            if len(places) > 1 or (tag[0].isalpha() and f"[{tag}]" in above):
                for start in places:
                    line = start
                    while line < end and self.bare[line]:
                        self.labels[line] = None
                        line += 1

    def _return_signed_off(self, at: int, end: int) -> None:
        """Give back the few lines behind a gap of two blank lines at the end of a forward: a comment below it."""
        last = end
        while last > at and not self.bare[last - 1]:
            last -= 1
        words, line = 0, last
        while line > at and words <= _SIGNED_OFF and (self.bare[line - 1] or self.bare[line - 2]):
            line -= 1
            words += bool(self.bare[line])
        body = self._next(at)
        if line <= body + 1 or not 0 < words <= _SIGNED_OFF or not self._is_comment(line, last):
            return
        self.labels[line:last] = [None] * (last - line)

    def _is_comment(self, at: int, end: int) -> bool:
        """Say whether these lines read like a remark: sentences, no addresses, no rules."""
        text = " ".join(self.bare[at:end])
        if len(text) > 2 * LONG or "@" in text or "://" in text or "www." in text.lower() or "___" in text:
            return False
        return any(mark in text for mark in "?!.。？！…:") and "--" not in text

    # what needs the labels of the neighbours

    def _mend_wrapped(self) -> None:
        """Label the stray end of a quoted line that a mail program broke without marking it."""
        at, quoted = 0, self.quoted
        while (at := quoted.find(b"\x01\x00\x01", at)) >= 0:
            above, bare = self.bare[at], self.bare[at + 1]
            at += 1
            if not bare or self.labels[at] or self._holds(at):
                continue
            if len(above) >= 60 and above[-1] not in ".?!:" and len(bare) <= 40 and bare[0].islower():
                self.labels[at] = "quote"

    def _close_gaps(self) -> None:
        """Give blank lines between two lines of one kind that kind; take it from blank lines at a block's ends."""
        last, labels, bare = None, self.labels, self.bare
        if not any(labels):
            return
        for at, line in enumerate(bare):
            if line:
                last = labels[at]
            elif at and bare[at - 1] or not at:
                end = self._next(at)
                below = labels[end] if end < len(bare) else None
                labels[at:end] = [last if last == below else None] * (end - at)
