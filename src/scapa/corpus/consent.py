"""Consent in a home: grants and revocations recorded under the home's own key, or received signed by their author."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scapa.corpus.grants import open_grants
from scapa.corpus.release import signing_key
from scapa.errors import UsageError
from scapa.records import UNKNOWN
from scapa.rights.consent import ANYONE, Grant
from scapa.store.home import Home

NOBODY = ("", UNKNOWN, ANYONE, "anyone", "*")
LONGEST = 320
"""Characters of the longest mail address (RFC 3696 errata)."""


def grant(home: Home, author: str, purposes: Iterable[str], expires: int | None, statement: str) -> dict[str, Any]:
    """Record that the owner of this home holds `author`'s consent; return the grant.

    Raises `UsageError` for what names nobody: unknown authors' words are nobody's to give.
    """
    if author.strip().lower() in NOBODY or len(author) > LONGEST or not author.isprintable():
        raise UsageError("this names no author", where=author[:40], next="give an address or a handle")
    key = signing_key(home)
    made = open_grants(home).grant(
        grantor=author, grantee=ANYONE, purposes=purposes, key=key, now=home.now(), expires=expires, statement=statement
    )
    return _plain(made, "active")


def receive(home: Home, data: bytes, signature: str) -> tuple[str, str, str]:
    """Record a statement that its author signed; return what it is, its id and, of a grant, where it stands."""
    signing_key(home)
    grants = open_grants(home)
    statement = grants.receive(data, signature, home.now())
    state = next((s.state for s in grants.list(home.now()) if s.grant.id == statement.id), "")
    return type(statement).__name__.lower(), statement.id, state


def confirm(home: Home, key: str, authors: Iterable[str], how: str) -> None:
    """Record that a public key is its `authors`' own."""
    own = signing_key(home)
    open_grants(home).confirm(key, authors, key=own, now=home.now(), how=how)


def refuse(home: Home, author: str, purposes: Iterable[str], statement: str) -> str:
    """Record that `author` does not consent; return the refusal's id."""
    own = signing_key(home)
    return open_grants(home).refuse(author, purposes, key=own, now=home.now(), statement=statement).id


def revoke(home: Home, name: str, reason: str) -> str:
    """Record that a grant no longer holds; return its id."""
    grants = open_grants(home)
    grants.revoke(name, key=signing_key(home), now=home.now(), reason=reason)
    return grants.get(name).id


def listing(home: Home) -> list[dict[str, Any]]:
    """Return every grant ever recorded, in order, and its state now."""
    return [_plain(standing.grant, standing.state) for standing in open_grants(home).list(home.now())]


def _plain(made: Grant, state: str) -> dict[str, Any]:
    return {
        "id": made.id, "grantor": made.grantor, "grantee": made.grantee, "purposes": list(made.purposes),
        "issued": made.issued, "expires": made.expires, "attested": made.attested, "statement": made.statement,
        "state": state,
    }  # fmt: skip
