"""The colours, by role, for light and dark; figures are drawn in sentinels that become CSS variables.

One picture then works in both schemes. Hues follow Okabe and Ito's colour-blind safe set (blue, vermilion, green,
amber), evidence grades one blue by lightness, so that order survives grey print. What is ordered otherwise (sizes,
generations) runs from blue to orange, `s0` to `s5`.
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
    "violet": "#6b4fb3",
    "rose": "#b0357f",
    "olive": "#6c7014",
    "cyan": "#0b7a91",
    "brown": "#8a5a44",
    "s0": "#2b5fa5",
    "s1": "#5b4fb0",
    "s2": "#8d3fa3",
    "s3": "#b8357d",
    "s4": "#cc4a3e",
    "s5": "#b0650b",
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
    "violet": "#b9a0f5",
    "rose": "#f08ac4",
    "olive": "#c8ce5c",
    "cyan": "#5ed0e4",
    "brown": "#d8a88f",
    "s0": "#7db4f0",
    "s1": "#a79df5",
    "s2": "#d28cec",
    "s3": "#f286bf",
    "s4": "#fb8f7d",
    "s5": "#f2ae55",
}
_ROLES = tuple(LIGHT)
_SENTINEL = re.compile(r"#fe01([0-9a-f]{2})")


def sentinel(role: str) -> str:
    """Return the colour that stands for `role` while matplotlib draws."""
    return f"#fe01{_ROLES.index(role):02x}"


def ramp(count: int) -> tuple[str, ...]:
    """Return `count` roles for what comes in an order, spread from blue to orange; repeated beyond six."""
    last = 5 / max(1, count - 1)
    return tuple(f"s{round(i * last)}" for i in range(count))


def to_variables(css: str) -> str:
    """Return `css` with every sentinel replaced by its CSS variable, e.g. `var(--human)`."""
    return _SENTINEL.sub(lambda found: f"var(--{_ROLES[int(found[1], 16)]})", css)


def variables() -> str:
    """Return the style sheet that gives every role its colour, light by default and dark where the reader asks."""
    return f":root{{{_declare(LIGHT)}}}@media (prefers-color-scheme:dark){{:root{{{_declare(DARK)}}}}}"


def _declare(colours: dict[str, str]) -> str:
    return "".join(f"--{role}:{colour};" for role, colour in colours.items())
