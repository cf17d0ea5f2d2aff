"""The chain: the judges, each after those it needs, and the key that names all that their judgements depend on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from graphlib import TopologicalSorter
from pathlib import Path

from scapa.judges import JUDGES, Judge
from scapa.records import Recipe
from scapa.seal.canonical import digest_of

ALWAYS = ("automated", "dates", "licence", "machine", "quotes", "similarity")
"""The judges that relations and decisions themselves read, whatever the policy."""


def judges(home: Path, names: Iterable[str] | None = None) -> list[Judge]:
    """Return the judges of these names (None: every registered one) and those they need, each after those it needs;
    those that learn do so in `home`.
    """
    made = {name: judge for name, (judge, _) in _made(home).items()}
    wanted, open_ = set[str](), set(made if names is None else names) & set(made)
    while open_:
        wanted |= open_
        open_ = {need for name in open_ for need in made[name].needs} - wanted
    order = TopologicalSorter({name: set(made[name].needs) for name in sorted(wanted)}).static_order()
    return [made[name] for name in order]


def recipes(home: Path, names: Iterable[str]) -> list[Recipe]:
    """Return how the judges of these names were made; where the home lies is nobody's business."""
    made = _made(home)
    return [replace(made[name][1], settings=()) for name in sorted(names) if name in made]


def _made(home: Path) -> dict[str, tuple[Judge, Recipe]]:
    return {cls.name: JUDGES.make(cls.name, **({"home": home} if cls.learns else {})) for cls in JUDGES}


def keys(parts: Sequence[Judge]) -> dict[str, str]:
    """Return each judge's cache key: its name, version, data digests and the keys of those it needs."""
    found: dict[str, str] = {}
    for judge in parts:
        upstream = {name: found[name] for name in judge.needs}
        found[judge.name] = digest_of([judge.name, judge.version, list(judge.data()), upstream])
    return found
