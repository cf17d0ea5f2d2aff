"""Statements of consent: one form a statement, strict reading, names that compare."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.errors import CheckFailed, InputError, UsageError
from scapa.rights.consent import Confirmation, Grant, Refusal, Revocation, Scope, decode, encode, tidy
from scapa.seal.canonical import canonical, digest, parse
from scapa.seal.signature import SigningKey

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII+npKHm7IHCc9CkOC/ocnei7U0sYi3U6FGfHNOE9bYK"
NAMES = st.text(min_size=1).map(lambda name: name.strip().lower()).filter(bool)
LISTS = st.lists(NAMES, max_size=3, unique=True).map(lambda names: tuple(sorted({n.strip().lower() for n in names})))
TIMES = st.integers(0, 2**52)
PURPOSES = st.lists(st.sampled_from(["train", "share", "commons"]), min_size=1, unique=True).map(
    lambda p: tuple(sorted(p))
)
GRANTS = st.builds(
    Grant,
    issued=TIMES,
    key=st.just(KEY),
    grantor=NAMES,
    grantee=NAMES,
    purposes=PURPOSES,
    scope=st.builds(Scope, authors=LISTS.filter(bool), sources=LISTS, documents=LISTS),
    attested=st.sampled_from(["grantor", "holder"]),
    expires=st.none() | st.integers(2**52 + 1, 2**53 - 1),
    statement=st.text(),
)
OTHERS = (
    st.builds(Revocation, issued=TIMES, key=st.just(KEY), grant=st.just("ab" * 32), reason=st.text())
    | st.builds(Refusal, issued=TIMES, key=st.just(KEY), author=NAMES, purposes=PURPOSES, statement=st.text())
    | st.builds(Confirmation, issued=TIMES, key=st.just(KEY), subject=st.just(KEY), authors=LISTS, how=st.text())
)
GRANT = Grant(
    issued=10,
    key=KEY,
    grantor="a@b",
    grantee="me",
    purposes=("train",),
    scope=Scope(authors=("a@b",)),
    attested="holder",
)


@settings(deadline=None)
@given(GRANTS | OTHERS)
def test_round_trip(statement):
    try:
        statement = tidy(statement)
    except UsageError:  # lower() is not always stable for names of arbitrary text
        return
    assert decode(encode(statement)) == statement
    assert statement.id == digest(encode(statement))
    assert tidy(statement) == statement


def test_what_is_signed():
    assert encode(GRANT).decode() == (
        '{"attested":"holder","expires":null,"grantee":"me","grantor":"a@b","issued":10,"key":"' + KEY + '",'
        '"purposes":["train"],"scope":{"authors":["a@b"],"documents":[],"sources":[]},"statement":"",'
        '"type":"scapa-grant/1"}'
    )


def test_tidy_makes_one_form():
    loose = replace(
        GRANT,
        key=f"{KEY} a comment",
        grantor=" A@B ",
        purposes=("train", "share", "train"),
        scope=Scope(authors=("Z@b", "A@b"), sources=("S",)),
    )
    neat = tidy(loose)
    assert (neat.key, neat.grantor, neat.purposes) == (KEY, "a@b", ("share", "train"))
    assert neat.scope == Scope(authors=("a@b", "z@b"), sources=("S",))


@pytest.mark.parametrize(
    "changes",
    [
        {"issued": -1},
        {"issued": True},
        {"issued": 2**53},
        {"issued": None},
        {"expires": 10},
        {"expires": 1.5},
        {"grantor": " "},
        {"grantee": ""},
        {"purposes": ()},
        {"purposes": ("Train",)},
        {"purposes": ("tr ain",)},
        {"purposes": "train"},
        {"scope": Scope()},
        {"scope": Scope(authors=("",))},
        {"scope": Scope(authors=("a@b", "A@B"))},
        {"scope": Scope(sources=(1,))},
        {"attested": "nobody"},
        {"attested": "grantor", "scope": Scope(sources=("s",))},
        {"statement": None},
    ],
)
def test_a_grant_that_is_not_as_it_must_be(changes):
    with pytest.raises(UsageError):
        tidy(replace(GRANT, **changes))
    with pytest.raises(CheckFailed):
        decode(encode(replace(GRANT, **changes)) if changes.get("issued") != 2**53 else b"{}")


def test_keys_and_ids_are_checked():
    with pytest.raises(InputError):
        tidy(replace(GRANT, key="ssh-rsa AAAA"))
    with pytest.raises(UsageError):
        tidy(Revocation(issued=1, key=KEY, grant="abc"))


@pytest.mark.parametrize(
    "change",
    [
        {"type": "scapa-grant/2"},
        {"type": ["scapa-grant/1"]},
        {"extra": 1},
        {"purposes": ["train", "share"]},
        {"grantor": "A@b"},
        {"scope": {"authors": ["a@b"]}},
        {"scope": {"authors": "a", "documents": [], "sources": []}},
        {"scope": {"authors": ["a"], "documents": 1, "sources": []}},
        {"scope": None},
        {"scope": {"who": ["a"]}},
        {"key": KEY + " comment"},
        {"statement": ["a"]},
    ],
)
def test_other_forms_are_refused(change):
    with pytest.raises(CheckFailed):
        decode(canonical(parse(encode(GRANT)) | change))


@pytest.mark.parametrize("data", [b"", b"[]", b"1", b"{}", b'{"type":"scapa-grant/1"}', encode(GRANT) + b"\n"])
def test_what_is_no_statement(data):
    with pytest.raises(CheckFailed):
        decode(data)


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (Scope(authors=("a@b",)), True),
        (Scope(authors=("c@d",)), False),
        (Scope(authors=("a@b",), sources=("s",)), True),
        (Scope(authors=("a@b",), sources=("t",)), False),
        (Scope(authors=("c@d",), sources=("s",)), False),
        (Scope(sources=("s",)), True),
        (Scope(documents=("d1", "d")), True),
        (Scope(sources=("s",), documents=("e",)), False),
        (Scope(), False),
    ],
)
def test_scope(scope, covered):
    assert scope.covers("A@b", "s", "d") is covered


def test_a_scope_never_covers_what_is_not_known():
    assert not Scope(sources=("s",)).covers("a@b")
    assert not Scope(authors=("a@b",)).covers("")


def test_key_objects_give_the_same_form(tmp_path):
    key = SigningKey.create(tmp_path / "k", "a comment")
    assert tidy(replace(GRANT, key=key.public)).key == " ".join(key.public.split()[:2])
