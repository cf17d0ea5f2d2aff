"""A model's bill of materials, the files of its folder, and what makes a sealed model folder sound.

bill.json          base and digests, release root, settings, seed, versions, tokens seen, training windows
evaluation.json    losses, voice gain, memorisation, tails, gates       curves.json    losses by step
adapter/           adapter_model.safetensors, adapter_config.json
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scapa.errors import InputError
from scapa.files import write_atomic
from scapa.model.windows import Windows
from scapa.seal.canonical import file_digest
from scapa.seal.manifest import register_checker, seal_folder
from scapa.seal.signature import SigningKey

BILL, EVALUATION, CURVES = "bill.json", "evaluation.json", "curves.json"
KIND = "model"
WEIGHTS = "adapter/adapter_model.safetensors"
_NEEDED = {"id", "base", "release", "settings", "seed", "versions", "tokens_seen", "windows", "weights"}


def read_json(file: Path) -> dict[str, Any]:
    """Return the object in `file`. Raises `InputError` when it is not there or no object."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError("cannot be read", where=str(file), next="roll back, or tune again") from None
    if not isinstance(value, dict):
        raise InputError("holds no JSON object", where=str(file), next="roll back, or tune again")
    return value


def write_json(file: Path, value: dict[str, Any]) -> None:
    """Write `value` whole or not at all; numbers that are not finite become null."""
    write_atomic(file, json.dumps(_finite(value), indent=1, sort_keys=True).encode())


def window_list(windows: Windows) -> list[list[str]]:
    """Return, for each training window, the ids of the documents in it: how `why` finds what a model has seen."""
    return [list(documents) for documents in windows.documents]


def is_whole(bill: dict[str, Any]) -> bool:
    """Return whether a bill names all that a sealed model must say."""
    return bill.keys() >= _NEEDED


def seal_model(folder: Path, key: SigningKey) -> str:
    """Sign a finished model folder and return the manifest's digest."""
    bill = read_json(folder / BILL)
    return seal_folder(folder, KIND, _body(bill), key)


def check_model(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a sealed model beside its files' digests: bill, weights, gates, the manifest's body."""
    bill, evaluation = read_json(folder / BILL), read_json(folder / EVALUATION)
    missing = sorted(_NEEDED - bill.keys())
    if missing:
        yield f"{BILL}: lacks {', '.join(missing)}"
        return
    for name, value in _body(bill).items():
        if manifest["body"].get(name) != value:
            yield f"{BILL}: its {name} is not the manifest's"
    if not (folder / WEIGHTS).is_file() or file_digest(folder / WEIGHTS) != bill["weights"].get(WEIGHTS):
        yield f"{WEIGHTS}: is not the file that the bill names"
    if not evaluation.get("gates"):
        yield f"{EVALUATION}: names no gates"


def _body(bill: dict[str, Any]) -> dict[str, Any]:
    root, base = bill["release"]["root"], bill["base"]["name"]
    return {"id": bill["id"], "release_root": root, "base": base} | {k: bill[k] for k in ("seed", "tokens_seen")}


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


register_checker(KIND, check_model)
