"""Me: which addresses and handles are the user; proposed from the data, confirmed once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scapa.errors import SettingsError, UsageError
from scapa.files import write_text
from scapa.settings import sample, toml_value
from scapa.store.home import Home
from scapa.store.segments import groups

_ADDRESSES = re.compile(r"^addresses = \[.*\]$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An address or handle that may be the user: how many documents it wrote, how many were sent to it."""

    address: str
    wrote: int
    received: int


def propose(home: Home, most: int = 5) -> list[Proposal]:
    """Return the likeliest addresses first: who both writes and receives much is whose mailbox this is."""
    wrote: Counter[str] = Counter()
    received: Counter[str] = Counter()
    with home.reading() as catalog:
        for segment in catalog.segments("documents"):
            for table in groups(home.path / segment.name, ["author", "recipients"]):
                wrote.update(table["author"].to_pylist())
                received.update(name for names in table["recipients"].to_pylist() for name in names)
    wrote.pop("unknown", None)
    found = [Proposal(address, count, received[address]) for address, count in wrote.items()]
    return sorted(found, key=lambda p: (-p.wrote * (1 + p.received), -p.wrote, p.address))[:most]


def confirm(home: Home, addresses: Sequence[str]) -> tuple[str, ...]:
    """Write that `addresses` are the user into scapa.toml, beside those that are there; return them all."""
    if not addresses or not all(address.strip() for address in addresses):
        raise UsageError("an address cannot be empty")
    chosen = tuple(dict.fromkeys([*home.settings.me.addresses, *(a.strip().lower() for a in addresses)]))
    path = home.path / "scapa.toml"
    text = path.read_text(encoding="utf-8") if path.exists() else sample()
    line = f"addresses = {toml_value(chosen)}"
    if not _ADDRESSES.search(text):
        raise SettingsError(
            "the [me] section has no one-line `addresses`", where=str(path), next=f"write there: {line}"
        )
    write_text(path, _ADDRESSES.sub(lambda _: line, text, count=1))
    return chosen
