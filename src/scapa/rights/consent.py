"""The signed statements of consent, as data: what exactly is signed, and by whom.

    Grant         someone lets someone use texts, for purposes, within a scope, until a time
    Revocation    a grant no longer holds
    Refusal       an author said no; kept, and stronger than an open licence
    Confirmation  the home's owner found that a key belongs to an author

    encode(statement) -> bytes       the canonical JSON that is signed (SSHSIG, namespace `scapa-consent`)
    decode(data) -> statement        CheckFailed unless `data` is exactly what `encode` writes
    statement.id                     SHA-256 hex of those bytes

A grantor signs on any machine: write `encode(grant)` to a file, `ssh-keygen -Y sign -f KEY -n scapa-consent FILE`.

A grant says under `attested` whose word it is: `grantor`, signed with the grantor's own key; or `holder`, a
statement by the owner of the home ("I hold their written consent"). The two are never mixed up.
Consent is not a licence, and neither says that a text was lawfully acquired.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, TypeVar, cast

from scapa.errors import CheckFailed, InputError, UsageError
from scapa.seal.canonical import SAFE_INTEGER, canonical, digest, parse
from scapa.seal.signature import public_key

NAMESPACE = "scapa-consent"
ANYONE = "anyone"
"""The grantee of a grant to the public."""

Attested = Literal["grantor", "holder"]
_PURPOSE = re.compile(r"[a-z][a-z0-9-]*")
_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which texts: each list that is not empty must contain the text's own value, and one list must not be empty."""

    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    def covers(self, author: str, source: str = "", document: str = "") -> bool:
        """Whether a text by `author` from `source` with id `document` is within the scope; unknown values are not."""
        asked = ((self.authors, normal(author)), (self.sources, source), (self.documents, document))
        return any(listed for listed, _ in asked) and all(value in listed for listed, value in asked if listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """What every statement has: when it was issued (UTC microseconds) and the public key it is signed with."""

    issued: int
    key: str

    @property
    def id(self) -> str:
        return digest(encode(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(_Statement):
    """`grantor` lets `grantee` use the texts in `scope` for `purposes` until `expires` (None: until revoked).

    Names are addresses or handles in lower case; `statement` is the wording that was agreed to.
    """

    grantor: str
    grantee: str
    purposes: tuple[str, ...]
    scope: Scope
    attested: Attested
    expires: int | None = None
    statement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation(_Statement):
    """`grant` (its id) no longer holds, from the moment this is recorded."""

    grant: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(_Statement):
    """`author` does not consent to `purposes`; grants and licences from before `issued` no longer count for them."""

    author: str
    purposes: tuple[str, ...]
    statement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation(_Statement):
    """The owner found `subject` (a public key) to belong to `authors`; the latest for a key counts, none takes it back.

    `how` says how they made sure, e.g. "read the fingerprint over the telephone".
    """

    subject: str
    authors: tuple[str, ...]
    how: str = ""


Statement = Grant | Revocation | Refusal | Confirmation
S = TypeVar("S", bound=_Statement)

_TYPES: dict[str, type[Statement]] = {
    "scapa-grant/1": Grant,
    "scapa-revocation/1": Revocation,
    "scapa-refusal/1": Refusal,
    "scapa-key-confirmation/1": Confirmation,
}
_NAMES = {cls: name for name, cls in _TYPES.items()}


def normal(name: str) -> str:
    """Return an address or handle in the form that records keep: lower case, no space around it."""
    return name.strip().lower()


def tidy(statement: S) -> S:
    """Return `statement` with names in lower case, lists sorted and keys without comments, every field checked.

    Raises `UsageError` naming the field that is not as it must be, `InputError` for a bad key.
    """
    changes: dict[str, Any] = {}
    for field in fields(statement):
        value = getattr(statement, field.name)
        changes[field.name] = _tidy_field(field.name, value)
    result = replace(statement, **changes)
    if isinstance(result, Grant):
        _check_grant(result)
    return result


def encode(statement: _Statement) -> bytes:
    """Return the canonical JSON bytes of a statement: what is signed."""
    return canonical({"type": _NAMES[cast("type[Statement]", type(statement))], **asdict(statement)})


def decode(data: bytes) -> Statement:
    """Return the statement in `data`. Raises `CheckFailed` when `data` is not exactly what `encode` writes."""
    record = parse(data)
    cls = _TYPES.get(str(record.pop("type", ""))) if isinstance(record, dict) else None
    if cls is None or record.keys() != {field.name for field in fields(cls)}:
        raise CheckFailed("is no statement of consent of a known type")
    try:
        statement = tidy(cls(**{name: _from_json(name, value) for name, value in record.items()}))
    except (UsageError, InputError, TypeError) as error:
        raise CheckFailed(f"the statement of consent is malformed: {error}") from None
    if encode(statement) != data:
        raise CheckFailed("the statement of consent is not in its canonical form")
    return statement


def _from_json(name: str, value: Any) -> Any:
    if name == "scope" and isinstance(value, dict):
        return Scope(**{part: tuple(listed) for part, listed in value.items()})
    return tuple(value) if isinstance(value, list) else value


def _tidy_field(name: str, value: Any) -> Any:
    """Return the one accepted form of a field's value; `UsageError` when it has none."""
    match name, value:
        case ("issued", int()) | ("expires", int() | None):
            return _time(name, value)
        case ("key" | "subject", str()):
            return public_key(value)
        case ("grantor" | "grantee" | "author", str()) if normal(value):
            return normal(value)
        case ("grant", str()) if _ID.fullmatch(value):
            return value
        case ("statement" | "reason" | "how", str()):
            return value
        case ("attested", "grantor" | "holder"):
            return value
        case ("purposes", tuple()) if value and all(isinstance(p, str) and _PURPOSE.fullmatch(p) for p in value):
            return tuple(sorted(set(value)))
        case ("authors" | "sources" | "documents", tuple()):
            return _names(name, value)
        case ("scope", Scope()):
            parts = {field.name: _tidy_field(field.name, getattr(value, field.name)) for field in fields(value)}
            return Scope(**parts)
    raise UsageError(f"is not as it must be: {name}")


def _time(name: str, value: int | None) -> int | None:
    if isinstance(value, bool) or (value is not None and not 0 <= value <= SAFE_INTEGER):
        raise UsageError(f"is no time in UTC microseconds: {name}")
    return value


def _names(field: str, values: tuple[object, ...]) -> tuple[str, ...]:
    found = {normal(value) if field == "authors" else value for value in values if isinstance(value, str) and value}
    if len(found) != len(values) or "" in found:
        raise UsageError(f"holds an empty or repeated name, or no name: {field}")
    return tuple(sorted(found))


def _check_grant(grant: Grant) -> None:
    scope = grant.scope
    if not (scope.authors or scope.sources or scope.documents):
        raise UsageError("a grant needs a scope: authors, sources or documents")
    if grant.attested == "grantor" and not scope.authors:
        raise UsageError("a grant signed by its grantor names the authors it is for")
    if grant.expires is not None and grant.expires <= grant.issued:
        raise UsageError("a grant expires after it is issued")
