"""The colours, by role, for light and dark; figures are drawn in sentinels that become CSS variables.

One picture then works in both schemes. Hues follow Okabe and Ito's colour-blind safe set (blue, vermilion, green,
amber), evidence grades one blue by lightness, so that order survives grey print.
"""

from __future__ import annotations

import re

LIGHT = {
    "page": "#f5f3ed",
    "paper": "#ffffff",
    "ink": "#1a2530",
    "soft": "#56616c",
    "rule": "#dedad0",
    "human": "#1f6fa8",
    "machine": "#c24a17",
    "guard": "#00785a",
    "control": "#747a83",
    "amber": "#a96b0c",
    "pale": "#9cc4df",
    "e0": "#b5b0a4",
    "e1": "#a9cbe0",
    "e2": "#7ab0d3",
    "e3": "#4a8fc0",
    "e4": "#226a9f",
    "e5": "#0a3a62",
}
DARK = {
    "page": "#10151b",
    "paper": "#18202a",
    "ink": "#e9e6df",
    "soft": "#a8b0ba",
    "rule": "#323c49",
    "human": "#6db7ea",
    "machine": "#ff9a62",
    "guard": "#4fcfa5",
    "control": "#98a1ac",
    "amber": "#e8b45a",
    "pale": "#37607f",
    "e0": "#6d6a62",
    "e1": "#2f5f7d",
    "e2": "#3f80ad",
    "e3": "#5fa5d4",
    "e4": "#96c9ec",
    "e5": "#e2f2fd",
}
_ROLES = tuple(LIGHT)
_SENTINEL = re.compile(r"#fe01([0-9a-f]{2})")


def sentinel(role: str) -> str:
    """Return the colour that stands for `role` while matplotlib draws."""
    return f"#fe01{_ROLES.index(role):02x}"


def to_variables(css: str) -> str:
    """Return `css` with every sentinel replaced by its CSS variable, e.g. `var(--human)`."""
    return _SENTINEL.sub(lambda found: f"var(--{_ROLES[int(found[1], 16)]})", css)


def variables() -> str:
    """Return the style sheet that gives every role its colour, light by default and dark where the reader asks."""
    return f":root{{{_declare(LIGHT)}}}@media (prefers-color-scheme:dark){{:root{{{_declare(DARK)}}}}}"


def _declare(colours: dict[str, str]) -> str:
    return "".join(f"--{role}:{colour};" for role, colour in colours.items())
