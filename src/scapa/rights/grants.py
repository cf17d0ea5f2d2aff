"""The consents of a home: grants, revocations, refusals and confirmed keys, signed, kept for good.

    grants = Grants.open(folder, owner=[public key of the home's owner, ...])
    grants.grant(grantor=, grantee=, purposes=, key=, now=)     the owner records a consent they hold
    grants.receive(data, signature, now)                        a statement its author signed (ssh-keygen -Y sign)
    grants.confirm(subject, authors, key=, now=, how=)          the owner says whose key that is
    grants.revoke(grant_id, key=, now=)   grants.refuse(author, purposes, key=, now=)
    grants.list(now)   grants.active(now)   grants.refusals()   grants.snapshot(now)

A grant signed by its grantor counts once the owner has confirmed that the key is theirs, and only for authors so
confirmed. A revocation counts as soon as it is recorded, whatever the clock says. Times are UTC microseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scapa.errors import CheckFailed, UnknownName
from scapa.rights.consent import (
    NAMESPACE,
    Confirmation,
    Grant,
    Refusal,
    Revocation,
    S,
    Scope,
    Statement,
    decode,
    encode,
    tidy,
)
from scapa.rights.receipts import Receipt, Receipts
from scapa.seal.canonical import digest_of
from scapa.seal.signature import SigningKey, fingerprint, verify

State = Literal["active", "not yet", "expired", "revoked", "unconfirmed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a grant stands at a time; `signer` is a key fingerprint, `receipt` its number in the log."""

    grant: Grant
    state: State
    signer: str
    receipt: int


