"""The generation ledger: keyed fingerprints of everything generated, to know it again when it comes back."""

from scapa.ledger.entries import Generation
from scapa.ledger.generations import Ledger
from scapa.ledger.matching import Match
from scapa.ledger.stream import Stream

__all__ = ["Generation", "Ledger", "Match", "Stream"]
