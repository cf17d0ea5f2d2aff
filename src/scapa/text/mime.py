"""RFC 822 bytes to a `Document`: what its author wrote, as text with structural spans. Never raises on content.

The stdlib's `email` parser recurses with nesting and costs time × depth, and its modern policy raises on broken
headers; its parameters cost the square of their length; so all is split here and only addresses are left to `email`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from scapa.records import UNKNOWN, DateClaim, Document, Span
from scapa.text import headers as h
from scapa.text.charset import canonical, decode
from scapa.text.dates import claim
from scapa.text.flowed import unflow
from scapa.text.html import render
from scapa.text.parts import Part, tree

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,4}=\s{0,4}["']?([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_DATA_TEXT = frozenset(
    [
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
        "text/directory",
        "text/rtf",
        "text/rfc822-headers",
        "text/css",
        "text/xml",
    ]
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A mail as a document, and what had to be mended to read it."""

    document: Document
    flaws: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Body:
    text: str
    spans: tuple[Span, ...] = ()
    html: bool = False


def parse(raw: bytes) -> Parsed:
    r"""Return the mail in `raw` (headers, empty line, body; `\n` or `\r\n`).

    `body_sha256` is over the body in DKIM's "simple" canonical form (RFC 6376 section 3.4.3: `\r\n` line ends, no
    empty lines at the end), so it does not depend on how a mailbox stored the mail. Metadata: `body` (`html` where
    only HTML was there), `signed` and `encrypted` (`pgp` or `smime`), `dkim_relaxed_sha256` (section 3.4.4).
    """
    block, start, flaws = h.split(raw)
    headers = h.parse(block)
    root, met = tree(headers, raw[start:])
    flaws = (*flaws, *headers.flaws, *met)
    leaves = _Leaves()
    leaves.visit(root)
    body = _joined(leaves.bodies)
    author_name, author = (h.addresses(headers.all("from")) or [("", UNKNOWN)])[0]
    claimed, dated = _date(headers)
    document = Document(
        kind="mail",
        text=body.text,
        author=author,
        author_name=author_name,
        title=" ".join(h.decode_words(headers.get("subject")).split()),
        recipients=_recipients(headers),
        claimed=claimed,
        message_id=_message_id(headers),
        references=h.references(headers),
        spans=body.spans,
        attachments=tuple(part.described() for part in leaves.attachments),
        headers=block,
        body_sha256=hashlib.sha256(simple_body(raw[start:])).hexdigest(),
        metadata=_metadata(headers, root, body, raw[start:]),
    )
    flaws = (*flaws, *leaves.flaws, *dated, *(() if author != UNKNOWN else ("no_author",)))
    return Parsed(document, tuple(dict.fromkeys(flaws)))


def simple_body(body: bytes) -> bytes:
    """Return `body` in DKIM's simple canonical form (RFC 6376 section 3.4.3)."""
    lines = body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    while lines.endswith(b"\r\n"):
        lines = lines[: len(lines) - 2] if not lines.endswith(b"\r\n" * 512) else lines[:-1024]
    return lines + b"\r\n"


def relaxed_body(body: bytes) -> bytes:
    """Return `body` in DKIM's relaxed canonical form (RFC 6376 section 3.4.4); an empty body stays empty."""
    lines = re.sub(rb"[ \t]++", b" ", body.replace(b"\r\n", b"\n")).replace(b" \n", b"\n").rstrip(b" ")
    lines = lines.rstrip(b"\n")
    return lines.replace(b"\n", b"\r\n") + b"\r\n" if lines else b""


