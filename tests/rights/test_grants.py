"""The consents of a home: who may say what, for how long; nothing altered, revoked or wrongly signed ever counts."""

import shutil
import subprocess
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scapa.errors import CheckFailed, UnknownName, UsageError
from scapa.rights.consent import NAMESPACE, Confirmation, Grant, Refusal, Revocation, Scope, encode, tidy
from scapa.rights.grants import Grants
from scapa.rights.permission import allowed
from scapa.seal.canonical import parse
from scapa.seal.signature import SigningKey

BOB = "bob@example.org"
ADA = "ada@example.org"


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {name: SigningKey.create(folder / name, name) for name in ("owner", "bob", "mallory")}


@pytest.fixture(scope="module")
def owner(keys):
    return keys["owner"]


@pytest.fixture
def grants(tmp_path, owner):
    return Grants.open(tmp_path / "rights", [owner.public])


def again(grants, owner):
    return Grants.open(grants._receipts._folder, [owner.public])


def record(grants, owner, **changes):
    fields = {"grantor": BOB, "grantee": ADA, "purposes": ["train"], "key": owner, "now": 100, "expires": 200}
    return grants.grant(**(fields | changes))


def by_bob(keys, **changes):
    fields = {"issued": 100, "key": keys["bob"].public, "grantor": BOB, "grantee": ADA, "purposes": ("train",)}
    return tidy(Grant(**(fields | {"scope": Scope(authors=(BOB,)), "attested": "grantor"} | changes)))


def send(grants, statement, key, now=101, namespace=NAMESPACE):
    data = encode(statement)
    return grants.receive(data, key.sign(data, namespace), now)


def states(grants, now=150):
    return [standing.state for standing in grants.list(now)]


def test_a_recorded_consent(grants, owner):
    grant = record(grants, owner, statement="in a letter of May")
    for store in (grants, again(grants, owner)):
        assert store.active(150) == (grant,)
        assert (store.active(99), store.active(200)) == ((), ())
        (standing,) = store.list(150)
        assert (standing.grant, standing.state, standing.receipt) == (grant, "active", 1)
        assert (standing.signer, grant.attested) == (owner.fingerprint, "holder")
        found = allowed(BOB, "unknown", "train", [ADA], store, 150)
        assert (found.basis, "recorded by the holder" in found.evidence) == ("grant", True)
    assert (states(grants, 99), states(grants, 200)) == (["not yet"], ["expired"])


def test_the_defaults_of_a_grant(grants, owner):
    grant = record(grants, owner, grantor="Bob@Example.org ", expires=None)
    assert (grant.grantor, grant.scope, grant.expires) == (BOB, Scope(authors=(BOB,)), None)


def test_only_the_owner_records(grants, keys):
    with pytest.raises(CheckFailed, match="may not make this statement"):
        record(grants, keys["mallory"])
    assert grants.history() == ()


def test_a_grant_of_the_grantor_counts_once_the_key_is_confirmed(grants, keys, owner):
    grant = send(grants, by_bob(keys), keys["bob"])
    assert (states(grants), grants.active(150)) == (["unconfirmed"], ())
    grants.confirm(keys["bob"].public, [BOB], key=owner, now=102, how="by telephone")
    assert grants.active(150) == again(grants, owner).active(150) == (grant,)
    assert "signed by the grantor" in allowed(BOB, "unknown", "train", [ADA], grants, 150).evidence
    grants.confirm(keys["bob"].public, [], key=owner, now=103, how="the key was stolen")
    assert (states(grants), again(grants, owner).active(150)) == (["unconfirmed"], ())


def test_a_confirmed_key_speaks_for_its_own_authors_only(grants, keys, owner):
    grants.confirm(keys["bob"].public, [BOB], key=owner, now=90)
    send(grants, by_bob(keys, scope=Scope(authors=(BOB, "carol@example.org"))), keys["bob"])
    assert states(grants) == ["unconfirmed"]


def test_nobody_signs_for_another(grants, keys, owner):
    grants.confirm(keys["bob"].public, [BOB], key=owner, now=90)
    cases = [
        (by_bob(keys), keys["mallory"], NAMESPACE, "not among the trusted keys"),  # names Bob's key, signed by another
        (by_bob(keys), keys["bob"], "scapa-release", "another namespace"),
        (by_bob(keys, attested="holder"), keys["bob"], NAMESPACE, "may not make"),  # Bob is not the owner
        (by_bob(keys, key=owner.public), owner, NAMESPACE, "may not make"),  # the owner is not the grantor
    ]
    for statement, key, namespace, said in cases:
        with pytest.raises(CheckFailed, match=said):
            send(grants, statement, key, namespace=namespace)
    forged = send(grants, by_bob(keys, key=keys["mallory"].public), keys["mallory"])  # her key, Bob's name
    assert (grants.active(150), forged.grantor) == ((), BOB)


