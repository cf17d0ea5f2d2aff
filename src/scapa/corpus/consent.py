"""Consent in a home: grants and revocations recorded under the home's own key, or received signed by their author."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scapa.corpus.relations import open_grants
from scapa.corpus.release import signing_key
from scapa.rights.consent import ANYONE, Grant
from scapa.store.home import Home


def grant(home: Home, author: str, purposes: Iterable[str], expires: int | None, statement: str) -> dict[str, Any]:
    """Record that the owner of this home holds `author`'s consent; return the grant."""
    key = signing_key(home)
    made = open_grants(home).grant(
        grantor=author, grantee=ANYONE, purposes=purposes, key=key, now=home.now(), expires=expires, statement=statement
    )
    return _plain(made, "active")


def receive(home: Home, data: bytes, signature: str) -> tuple[str, str]:
    """Record a statement that its author signed; return what it is and its id."""
    signing_key(home)
    statement = open_grants(home).receive(data, signature, home.now())
    return type(statement).__name__.lower(), statement.id


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
