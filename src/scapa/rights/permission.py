"""The decision: may this text be used for this purpose? Default deny.

    allowed(author, licence, purpose, me, grants, now, source=, document=, refusals=) -> Permission

Own words: yes. Others' words need an open licence or an active grant. A recorded refusal is stronger than a
licence and than every grant issued before it. Licence and consent stay apart in the answer; whether the text was
*lawfully acquired* is a third question, answered by the evidence on its occurrences, not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from scapa.records import UNKNOWN
from scapa.rights.consent import ANYONE, Grant, Refusal, normal
from scapa.rights.licences import Finding, Verdict, licence_finding

Basis = Literal["own", "licence", "grant", "none"]
Consent = Literal["own", "granted", "refused", "none"]


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a use is allowed, on what basis, and the evidence in words without private text.

    `licence` and `consent` are what each said on its own, whichever decided; `conditions` what the licence that
    decided asks in return (e.g. attribution).
    """

    allowed: bool
    basis: Basis
    evidence: str
    licence: Verdict = "unknown"
    consent: Consent = "none"
    conditions: tuple[str, ...] = ()


class Consents(Protocol):
    """Where grants and refusals come from: `scapa.rights.grants.Grants`."""

    def active(self, now: int) -> tuple[Grant, ...]: ...

    def refusals(self) -> tuple[Refusal, ...]: ...


def allowed(
    author: str,
    licence: str,
    purpose: str,
    me: Sequence[str],
    grants: Consents | Iterable[Grant],
    now: int,
    *,
    source: str = "",
    document: str = "",
    refusals: Iterable[Refusal] = (),
) -> Permission:
    """Decide whether one of `me` may use a text by `author` for `purpose` (e.g. train, share) at `now` (UTC µs).

    `grants` is the `Grants` of a home, which also brings its refusals, or grants already found active. A grant
    counts when it names the purpose, one of `me` or anyone as grantee, and a scope that covers the author,
    `source` and `document`. An unknown author is nobody's own.
    """
    if isinstance(grants, Iterable):
        known, said_no = tuple(grants), tuple(refusals)
    else:
        known, said_no = grants.active(now), (*grants.refusals(), *refusals)
    author, mine = normal(author), {normal(name) for name in me}
    finding = licence_finding(licence, purpose)
    if author in mine and author not in ("", UNKNOWN):
        return Permission(True, "own", "written by the user", finding.verdict, "own")
    refused = max((no.issued for no in said_no if no.author == author and purpose in no.purposes), default=None)
    fitting = [
        grant
        for grant in known
        if _names(grant, purpose, mine, now) and grant.scope.covers(author, source, document)
        if refused is None or grant.issued > refused
    ]
    return _weigh(finding, fitting, purpose, refused is not None)


def _names(grant: Grant, purpose: str, mine: set[str], now: int) -> bool:
    in_time = grant.issued <= now and (grant.expires is None or now < grant.expires)
    return in_time and purpose in grant.purposes and (grant.grantee == ANYONE or grant.grantee in mine)


def _weigh(finding: Finding, fitting: list[Grant], purpose: str, refused: bool) -> Permission:
    consent: Consent = "granted" if fitting else "refused" if refused else "none"
    if finding.verdict == "permits" and consent != "refused":
        evidence = f"{' AND '.join(finding.ids)} permits {purpose}"
        return Permission(True, "licence", evidence, "permits", consent, finding.conditions)
    if fitting:
        return Permission(True, "grant", _evidence(fitting), finding.verdict, consent)
    if refused:
        return Permission(False, "none", f"the author refused {purpose}", finding.verdict, consent)
    evidence = f"no open licence (it is {finding.verdict}) and no active grant for {purpose}"
    return Permission(False, "none", evidence, finding.verdict, consent)


def _evidence(fitting: list[Grant]) -> str:
    # The grantor's own signature says more than the owner's word for it; then the newest, then the id, for one answer.
    grant = max(fitting, key=lambda found: (found.attested == "grantor", found.issued, found.id))
    word = (
        "signed by the grantor" if grant.attested == "grantor" else "recorded by the holder, not signed by the grantor"
    )
    return f"grant {grant.id[:16]}, {word}"
