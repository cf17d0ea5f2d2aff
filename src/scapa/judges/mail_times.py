"""Times in mail headers beside Date and Received: in message ids, MIME boundaries, signatures, ids of Exim and Outlook.

Programs write them without being asked, so who changes a mail's date overlooks them.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator

from scapa.text.dates import claim, epoch_claim

_FIELD_READ = 2_000
_LIKELY = (315_532_800, 4_102_444_800)  # seconds of 1980 and 2100
_DAY_STAMP = re.compile(rb"<(?:[\w-]{1,20}\.)?((?:199|20[0-4])\d[01]\d[0-3]\d)[0-2]\d[0-5]\d[0-5]\d[\d]{0,6}[.$@]")
_PINE = re.compile(rb"Pine\.[A-Z\d-]{1,8}\.[\d.a-z]{1,8}\.(\d\d[01]\d[0-3]\d)[0-2]\d[0-5]\d")
_HEX_SECONDS = re.compile(rb"<([3-7][0-9A-F]{7})\.[0-9]{5,8}@")
_JAVA = re.compile(rb"\.(1\d{9})\d{3}\.JavaMail")
_SECONDS = re.compile(rb"<(1\d{9})[.-][\w.-]{0,60}@")
_FILETIME = re.compile(rb"(?:<[0-9a-f]{4}|_|\[[0-9a-f]{8}:)(01[0-9a-f]{6})(?:\$|\.[0-9a-f]{8}|\])", re.IGNORECASE)
_SIGNED = re.compile(rb"[;\s]t=(1\d{9})(?=[;\s]|$)")
_EXIM = re.compile(rb"\sid ([0-9][0-9A-Za-z]{5})-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}\b")
_THREAD = re.compile(rb"(?:^|\s)([A-Za-z0-9+/]{8})[A-Za-z0-9+/]{20}")
_BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TICKS, _TO_UNIX = 10_000_000, 11_644_473_600


def read(cue: str, block: bytes, at: int) -> Iterator[tuple[str, int]]:
    """Yield (what holds the time, UTC microseconds) of each time in the field that begins at the cue."""
    yield from CUES[cue](block[at : at + _FIELD_READ])


def _message_id(field: bytes) -> Iterator[tuple[str, int]]:
    field = field.partition(b">")[0] + b">@"
    day, pine = _DAY_STAMP.search(field), _PINE.search(field)
    digits = day[1].decode() if day else _century(pine[1].decode()) if pine else ""
    if found := claim(digits, "id"):
        yield "message_id", found.start
    elif match := _HEX_SECONDS.search(field):
        yield from _at("message_id", int(match[1], 16))
    elif match := (_JAVA.search(field) or _SECONDS.search(field)):
        yield from _at("message_id", int(match[1]))
    else:
        yield from _filetime(field, "message_id")


def _century(digits: str) -> str:
    return ("19" if digits > "70" else "20") + digits


def _at(name: str, seconds: float) -> Iterator[tuple[str, int]]:
    found = epoch_claim(seconds, "id") if _LIKELY[0] <= seconds < _LIKELY[1] else None
    if found:
        yield name, found.start


def _filetime(field: bytes, name: str = "boundary") -> Iterator[tuple[str, int]]:
    """Windows counts 100 ns since 1601; boundaries and ids of Outlook hold the upper half (steps of seven minutes)."""
    match = _FILETIME.search(field)
    if match:
        yield from _at(name, (int(match[1], 16) << 32) / _TICKS - _TO_UNIX)


def _boundary(field: bytes) -> Iterator[tuple[str, int]]:
    return _filetime(field[:80])


def _signed(field: bytes) -> Iterator[tuple[str, int]]:
    end = re.search(rb"\n[^ \t]", field)
    for match in _SIGNED.finditer(field[: end.start()] if end else field):
        yield from _at("signature", int(match[1]))


def _exim(field: bytes) -> Iterator[tuple[str, int]]:
    match = _EXIM.search(field[:200])
    if match:
        seconds = 0
        for letter in match[1]:
            seconds = seconds * 62 + _BASE62.index(letter)
        yield from _at("exim_id", seconds)


def _thread(field: bytes) -> Iterator[tuple[str, int]]:
    match = _THREAD.search(field.partition(b":")[2][:120])
    if match:
        try:
            head = base64.b64decode(match[1])
        except binascii.Error:
            return
        if head[0] == 1:
            yield from _at("thread_index", int.from_bytes(head + b"\0\0", "big") / _TICKS - _TO_UNIX)


CUES: dict[str, Callable[[bytes], Iterator[tuple[str, int]]]] = {
    "^Message-ID:": _message_id, "_NextPart_": _boundary, "^DKIM-Signature:": _signed, "^ARC-Seal:": _signed,
    "^ARC-Message-Signature:": _signed, "Exim": _exim, "^Thread-Index:": _thread,
    "FILETIME": _filetime,
}  # fmt: skip
"""Cue → what reads its field."""

DATED = ("^Date:", "^Received:")
"""Cues of fields that `scapa.text.stamps` reads."""
