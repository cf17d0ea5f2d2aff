"""Commands: how to make a run again, and its settings in words."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from scapa.store.run import LabRun

_SAID_APART = ("preset", "seed")
_MEASURED = "measured"
"""In a plan: what it found of the machine, which no option can set."""


def command_of(run: LabRun) -> str:
    """Return the command that makes the run: its preset and seed, or else every setting."""
    settings = run.config.get("settings", {})
    seed = f" --seed {settings['seed']}" if "seed" in settings else ""
    if run.preset:
        return f"scapa lab {run.name} --preset {run.preset}{seed}"
    left = {*_SAID_APART, *({_MEASURED} & (run.config.get("plan") or {}).keys())}
    options = " ".join(_option(name, value) for name, value in settings.items() if name not in left)
    return " ".join(f"scapa lab {run.name}{seed} {options}".split())


def settings_of(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return settings as name and value; of data only length and digest are known."""
    return [(name.replace("_", " "), _word(value)) for name, value in sorted(settings.items()) if value is not None]


def flag_of(setting: str, *, many: bool) -> str:
    """Return the option of a setting; a list is an option that is given again, under the singular."""
    if many and setting.endswith("ies"):
        setting = f"{setting.removesuffix('ies')}y"
    return f"--{setting.removesuffix('s') if many else setting}".replace("_", "-")


def _option(name: str, value: Any) -> str:
    """Data are not an option."""
    if value is None or isinstance(value, Mapping):
        return ""
    flag = flag_of(name, many=isinstance(value, list))
    if isinstance(value, bool):
        return flag if value else f"--no-{flag[2:]}"
    return " ".join(f"{flag} {shlex.quote(str(item))}" for item in (value if isinstance(value, list) else [value]))


def _word(value: Any) -> str:
    if isinstance(value, Mapping) and "blake2b" in value:
        return f"{value['length']:,} items, digest {value['blake2b'][:12]}"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_word, value))
    if isinstance(value, float):
        return f"{value:,g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
