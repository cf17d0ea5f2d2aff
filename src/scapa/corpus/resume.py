"""Resuming: what of a file was read already, so that a mailbox that only grew is read from where it ended."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scapa.records import Found
from scapa.sources import Reader


def resume_at(reader: Reader, file: Path, before: dict[str, object]) -> int:
    """Return where to go on in a file that has grown: after what was read, if that part is still the same."""
    end = int(str(before["read_to"]))
    if not reader.appendable or not end or file.stat().st_size < end:
        return 0
    return end if Prefix(file).digest(end) == before["digest"] else 0


class Prefix:
    """The digest of the beginning of a file, carried on as more of it is read, so that no byte is hashed twice."""

    def __init__(self, file: Path) -> None:
        self._file, self._digest, self._end = file, hashlib.sha256(), 0

    def digest(self, end: int) -> str:
        """Return the digest of the first `end` bytes; `end` never goes back."""
        with self._file.open("rb") as stream:
            stream.seek(self._end)
            while self._end < end and (chunk := stream.read(min(end - self._end, 1 << 20))):
                self._digest.update(chunk)
                self._end += len(chunk)
        return self._digest.hexdigest()


def last_record(record: Found, identity: str) -> dict[str, Any]:
    """Return what tells later whether the last record of a file was only the beginning of one."""
    digest = hashlib.sha256(record.raw).hexdigest()
    return {"document": identity, "locator": record.locator, "sha256": digest, "bytes": len(record.raw)}


def outgrows(record: Found, last: Mapping[str, Any]) -> bool:
    """Whether `record` begins with the whole of an earlier one at the same place, and goes on."""
    if record.locator != last["locator"] or len(record.raw) <= last["bytes"]:
        return False
    return bool(hashlib.sha256(record.raw[: last["bytes"]]).hexdigest() == last["sha256"])
