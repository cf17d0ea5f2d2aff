"""The heavy libraries, or what to install: the one place that imports PyTorch; the others are asked for by name."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from scapa.errors import MissingPart

try:
    import torch as torch
except ImportError as error:
    raise MissingPart(
        "tuning and writing need PyTorch", where="scapa.model", next="install it: pip install 'scapa[model]'"
    ) from error


def part(name: str) -> Any:
    """Return the module `name` (transformers, peft, safetensors.torch …), imported only now because it is slow.

    Raises `MissingPart` saying what to install.
    """
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingPart(
            f"{name} is not installed", where="scapa.model", next="install it: pip install 'scapa[model]'"
        ) from error


@contextmanager
def old_names() -> Iterator[None]:
    """Bear with peft, which still reads names that transformers has renamed and warns about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def versions() -> dict[str, str]:
    """Return the versions of the libraries that shape a tuned model, for its bill of materials."""
    return {name: str(part(name).__version__) for name in ("torch", "transformers", "peft")}
