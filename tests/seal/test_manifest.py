"""Sealed folders: whole and signed or a named failure; checked with ssh-keygen and sha256sum; safe when interrupted."""

import os
import shutil
import subprocess
import sys

import pytest

from scapa.errors import CheckFailed, InputError, ScapaError
from scapa.seal import manifest as sealed
from scapa.seal.canonical import canonical, digest, parse
from scapa.seal.manifest import read_manifest, register_checker, seal_folder, verify
from scapa.seal.signature import SigningKey

FILES = {"a.txt": b"one\n", "sub/b é.bin": bytes(range(256)), "sub/deep/empty": b""}
BODY = {"documents": 3, "root": "ab" * 32}


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return SigningKey.create(tmp_path_factory.mktemp("keys") / "key", "release key")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return SigningKey.create(tmp_path_factory.mktemp("keys") / "key")


@pytest.fixture(autouse=True)
def checkers(monkeypatch):
    monkeypatch.setattr(sealed, "_CHECKERS", {})
    register_checker("plain", lambda folder, manifest: [])


def fill(folder):
    for path, data in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture
def folder(tmp_path, key):
    made = fill(tmp_path / "release")
    seal_folder(made, "plain", BODY, key)
    return made


def forge(folder, key, **changes):
    """Sign a manifest with `changes`, everything else consistent, as someone with a key of their own could."""
    manifest = read_manifest(folder) | changes
    data = canonical(manifest)
    sums = "".join(f"{e['sha256']}  {e['path']}\n" for e in manifest["files"]) + f"{digest(data)}  manifest.json\n"
    signers = f'scapa namespaces="scapa-release" {" ".join(key.public.split()[:2])}\n'
    (folder / "manifest.json").write_bytes(data)
    (folder / "allowed_signers").write_text(signers)
    (folder / "SHA256SUMS").write_text(sums)
    (folder / "SHA256SUMS.sig").write_text(key.sign(sums.encode(), "scapa-release"))
    (folder / "manifest.json.sig").write_text(key.sign(data, "scapa-release"))


def test_a_sealed_folder_verifies(folder, key):
    found = verify(folder, [key.public])
    assert (found.ok, found.failures, found.kind) == (True, (), "plain")
    assert (found.signer, found.trusted) == (key.fingerprint, True)
    assert (found.files, found.bytes) == (3, 4 + 256)
    assert found.digest == digest((folder / "manifest.json").read_bytes())
    assert read_manifest(folder)["body"] == BODY
    assert [entry["path"] for entry in read_manifest(folder)["files"]] == sorted(FILES)


def test_without_trusted_keys_the_signer_is_self_asserted(folder, key, stranger):
    found = verify(folder)
    assert (found.ok, found.trusted, found.signer) == (True, False, key.fingerprint)
    refused = verify(folder, [stranger.public])
    assert (refused.ok, refused.signer) == (False, "")
    assert "not among the trusted keys" in refused.failures[0]
    assert not verify(folder, []).ok


def test_the_same_folder_has_the_same_manifest(tmp_path, key):
    digests = {seal_folder(fill(tmp_path / name), "plain", BODY, key) for name in ("one", "two")}
    assert len(digests) == 1


def test_it_can_be_moved(folder, tmp_path, key):
    shutil.copytree(folder, tmp_path / "elsewhere")
    assert verify(tmp_path / "elsewhere", [key.public]).ok


