"""Which experiments make the gallery: every one that has the preset asked for, and every paper's set-up beside it."""

from __future__ import annotations

from scapa.errors import UnknownName
from scapa.lab import EXPERIMENTS, Experiment, preset


def gallery(name: str) -> list[Experiment]:
    """Return all experiments at their preset `name`. Raises `UnknownName` if none has it."""
    kinds = [kind for kind in EXPERIMENTS if name in kind.presets]
    if not kinds:
        raise UnknownName(f"no experiment has a preset {name!r}", next="there are smoke and laptop")
    return [preset(kind.name, name) for kind in kinds]