class Grants:
    """The consents in one folder (home/rights). `owner` lists the public keys of the home's owner, old ones too."""

    def __init__(self, receipts: Receipts, owner: Sequence[str]) -> None:
        self._receipts = receipts
        self._owner = {fingerprint(key) for key in owner}
        self._receipt_of: dict[str, Receipt] = {}
        self._grants: dict[str, Grant] = {}
        self._revoked: set[str] = set()
        self._refusals: list[Refusal] = []
        self._authors: dict[str, Confirmation] = {}
        self._seen = 0
        self._active: tuple[int, tuple[Grant, ...]] | None = None

    @classmethod
    def open(cls, folder: str | Path, owner: Sequence[str] = ()) -> Grants:
        """Read and check every receipt; no folder means no grants.

        Raises `CheckFailed` naming a receipt that was lost, altered or not signed by who may say so: nothing is
        believed then, since a revocation may be what is missing.
        """
        grants = cls(Receipts.open(folder), owner)
        grants._replay()
        return grants

    def grant(
        self,
        *,
        grantor: str,
        grantee: str,
        purposes: Iterable[str],
        key: SigningKey,
        now: int,
        scope: Scope | None = None,
        expires: int | None = None,
        statement: str = "",
    ) -> Grant:
        """Record under the owner's `key` that they hold this consent; the scope defaults to the grantor's texts.

        Raises `UsageError` for a field that is not as it must be, `CheckFailed` when `key` is not the owner's.
        """
        grant = Grant(
            issued=now,
            key=key.public,
            grantor=grantor,
            grantee=grantee,
            purposes=tuple(purposes),
            scope=scope or Scope(authors=(grantor,)),
            attested="holder",
            expires=expires,
            statement=statement,
        )
        return self._sign(grant, key, now)

    def confirm(
        self, subject: str, authors: Iterable[str], *, key: SigningKey, now: int, how: str = ""
    ) -> Confirmation:
        """Record that the public key `subject` belongs to `authors`; no authors take an earlier confirmation back."""
        said = Confirmation(issued=now, key=key.public, subject=subject, authors=tuple(authors), how=how)
        return self._sign(said, key, now)

    def revoke(self, grant_id: str, *, key: SigningKey, now: int, reason: str = "") -> Revocation:
        """Record that a grant (its id, or a beginning that only it has) no longer holds. Raises `UnknownName`."""
        grant = self.get(grant_id)
        return self._sign(Revocation(issued=now, key=key.public, grant=grant.id, reason=reason), key, now)

    def refuse(
        self, author: str, purposes: Iterable[str], *, key: SigningKey, now: int, statement: str = ""
    ) -> Refusal:
        """Record that `author` does not consent to `purposes`."""
        said = Refusal(issued=now, key=key.public, author=author, purposes=tuple(purposes), statement=statement)
        return self._sign(said, key, now)

    def receive(self, data: bytes, signature: str, now: int) -> Statement:
        """Record a statement signed elsewhere (namespace `scapa-consent`) and return it; known ones change nothing.

        Raises `CheckFailed` when the signature does not hold or the signer may not say this, `UnknownName` for the
        revocation of a grant that was never recorded.
        """
        with self._receipts.locked():
            self.refresh()
            statement = self._check(data, signature)
            if statement.id not in self._receipt_of:
                self._receipts.append(data, signature, now)
                self._replay()
        return statement

    def refresh(self) -> None:
        """Take in what another process recorded since. Raises as `open` does."""
        self._receipts.refresh()
        self._replay()

    def get(self, grant_id: str) -> Grant:
        """Return the grant whose id is or begins with `grant_id` (8 digits at least). Raises `UnknownName`."""
        found = [grant for id_, grant in self._grants.items() if id_.startswith(grant_id)]
        if len(found) != 1 or len(grant_id) < 8:
            raise UnknownName(f"{len(found)} grants begin with {grant_id!r}", next="give 8 digits of its id or more")
        return found[0]

    def list(self, now: int) -> tuple[Standing, ...]:
        """Return every grant ever recorded, in order, and where it stands at `now`."""
        return tuple(
            Standing(grant, self._state(id_, grant, now), fingerprint(grant.key), self._receipt_of[id_].number)
            for id_, grant in self._grants.items()
        )

    def active(self, now: int) -> tuple[Grant, ...]:
        """Return the grants that hold at `now`, to whomever they were given."""
        if self._active is None or self._active[0] != now:  # asked once a document, with one `now` a run
            held = (grant for id_, grant in self._grants.items() if self._state(id_, grant, now) == "active")
            self._active = (now, tuple(held))
        return self._active[1]

    def refusals(self) -> tuple[Refusal, ...]:
        """Return every refusal recorded."""
        return tuple(self._refusals)

    def history(self) -> tuple[Receipt, ...]:
        """Return every receipt, oldest first: past states and refusals are never removed."""
        return tuple(self._receipts)

    def snapshot(self, now: int) -> str:
        """Return a digest of what holds at `now`: active grants and refusals. Decision sets record it."""
        active = sorted(grant.id for grant in self.active(now))
        return digest_of({"grants": active, "refusals": sorted(refusal.id for refusal in self._refusals)})

    def _state(self, id_: str, grant: Grant, now: int) -> State:
        if id_ in self._revoked:
            return "revoked"
        if grant.expires is not None and grant.expires <= now:
            return "expired"
        if now < grant.issued:
            return "not yet"
        if grant.attested == "grantor" and not set(grant.scope.authors) <= self._confirmed(grant.key):
            return "unconfirmed"
        return "active"

    def _confirmed(self, key: str) -> set[str]:
        found = self._authors.get(key)
        return set(found.authors) if found else set()

    def _sign(self, statement: S, key: SigningKey, now: int) -> S:
        statement = tidy(statement)
        data = encode(statement)
        self.receive(data, key.sign(data, NAMESPACE), now)
        return statement

    def _check(self, data: bytes, signature: str) -> Statement:
        """Return the statement in `data` if `signature` holds and its signer may say this; else `CheckFailed`."""
        statement = decode(data)
        signer = verify(data, signature, NAMESPACE, [statement.key])
        if not self._may_say(statement, signer in self._owner):
            raise CheckFailed(f"the signer {signer} may not make this statement")
        return statement

    def _may_say(self, statement: Statement, is_owner: bool) -> bool:
        match statement:
            case Grant(attested="holder"):
                return is_owner
            case Grant():
                return not is_owner  # the owner's own word must not pass for the grantor's
            case Confirmation():
                return is_owner and fingerprint(statement.subject) not in self._owner
            case Refusal():
                return is_owner or statement.author in self._confirmed(statement.key)
            case Revocation():
                if statement.grant not in self._grants:
                    raise UnknownName(f"no grant {statement.grant[:16]} was recorded here")
                return is_owner or statement.key == self._grants[statement.grant].key

    def _replay(self) -> None:
        """Check and take in the receipts read since last time, oldest first."""
        for receipt in tuple(self._receipts)[self._seen :]:
            try:
                statement = self._check(receipt.statement, receipt.signature)
            except (CheckFailed, UnknownName) as error:
                raise CheckFailed(
                    f"receipt {receipt.number} does not hold: {error.what}",
                    next="give all public keys that the owner ever had, or restore the folder from a backup",
                ) from None
            self._apply(statement, receipt)
            self._seen += 1
        self._active = None

    def _apply(self, statement: Statement, receipt: Receipt) -> None:
        self._receipt_of.setdefault(statement.id, receipt)
        match statement:
            case Grant():
                self._grants[statement.id] = statement
            case Revocation():
                self._revoked.add(statement.grant)
            case Refusal():
                self._refusals.append(statement)
            case Confirmation():
                self._authors[statement.subject] = statement
