"""SSH signatures: both ways with the real ssh-keygen, every byte altered, keys that are never overwritten."""

import base64
import shutil
import stat
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.errors import CheckFailed, HomeError, InputError
from scapa.seal.signature import SigningKey, embedded_key, fingerprint, public_key, verify

needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
DATA = b"the steel of 1919\n"


def ssh(*arguments, data=b"", check=True):
    return subprocess.run(["ssh-keygen", *map(str, arguments)], input=data, capture_output=True, check=check)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def key(folder):
    return SigningKey.create(folder / "mine", "ada@example.org")


@pytest.fixture(scope="module")
def other(folder):
    return SigningKey.create(folder / "other")


@pytest.fixture(scope="module")
def signature(key):
    return key.sign(DATA, "scapa-release")


def test_own_signature_verifies(key, signature):
    assert verify(DATA, signature, "scapa-release", [key.public]) == key.fingerprint
    assert verify(DATA, signature, "scapa-release", [key.fingerprint]) == key.fingerprint
    assert verify(DATA, signature.replace("\n", "\r\n"), "scapa-release", [key.public]) == key.fingerprint
    assert embedded_key(signature) == public_key(key.public)


def test_ed25519_is_deterministic(key, signature):
    assert key.sign(DATA, "scapa-release") == signature


@needs_ssh
def test_ssh_keygen_accepts_ours(tmp_path, key, signature):
    (tmp_path / "signers").write_text(f"ada {key.public}\n")
    (tmp_path / "sig").write_text(signature)
    asked = ("-Y", "verify", "-f", tmp_path / "signers", "-I", "ada", "-n", "scapa-release", "-s", tmp_path / "sig")
    assert key.fingerprint in ssh(*asked, data=DATA).stdout.decode()
    assert ssh(*asked, data=DATA + b"x", check=False).returncode != 0


@needs_ssh
def test_ssh_keygen_reads_our_key_files(folder, key):
    assert ssh("-y", "-f", folder / "mine").stdout.decode().split()[:2] == key.public.split()[:2]
    assert ssh("-lf", folder / "mine.pub").stdout.decode().split()[1:3] == [key.fingerprint, "ada@example.org"]


@needs_ssh
@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
def test_we_accept_what_ssh_keygen_signs(tmp_path, hash_name):
    ssh("-q", "-t", "ed25519", "-N", "", "-C", "a b", "-f", tmp_path / "k")
    signed = ssh("-Y", "sign", "-f", tmp_path / "k", "-n", "scapa-consent", "-O", f"hashalg={hash_name}", data=DATA)
    theirs, public = signed.stdout.decode(), (tmp_path / "k.pub").read_text()
    loaded = SigningKey.load(tmp_path / "k")
    assert verify(DATA, theirs, "scapa-consent", [public]) == fingerprint(public) == loaded.fingerprint
    assert loaded.comment == "a b"
    if hash_name == "sha512":  # the default of both: the very same armour
        assert loaded.sign(DATA, "scapa-consent") == theirs
    with pytest.raises(CheckFailed, match="altered"):
        verify(DATA + b"x", theirs, "scapa-consent", [public])


@needs_ssh
def test_other_kinds_of_keys_are_refused(tmp_path):
    ssh("-q", "-t", "ecdsa", "-N", "", "-f", tmp_path / "k")
    theirs = ssh("-Y", "sign", "-f", tmp_path / "k", "-n", "n", data=DATA).stdout.decode()
    with pytest.raises(CheckFailed, match="another kind than ssh-ed25519"):
        embedded_key(theirs)
    with pytest.raises(InputError, match="another kind than ssh-ed25519"):
        SigningKey.load(tmp_path / "k")
    with pytest.raises(InputError, match="a trusted key is a line"):
        fingerprint((tmp_path / "k.pub").read_text())


@needs_ssh
def test_a_key_with_a_passphrase_is_refused(tmp_path):
    ssh("-q", "-t", "ed25519", "-N", "secret", "-a", "1", "-f", tmp_path / "k")
    with pytest.raises(InputError, match="without passphrase"):
        SigningKey.load(tmp_path / "k")


def test_each_refusal_says_which(key, other, signature):
    cases = [
        (DATA, signature, "scapa-consent", [key.public], "another namespace"),
        (DATA, signature, "scapa-release", [other.public], "not among the trusted"),
        (DATA, signature, "scapa-release", [], "not among the trusted"),
        (DATA + b".", signature, "scapa-release", [key.public], "altered"),
        (DATA, "", "scapa-release", [key.public], "not a whole SSH signature"),
        (DATA, signature[:-40], "scapa-release", [key.public], "not a whole SSH signature"),
        (DATA, signature + "\n", "scapa-release", [key.public], "not a whole SSH signature"),
        (DATA, signature * 40, "scapa-release", [key.public], "too long"),
    ]
    for data, armour, namespace, trusted, said in cases:
        with pytest.raises(CheckFailed, match=said):
            verify(data, armour, namespace, trusted)


