"""Libraries that only some measures need: loaded when asked for, so that numpy alone is enough for the rest."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from scapa.errors import MissingPart

NAMES = {"sklearn": "scikit-learn"}
"""Modules whose package has another name."""


def lab_module(name: str) -> Any:
    """Return the module `name` of the lab's extra; raises `MissingPart` saying what to install."""
    try:
        return import_module(name)
    except ImportError as error:
        package = NAMES.get(name.partition(".")[0], name)
        raise MissingPart(f"this measure needs {package}", next="install it: pip install 'scapa[lab]'") from error
