"""Receipts of consent: an append-only, chained log in a folder. Past states and refusals stay (ISO/IEC TS 27560).

    receipts = Receipts.open(folder)     iterate over it, oldest first
    with receipts.locked(): receipts.refresh(); receipts.append(statement, signature, received) -> Receipt

One file a receipt, `00000001.json` …: canonical JSON with the exact statement bytes that were signed, the signature,
when it came, and the digest of the receipt before it. `HEAD` names the last one, so that a lost or altered file is
noticed: reading then fails rather than forgetting a revocation. Whoever can write the whole folder could still
shorten the log; decision sets record `Grants.snapshot`, which shows it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scapa.errors import CheckFailed, HomeError
from scapa.files import private_folder, write_atomic
from scapa.seal.canonical import canonical, digest, parse

HEAD = "HEAD"
_KEYS = {"number", "previous", "received", "signature", "statement"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """One statement as it came: `number` from 1, `received` in UTC microseconds, `digest` of the receipt's file."""

    number: int
    received: int
    statement: bytes
    signature: str
    digest: str


class Receipts:
    """The receipts of one folder, oldest first, as they were when last read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._receipts: list[Receipt] = []

    @classmethod
    def open(cls, folder: str | Path) -> Receipts:
        """Read the log; no folder means no receipts. Raises `CheckFailed` naming a receipt lost or altered."""
        receipts = cls(Path(folder))
        receipts.refresh()
        return receipts

    def __iter__(self) -> Iterator[Receipt]:
        return iter(self._receipts)

    def __len__(self) -> int:
        return len(self._receipts)

    def refresh(self) -> None:
        """Read what was appended since, by this or another process. Raises as `open` does."""
        head = self._head()  # before the receipts: a writer adds a receipt first, then moves HEAD
        while (path := self._path(len(self) + 1)).exists():
            self._receipts.append(_read(path, len(self) + 1, self._last()))
        if head is None and self._receipts:
            raise CheckFailed(f"{HEAD} is missing", where=str(self._folder), next=_RESTORE)
        number, expected = head or (0, "")
        if number > len(self) or (number and self._receipts[number - 1].digest != expected):
            raise CheckFailed(f"receipt {number} is lost or altered", where=str(self._folder), next=_RESTORE)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other writers out; the kernel lets go when the process ends, however it ends. Raises `HomeError`."""
        private_folder(self._folder)
        path = self._folder / ".lock"
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise HomeError(f"cannot be written: {error.strerror}", where=str(path)) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def append(self, statement: bytes, signature: str, received: int) -> Receipt:
        """Add a receipt durably and return it. Call it within `locked()`, after `refresh()`."""
        number, previous = len(self) + 1, self._last()
        if number == 1:
            self._write_head(0, "")  # from now on a missing HEAD means that something was lost
        record = {"number": number, "previous": previous, "received": received}
        data = canonical({**record, "signature": signature, "statement": statement.decode("utf-8")})
        write_atomic(self._path(number), data, mode=0o600)
        receipt = Receipt(number, received, statement, signature, digest(data))
        self._receipts.append(receipt)
        self._write_head(number, receipt.digest)
        return receipt

    def _last(self) -> str:
        return self._receipts[-1].digest if self._receipts else ""

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08d}.json"

    def _write_head(self, number: int, digest_: str) -> None:
        write_atomic(self._folder / HEAD, canonical({"digest": digest_, "number": number}), mode=0o600)

    def _head(self) -> tuple[int, str] | None:
        path = self._folder / HEAD
        if not path.exists():
            return None
        record = _parse(path, {"digest", "number"})
        if not (type(record["number"]) is int and record["number"] >= 0 and isinstance(record["digest"], str)):
            raise CheckFailed("was altered", where=str(path), next=_RESTORE)
        return record["number"], record["digest"]


_RESTORE = "restore the folder from a backup, or move it away and record the consents anew"


def _read(path: Path, number: int, previous: str) -> Receipt:
    record = _parse(path, _KEYS)
    whole = record["number"] == number and record["previous"] == previous and type(record["received"]) is int
    if not (whole and isinstance(record["statement"], str) and isinstance(record["signature"], str)):
        raise CheckFailed(f"receipt {number} was altered, or one before it", where=str(path), next=_RESTORE)
    data = canonical(record)
    return Receipt(number, record["received"], record["statement"].encode(), record["signature"], digest(data))


def _parse(path: Path, keys: set[str]) -> dict[str, Any]:
    try:
        record = parse(path.read_bytes())
    except OSError as error:
        raise HomeError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except CheckFailed as failure:
        raise CheckFailed(f"was altered: {failure.what}", where=str(path), next=_RESTORE) from None
    if not isinstance(record, dict) or record.keys() != keys:
        raise CheckFailed("was altered", where=str(path), next=_RESTORE)
    return record
