"""MIME structure: a message's leaves, with nesting, number of parts and time bounded."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scapa.text import headers as h

MAX_DEPTH = 256
"""Multiparts nested deeper stay closed: one attachment and the flaw `too_deep`."""
MAX_PARTS = 10_000

_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]*+")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+_-]{1,60}/[A-Za-z0-9.+_-]{1,60}")  # whatever follows it, `;` or not

Content = Mapping[str, str]
"""The MIME fields of a part by lower-case name."""


@dataclass(frozen=True, slots=True)
class Part:
    """A node of the tree: a leaf has no `parts`; `content` holds its MIME fields, `body` its encoded bytes."""

    type: str
    content: Content
    body: bytes
    parts: tuple[Part, ...] = ()

    def parameter(self, name: str) -> str:
        """Return a parameter of Content-Type, "" where there is none."""
        return h.parameters(self.content.get("content-type", "")).get(name, "")

    @property
    def attached(self) -> bool:
        """Whether the sender called it an attachment or gave it a file name."""
        disposition = self.content.get("content-disposition", "").strip().lower()
        return disposition.startswith("attachment") or "filename" in disposition or bool(self.parameter("name"))

    def decoded(self) -> tuple[bytes, tuple[str, ...]]:
        """Return the bytes behind the transfer encoding, and the flaws met."""
        encoding = self.content.get("content-transfer-encoding", "").strip().strip("\"';").lower()
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body), ()
        if encoding == "base64":
            return _base64(self.body)
        known = encoding in ("", "7bit", "8bit", "binary")
        return self.body, () if known else ("unknown_transfer_encoding",)

    def described(self) -> str:
        """Return content type, size in bytes and the first 16 hex digits of the SHA-256 of an attachment."""
        data, _ = self.decoded()
        return f"{self.type} {len(data)} {hashlib.sha256(data).hexdigest()[:16]}"


@dataclass(slots=True)
class _Open:
    type: str
    content: Content
    pending: Iterator[bytes]
    done: list[Part]


def tree(headers: h.Headers, body: bytes) -> tuple[Part, tuple[str, ...]]:
    """Return the part tree of a message, and the flaws met. Iterative: depth costs no stack."""
    flaws: set[str] = set()
    count = 0
    root = _opened(headers, body, "text/plain", 0, flaws)
    stack = [root] if isinstance(root, _Open) else []
    while stack:
        top = stack[-1]
        chunk = next(top.pending, None) if count < MAX_PARTS else None
        if chunk is None:
            if count >= MAX_PARTS:
                flaws.add("too_many_parts")
            stack.pop()
            closed = Part(top.type, top.content, b"", tuple(top.done))
            if not stack:
                return closed, tuple(sorted(flaws))
            stack[-1].done.append(closed)
            continue
        count += 1
        inner = _part(chunk, top.type, len(stack), flaws)
        if isinstance(inner, _Open):
            stack.append(inner)
        else:
            top.done.append(inner)
    if isinstance(root, _Open):
        root = Part(root.type, root.content, b"", tuple(root.done))
    return root, tuple(sorted(flaws))


def _part(chunk: bytes, parent: str, depth: int, flaws: set[str]) -> Part | _Open:
    if chunk[:1] in (b"\n", b"\r"):
        block, body = b"", chunk[2:] if chunk.startswith(b"\r\n") else chunk[1:]
    else:
        block, start, met = h.split(chunk)
        flaws.update("bad_part_header" for _ in met)
        body = chunk[start:]
    default = "message/rfc822" if parent == "multipart/digest" else "text/plain"
    return _opened(h.parse(block), body, default, depth, flaws)


def _opened(headers: h.Headers, body: bytes, default: str, depth: int, flaws: set[str]) -> Part | _Open:
    content = headers.content()
    type_ = _type(content, default)
    leaf = Part(type_, content, body)
    if not type_.startswith("multipart/"):
        return leaf
    if depth >= MAX_DEPTH:
        flaws.add("too_deep")
        return leaf
    chunks = _chunks(body, leaf.parameter("boundary"), flaws)
    if chunks is None:
        flaws.add("bad_boundary")
        return Part("text/plain", content, body)
    return _Open(type_, content, iter(chunks), [])


def _type(content: Content, default: str) -> str:
    if "content-type" not in content:
        return default
    match = _MEDIA_TYPE.match(content["content-type"])
    return match.group().lower() if match else "text/plain"


def _chunks(body: bytes, boundary: str, flaws: set[str]) -> list[bytes] | None:
    """Return the parts between the delimiter lines (RFC 2046 section 5.1.1); None where there is no delimiter."""
    try:
        mark = b"--" + boundary.rstrip().encode("latin-1")
    except UnicodeEncodeError:
        return None
    if not boundary.strip() or mark not in body:
        return None
    found = list(re.finditer(rb"(?:\A|\r?\n)" + re.escape(mark) + rb"(--)?[ \t]*+(?:\r?\n|\Z)", body))
    # two delimiters that touch share their line end, which finditer gives to the first only
    starts = [m for m in found if not m.group(1)]
    if not starts:
        return None
    close = next((m for m in found if m.group(1) and m.start() > starts[0].start()), None)
    if close is None:
        flaws.add("unclosed_multipart")
    elif body[close.end() :].strip():
        flaws.add("text_after_parts")
    last = close.start() if close else len(body)
    opening = [m for m in starts if m.start() < last]
    ends = [m.start() for m in opening[1:]] + [last]
    return [body[m.end() : max(m.end(), end)] for m, end in zip(opening, ends, strict=True)]


def _base64(body: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Decode leniently. Lines that are no base64 after it (list footers) are kept as they stand."""
    match = _BASE64.match(body)
    stop = match.end() if match else 0
    line = len(body) if stop == len(body) else body.rfind(b"\n", 0, stop) + 1
    digits = re.sub(rb"[\s=]", b"", body[:line])
    flaws: tuple[str, ...] = ()
    if len(digits) % 4 == 1:
        digits, flaws = digits[:-1], ("bad_base64",)
    tail = body[line:]
    if tail.strip():
        flaws = ("text_after_base64",)
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4)) + tail, flaws
