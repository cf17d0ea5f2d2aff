"""Mail addresses, also as `jane (at) example (dot) org`; names of messages look the same and are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scapa.judges.finders import Finder, Found, Word

_LOCAL = re.compile(r"(?<![\w.+%-])\w[\w.+%'-]{0,63}\Z")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24}(?![\w-]|\.\w)")
_NO_TOP = frozenset(["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "ts", "py", "html", "zip", "pdf", "txt"])
_ABOUT = re.compile(
    r"(?:(?:message-?id|references|in-reply-to|content-id|xref|\b(?:mid|cid|news|nntp))[:=][^\n]{0,150}|\b(?:message|msg|article|id)\s{1,3})\Z",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:[A-ZÀ-Þ][\w.'-]{1,30}|[\")])[ ]{1,3}\Z")
_MADE = re.compile(r"\d{8}|[A-Z0-9]{5,}\d[A-Z0-9]{4,}|[$=]")
_SPELT = re.compile(
    r"(?<![\w.+%-])(?P<local>[\w.+%-]{1,64}) ?(?:[(\[{<] ?(?:at|ät|chez|arroba) ?[)\]}>]|%40) ?"
    r"(?P<domain>[\w-]{1,63}(?:(?: ?[(\[{<] ?(?:dot|punkt|point|punto) ?[)\]}>] ?|\.)[\w-]{1,63}){1,4})",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64} at [\w-]{1,63}(?: dot [\w-]{2,63}){1,4}|"
    r"(?<![\w.+%-])[\w.+%-]{1,64} AT [\w-]{1,63}(?: DOT [\w-]{2,63}){1,4}"
)


def mailbox(text: str, at: int) -> Iterator[Found]:
    """Yield the mail address whose `@` is at `at`, unless it is the name of a message, which looks the same."""
    domain = _DOMAIN.match(text, at + 1)
    local = _LOCAL.search(text[max(0, at - 66) : at]) if domain else None
    if not local or not domain or not _is_mailbox(local[0], domain[0]):
        return
    start = at - len(local[0])
    bracket = text.rfind("<", max(0, at - 66), at)
    if bracket >= 0 and _is_message(text, bracket, text[bracket + 1 : at]):
        return
    yield start, domain.end(), "email"


def _is_message(text: str, bracket: int, local: str) -> bool:
    """Whether a program made the name in brackets, or the words before say that it names a message."""
    if any(map(str.isspace, local)):
        return False
    if _ABOUT.search(text, max(0, bracket - 180), bracket):
        return True
    made = len(local) > 9 and _MADE.search(local) and not local.startswith("mailto:")
    return bool(made) and not _NAMED.search(text, max(0, bracket - 40), bracket)


def _is_mailbox(local: str, domain: str) -> bool:
    return domain.rpartition(".")[2].lower() not in _NO_TOP and local != "git" and ".." not in local


def spelt(text: str, at: int) -> Iterator[Found]:
    """Yield a mail address whose `@` is written as a word in brackets, of which the first is at `at`."""
    match = _SPELT.search(text, max(0, at - 66), at + 160)
    if match and match.end("local") <= at <= match.start("domain"):
        yield *match.span(), "email"


def _said(text: str, at: int) -> Iterator[Found]:
    """Yield `jane at example dot org`; `at` is at its first dot."""
    match = _SAID.search(text, max(0, at - 132), at + 160)
    if match and match.start() < at < match.end():
        yield *match.span(), "email"


WORDS: dict[Word, Finder] = {Word("dot "): _said}
