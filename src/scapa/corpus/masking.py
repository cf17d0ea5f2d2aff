"""Masking: every mask of a document composed in one sweep: drop wins over placeholder, placeholder over keep."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Any

_NUMBERS = frozenset(["phone", "card", "iban", "national_id", "passport"])
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")


def masked(text: str, masks: Sequence[Mapping[str, Any]], key: bytes) -> str:
    """Return `text` with its masks applied.

    A mask is {start, end, kind, style} with UTF-8 byte offsets. Equal values (`same_value`) masked as placeholders get
    an equal one under one `key`, and nothing can be learnt from it without the key.
    """
    if not masks:
        return text
    data = text.encode()
    pieces = [_piece(data, start, end, style, mask, key) for start, end, style, mask in _sweep(data, masks)]
    return _BLANK_LINES.sub("\n\n", "".join(pieces)).strip()


def _sweep(data: bytes, masks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int, str, Mapping[str, Any]]]:
    """Yield the maximal runs (start, end, style, mask) of `data`, in order, each under one style and mask."""
    ordered = sorted(masks, key=lambda mask: (mask["style"] != "drop", mask["start"], -mask["end"]))
    cuts = sorted({0, len(data), *(m["start"] for m in masks), *(m["end"] for m in masks)})
    run: tuple[int, int, str, Mapping[str, Any]] | None = None
    for start, end in pairwise(cuts):
        mask = next((m for m in ordered if m["start"] <= start and end <= m["end"]), None)
        style = mask["style"] if mask else "keep"
        if run and run[2] == style and (run[3] is mask or style != "placeholder"):
            run = (run[0], end, style, run[3])
            continue
        if run:
            yield run
        run = (start, end, style, mask or {})
    if run:
        yield run


def _piece(data: bytes, start: int, end: int, style: str, mask: Mapping[str, Any], key: bytes) -> str:
    if style == "keep":
        return data[start:end].decode()
    if style == "drop":
        return ""
    # The whole span is named, even where a part of it was dropped, so that equal secrets stay equal.
    value = data[mask["start"] : mask["end"]].decode()
    name = hmac.new(key, same_value(mask["kind"], value).encode(), sha256).hexdigest()[:6]
    return f"[{mask['kind']}:{name}]"


def same_value(kind: str, value: str) -> str:
    """Return what is equal in all ways to write one value of `kind`, so that they get one placeholder.

    A key or a password is only itself. Numbers are their letters and digits, however grouped; a telephone's `(0)` and
    `00` are ways to write it, too. All else is the same in small letters, whatever white space or line ends are in it.
    """
    if kind in ("key", "password"):
        return value
    if kind == "phone":
        value = re.sub(r"\A00", "+", value.replace("(0)", ""))
    if kind in _NUMBERS:
        return "".join(filter(str.isalnum, value)).casefold()
    return " ".join(value.casefold().split())