class _Leaves:
    """Sorts the leaves of a part tree into bodies and attachments, choosing one of each set of alternatives."""

    def __init__(self) -> None:
        self.bodies: list[_Body] = []
        self.attachments: list[Part] = []
        self.flaws: list[str] = []

    def visit(self, root: Part) -> None:
        stack = [root]
        while stack:
            part = stack.pop()
            if part.type == "multipart/alternative":
                stack += reversed(self._chosen(part))
            elif part.parts:
                stack += reversed(part.parts)
            elif _is_text(part) and not (self.bodies and part.attached):
                self.bodies.append(self._body(part))
            elif not part.type.startswith("multipart/") or part.body:
                self.attachments.append(part)

    def _chosen(self, part: Part) -> list[Part]:
        """Return the plain text if it says anything, else the HTML, else all; others' attachments come along."""
        plain = [p for p in part.parts if p.type == "text/plain" and p.body.strip()]
        texts = plain or [p for p in part.parts if p.type == "text/html"]
        if not texts:
            return list(part.parts)
        if len(texts) > 1:
            self.flaws.append("several_alternatives")
        others = [leaf for p in part.parts for leaf in _leaves(p) if leaf is not texts[0]]
        return [texts[0], *(leaf for leaf in others if not _is_text(leaf))]

    def _body(self, part: Part) -> _Body:
        data, flaws = part.decoded()
        declared = part.parameter("charset")
        html = part.type == "text/html"
        if html and not declared and (meta := _META.search(data[:4096])):
            declared = meta.group(1).decode("ascii")
        text, undecodable = decode(data, declared)
        text, unfit = canonical(text)
        self.flaws += [*flaws, *undecodable, *unfit]
        if html:
            page = render(text)
            self.flaws += page.flaws
            return _Body(page.text, page.spans, html=True)
        if part.parameter("format").strip().lower() == "flowed":
            return _Body(*unflow(text, delsp=part.parameter("delsp").strip().lower() == "yes"))
        return _Body(text)


def _leaves(part: Part) -> list[Part]:
    found, stack = [], [part]
    while stack:
        top = stack.pop()
        stack += reversed(top.parts)
        if not top.parts:
            found.append(top)
    return found


def _is_text(part: Part) -> bool:
    if not part.type.startswith("text/") or part.type in _DATA_TEXT:
        return False
    disposition = part.content.get("content-disposition", "").lower()
    return not (disposition.strip().startswith("attachment") or (part.attached and part.type != "text/plain"))


def _joined(bodies: list[_Body]) -> _Body:
    texts: list[str] = []
    spans: list[Span] = []
    at = 0
    said = [(b, b.text.rstrip("\n")) for b in bodies]
    for body, text in [(b, t) for b, t in said if t.strip()]:
        size = len(text.encode())
        spans += [Span(at + s.start, at + min(s.end, size), s.kind) for s in body.spans if s.start < size]
        texts.append(text)
        at += size + 2
    return _Body("\n\n".join(texts), tuple(spans), html=bool(bodies) and all(b.html for b in bodies))


def _date(headers: h.Headers) -> tuple[DateClaim | None, tuple[str, ...]]:
    dates = headers.all("date")
    if not dates:
        return None, ("no_date",)
    claims = [found for found in (claim(h.decode_words(date), "date_header") for date in dates) if found]
    several = ("two_dates",) if len(dates) > 1 else ()
    return (claims[0], several) if claims else (None, (*several, "bad_date"))


def _recipients(headers: h.Headers) -> tuple[str, ...]:
    values = [value for name in ("to", "cc", "bcc") for value in headers.all(name)]
    return tuple(dict.fromkeys(address for _, address in h.addresses(values)))


def _message_id(headers: h.Headers) -> str:
    value = headers.get("message-id")
    return next(iter(h.message_ids(value)), value.strip().strip("<>"))


def _metadata(headers: h.Headers, root: Part, body: _Body, raw: bytes) -> tuple[tuple[str, str], ...]:
    found = {"body": "html"} if body.html else {}
    protocol = root.parameter("protocol").lower()
    if root.type == "multipart/signed":
        found["signed"] = "pgp" if "pgp" in protocol else "smime"
    elif root.type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        found["signed" if "signed" in root.parameter("smime-type").lower() else "encrypted"] = "smime"
    elif root.type == "multipart/encrypted":
        found["encrypted"] = "pgp"
    if headers.get("dkim-signature"):
        found["dkim_relaxed_sha256"] = hashlib.sha256(relaxed_body(raw)).hexdigest()
    return tuple(sorted(found.items()))
