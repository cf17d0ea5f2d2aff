"""How many processors there are to work on. Loads no torch: the lab asks, too."""

from __future__ import annotations

import os


def usable() -> int:
    """Return the number of processors this process may use, where the system can tell; else all there are."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)
