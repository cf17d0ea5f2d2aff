"""What mail programs write on the elements that hold quotes and signatures, and what hides an element."""

from __future__ import annotations

import re
from enum import Enum

_MAY_MATTER = re.compile(r"class|id|style|type|name|hidden", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([A-Za-z-]{1,40}+)(?:\s{0,8}+=\s{0,8}+(?:"([^"]{0,4096})"|'([^']{0,4096})'|([^\s>"']{1,400})))?"""
)
_HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_OUTLOOK_LINE = re.compile(
    r"border:\s?none;\s?border-top:\s?solid\s(?:#[eb][15][ec][14][ed][1f]\s)?1\.0pt;\s?padding:\s?3\.0pt", re.IGNORECASE
)

_QUOTES = frozenset(
    [
        "gmail_quote",
        "yahoo_quoted",
        "moz-cite-prefix",
        "protonmail_quote",
        "tutanota_quote",
        "zmail_extra",
        "ydp-quote",
        "mailru-blockquote",
        "isreplycontent",
    ]
)
_SIGNATURES = frozenset(
    [
        "gmail_signature",
        "gmail_signature_prefix",
        "moz-signature",
        "protonmail_signature_block",
        "signature",
        "applemailsignature",
        "ms-outlook-mobile-signature",
        "yahoo-signature",
        "tutanota-signature",
    ]
)
_FOLLOWS = frozenset(("divrplyfwdmsg", "appendonsend", "ms-outlook-mobile-body-separator-line"))


class Mark(Enum):
    """What an element is; the values of the first three are span kinds."""

    QUOTE = "html_quote"
    BLOCKQUOTE = "html_blockquote"
    SIGNATURE = "html_signature"
    QUOTE_FOLLOWS = "quote_follows"
    HIDDEN = "hidden"


def mark(tag: str, attributes: str) -> Mark | None:
    """Return what the element with this tag and these raw attributes is; None for the ordinary."""
    found = _attributes(attributes) if _MAY_MATTER.search(attributes) else {}
    if "hidden" in found or _HIDING.search(found.get("style", "")):
        return Mark.HIDDEN
    names = {_bare(name) for key in ("class", "id", "name") for name in found.get(key, "").lower().split()}
    if names & _FOLLOWS or (tag == "div" and _OUTLOOK_LINE.search(found.get("style", ""))):
        return Mark.QUOTE_FOLLOWS
    if names & _QUOTES or (tag == "blockquote" and found.get("type", "").lower() == "cite"):
        return Mark.QUOTE
    if names & _SIGNATURES:
        return Mark.SIGNATURE
    return Mark.BLOCKQUOTE if tag == "blockquote" else None


def _attributes(raw: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(raw):
        name, *values = match.groups()
        found.setdefault(name.lower(), next((v for v in values if v is not None), ""))
    return found


def _bare(name: str) -> str:
    """Outlook and others prefix the names of a quoted mail with `x_`."""
    while name.startswith("x_"):
        name = name[2:]
    return name
