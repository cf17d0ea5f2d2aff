"""A cursor over one JSON document, so that a file of any size costs the memory of its largest value."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO

_CHUNK = 1 << 18
_SPACE = re.compile(r"[ \t\r\n,:]*+")


class Broken(Exception):
    """The JSON cannot be read on from here; says why, in words without content."""


class Cursor:
    """Reads values in order. `at` counts characters from the start of the file; `limit` bounds one value.

    Text is decoded with surrogate escapes, so a value's bytes are the file's own even where they are no UTF-8.
    """

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream, self._limit = stream, limit
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._json = json.JSONDecoder(strict=False)
        self._buffer, self._place, self._before, self._ended = "", 0, 0, False

    @property
    def at(self) -> int:
        return self._before + self._place

    def walk(self) -> Iterator[str]:
        """Yield the keys of all objects that the caller does not consume with `value` or `elements`, depth first.

        `{` and `}` are yielded where an object inside begins and ends.
        """
        if self._peek() != "{":
            raise Broken("not a JSON object")
        open_: list[str] = []
        while True:
            sign = self._peek()
            if sign == "":
                raise Broken("the file ends in the middle")
            if sign in "{[":
                self._place += 1
                open_.append(sign)
                if sign == "{" and len(open_) > 1:
                    yield "{"
            elif sign in "]}":
                self._place += 1
                if open_.pop() == "{" and open_:
                    yield "}"
                if not open_:
                    return
            elif open_[-1] == "{":
                yield json.loads(self.value(), strict=False)
            else:
                self.value()
            if len(open_) > 100:
                raise Broken("nested deeper than any export")

    def value(self) -> bytes:
        """Return the bytes of the next value and pass over it."""
        self._peek()
        while True:
            try:
                _, end = self._json.raw_decode(self._buffer, self._place)
            except RecursionError:
                raise Broken("a value nested too deeply") from None
            except json.JSONDecodeError as error:
                if error.pos < len(self._buffer) - 16 and not error.msg.startswith("Unterminated"):
                    raise Broken("broken JSON") from None
                end = -1
            settled = end >= 0 and (end < len(self._buffer) or self._ended)
            if settled:
                raw = self._buffer[self._place : end].encode("utf-8", "surrogateescape")
                self._place = end
                return raw
            if self._ended:
                raise Broken("broken JSON" if self._peek() else "the file ends in the middle")
            if len(self._buffer) - self._place > self._limit:
                raise Broken("broken JSON, or a value larger than ingest.record_limit")
            self._fill(max(_CHUNK, len(self._buffer) - self._place))

    def elements(self, begin: str) -> Iterator[tuple[int, bytes | Broken]]:
        """Yield (place, bytes) of each element of the array that comes next.

        A broken element is yielded as `Broken` once, and reading goes on at the next `begin` (white space aside).
        """
        if self._peek() != "[":
            raise Broken("not a JSON array")
        self._place += 1
        pattern = re.compile(r"\s*+".join(re.escape(part) for part in re.findall(r"\"\w+\"|.", begin)))
        while (sign := self._peek()) != "]":
            at = self.at
            if sign == "":
                raise Broken("the file ends in the middle")
            try:
                yield at, self.value()
            except Broken as broken:
                yield at, broken
                self._place += 1
                self._skip_to(pattern)
        self._place += 1

    def _skip_to(self, pattern: re.Pattern[str]) -> None:
        while True:
            match = pattern.search(self._buffer, self._place)
            if match:
                self._place = match.start()
                return
            if self._ended:
                raise Broken("the file ends in the middle")
            self._place = max(self._place, len(self._buffer) - 64)
            self._fill(_CHUNK)

    def _peek(self) -> str:
        """Return the next character that is no white space, comma or colon; "" at the end."""
        while True:
            match = _SPACE.match(self._buffer, self._place)
            self._place = match.end() if match else self._place
            if self._place < len(self._buffer):
                return self._buffer[self._place]
            if self._ended:
                return ""
            self._fill(_CHUNK)

    def _fill(self, size: int) -> None:
        data = self._stream.read(size)
        self._ended = not data
        self._before += self._place
        self._buffer = self._buffer[self._place :] + self._decoder.decode(data, final=self._ended)
        self._place = 0
