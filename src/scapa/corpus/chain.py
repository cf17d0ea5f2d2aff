"""The chain: every judge, each after those it needs, and the key that names all that its judgements depend on."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import TopologicalSorter
from pathlib import Path

from scapa.judges import JUDGES, Judge
from scapa.records import Recipe
from scapa.seal.canonical import digest_of


def judges(home: Path) -> list[Judge]:
    """Return every registered judge, each after those it needs; those that learn do so in `home`."""
    made = {name: judge for name, (judge, _) in _made(home).items()}
    order = TopologicalSorter({name: set(judge.needs) for name, judge in made.items()}).static_order()
    return [made[name] for name in order]


def recipes(home: Path) -> list[Recipe]:
    """Return how every registered judge was made."""
    return [recipe for _, recipe in _made(home).values()]


def _made(home: Path) -> dict[str, tuple[Judge, Recipe]]:
    return {cls.name: JUDGES.make(cls.name, **({"home": home} if cls.learns else {})) for cls in JUDGES}


def keys(parts: Sequence[Judge]) -> dict[str, str]:
    """Return each judge's cache key: its name, version, data digests and the keys of those it needs."""
    found: dict[str, str] = {}
    for judge in parts:
        upstream = {name: found[name] for name in judge.needs}
        found[judge.name] = digest_of([judge.name, judge.version, list(judge.data()), upstream])
    return found