def test_only_the_owner_confirms_and_never_their_own_key(grants, keys, owner):
    with pytest.raises(CheckFailed, match="may not make"):
        grants.confirm(keys["mallory"].public, [BOB], key=keys["mallory"], now=1)
    with pytest.raises(CheckFailed, match="may not make"):
        grants.confirm(owner.public, [BOB], key=owner, now=1)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_a_grant_signed_with_ssh_keygen(grants, owner, tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "k"], check=True)
    public = (tmp_path / "k.pub").read_text()
    grant = tidy(
        Grant(
            issued=100,
            key=public,
            grantor=BOB,
            grantee=ADA,
            purposes=("train",),
            scope=Scope(authors=(BOB,)),
            attested="grantor",
        )
    )
    (tmp_path / "grant.json").write_bytes(encode(grant))
    signing = ["ssh-keygen", "-Y", "sign", "-f", tmp_path / "k", "-n", "scapa-consent", tmp_path / "grant.json"]
    subprocess.run(signing, check=True, capture_output=True)
    grants.receive(encode(grant), (tmp_path / "grant.json.sig").read_text(), 101)
    grants.confirm(public, [BOB], key=owner, now=102)
    assert grants.active(150) == (grant,)


def test_revocation_is_at_once_and_for_good(grants, keys, owner):
    grant = record(grants, owner)
    grants.revoke(grant.id[:8], key=owner, now=10**9, reason="asked to")
    for store in (grants, again(grants, owner)):
        assert (states(store), store.active(150)) == (["revoked"], ())  # though `now` lies before it
        assert not allowed(BOB, "unknown", "train", [ADA], store, 150).allowed
        assert [parse(r.statement)["type"] for r in store.history()] == ["scapa-grant/1", "scapa-revocation/1"]
    assert grants.receive(grants.history()[0].statement, grants.history()[0].signature, 300) == grant
    assert (len(grants.history()), grants.active(150)) == (2, ())  # a replay changes nothing


def test_grantor_and_owner_may_revoke_and_no_one_else(grants, keys, owner):
    grants.confirm(keys["bob"].public, [BOB], key=owner, now=90)
    grant = send(grants, by_bob(keys), keys["bob"])
    with pytest.raises(CheckFailed, match="may not make"):
        grants.revoke(grant.id, key=keys["mallory"], now=110)
    assert grants.active(150) == (grant,)
    said = Revocation(issued=110, key=keys["bob"].public, grant=grant.id)
    send(grants, tidy(said), keys["bob"])
    assert grants.active(150) == ()


def test_unknown_grants(grants, owner):
    record(grants, owner)
    for name in ("", "abc", "0" * 64):
        with pytest.raises(UnknownName, match="grants begin with"):
            grants.revoke(name, key=owner, now=1)
    with pytest.raises(UnknownName, match="was recorded here"):
        send(grants, tidy(Revocation(issued=1, key=owner.public, grant="0" * 64)), owner)


def test_refusals(grants, keys, owner):
    record(grants, owner)
    refusal = grants.refuse(BOB, ["train"], key=owner, now=120, statement="no")
    assert grants.refusals() == again(grants, owner).refusals() == (refusal,)
    assert allowed(BOB, "CC0-1.0", "train", [ADA], grants, 150).consent == "refused"
    record(grants, owner, now=130)
    assert allowed(BOB, "unknown", "train", [ADA], grants, 150).basis == "grant"


def test_an_author_refuses_with_a_confirmed_key_only(grants, keys, owner):
    said = tidy(Refusal(issued=100, key=keys["bob"].public, author=BOB, purposes=("train",)))
    with pytest.raises(CheckFailed, match="may not make"):
        send(grants, said, keys["bob"])
    grants.confirm(keys["bob"].public, [BOB], key=owner, now=90)
    send(grants, said, keys["bob"])
    assert grants.refusals() == (said,)


