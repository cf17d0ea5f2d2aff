"""May it be used? Default deny; own words, open licences, grants; refusals; licence and consent kept apart."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.rights.consent import Grant, Refusal, Scope
from scapa.rights.permission import allowed

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII+npKHm7IHCc9CkOC/ocnei7U0sYi3U6FGfHNOE9bYK"
ME = ("ada@example.org", "ada")
BOB = "bob@example.org"
GRANT = Grant(
    issued=100,
    key=KEY,
    grantor=BOB,
    grantee="ada@example.org",
    purposes=("train",),
    scope=Scope(authors=(BOB,)),
    attested="grantor",
    expires=200,
)


def ask(author=BOB, licence="unknown", purpose="train", grants=(GRANT,), now=150, **more):
    return allowed(author, licence, purpose, ME, grants, now, **more)


def test_own_words():
    found = ask("Ada@Example.org", grants=())
    assert (found.allowed, found.basis, found.consent) == (True, "own", "own")


@pytest.mark.parametrize("author", ["unknown", "", " Unknown "])
def test_an_unknown_author_is_nobodys_own(author):
    assert not allowed(author, "unknown", "train", ["unknown", ""], (), 0).allowed


def test_default_is_deny():
    found = ask(grants=())
    assert (found.allowed, found.basis, found.licence, found.consent) == (False, "none", "unknown", "none")
    assert found.evidence == "no open licence (it is unknown) and no active grant for train"


def test_an_open_licence():
    found = ask(licence="CC-BY-4.0", purpose="share", grants=())
    assert (found.allowed, found.basis, found.consent) == (True, "licence", "none")
    assert (found.evidence, found.conditions) == ("CC-BY-4.0 permits share", ("attribution",))
    assert not ask(licence="CC-BY-NC-4.0", grants=()).allowed
    assert not ask(licence="CC0-1.0", purpose="impersonate", grants=()).allowed


def test_a_grant():
    found = ask()
    assert (found.allowed, found.basis, found.licence, found.consent) == (True, "grant", "unknown", "granted")
    assert found.evidence == f"grant {GRANT.id[:16]}, signed by the grantor"
    assert not found.conditions


def test_a_grant_held_by_the_owner_is_labelled_so():
    held = replace(GRANT, attested="holder")
    assert ask(grants=[held]).evidence == f"grant {held.id[:16]}, recorded by the holder, not signed by the grantor"
    assert "signed by the grantor" in ask(grants=[held, GRANT]).evidence


def test_a_grant_beside_a_licence_keeps_both_apart():
    found = ask(licence="MIT")
    assert (found.basis, found.licence, found.consent) == ("licence", "permits", "granted")
    found = ask(licence="CC-BY-NC-4.0")
    assert (found.basis, found.licence, found.consent) == ("grant", "withholds", "granted")


@pytest.mark.parametrize(
    "changes",
    [
        {"purposes": ("share",)},
        {"grantee": "carol@example.org"},
        {"scope": Scope(authors=("carol@example.org",))},
        {"scope": Scope(authors=(BOB,), sources=("elsewhere",))},
        {"scope": Scope(authors=(BOB,), documents=("another",))},
        {"expires": 150},
        {"issued": 151},
    ],
)
def test_a_grant_that_does_not_fit(changes):
    assert ask(source="here", document="this").allowed
    assert not ask(grants=[replace(GRANT, **changes)], source="here", document="this").allowed


@pytest.mark.parametrize(("now", "open_"), [(99, False), (100, True), (199, True), (200, False)])
def test_time_is_half_open(now, open_):
    assert ask(now=now).allowed is open_


def test_a_grant_without_end_and_to_anyone():
    assert ask(grants=[replace(GRANT, expires=None, grantee="anyone")], now=10**15).allowed


REFUSAL = Refusal(issued=120, key=KEY, author=BOB, purposes=("train",))


def test_a_refusal_is_stronger_than_what_came_before():
    for licence in ("unknown", "CC0-1.0"):
        found = ask(licence=licence, refusals=[REFUSAL])
        assert (found.allowed, found.basis, found.consent) == (False, "none", "refused")
        assert found.evidence == "the author refused train"
    assert ask(licence="CC0-1.0", refusals=[REFUSAL]).licence == "permits"
    assert not ask(refusals=[replace(REFUSAL, issued=100)]).allowed, "a tie is a refusal"


def test_a_later_grant_lifts_a_refusal():
    later = replace(GRANT, issued=130)
    assert ask(grants=[GRANT, later], refusals=[REFUSAL]).basis == "grant"
    assert ask(grants=[later], licence="MIT", refusals=[REFUSAL]).basis == "licence"


def test_a_refusal_is_for_its_author_and_purpose():
    assert ask(refusals=[replace(REFUSAL, purposes=("share",))]).allowed
    assert ask(refusals=[replace(REFUSAL, author="carol@example.org")]).allowed
    assert ask("ada", refusals=[replace(REFUSAL, author="ada")]).allowed, "own words stay one's own"


class Store:
    def active(self, now):
        return (GRANT,) if now < 200 else ()

    def refusals(self):
        return (REFUSAL,)


def test_a_store_brings_its_refusals():
    assert ask(grants=Store()).consent == "refused"


@settings(deadline=None)
@given(
    st.sampled_from([BOB, "carol@example.org", "ada", "unknown"]),
    st.sampled_from(["unknown", "MIT", "CC-BY-NC-4.0"]),
    st.sampled_from(["train", "share", "other"]),
    st.integers(90, 210),
    st.booleans(),
)
def test_the_whole_table(author, licence, purpose, now, refused):
    found = ask(author, licence, purpose, now=now, refusals=[REFUSAL] * refused)
    own = author == "ada"
    blocked = refused and author == BOB and purpose == "train"
    licensed = licence == "MIT" and purpose in ("train", "share")
    granted = author == BOB and purpose == "train" and 100 <= now < 200
    assert found.allowed == (own or (not blocked and (licensed or granted)))
    assert found.allowed == (found.basis != "none")