@pytest.mark.skipif(not (shutil.which("ssh-keygen") and shutil.which("sha256sum")), reason="the tools are not here")
def test_a_stranger_checks_it_with_standard_tools(folder):
    by_hand = "ssh-keygen -Y verify -f allowed_signers -I scapa -n scapa-release -s {0}.sig < {0}"
    for name in ("SHA256SUMS", "manifest.json"):
        done = subprocess.run(by_hand.format(name), shell=True, cwd=folder, capture_output=True)
        assert b'Good "scapa-release" signature for scapa' in done.stdout
    subprocess.run(["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
    (folder / "a.txt").write_bytes(b"two\n")
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True).returncode == 1


@pytest.mark.parametrize("name", sorted(FILES) + sorted(sealed.OWN))
def test_no_byte_of_any_file_can_change(folder, key, name):
    data = (folder / name).read_bytes()
    for at in range(0, len(data), 7 if len(data) > 300 else 1):
        (folder / name).write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        assert not verify(folder, [key.public]).ok, (name, at)
    (folder / name).write_bytes(data + b"\n\n")
    assert not verify(folder, [key.public]).ok
    (folder / name).unlink()
    assert not verify(folder, [key.public]).ok


def test_each_failure_is_named(folder, key):
    (folder / "a.txt").write_bytes(b"two\n")
    (folder / "sub" / "deep" / "empty").unlink()
    (folder / "sub" / "new").write_bytes(b"")
    assert verify(folder, [key.public]).failures == (
        "a.txt: was altered",
        "sub/deep/empty: is missing",
        "sub/new: is not listed in the manifest",
    )


def test_an_unfinished_file_is_unlisted(folder):
    (folder / "manifest.json.partial").write_bytes(b"")
    assert verify(folder).failures == ("manifest.json.partial: is not listed in the manifest",)


def test_links_are_refused(folder, tmp_path, key):
    (tmp_path / "outside").write_bytes(FILES["a.txt"])
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(tmp_path / "outside")
    assert verify(folder).failures == ("a.txt: is a symbolic link or a device, which cannot be sealed",)
    (tmp_path / "inside").mkdir()
    for link in ("outside", "inside"):
        made = fill(tmp_path / f"with {link}")
        (made / "link").symlink_to(tmp_path / link)
        with pytest.raises(InputError, match="is a symbolic link"):
            seal_folder(made, "plain", {}, key)
    os.mkfifo(fill(tmp_path / "three") / "pipe")
    with pytest.raises(InputError, match="device"):
        seal_folder(tmp_path / "three", "plain", {}, key)


def test_the_manifest_itself_cannot_be_a_link(folder, tmp_path):
    shutil.move(folder / "manifest.json", tmp_path / "m")
    (folder / "manifest.json").symlink_to(tmp_path / "m")
    assert verify(folder).failures == ("there is no file manifest.json",)


@pytest.mark.parametrize(
    "path", ["../a.txt", "/etc/passwd", "sub/../a.txt", "./a.txt", "a//b", "manifest.json", "", "."]
)
def test_paths_that_leave_the_folder_are_refused(folder, stranger, path):
    forge(folder, stranger, files=[{"path": path, "sha256": "0" * 64, "bytes": 1}])
    assert verify(folder).failures == ("manifest.json: lacks a part, or has one of the wrong type",)


@pytest.mark.parametrize("name", ["new\nline", "back\\slash", "esc\x1b[31m", "c1\x9b"])
def test_awkward_names_are_refused(tmp_path, key, name):
    (fill(tmp_path / "r") / name).write_bytes(b"")
    with pytest.raises(InputError, match="control character"):
        seal_folder(tmp_path / "r", "plain", {}, key)


def test_names_without_utf8_are_refused(tmp_path, key):
    folder = fill(tmp_path / "r")
    os.close(os.open(os.fsencode(folder) + b"/\xff", os.O_CREAT))
    with pytest.raises(InputError, match="no UTF-8"):
        seal_folder(folder, "plain", {}, key)


def test_a_folder_nested_deeply_gets_a_verdict(folder):
    levels = [f"{folder}/{'d/' * depth}" for depth in range(1, sys.getrecursionlimit() + 20)]
    for level in levels:
        os.mkdir(level)  # noqa: PTH102 - Path takes seconds for a thousand long paths
    try:
        assert verify(folder).ok
    finally:
        for level in reversed(levels):  # pytest's own clean-up is recursive
            os.rmdir(level)  # noqa: PTH106


ENTRY = {"path": "a.txt", "sha256": "0" * 64, "bytes": 4}


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "scapa-sealed-folder/2"},
        {"kind": 1},
        {"body": []},
        {"extra": 1},
        {"files": {}},
        {"files": ["a.txt"]},
        {"files": [ENTRY | {"bytes": -1}]},
        {"files": [ENTRY | {"bytes": True}]},
        {"files": [ENTRY | {"sha256": "0" * 63}]},
        {"files": [ENTRY | {"sha256": "G" * 64}]},
        {"files": [ENTRY, ENTRY]},
        {"files": [{"path": "a.txt"}]},
    ],
)
def test_a_malformed_manifest_is_a_failure(folder, stranger, changes):
    manifest = read_manifest(folder) | changes
    data = canonical(manifest)
    (folder / "manifest.json").write_bytes(data)
    (folder / "manifest.json.sig").write_text(stranger.sign(data, "scapa-release"))
    found = verify(folder)
    assert len(found.failures) == 1
    assert found.failures[0].startswith("manifest.json: ")


def test_another_spelling_of_the_manifest_is_a_failure(folder, stranger):
    data = (folder / "manifest.json").read_bytes().replace(b'"body":', b'"body": ')
    (folder / "manifest.json").write_bytes(data)
    (folder / "manifest.json.sig").write_text(stranger.sign(data, "scapa-release"))
    assert verify(folder).failures == ("manifest.json: the JSON is not in its canonical form (RFC 8785)",)


