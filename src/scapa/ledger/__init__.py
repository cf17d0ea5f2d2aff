"""The generation ledger: keyed fingerprints of everything generated, to know it again when it comes back.

The names are loaded when first used: to ask for the ledger's `state` needs no compiled code.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scapa.ledger.entries import Generation
    from scapa.ledger.generations import Ledger
    from scapa.ledger.matching import Match
    from scapa.ledger.stream import Stream

__all__ = ["Generation", "Ledger", "Match", "Stream"]
_HOME = {"Generation": "entries", "Ledger": "generations", "Match": "matching", "Stream": "stream"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
