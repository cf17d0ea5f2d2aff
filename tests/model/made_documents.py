"""Made-up documents for the tests of `scapa.model`."""

import random

from scapa.records import ReleasedDocument

YEAR = 31_556_952_000_000


def sentences(words, seed, n):
    rng = random.Random(seed)
    return " ".join(" ".join(rng.choices(words, k=7)).capitalize() + "." for _ in range(n))


OWN = ["harbour", "keel", "tide", "anchor", "brass", "lantern", "rope", "gull", "mast", "salt", "wreck"]
OTHERS = ["ledger", "bank", "profit", "market", "quarter", "account", "figures", "board", "shares", "rate"]


def document(id, text, author="ada", role="target", year=2000, *, unit=None, kind="mail"):
    start = None if year is None else int((year - 1970) * YEAR)
    return ReleasedDocument(id, text, kind, author, role, unit or id, start, "E2")
