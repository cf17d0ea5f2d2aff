"""Sealed folders: a signed manifest of every file, checked offline by Scapa or with two standard tools.

    seal_folder(folder, kind, body, key) -> digest of manifest.json
    verify(folder, trusted=None) -> Verification          read_manifest(folder) -> dict, unchecked
    register_checker(kind, fn)                            what else a folder of that kind must satisfy

A sealed folder holds, beside its files:

    manifest.json        canonical JSON: format, kind, signer, body, files [{path, sha256, bytes}]
    SHA256SUMS(.sig)     for `sha256sum -c`: every file and manifest.json
    allowed_signers      the signer, for `ssh-keygen -Y verify`
    manifest.json.sig    written last: a folder without it is not sealed

By hand, with a signer known from elsewhere in place of the folder's own allowed_signers:

    ssh-keygen -Y verify -f allowed_signers -I scapa -n scapa-release -s SHA256SUMS.sig < SHA256SUMS
    sha256sum -c SHA256SUMS
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

from scapa.errors import CheckFailed, InputError, ScapaError
from scapa.files import PARTIAL, sync_folder, write_atomic
from scapa.seal.canonical import canonical, digest, file_digest, parse
from scapa.seal.signature import SigningKey, embedded_key, public_key
from scapa.seal.signature import verify as verify_signature

FORMAT = "scapa-sealed-folder/1"
NAMESPACE = "scapa-release"
IDENTITY = "scapa"
"""The principal in allowed_signers: the `-I` of `ssh-keygen -Y verify`."""

MANIFEST, SIGNATURE = "manifest.json", "manifest.json.sig"
SUMS, SUMS_SIGNATURE, SIGNERS = "SHA256SUMS", "SHA256SUMS.sig", "allowed_signers"
OWN = frozenset({MANIFEST, SIGNATURE, SUMS, SUMS_SIGNATURE, SIGNERS})
_SHARED = 0o644
"""A sealed folder is for others to read."""
_AWKWARD = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_KEYS = {"format", "kind", "signer", "body", "files"}

Checker = Callable[[Path, dict[str, Any]], Iterable[str]]
"""Yields a failure for each thing wrong; gets the folder and its signed manifest; a file may be missing or altered."""

_CHECKERS: dict[str, Checker] = {}


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found. `ok` means no failure; whether to believe `signer` is `trusted`'s matter.

    `signer` is a key fingerprint, empty when the signature does not hold. `trusted` is False when the key came
    out of the folder itself: then the folder is whole and unaltered since signed, but by whom is self-asserted.
    `digest` is the SHA-256 of manifest.json.
    """

    kind: str
    failures: tuple[str, ...]
    signer: str = ""
    trusted: bool = False
    files: int = 0
    bytes: int = 0
    digest: str = ""

    @property
    def ok(self) -> bool:
        return not self.failures


def register_checker(kind: str, check: Checker) -> None:
    """Have `verify` call `check` for folders of `kind`. Raises `ScapaError` when the kind has another checker."""
    if _CHECKERS.setdefault(kind, check) is not check:
        raise ScapaError(f"two checkers for the manifest kind {kind!r}")


def seal_folder(folder: str | Path, kind: str, body: Mapping[str, Any], key: SigningKey) -> str:
    """Sign every file below `folder` and return the digest of its manifest.

    What an interrupted sealing left is replaced. Raises `InputError` when the folder is sealed already or holds
    something that cannot be sealed: a symbolic link, a device, a name with a line break or backslash.
    """
    folder = Path(folder)
    _clear(folder)
    files = [_entry(folder, path) for path in sorted(_walk(folder))]
    manifest = {"format": FORMAT, "kind": kind, "signer": public_key(key.public), "body": dict(body), "files": files}
    data = canonical(manifest)
    sums = _sums(manifest, digest(data))
    write_atomic(folder / MANIFEST, data, mode=_SHARED)
    write_atomic(folder / SUMS, sums, mode=_SHARED)
    write_atomic(folder / SIGNERS, _signers(key.public), mode=_SHARED)
    write_atomic(folder / SUMS_SIGNATURE, key.sign(sums, NAMESPACE).encode(), mode=_SHARED)
    write_atomic(folder / SIGNATURE, key.sign(data, NAMESPACE).encode(), mode=_SHARED)
    return digest(data)


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """Return the manifest of a sealed folder without checking signature or digests; `verify` does that.

    Raises `InputError` when the folder is not sealed, `CheckFailed` when its manifest is malformed.
    """
    folder = Path(folder)
    if not (folder / SIGNATURE).is_file():
        raise InputError(f"is not sealed: it has no {SIGNATURE}", where=str(folder))
    return _parse_manifest(_read(folder / MANIFEST))


