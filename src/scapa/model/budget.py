"""Budgets: how long something may take, as people write it."""

from __future__ import annotations

import re

from scapa.errors import UsageError

_UNITS = {"s": 1.0, "sec": 1.0, "min": 60.0, "m": 60.0, "h": 3_600.0}
_BUDGET = re.compile(r"(\d+(?:\.\d+)?)\s*(s|sec|min|m|h)")


def seconds(text: str) -> float:
    """Return the seconds of a budget such as 90s, 30min or 2h. Raises `UsageError` for anything else."""
    match = _BUDGET.fullmatch(text.strip().lower())
    if not match or not float(match[1]):
        raise UsageError(f"{text!r} is no budget", next="write it as 90s, 30min or 2h")
    return float(match[1]) * _UNITS[match[2]]
