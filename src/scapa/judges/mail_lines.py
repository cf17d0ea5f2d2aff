"""Which lines of a mail are not its author's fresh words: one pass over the lines, linear in the text.

Linear, because every decision looks at a bounded number of lines, every pattern is matched against lines of at most
`LONG` characters from a fixed start, and a block that is swallowed to the end of the text ends the pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scapa.judges.mail_signs import LONG, as_prose, header_role, is_dated, is_mobile, is_named
from scapa.judges.mail_words import (
    DISCLAIMER_STARTS,
    DISCLAIMER_WORDS,
    FORWARD_ENDS,
    FORWARDS,
    LIST_STARTS,
    LIST_WORDS,
    ORIGINALS,
)

KINDS = ("quote", "attribution", "forward", "header", "signature", "disclaimer", "footer")
"""What a line may be besides the author's own (None)."""

_ATTRIBUTION_LINES = 4
_SIGNATURE_LINES = 60
_LOOSE_SIGNATURE_LINES = 10  # behind “--” without its space, which is also a rule in a text

_INITIALS = re.compile(r"([A-Za-z]{1,4})>+(?:\s|$)")
_FACE = re.compile(r">[:;=_.][-']?[()<>\[/\\DPOp_.o]")
_RULE = re.compile(r"(?:[_=*]{5,}|-{5,}|[—–]{3,})$")
_LONG_RULE = re.compile(r"(?:[_=*~-]{18,})$")
_DISCLAIMER = re.compile("|".join(DISCLAIMER_STARTS))
_LAWYERS = re.compile(DISCLAIMER_WORDS)
_THE_BAT = "This is a forwarded message"
_DASHES = "-_=*—–‐"
_PREFIX = re.compile(r"[|:}%#)\]]|[^\w\s\"'“„«(<\[*•+·–—…>]{2,4}")
_GNUS = re.compile(r'"[^"]{1,40}" == .{1,200} writes:$')


def label_lines(lines: Sequence[str], held: Sequence[bool], names: frozenset[str] = frozenset()) -> list[str | None]:
    """Return one of `KINDS`, or None for the author's own words, for each line.

    `held` marks lines that the reader already knows to be quoted; `names` are the author's own names and addresses
    in lower case (a memo that opens with “From:” the author is no forward).
    """
    return _Pass(lines, held, names).run()