def verify(folder: str | Path, trusted: Sequence[str] | None = None) -> Verification:
    """Check a sealed folder without network: signature, every digest, nothing missing or added, then its kind.

    `trusted` are public key lines or fingerprints; None accepts the key named in the folder and says so
    (`trusted=False`). An unlisted file is a failure, and so is a kind that no loaded part can check.
    Raises `InputError` only when `folder` is no folder or a key in `trusted` is none; all else is a failure.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError("is not a folder", where=str(folder))
    try:
        data = _read(folder / MANIFEST)
        signer = _check_signature(folder, data, trusted)
        manifest = _parse_manifest(data)
    except CheckFailed as failure:
        return Verification("", (str(failure),))
    failures = [*_check_own_files(folder, manifest, data), *_check_files(folder, manifest["files"])]
    # Always, for it names the documents that changed where a digest only names a file.
    irregular = [entry for entry in manifest["files"] if _is_irregular(folder / entry["path"])]
    failures += [] if irregular else _check_kind(folder, manifest)
    size = sum(entry["bytes"] for entry in manifest["files"])
    return Verification(
        manifest["kind"], tuple(failures), signer, trusted is not None, len(manifest["files"]), size, digest(data)
    )


def _clear(folder: Path) -> None:
    """Remove what an interrupted sealing left; a folder that is sealed stays as it is."""
    if not folder.is_dir():
        raise InputError("is not a folder", where=str(folder))
    if (folder / SIGNATURE).exists():
        raise InputError("is sealed already", where=str(folder), next="copy its files to a new folder")
    for name in OWN:
        for left in (folder / name, folder / f"{name}{PARTIAL}"):
            _remove(left)


def _remove(left: Path) -> None:
    try:
        left.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"cannot be replaced: {error.strerror}", where=str(left)) from None


def _walk(folder: Path) -> Iterator[str]:
    """Yield the relative POSIX path of every file; Scapa's own at the top are left out. Raises `InputError`."""
    below = [""]
    while below:  # not recursive: a hostile folder can be nested deeper than Python's stack
        under = below.pop()
        for entry in _scan(folder, under):
            path = f"{under}{entry.name}"
            if not _is_plain(path):
                raise InputError("a name holds a control character, a backslash or no UTF-8", where=ascii(path))
            if entry.is_dir(follow_symlinks=False):
                below.append(f"{path}/")
            elif not entry.is_file(follow_symlinks=False):
                raise InputError("is a symbolic link or a device, which cannot be sealed", where=path)
            elif path not in OWN:
                yield path


