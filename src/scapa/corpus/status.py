"""Status: one screen of where a home stands and what would be next."""

from __future__ import annotations

from typing import Any

from scapa.corpus.decide import latest
from scapa.corpus.me import propose
from scapa.corpus.release import releases
from scapa.corpus.source import sources
from scapa.errors import UnknownName
from scapa.ledger import Ledger
from scapa.store.home import Home


def status(home: Home) -> dict[str, Any]:
    """Return counts of everything in the home, the newest decision and release, and `next`: the command that would
    bring it on.
    """
    catalog = home.catalog
    counts = {
        "documents": catalog.value("SELECT count(*) FROM document"),
        "occurrences": catalog.value("SELECT count(*) FROM occurrence"),
        "batches": catalog.value("SELECT count(*) FROM batch"),
        "problems": catalog.value("SELECT count(*) FROM problem"),
    }
    made = releases(home)
    result: dict[str, Any] = {
        "home": home.path, **counts, "sources": sources(home), "me": home.settings.me.addresses,
        "proposals": [] if home.settings.me.addresses else propose(home), "decision": _decision(home),
        "releases": [{"release": r.id, "documents": r.body["documents"]} for r in made],
        "generations": Ledger.open(home.folder("generations"), now=home.now).stats(),
    }  # fmt: skip
    return result | {"next": _next(result)}


def _decision(home: Home) -> dict[str, Any] | None:
    try:
        newest = latest(home)
    except UnknownName:
        return None
    return {"set": newest.digest, "policy": newest.policy, **newest.counts}


def _next(result: dict[str, Any]) -> str:
    if not result["documents"]:
        return "scapa add PATH"
    if not result["me"]:
        return "scapa me ADDRESS"
    if result["decision"] is None or result["decision"]["documents"] != result["documents"]:
        return "scapa curate"
    return "scapa tune" if result["releases"] else "scapa release"
