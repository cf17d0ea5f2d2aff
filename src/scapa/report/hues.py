"""Hues: a regime has one colour on the whole page; what is ordered (sizes, a swept value) goes from blue to orange."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scapa.report.palette import ramp
from scapa.report.regimes import guarded, kind

REGIMES = {
    "replace": "machine",
    "accumulate": "violet",
    "accumulate-subsample": "rose",
    "mix": "olive",
    "fresh": "cyan",
    "filtered": "guard",
    "archive": "brown",
}
ARMS = {"control": "human", "first": "amber"}
GUARDED = "guard"
OTHER = "control"


def hue(regime: str, arm: str = "loop") -> str:
    """Return the colour of a regime, of its numbers only whether there is a guard; or of its control or clean model."""
    role = GUARDED if guarded(regime) else REGIMES.get(kind(regime), OTHER)
    return role if role == OTHER else ARMS.get(arm, role)


def is_control(fields: Mapping[str, Any]) -> bool:
    """Return whether these fields of a line say that it is a regime's control: refits of real data."""
    return fields.get("arm") == "control" and hue(str(fields.get("regime", "replace"))) != OTHER


def hues(lines: Sequence[Mapping[str, Any]], telling: Sequence[str], panel: str | None = None) -> list[str]:
    """Return a colour for each of the lines of a figure, given by their fields; `telling` are those that differ.

    Lines of several kinds of regime have the colours of these, none twice in one panel (lines with the same value of
    the field `panel`) if that can be avoided; else the first field that orders them gives a ramp.
    """
    kinds = {kind(line.get("regime", "")) for line in lines if not is_control(line)}
    ordered = next((f for f in telling if f not in ("arm", "regime")), "regime" if "regime" in telling else None)
    if len(kinds) > 1 or ordered is None:
        own = [hue(line.get("regime", "replace"), line.get("arm", "loop")) for line in lines]
        return _distinct(own, [line[panel] if panel else None for line in lines])
    values = list(dict.fromkeys(line[ordered] for line in lines if line.get("arm") not in ARMS))
    along = dict(zip(values, ramp(len(values)), strict=True))
    return [ARMS.get(line.get("arm", "loop")) or along[line[ordered]] for line in lines]


def _distinct(roles: Sequence[str], panels: Sequence[Any]) -> list[str]:
    """Give each later line of a colour already taken in its panel the next one that no line of the figure has."""
    spare = {panel: [role for role in (*REGIMES.values(), *ARMS.values()) if role not in roles] for panel in panels}
    chosen: list[tuple[Any, str]] = []
    for panel, role in zip(panels, roles, strict=True):
        taken = (panel, role) in chosen and spare[panel]
        chosen.append((panel, spare[panel].pop(0) if taken else role))
    return [role for _, role in chosen]
