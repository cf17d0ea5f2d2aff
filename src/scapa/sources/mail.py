"""What the mail readers share: telling mail from other text, and one message's bytes to a record or a problem."""

from __future__ import annotations

import re

from scapa.records import Found, Problem
from scapa.text import mime
from scapa.text.headers import FIELD

_KNOWN = re.compile(
    rb"^(?:received|return-path|from|to|cc|subject|date|message-id|mime-version|delivered-to|reply-to|sender|"
    rb"content-type|references|in-reply-to|x-[a-z-]+|dkim-signature|arc-[a-z-]+|list-[a-z]+|status)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_FROM_LINES = re.compile(rb"\A(?:>*From [^\n]{0,998}\n)+")
_EMPTY_LINE = re.compile(rb"\n\r?\n")


def looks_like_mail(data: bytes) -> int:
    """Return how many well-known mail headers stand before the first empty line; 0 if it is no header block."""
    data = data.lstrip(b"\r\n")
    if not FIELD.match(data):
        return 0
    end = _EMPTY_LINE.search(data)
    return len(_KNOWN.findall(data, 0, end.start() if end else len(data)))


def record(
    message: bytes, *, raw: bytes, where: str, locator: str, end: int = 0, flaws: tuple[str, ...] = ()
) -> Found | Problem:
    """Return the record of one message's bytes; a problem where it is empty or has no header at all."""
    message = _FROM_LINES.sub(b"", message.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    if not message.strip():
        return Problem(where, "an empty message")
    if not FIELD.match(message):
        return Problem(where, "not a mail: it does not begin with a header")
    try:
        parsed = mime.parse(message)
    except (ValueError, LookupError, ArithmeticError, RecursionError, TypeError, AttributeError, MemoryError) as error:
        return Problem(where, f"the mail could not be taken apart ({type(error).__name__})")
    return Found(locator, raw, parsed.document, end, (*flaws, *parsed.flaws))