def test_the_snapshot_names_what_holds(grants, keys, owner):
    empty = grants.snapshot(150)
    grant = record(grants, owner)
    held = grants.snapshot(150)
    assert again(grants, owner).snapshot(150) == grants.snapshot(199) == held != empty
    assert grants.snapshot(200) == grants.snapshot(99) == empty
    grants.revoke(grant.id, key=owner, now=160)
    assert grants.snapshot(150) == empty
    grants.refuse(BOB, ["train"], key=owner, now=170)
    assert grants.snapshot(150) not in (empty, held)


def test_one_process_sees_anothers_revocation(grants, owner):
    grant = record(grants, owner)
    other = again(grants, owner)
    other.revoke(grant.id, key=owner, now=110)
    grants.refresh()
    assert grants.active(150) == ()


def test_writing_first_takes_in_what_others_wrote(grants, owner):
    grant = record(grants, owner)
    other = again(grants, owner)
    grants.revoke(grant.id, key=owner, now=110)
    record(other, owner, now=105)
    assert states(other) == ["revoked", "active"]
    assert states(again(grants, owner)) == ["revoked", "active"]


def test_a_lost_revocation_is_noticed(grants, owner):
    grants.revoke(record(grants, owner).id, key=owner, now=110)
    (grants._receipts._folder / "00000002.json").unlink()
    with pytest.raises(CheckFailed, match="receipt 2 is lost"):
        again(grants, owner)


def test_another_owner_does_not_believe_these_receipts(grants, keys, owner):
    record(grants, owner)
    with pytest.raises(CheckFailed, match="receipt 1 does not hold"):
        Grants.open(grants._receipts._folder, [keys["mallory"].public])
    both = Grants.open(grants._receipts._folder, [keys["mallory"].public, owner.public])
    assert states(both) == ["active"]


def test_bad_fields_never_reach_the_log(grants, owner):
    for changes in ({"purposes": []}, {"purposes": ["no spaces"]}, {"grantor": ""}, {"expires": 100}):
        with pytest.raises(UsageError):
            record(grants, owner, **changes)
    assert grants.history() == ()


def test_a_statement_in_a_receipt_cannot_be_swapped(grants, keys, owner):
    # Rewrite the log whole, chain and HEAD included, as someone who can write the folder but has no key could.
    grant = record(grants, owner)
    signature = grants.history()[0].signature
    shutil.rmtree(grants._receipts._folder)
    log = Grants.open(grants._receipts._folder, [owner.public])._receipts
    with log.locked():
        log.append(encode(replace(grant, purposes=("share", "train"))), signature, 100)
    with pytest.raises(CheckFailed, match="receipt 1 does not hold: the data or the signature"):
        again(grants, owner)


@pytest.fixture(scope="module")
def confirmed(tmp_path_factory, keys):
    grants = Grants.open(tmp_path_factory.mktemp("home") / "rights", [keys["owner"].public])
    grants.confirm(keys["bob"].public, [BOB], key=keys["owner"], now=1)
    return grants


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_altered_grants_never_count(confirmed, keys, data):
    statement = by_bob(keys)
    good, signature = encode(statement), keys["bob"].sign(encode(statement), NAMESPACE)
    at = data.draw(st.integers(0, len(good) - 1))
    kind = data.draw(st.sampled_from(["replace", "delete", "insert"]))
    byte = bytes([data.draw(st.integers(0, 255))])
    bad = good[:at] + (b"" if kind == "delete" else byte) + good[at + (kind != "insert") :]
    assume(bad != good)
    with pytest.raises(CheckFailed):
        confirmed.receive(bad, signature, 101)
    assert confirmed.active(150) == ()


def test_altered_receipts_never_count(grants, owner):
    record(grants, owner)
    path = grants._receipts._folder / "00000001.json"
    data = path.read_bytes()
    for at in range(0, len(data), 3):
        path.write_bytes(data[:at] + bytes([data[at] ^ 2]) + data[at + 1 :])
        with pytest.raises(CheckFailed):
            again(grants, owner)


def test_every_kind_of_statement_comes_back(grants, keys, owner):
    grants.confirm(keys["bob"].public, [BOB], key=owner, now=90)
    grant = send(grants, by_bob(keys), keys["bob"])
    grants.refuse(BOB, ["share"], key=owner, now=110)
    grants.revoke(grant.id, key=owner, now=120)
    kinds = [parse(receipt.statement)["type"] for receipt in again(grants, owner).history()]
    assert kinds == ["scapa-key-confirmation/1", "scapa-grant/1", "scapa-refusal/1", "scapa-revocation/1"]
    assert isinstance(grants.confirm(keys["bob"].public, [], key=owner, now=130), Confirmation)