def test_a_signature_for_something_else_is_a_failure(folder, key):
    data = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json.sig").write_text(key.sign(data, "scapa-consent"))
    assert "manifest.json.sig: the signature is for another namespace" in verify(folder, [key.public]).failures[0]


def test_the_signer_cannot_be_swapped(folder, key, stranger):
    forge(folder, stranger)  # signed anew, but the manifest still names the first signer
    assert verify(folder).failures == ("allowed_signers or the manifest names another signer than the signature",)


def test_the_list_for_sha256sum_is_signed_and_true(folder, key):
    sums = (folder / "SHA256SUMS").read_bytes().replace(b"a.txt", b"b.txt")
    (folder / "SHA256SUMS").write_bytes(sums)
    (folder / "SHA256SUMS.sig").write_text(key.sign(sums, "scapa-release"))
    failures = verify(folder, [key.public]).failures
    assert failures[0] == "SHA256SUMS does not say what the manifest says"


def test_the_checker_of_its_kind_decides_too(tmp_path, key):
    seen = []

    def check(folder, manifest):
        seen.append((folder, manifest["body"]))
        yield "three documents were promised, there are two"

    register_checker("corpus", check)
    register_checker("corpus", check)
    folder = fill(tmp_path / "r")
    seal_folder(folder, "corpus", BODY, key)
    assert verify(folder).failures == ("three documents were promised, there are two",)
    assert seen == [(folder, BODY)]
    (folder / "a.txt").unlink()
    assert verify(folder).failures == ("a.txt: is missing", "three documents were promised, there are two")
    assert len(seen) == 2, "a checker is asked although a file is missing: it names what the digest cannot"
    with pytest.raises(ScapaError, match="two checkers"):
        register_checker("corpus", lambda folder, manifest: [])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CheckFailed("the root differs"), "the root differs"),
        (ValueError("private text"), "could not read it: ValueError"),
    ],
)
def test_a_checker_that_stops_is_a_failure(tmp_path, key, error, said):
    def check(folder, manifest):
        raise error

    register_checker("corpus", check)
    seal_folder(fill(tmp_path / "r"), "corpus", {}, key)
    failure = verify(tmp_path / "r").failures[0]
    assert said in failure
    assert "private text" not in failure


def test_a_kind_that_nothing_checks_is_a_failure(tmp_path, key):
    seal_folder(fill(tmp_path / "r"), "unheard-of", {}, key)
    found = verify(tmp_path / "r", [key.public])
    assert found.failures == ("nothing here can check a folder of the kind 'unheard-of'",)


@pytest.mark.parametrize("writes", range(5))
def test_interrupted_sealing_never_looks_sealed_and_can_be_done_again(tmp_path, key, monkeypatch, writes):
    folder, done = fill(tmp_path / "r"), []
    real = sealed.write_atomic

    def failing(path, data, **settings):
        if len(done) == writes:
            path.with_name(path.name + ".partial").write_bytes(data[: len(data) // 2])
            raise KeyboardInterrupt
        done.append(path.name)
        real(path, data, **settings)

    monkeypatch.setattr(sealed, "write_atomic", failing)
    with pytest.raises(KeyboardInterrupt):
        seal_folder(folder, "plain", BODY, key)
    assert len(done) == writes
    assert not verify(folder).ok
    with pytest.raises(InputError, match="is not sealed"):
        read_manifest(folder)
    monkeypatch.setattr(sealed, "write_atomic", real)
    seal_folder(folder, "plain", BODY, key)
    assert verify(folder, [key.public]).ok


def test_a_sealed_folder_is_never_sealed_again(folder, key):
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(InputError, match="sealed already"):
        seal_folder(folder, "plain", {"other": 1}, key)
    assert (folder / "manifest.json").read_bytes() == before


def test_what_cannot_be_asked(tmp_path, key, folder):
    for call in (lambda: verify(tmp_path / "none"), lambda: seal_folder(tmp_path / "none", "plain", {}, key)):
        with pytest.raises(InputError, match="is not a folder"):
            call()
    with pytest.raises(InputError, match="a trusted key is a line"):
        verify(folder, ["not a key"])
    with pytest.raises(ScapaError, match="no canonical JSON"):
        seal_folder(fill(tmp_path / "r"), "plain", {"n": 2**60}, key)
    assert not (tmp_path / "r" / "manifest.json").exists()


def test_an_empty_folder_verifies(tmp_path, key):
    (tmp_path / "r").mkdir()
    seal_folder(tmp_path / "r", "plain", {}, key)
    assert parse((tmp_path / "r" / "manifest.json").read_bytes())["files"] == []
    assert verify(tmp_path / "r", [key.public]).ok
