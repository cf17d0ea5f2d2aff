"""What a licence permits: SPDX expressions against a short table, never a guess.

    licence_finding(licence, purpose) -> Finding("permits" | "withholds" | "unknown", ids, conditions)

A licence is not consent, and neither says that the text was lawfully acquired; only the licence is judged here.

A name outside the table is `unknown`, however much it looks like one inside: `by-sa/2.0` is not CC-BY, `MIT+` and
`MIT WITH x` are not MIT. AND takes the weakest of its parts, OR the strongest.

The grammar is read by the 40 lines below. PyPI's `license-expression` (30.4) was tried: 1 MB of names and aliases that
a short table does not want, "MIT OR ISC OR" and "(ISC) MIT OR" read as if they were whole, and a bare IndexError for
"( ( ) AND". Permission must not rest on half an expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from scapa.errors import CheckFailed
from scapa.records import UNKNOWN

Verdict = Literal["permits", "withholds", "unknown"]

ATTRIBUTION, SHARE_ALIKE, NOTICE = "attribution", "share-alike", "licence notice"

_CC_BY = {f"CC-BY-{version}": (ATTRIBUTION,) for version in ("1.0", "2.0", "2.5", "3.0", "4.0")}
_CC_BY_SA = {f"CC-BY-SA-{version}": (ATTRIBUTION, SHARE_ALIKE) for version in ("1.0", "2.0", "2.5", "3.0", "4.0")}
OPEN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("CC0-1.0", "CC-PDDC", "CC-PDM-1.0", "PDDL-1.0", "Unlicense", "0BSD", "MIT-0"), ()),
    **dict.fromkeys(("LicenseRef-US-Government-Work", "LicenseRef-Public-Domain"), ()),
    **_CC_BY,
    **_CC_BY_SA,
    **dict.fromkeys(("ODC-By-1.0", "OGL-UK-3.0"), (ATTRIBUTION,)),
    **dict.fromkeys(("MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"), (ATTRIBUTION, NOTICE)),
}
"""Licences that let anyone copy, adapt and pass on, by SPDX id, and what they ask in return."""

OPEN_PURPOSES = frozenset({"train", "share"})
"""What copying, adapting and passing on covers; any other purpose needs a grant."""

_BY_LOWER = {name.lower(): name for name in OPEN}
_WITHHOLD = re.compile(r"cc-by(-sa)?-(nc|nd)(-sa|-nd)?-\d\.\d(-[a-z]+)?|none|licenseref-all-rights-reserved")
_ID = re.compile(r"(documentref-[a-z0-9.-]+:)?[a-z0-9.-]+\+?")
_OPERATORS = {"and", "or", "with"}
_RANK: dict[Verdict, int] = {"withholds": 0, "unknown": 1, "permits": 2}
_LONGEST, _DEEPEST = 2000, 50


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a licence permits a purpose, by which ids, and what it asks in return (e.g. attribution)."""

    verdict: Verdict
    ids: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


def licence_finding(licence: str, purpose: str) -> Finding:
    """Return whether the SPDX expression `licence` lets anyone use the text for `purpose`.

    "unknown" for whatever cannot be read or is not in the table; "withholds" for known restrictions (NC, ND,
    all rights reserved) and for purposes that open licences say nothing about. Only "permits" permits.
    """
    if licence.strip().lower() in ("", UNKNOWN, "noassertion"):
        return Finding("unknown")
    try:
        found = _Expression(licence).read()
    except CheckFailed:
        return Finding("unknown")
    if found.verdict == "permits" and purpose not in OPEN_PURPOSES:
        return Finding("withholds", found.ids)
    return found


class _Expression:
    """Recursive descent over: or := and {OR and}; and := one {AND one}; one := '(' or ')' | id [WITH id]."""

    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST or text.count("(") > _DEEPEST or not text.isascii():
            raise CheckFailed("no licence expression is like this")
        self._tokens: list[str] = re.findall(r"[()]|[^\s()]+", text.lower())[::-1]

    def read(self) -> Finding:
        found = self._either()
        if self._tokens:
            raise CheckFailed("something follows the licence expression")
        return found

    def _either(self) -> Finding:
        parts = self._joined("or", self._all)
        return max(parts, key=lambda part: (_RANK[part.verdict], -len(part.conditions)))

    def _all(self) -> Finding:
        parts = self._joined("and", self._one)
        weakest = min((part.verdict for part in parts), key=_RANK.__getitem__)
        return Finding(weakest, _union(part.ids for part in parts), _union(part.conditions for part in parts))

    def _joined(self, operator: str, part: Callable[[], Finding]) -> list[Finding]:
        parts = [part()]
        while self._tokens and self._tokens[-1] == operator:
            self._tokens.pop()
            parts.append(part())
        return parts

    def _one(self) -> Finding:
        word = self._take()
        if word == "(":
            found = self._either()
            if self._take() != ")":
                raise CheckFailed("a parenthesis is not closed")
            return found
        found = _known(word)
        if self._tokens and self._tokens[-1] == "with":
            self._tokens.pop()
            exception = self._take()
            _known(exception)
            return Finding("unknown", (f"{word} with {exception}",))
        return found

    def _take(self) -> str:
        if not self._tokens:
            raise CheckFailed("the licence expression breaks off")
        return self._tokens.pop()


def _known(token: str) -> Finding:
    if token in _OPERATORS or not _ID.fullmatch(token):
        raise CheckFailed("no licence id is like this")
    if token in _BY_LOWER:
        name = _BY_LOWER[token]
        return Finding("permits", (name,), OPEN[name])
    return Finding("withholds" if _WITHHOLD.fullmatch(token) else "unknown", (token,))


def _union(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))
