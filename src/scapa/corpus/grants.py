"""The home's consents, opened: its own signing key is the owner's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scapa.store.home import Home

if TYPE_CHECKING:
    from scapa.rights.grants import Grants


def open_grants(home: Home) -> Grants:
    """Return the home's consents."""
    from scapa.rights.grants import Grants
    from scapa.seal.signature import SigningKey

    key = home.path / "keys" / "signing"
    return Grants.open(home.folder("rights"), [SigningKey.load(key).public] if key.exists() else [])
