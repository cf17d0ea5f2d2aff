"""What mail programs write on the elements that hold quotes and signatures, and what hides an element."""

from __future__ import annotations

import re
from enum import Enum

_NAMED = ("class", "id", "name", "data-marker")
_MAY_MATTER = re.compile(r"class|id|style|type|name|hidden|marker", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([A-Za-z-]{1,40}+)(?:\s{0,8}+=\s{0,8}+(?:"([^"]{0,4096})"|'([^']{0,4096})'|([^\s>"']{1,400})))?"""
)
_HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_OUTLOOK_LINE = re.compile(
    r"border:\s?none;\s?border-top:\s?solid\s(?:#[eb][15][ec][14][ed][1f]\s)?1\.0pt;\s?padding:\s?3\.0pt", re.IGNORECASE
)

_CONTAINERS = frozenset(("gmail_quote", "gmail_quote_container"))
_QUOTES = frozenset(
    (
        "gmail_attr", "yahoo_quoted", "moz-cite-prefix", "moz-forward-container", "protonmail_quote", "tutanota_quote",
        "zmail_extra", "ydp-quote", "mailru-blockquote", "isreplycontent", "missive_quote", "front-blockquote",
        "messagereplysection", "bloop_original_html", "reply-intro", "olk_src_body_section", "nylas-quote",
        "ms-outlook-mobile-reference-message", "mail-editor-reference-message-container", "aolreplacedbody",
        "originalmailinfo", "ntes-mailmaster-quote", "foxmailbckquote", "applereplyheader", "hey-quoted", "airmail_on",
        "__quoted_text__", "__headers__", "cite-prefix", "sh-quoted-content", "mimestream-quote", "quoted_reply",
    )
)  # fmt: skip
_SIGNATURES = frozenset(
    (
        "gmail_signature", "gmail_signature_prefix", "moz-signature", "protonmail_signature_block", "signature",
        "applemailsignature", "ms-outlook-mobile-signature", "yahoo-signature", "yahoo_signature", "tutanota-signature",
        "bloop_sign", "messagesignaturesection", "sh-signature", "k9mail-signature", "composer_signature", "mb_sig",
        "_rc_sig", "-x-evo-signature", "mailspring-signature", "airmailsignature", "hs_sig", "wisestamp_sig",
        "__sig_pre__", "__sig_post__", "mobile-signature", "mobilesignature", "email-signature", "outlooksignature",
        "mimestream-signature", "spark-signature", "zohosignature", "sig",
    )
)  # fmt: skip
_FOLLOWS = frozenset(
    (
        "divrplyfwdmsg", "appendonsend", "ms-outlook-mobile-body-separator-line", "stopspelling", "zwchr",
        "__divider__",
        "replysplit", "orimsghtmlseperator", "divtaggedcontent", "mailreplyheader",
    )
)  # fmt: skip


class Mark(Enum):
    """What an element is; the values of the first three are span kinds.

    A `CONTAINER` is Gmail's: an attribution and then a block quote, or a whole forward. Whoever answers between the
    quoted lines writes inside it, so what follows its own block quotes is the author's.
    """

    QUOTE = "html_quote"
    BLOCKQUOTE = "html_blockquote"
    SIGNATURE = "html_signature"
    QUOTE_FOLLOWS = "quote_follows"
    CONTAINER = "container"
    HIDDEN = "hidden"


def mark(tag: str, attributes: str) -> Mark | None:
    """Return what the element with this tag and these raw attributes is; None for the ordinary."""
    found = _attributes(attributes) if _MAY_MATTER.search(attributes) else {}
    if "hidden" in found or _HIDING.search(found.get("style", "")):
        return Mark.HIDDEN
    names = {_bare(name) for key in _NAMED for name in found.get(key, "").lower().split()}
    if tag == "div" and names & _CONTAINERS:
        return Mark.CONTAINER
    if names & _FOLLOWS or (tag == "div" and _OUTLOOK_LINE.search(found.get("style", ""))):
        return Mark.QUOTE_FOLLOWS
    if names & _QUOTES or (tag == "blockquote" and found.get("type", "").lower() == "cite"):
        return Mark.QUOTE
    if names & _SIGNATURES or tag == "signature":
        return Mark.SIGNATURE
    return Mark.BLOCKQUOTE if tag == "blockquote" else None


def _attributes(raw: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(raw):
        name, *values = match.groups()
        found.setdefault(name.lower(), next((v for v in values if v is not None), ""))
    return found


def _bare(name: str) -> str:
    """Outlook and others prefix the names of a quoted mail with `x_`, Hotmail with `ecx`."""
    while name.startswith("x_"):
        name = name[2:]
    return name.removeprefix("ecx")