def test_every_byte_of_the_armour_matters(key, signature):
    data = signature.encode()
    for at in range(len(data) - 1):  # the last line break may be left out
        for other_byte in {data[at] ^ 1, data[at] ^ 0x20, data[at] ^ 0x80, 10, 13, 32, 61, 65, 0} - {data[at]}:
            altered = data[:at] + bytes([other_byte]) + data[at + 1 :]
            with pytest.raises(CheckFailed):
                verify(DATA, altered.decode("utf-8", "replace"), "scapa-release", [key.public])


def blob_of(signature):
    return base64.b64decode("".join(signature.split("\n")[1:-2]))


def armour(blob, width=70):
    text = base64.b64encode(blob).decode()
    lines = [text[n : n + width] for n in range(0, len(text), width)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""])


def string(data):
    return len(data).to_bytes(4, "big") + data


def test_every_bit_of_the_blob_matters(key, signature):
    blob = blob_of(signature)
    assert armour(blob) == signature
    for bit in range(len(blob) * 8):
        altered = blob[: bit // 8] + bytes([blob[bit // 8] ^ 1 << bit % 8]) + blob[bit // 8 + 1 :]
        with pytest.raises(CheckFailed):
            verify(DATA, armour(altered), "scapa-release", [key.public])


def test_nothing_can_be_added(key, signature):
    blob = blob_of(signature)
    reserved = blob.index(string(b"scapa-release")) + len(string(b"scapa-release"))
    inner = blob.index(string(b"ssh-ed25519"), reserved) - 4
    for altered in (
        blob + b"x",  # after the end
        blob[:reserved] + string(b"x") + blob[reserved + 4 :],  # in the reserved field, which is signed too
        blob[:inner] + string(blob[inner + 4 :] + b"x"),  # after the inner signature
    ):
        with pytest.raises(CheckFailed):
            verify(DATA, armour(altered), "scapa-release", [key.public])


def test_line_breaks_are_regular(key, signature):
    assert verify(DATA, armour(blob_of(signature), 76), "scapa-release", [key.public]) == key.fingerprint
    begin, first, *rest = signature.split("\n")
    for lines in ([begin, first[:9], first[9:], *rest], [begin, "", first, *rest], [begin, first, "", *rest]):
        with pytest.raises(CheckFailed, match="not a whole SSH signature"):
            verify(DATA, "\n".join(lines), "scapa-release", [key.public])


@pytest.mark.parametrize("namespace", ["n", "nn", "nnn"])
def test_unused_bits_of_the_base64_are_zero(key, namespace):
    text = key.sign(DATA, namespace)
    end = text.index("\n-----END")
    last = len(text[:end].rstrip("=")) - 1
    for letter in set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") - {text[last]}:
        with pytest.raises(CheckFailed):
            verify(DATA, text[:last] + letter + text[last + 1 :], namespace, [key.public])


@settings(deadline=None)
@given(st.text(max_size=300))
def test_noise_is_refused(noise):
    armour = f"-----BEGIN SSH SIGNATURE-----\n{noise}\n-----END SSH SIGNATURE-----\n"
    for text in (noise, armour):
        with pytest.raises(CheckFailed):
            embedded_key(text)


def test_the_key_is_private_and_never_overwritten(tmp_path):
    path = tmp_path / "new" / "key"
    first = SigningKey.create(path, "one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with pytest.raises(InputError, match="never overwritten"):
        SigningKey.create(path, "two")
    loaded = SigningKey.load(path)
    assert (loaded.public, loaded.comment, loaded.fingerprint) == (first.public, "one", first.fingerprint)
    path.chmod(0o644)
    with pytest.raises(InputError, match="read by others"):
        SigningKey.load(path)


def test_key_files_that_cannot_be_used(tmp_path, key):
    (tmp_path / "bad").write_text("nothing")
    with pytest.raises(InputError, match="is not an OpenSSH private key"):
        SigningKey.load(tmp_path / "bad")
    with pytest.raises(InputError, match="cannot be read"):
        SigningKey.load(tmp_path / "none")
    with pytest.raises(InputError, match="one line"):
        SigningKey.create(tmp_path / "k", "a\nssh-ed25519 AAAA")
    with pytest.raises(HomeError):
        SigningKey.create(tmp_path / "bad" / "k")
    with pytest.raises(InputError, match="namespace"):
        key.sign(DATA, "")
    assert key.fingerprint in repr(key)
    assert "private" not in repr(key)


@pytest.mark.parametrize(
    "line", ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa AAAA", "SHA256:short", "ssh-ed25519 é"]
)
def test_bad_trusted_keys_are_the_callers_mistake(line, signature):
    with pytest.raises(InputError, match="a trusted key is a line"):
        verify(DATA, signature, "scapa-release", [line])