def _scan(folder: Path, below: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(f"{folder}/{below}") as entries:
            return list(entries)
    except OSError as error:
        raise InputError(f"the folder cannot be read: {error.strerror}", where=below) from None


def _entry(folder: Path, path: str) -> dict[str, Any]:
    file = folder / path
    entry = {"path": path, "sha256": file_digest(file), "bytes": file.stat().st_size}
    _flush(file)  # the signature must not reach the disk before what it signs
    return entry


def _flush(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    sync_folder(file.parent)


def _sums(manifest: Mapping[str, Any], manifest_digest: str) -> bytes:
    entries = [(entry["sha256"], entry["path"]) for entry in manifest["files"]] + [(manifest_digest, MANIFEST)]
    return "".join(f"{sha256}  {path}\n" for sha256, path in entries).encode()


def _signers(public: str) -> bytes:
    return f'{IDENTITY} namespaces="{NAMESPACE}" {public_key(public)}\n'.encode()


def _read(file: Path) -> bytes:
    if file.is_symlink() or not file.is_file():
        raise CheckFailed(f"there is no file {file.name}")
    try:
        return file.read_bytes()
    except OSError as error:
        raise CheckFailed(f"{file.name} cannot be read: {error.strerror}") from None


def _check_signature(folder: Path, data: bytes, trusted: Sequence[str] | None, name: str = SIGNATURE) -> str:
    signature = _read(folder / name).decode("utf-8", "replace")
    try:
        keys = [embedded_key(signature)] if trusted is None else trusted
        return verify_signature(data, signature, NAMESPACE, keys)
    except CheckFailed as failure:
        raise CheckFailed(f"{name}: {failure.what}") from None


def _parse_manifest(data: bytes) -> dict[str, Any]:
    """Return the manifest in `data` with every type checked; `CheckFailed` says what is not as it must be."""
    try:
        value = parse(data)
    except CheckFailed as failure:
        raise CheckFailed(f"{MANIFEST}: {failure.what}") from None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise CheckFailed(f"{MANIFEST}: is not of the format {FORMAT}")
    plain = isinstance(value.get("kind"), str) and isinstance(value.get("signer"), str)
    if value.keys() != _KEYS or not plain or not isinstance(value["body"], dict) or not _is_list(value["files"]):
        raise CheckFailed(f"{MANIFEST}: lacks a part, or has one of the wrong type")
    return value


def _is_list(files: object) -> bool:
    """Whether `files` is a list of well-formed entries, strictly ascending by path."""
    if not isinstance(files, list) or not all(_is_entry(entry) for entry in files):
        return False
    paths = [entry["path"] for entry in files]
    return all(one < other for one, other in pairwise(paths))


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict) or entry.keys() != {"path", "sha256", "bytes"}:
        return False
    size, path, sha256 = entry["bytes"], entry["path"], entry["sha256"]
    return (
        (isinstance(size, int) and not isinstance(size, bool) and size >= 0)
        and (isinstance(sha256, str) and len(sha256) == 64 and set(sha256) <= set("0123456789abcdef"))
        and (isinstance(path, str) and _is_inside(path))
    )


def _is_inside(path: str) -> bool:
    """Whether `path` is a plain relative path that stays inside the folder and is not one of Scapa's own files."""
    parts = PurePosixPath(path).parts
    plain = _is_plain(path) and ".." not in parts
    return bool(parts) and plain and "/".join(parts) == path and path not in OWN


def _is_plain(path: str) -> bool:
    # sha256sum escapes some of these, so that its list could be read in two ways; terminals obey others
    return not _AWKWARD.search(path)


def _check_own_files(folder: Path, manifest: dict[str, Any], data: bytes) -> Iterator[str]:
    """Yield what is wrong with the files that let others check the folder by hand."""
    sums = _sums(manifest, digest(data))
    try:
        key = embedded_key(_read(folder / SIGNATURE).decode("utf-8", "replace"))
        if manifest["signer"] != key or _read(folder / SIGNERS) != _signers(key):
            yield f"{SIGNERS} or the manifest names another signer than the signature"
        if _read(folder / SUMS) != sums:
            yield f"{SUMS} does not say what the manifest says"
        _check_signature(folder, sums, [key], SUMS_SIGNATURE)
    except CheckFailed as failure:
        yield failure.what


def _check_files(folder: Path, files: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a failure for each file missing, altered or not listed."""
    try:
        present = set(_walk(folder))
    except InputError as error:
        yield str(error)
        return
    for entry in files:
        if entry["path"] not in present:
            yield f"{entry['path']}: is missing"
        elif not _is_unaltered(folder / entry["path"], entry):
            yield f"{entry['path']}: was altered"
    for path in sorted(present - {entry["path"] for entry in files}):
        yield f"{path}: is not listed in the manifest"


def _is_unaltered(file: Path, entry: dict[str, Any]) -> bool:
    try:
        return bool(file.stat().st_size == entry["bytes"] and file_digest(file) == entry["sha256"])
    except (InputError, OSError):
        return False


def _is_irregular(file: Path) -> bool:
    """Whether something other than a file is there: a pipe, which would block whoever opens it, a link, a folder."""
    return file.is_symlink() or (file.exists() and not file.is_file())


def _check_kind(folder: Path, manifest: dict[str, Any]) -> list[str]:
    check = _CHECKERS.get(manifest["kind"])
    if check is None:
        return [f"nothing here can check a folder of the kind {manifest['kind']!r}"]
    try:
        return list(check(folder, manifest))
    except ScapaError as error:
        return [str(error)]
    except Exception as error:  # noqa: BLE001 - a stranger's folder must get a verdict, whatever it holds
        return [f"the {manifest['kind']} check could not read it: {type(error).__name__}"]
