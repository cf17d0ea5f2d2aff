"""Ed25519 signatures in the OpenSSH format (SSHSIG), which `ssh-keygen -Y verify` on any machine checks.

    key = SigningKey.create(path, comment) | SigningKey.load(path)
    key.public, key.fingerprint, key.sign(data, namespace) -> armoured text
    verify(data, signature, namespace, trusted) -> fingerprint of the signer, or CheckFailed saying what is wrong
    embedded_key(signature) -> the public key that a signature names (self-asserted until someone trusts it)

Why not a library: PyPI's `sshsig` (0.3) only verifies, and `sshkey-tools` (0.12) is GPL-3.0 and pins an old major
of `cryptography`. The format is one page (PROTOCOL.sshsig of OpenSSH), so it is written out here over
`cryptography`, which does all the arithmetic and reads and writes the key files. Only `ssh-ed25519` is accepted.

Reading is strict: one armour has one decoding, so a signature file cannot be changed and still pass.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)

from scapa.errors import CheckFailed, InputError
from scapa.files import private_folder, write_atomic, write_new

ALGORITHM = "ssh-ed25519"
_MAGIC = b"SSHSIG"
_VERSION = 1
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_COLUMNS = 70
_LONGEST_ARMOUR = 4096
_CUT = "is not a whole SSH signature"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 private key and its comment. Its `repr` shows the fingerprint only."""

    _private: Ed25519PrivateKey
    comment: str = ""

    @classmethod
    def create(cls, path: str | Path, comment: str = "") -> SigningKey:
        """Make a key and write it to `path` as an unencrypted OpenSSH key (mode 0600, folder 0700) and `path`.pub.

        Raises `InputError` when `path` exists (a key is never overwritten) or the comment has a line break.
        """
        path = Path(path)
        if not comment.isprintable():
            raise InputError("a key's comment is one line of printable text")
        key = cls(Ed25519PrivateKey.generate(), comment)
        private_folder(path.parent)
        secret = key._private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        write_new(path, secret, mode=0o600)
        write_atomic(_public_path(path), f"{key.public}\n".encode(), mode=0o644)
        return key

    @classmethod
    def load(cls, path: str | Path) -> SigningKey:
        """Return the key at `path`; its comment comes from `path`.pub where that names the same key.

        Raises `InputError` when there is no key, it is not an unencrypted Ed25519 OpenSSH key, or others can read it.
        """
        path = Path(path)
        try:
            private = load_ssh_private_key(path.read_bytes(), password=None)
            shared = path.stat().st_mode & 0o077
        except OSError as error:
            raise InputError(f"the key cannot be read: {error.strerror}", where=str(path)) from None
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise InputError("is not an OpenSSH private key without passphrase", where=str(path)) from None
        if not isinstance(private, Ed25519PrivateKey):
            raise InputError(f"is a key of another kind than {ALGORITHM}", where=str(path))
        if shared:
            raise InputError("the key can be read by others", where=str(path), next=f"chmod 600 {path}")
        return cls(private, _comment_of(_public_path(path), cls(private).public))

    @property
    def public(self) -> str:
        """The public key as OpenSSH writes it on one line: algorithm, base64, comment."""
        line = self._private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")
        return f"{line} {self.comment}".rstrip()

    @property
    def fingerprint(self) -> str:
        """`SHA256:…` as `ssh-keygen -l` prints it."""
        return fingerprint(self.public)

    def sign(self, data: bytes, namespace: str) -> str:
        """Return the armoured signature over `data`; `namespace` says what the signature is for."""
        if not namespace:
            raise InputError("a signature needs a namespace")
        spoken = namespace.encode()
        wire = _key_wire(self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        raw = self._private.sign(_signed_bytes(data, spoken, b"", b"sha512"))
        fields = (wire, spoken, b"", b"sha512", _string(ALGORITHM.encode()) + _string(raw))
        return _armour(_MAGIC + struct.pack(">I", _VERSION) + b"".join(map(_string, fields)))

    def __repr__(self) -> str:
        return f"SigningKey({self.fingerprint})"


def verify(data: bytes, signature: str, namespace: str, trusted: Sequence[str]) -> str:
    """Return the fingerprint of the key that signed `data` for `namespace`, one of `trusted`.

    `trusted` holds OpenSSH public key lines or `SHA256:…` fingerprints. Raises `CheckFailed` for a malformed
    signature, another namespace, a signer who is not trusted, or altered data; `InputError` for a bad `trusted` entry.
    """
    parts = _read(signature)
    signer = _fingerprint(parts.wire)
    if parts.namespace != namespace.encode():
        raise CheckFailed(f"the signature is for another namespace than {namespace!r}")
    if signer not in {fingerprint(key) for key in trusted}:
        raise CheckFailed(f"the signer {signer} is not among the trusted keys")
    signed = _signed_bytes(data, parts.namespace, parts.reserved, parts.hash)
    try:
        Ed25519PublicKey.from_public_bytes(parts.wire[-32:]).verify(parts.raw, signed)
    except (InvalidSignature, ValueError):
        raise CheckFailed(f"the data or the signature by {signer} was altered") from None
    return signer


def embedded_key(signature: str) -> str:
    """Return the public key line inside a signature, which anyone can have put there. Raises `CheckFailed`."""
    return f"{ALGORITHM} {base64.b64encode(_read(signature).wire).decode()}"


def fingerprint(key: str) -> str:
    """Return the `SHA256:…` fingerprint of an OpenSSH public key line, or of a fingerprint (itself).

    Raises `InputError` when `key` is neither, or no Ed25519 key.
    """
    key = key.strip()
    if key.startswith("SHA256:") and len(key) == len("SHA256:") + 43 and key.isascii():
        return key
    return _fingerprint(_wire_of_line(key))


def public_key(line: str) -> str:
    """Return an OpenSSH public key line without its comment: the form that records keep. Raises `InputError`."""
    return f"{ALGORITHM} {base64.b64encode(_wire_of_line(line)).decode()}"


@dataclass(frozen=True, slots=True)
class _Parts:
    """The fields of one SSHSIG blob."""

    wire: bytes
    namespace: bytes
    reserved: bytes
    hash: bytes
    raw: bytes


def _read(signature: str) -> _Parts:
    blob = _dearmour(signature)
    header = _MAGIC + struct.pack(">I", _VERSION)
    if not blob.startswith(header):
        raise CheckFailed(f"{_CUT} of version {_VERSION}")
    wire, namespace, reserved, hash_name, inner = _strings(blob[len(header) :], 5)
    algorithm, raw = _strings(inner, 2)
    if not _is_key(wire) or algorithm != ALGORITHM.encode() or len(raw) != 64:
        raise CheckFailed(f"the signature is of another kind than {ALGORITHM}")
    if hash_name not in _HASHES:
        raise CheckFailed("the signature uses a hash that is neither sha256 nor sha512")
    return _Parts(wire, namespace, reserved, hash_name, raw)


def _signed_bytes(data: bytes, namespace: bytes, reserved: bytes, hash_name: bytes) -> bytes:
    return _MAGIC + b"".join(map(_string, (namespace, reserved, hash_name, _HASHES[hash_name](data).digest())))


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _strings(data: bytes, count: int) -> list[bytes]:
    found = []
    for _ in range(count):
        length = int.from_bytes(data[:4], "big")
        if len(data) < 4 + length:
            raise CheckFailed(_CUT)
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    if data:
        raise CheckFailed("the signature has something after its end")
    return found


def _armour(blob: bytes) -> str:
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + _COLUMNS] for at in range(0, len(text), _COLUMNS)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def _dearmour(signature: str) -> bytes:
    if len(signature) > _LONGEST_ARMOUR:
        raise CheckFailed("the signature is too long")
    begin, *lines = signature.replace("\r\n", "\n").removesuffix("\n").split("\n")
    end, width = lines.pop() if lines else "", len(lines[0]) if lines else 0
    if (begin, end) != (_BEGIN, _END) or not lines or any(len(line) != width for line in lines[:-1]):
        raise CheckFailed(_CUT)
    body = "".join(lines)
    try:
        blob = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise CheckFailed(_CUT) from None
    if base64.b64encode(blob).decode() != body:
        raise CheckFailed(_CUT)
    return blob


def _key_wire(raw: bytes) -> bytes:
    return _string(ALGORITHM.encode()) + _string(raw)


def _is_key(wire: bytes) -> bool:
    return len(wire) == 51 and wire == _key_wire(wire[-32:])


def _wire_of_line(line: str) -> bytes:
    words = line.split()
    try:
        wire = base64.b64decode(words[1], validate=True) if len(words) >= 2 and words[0] == ALGORITHM else b""
    except (binascii.Error, ValueError):
        wire = b""
    if not _is_key(wire):
        raise InputError(f"a trusted key is a line '{ALGORITHM} AAAA… comment' or a fingerprint 'SHA256:…'")
    return wire


def _fingerprint(wire: bytes) -> str:
    return "SHA256:" + base64.b64encode(hashlib.sha256(wire).digest()).decode().rstrip("=")


def _public_path(path: Path) -> Path:
    return path.with_name(path.name + ".pub")


def _comment_of(path: Path, public: str) -> str:
    try:
        line = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return line.removeprefix(public).strip() if line.startswith(public) else ""