class _Pass:
    """The state of one pass: `labels` so far, and what was computed once for every line."""

    def __init__(self, lines: Sequence[str], held: Sequence[bool], names: frozenset[str]) -> None:
        self.lines, self.held, self.names = lines, held, names
        self.bare = [line.strip() for line in lines]
        self.labels: list[str | None] = [None] * len(lines)
        self.following = _following(self.bare)
        self.quoted = _quoted(self.bare)
        self.prefix = ""
        self.no_headers = 0  # no header block begins before this line

    def run(self) -> list[str | None]:
        at, end = 0, len(self.lines)
        while at < end:
            bare = self.bare[at]
            if not bare or self.held[at]:
                at += 1
            elif self.quoted[at] or (self.prefix and bare.startswith(self.prefix)):
                self.labels[at] = "quote"
                if self._marked_attribution(at):
                    self.labels[at] = "attribution"
                    self._after_marked(at)
                at += 1
            else:
                self.prefix = ""
                at = self._other(at, bare)
        self._mend_wrapped()
        self._signatures()
        self._close_gaps()
        return self.labels

    def _other(self, at: int, bare: str) -> int:
        """Label what begins at a line that is not quoted; return the line to go on with."""
        if len(bare) > LONG:
            return at + 1
        if (bare[-1] in ":：" or bare.endswith("...")) and self._attribution(at):
            return self._after_attribution(at)
        if (bare[0] in _DASHES or bare[-1] in ":：" or bare == _THE_BAT) and (end := self._marker(at, bare)):
            return end
        if (":" in bare or "：" in bare) and header_role(bare) == "from" and (end := self._header(at)):
            return end
        return self._small(at, bare) or at + 1

    # attributions

    def _attribution(self, at: int) -> bool:
        """Label lines up to `at` if together they are an attribution."""
        if self.labels[at]:
            return False
        followed = self._quote_follows(at + 1)
        joined, named = "", 0
        for start in range(at, max(at - _ATTRIBUTION_LINES, -1), -1):
            if not self.bare[start] or self.labels[start] or self.held[start] or len(self.bare[start]) > LONG:
                break
            joined = f"{self.bare[start]} {joined}".rstrip()
            if is_dated(joined, followed):
                named = at + 1 - start
                break
            if start < at and self.bare[start][-1] in ":：":
                break
            if start >= at - 1 and not named and followed and is_named(joined):
                named = at + 1 - start
        self.labels[at + 1 - named : at + 1] = ["attribution"] * named
        return named > 0

    def _marked_attribution(self, at: int) -> bool:
        """Say whether this line opens a quote and is an attribution that the program has marked as a part of it."""
        bare = self.bare[at]
        if bare[-1] not in ":：" or len(bare) > LONG or (at and self.labels[at - 1] == "quote"):
            return False
        inner = bare.lstrip("> ")
        return is_dated(inner, followed=True) or bool(_GNUS.match(inner))

    def _after_attribution(self, at: int) -> int:
        if not self._quote_follows(at + 1):
            self._swallow(at + 1, "quote")
            return self._past_labels(at + 1)
        after = self.following[at + 1]
        if not self.quoted[after] and not self.held[after]:
            self._take_prefix(self.bare[after])
        return at + 1

    def _after_marked(self, at: int) -> None:
        after = self.following[at + 1]
        if after < len(self.bare) and not self.quoted[after] and _INITIALS.match(self.bare[after]):
            self._take_prefix(self.bare[after])

    def _take_prefix(self, first: str) -> None:
        """Take what the first quoted line begins with as the mark of all of them."""
        if match := _INITIALS.match(first):
            for at, bare in enumerate(self.bare):
                self.quoted[at] = self.quoted[at] or bare.startswith(match[0])
        elif match := _PREFIX.match(first):
            self.prefix = match[0]

    def _quote_follows(self, at: int) -> bool:
        after = self.following[at]
        if after >= len(self.bare) or after > at + 3:
            return False
        bare = self.bare[after]
        return self.held[after] or self.quoted[after] or bool(_INITIALS.match(bare)) or self._same_prefix(after)

    def _same_prefix(self, at: int) -> bool:
        """Say whether this line and the next have one quoting prefix, and are not rows of a table or a list."""
        line, below = self.bare[at], self.bare[at + 1] if at + 1 < len(self.bare) else ""
        mark = _PREFIX.match(line)
        if not mark or (line.endswith("|") and len(line) > 1):
            return False
        return below.startswith(mark[0]) or (not below and mark[0] in ("|", ":"))

    # forwards, originals and their headers

    def _marker(self, at: int, bare: str) -> int:
        """Label a “forwarded message” or “original message” line with what it brings; return where to go on, or 0."""
        if len(bare) > 160:
            return 0
        core = bare.strip(_DASHES + " :：").lower()
        if not core or not (bare[0] == bare[1] or bare[-1] in ":：" or bare == _THE_BAT):
            return 0
        kind = "forward" if core.startswith(FORWARDS) else "quote" if core.startswith(ORIGINALS) else ""
        if not kind:
            return 0
        if kind == "quote" and bare[-1] in ":：" and bare[0] not in _DASHES:
            return 0
        self.labels[at] = "forward" if kind == "forward" else "header"
        end = self._headers(at + 1, least=1)
        if not end and kind == "quote" and self._attribution_below(at + 1):
            return at + 1
        return self._brought(end or at + 1, kind)

    def _attribution_below(self, at: int) -> bool:
        bare = self.bare[self.following[at]] if self.following[at] < len(self.bare) else ""
        return bare[-1:] in (":", "：") and len(bare) <= LONG and is_dated(bare, followed=False)

    def _header(self, at: int) -> int:
        end = self._headers(at, least=3) if at >= self.no_headers else 0
        if not end:
            return 0
        if self.following[0] == at and self._by_author(at, end):
            self.labels[at:end] = [None] * (end - at)
            return end
        above = at - 1
        while above >= 0 and not self.bare[above]:
            above -= 1
            if at - above > 2:
                break
        if above >= 0 and _RULE.match(self.bare[above]) and not self.labels[above]:
            self.labels[above] = "header"
        return self._brought(end, "quote")

    def _headers(self, at: int, least: int) -> int:
        """Label the header block at `at`, which must have a From and `least` kinds of line; return its end, or 0."""
        start = self.following[at]
        if start > at + 2 or start >= len(self.bare):
            return 0
        roles: set[str] = set()
        end, line = start, start
        while line < len(self.bare) and line < start + 40:
            role = header_role(self.bare[line])
            if role:
                roles.add(role)
                end = line + 1
            elif not self._continues(line, end):
                break
            line = line + 1
        first = header_role(self.bare[start])
        if first not in ("from", "date", "subject", "to") or "from" not in roles or len(roles - {"other"}) < least:
            self.no_headers = end  # what is too little from here is no more from the next line on
            return 0
        self.labels[start:end] = ["header"] * (end - start)
        return end

    def _continues(self, line: int, end: int) -> bool:
        """Say whether a line without a label still belongs to a header block: one blank, or a folded value."""
        bare = self.bare[line]
        if not bare:
            after = self.following[line]
            return line == end and after == line + 1 and after < len(self.bare) and bool(header_role(self.bare[after]))
        above = self.bare[line - 1]
        return len(bare) <= LONG and bool(above) and (self.lines[line][0] in " \t" or above[-1] in ",;")

    def _by_author(self, at: int, end: int) -> bool:
        block = " ".join(line for line in self.bare[at:end] if header_role(line) == "from").lower()
        return any(name in block for name in self.names)

    def _brought(self, at: int, kind: str) -> int:
        """Label what a marker or a header block stands above: quoted lines if they are, else all there is."""
        after = self.following[at] if at < len(self.bare) else at
        if after < len(self.bare) and (self.quoted[after] or self.held[after]):
            head = True
            while after < len(self.bare) and (self.quoted[after] or self.held[after] or not self.bare[after]):
                head = head and (not self.bare[after] or bool(header_role(self.bare[after].lstrip("> "))))
                self.labels[after] = None if not self.quoted[after] else "header" if head else kind
                after += 1
            return after
        self._swallow(at, kind)
        return self._past_labels(at)

    def _swallow(self, at: int, kind: str) -> None:
        """Label everything from `at`, up to a line that says that the forward ends here."""
        for line in range(at, len(self.bare)):
            self.labels[line] = kind
            bare = self.bare[line]
            if bare[:1] == "-" and len(bare) < 120 and bare.strip(" -").lower().startswith(FORWARD_ENDS):
                return

    def _past_labels(self, at: int) -> int:
        while at < len(self.labels) and self.labels[at]:
            at += 1
        return at

    # footers, disclaimers

    def _small(self, at: int, bare: str) -> int:
        """Label a mobile footer, the footer of a list or a lawyers' paragraph; return where to go on, or 0."""
        if len(bare) <= 100 and is_mobile(bare):
            self.labels[at] = "signature"
            return at + 1
        low = bare[:60].lower()
        if low.startswith("http") and "/listinfo/" in bare and len(self.bare) - at < _LOOSE_SIGNATURE_LINES:
            return self._fill(at, "footer")
        sponsor = bare[0] == "-" and "yahoo! groups" in low
        if sponsor or low.startswith(LIST_STARTS) or (_LONG_RULE.match(bare) and self._list_below(at)):
            return self._fill(at, "footer")
        if (at == 0 or not self.bare[at - 1] or self.labels[at - 1] or _RULE.match(self.bare[at - 1])) and (
            _DISCLAIMER.match(low)
        ):
            return self._disclaimer(at)
        return 0

    def _list_below(self, at: int) -> bool:
        below = " ".join(line[:LONG] for line in self.bare[at + 1 : at + 5]).lower()
        return any(word in below for word in LIST_WORDS)

    def _fill(self, at: int, kind: str) -> int:
        """Label the own lines from `at` to the next quoted line or marker, at most `_SIGNATURE_LINES` of them."""
        for line in range(at, min(at + _SIGNATURE_LINES, len(self.bare))):
            if self.quoted[line] or self.held[line]:
                return line
            self.labels[line] = kind
        return min(at + _SIGNATURE_LINES, len(self.bare))

    def _disclaimer(self, at: int) -> int:
        end = self._paragraph_end(at)
        if len(set(_LAWYERS.findall(as_prose(self.bare[at:end])))) < 2:
            return 0
        while end:
            self.labels[at:end] = ["disclaimer"] * (end - at)
            done, at = end, self.following[end] if end < len(self.bare) else end
            end = self._paragraph_end(at) if at < len(self.bare) else 0
            if end and len(set(_LAWYERS.findall(as_prose(self.bare[at:end])))) < 2:
                break
        return done

    def _paragraph_end(self, at: int) -> int:
        """Return the end of the paragraph at `at`; 0 if it is quoted or longer than a disclaimer is."""
        for line in range(at, min(at + 40, len(self.bare))):
            if not self.bare[line]:
                return line
            if self.quoted[line] or self.held[line]:
                return 0 if line == at else line
        return len(self.bare) if len(self.bare) <= at + 40 else 0

    # what needs the labels of the neighbours

    def _mend_wrapped(self) -> None:
        """Label the stray end of a quoted line that a mail program broke without marking it."""
        for at in range(1, len(self.bare) - 1):
            if self.labels[at] or not self.bare[at] or self.held[at]:
                continue
            if not (self.quoted[at - 1] and self.quoted[at + 1]):
                continue
            above = self.bare[at - 1]
            if len(above) >= 60 and above[-1] not in ".?!:" and len(self.bare[at]) <= 40 and self.bare[at][0].islower():
                self.labels[at] = "quote"

    def _signatures(self) -> None:
        """Label from “-- ” to the next marker or the end; from a bare “--” only if little follows."""
        for at, line in enumerate(self.lines):
            if self.labels[at] or line[:1] not in ("-", "—", "–") or self.bare[at] not in ("--", "—", "––"):
                continue
            most = _SIGNATURE_LINES if line.rstrip("\r") == "-- " else _LOOSE_SIGNATURE_LINES
            end, left = at, most
            while end < len(self.lines) and self.labels[end] is None and not self.held[end] and left >= 0:
                left -= bool(self.bare[end])
                end += 1
            if left >= 0 or most == _SIGNATURE_LINES:
                self.labels[at:end] = ["signature"] * (end - at)

    def _close_gaps(self) -> None:
        """Give blank lines between two lines of one kind that kind; take it from blank lines at a block's ends."""
        last, at = None, 0
        while at < len(self.bare):
            if self.bare[at]:
                last = self.labels[at]
                at += 1
                continue
            end = self.following[at]
            below = self.labels[end] if end < len(self.bare) else None
            self.labels[at:end] = [last if last == below else None] * (end - at)
            at = end


def _following(bare: Sequence[str]) -> list[int]:
    """Return for each line the first line at or below it that is not blank; one more than there are lines."""
    found = [len(bare)] * (len(bare) + 1)
    for at in range(len(bare) - 1, -1, -1):
        found[at] = at if bare[at] else found[at + 1]
    return found


def _quoted(bare: Sequence[str]) -> list[bool]:
    quoted = [line[:1] == ">" for line in bare]
    if any(quoted):
        for at, line in enumerate(bare):
            if quoted[at] and (line.startswith(">From ") or _FACE.match(line)):
                beside = (at and bare[at - 1][:1] == ">") or (at + 1 < len(bare) and bare[at + 1][:1] == ">")
                quoted[at] = bool(beside)
    initials: dict[str, list[int]] = {}
    for at, line in enumerate(bare):
        if ">" in line[1:5] and (match := _INITIALS.match(line)) and match[1] not in ("SQL", "PS", "C"):
            initials.setdefault(match[1], []).append(at)
    for places in initials.values():
        if len(places) > 1:
            for at in places:
                quoted[at] = True
    return quoted
