"""Canonical JSON (RFC 8785) and SHA-256 digests of values, bytes and files.

Two equal values have equal bytes, on any machine and in any language, so a digest of a value means something.

    canonical(value) -> bytes      digest_of(value) -> str       parse(data) -> value, refusing other spellings
    digest(data) -> str            file_digest(path) -> str      all digests are lower-case SHA-256 hex
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NoReturn

import rfc8785

from scapa.errors import CheckFailed, InputError, ScapaError

SAFE_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""

_INEXACT = "an integer beyond ±(2^53 − 1) is not kept exactly by every reader"


def canonical(value: Any) -> bytes:
    """Return the canonical UTF-8 JSON of `value`: None, bool, int, float, str, list, tuple, dict with string keys.

    Raises `ScapaError` naming what JSON cannot hold: an integer beyond ±(2^53 − 1), NaN or infinity, a lone
    surrogate, a key that is no string, another type, or nesting too deep.
    """
    try:
        return rfc8785.dumps(value)
    except rfc8785.FloatDomainError:
        _refuse("NaN and infinity are no JSON numbers", next="write null, and say what it means")
    except RecursionError:
        _refuse("the value is nested too deeply")
    except UnicodeEncodeError:
        _refuse("a key holds a code point that UTF-8 has no bytes for")
    except rfc8785.IntegerDomainError:
        _refuse(_INEXACT, next="write it as a string")
    except rfc8785.CanonicalizationError as error:
        _refuse(str(error))
    except ValueError:  # the library cannot even say how large the integer is: Python caps str(int)
        _refuse(_INEXACT, next="write it as a string")


def _refuse(why: str, *, next: str = "") -> NoReturn:
    raise ScapaError(f"the value has no canonical JSON: {why}", next=next) from None


def parse(data: bytes) -> Any:
    """Return the value whose canonical JSON is exactly `data`; the inverse of `canonical`.

    Raises `CheckFailed` when `data` is not JSON, or is JSON in another spelling (spaces, order, duplicate keys …):
    what is signed must have one reading.
    """
    try:
        value = json.loads(data.decode("utf-8"), parse_int=_number)
        same = canonical(value) == data
    except (ValueError, RecursionError, ScapaError):
        raise CheckFailed("not JSON that has a canonical form") from None
    if not same:
        raise CheckFailed("the JSON is not in its canonical form (RFC 8785)", next="write it with canonical()")
    return value


def _number(digits: str) -> int | float:
    # Canonical JSON writes the float 1e20 without an exponent; an integer that large can only have been a float.
    value = int(digits)
    return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else float(digits)


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def digest_of(value: Any) -> str:
    """Return the SHA-256 hex of the canonical JSON of `value`. Raises as `canonical` does."""
    return digest(canonical(value))


def file_digest(path: str | Path) -> str:
    """Return the SHA-256 hex of a file's bytes, read in pieces. Raises `InputError` when it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
