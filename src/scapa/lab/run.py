"""A run folder: config.json (settings, seed, versions), result.parquet (one row a figure), checks.json, written last.

Pictures redraw from these alone. No text and no words are kept: data enter the configuration as a digest.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import scapa
from scapa.errors import InputError
from scapa.files import replacing, write_text
from scapa.records import Check

CONFIG, RESULT, CHECKS = "config.json", "result.parquet", "checks.json"


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of one line of an experiment at one generation, over all chains.

    `error` is the standard error of the mean; `low` and `high` are the 5 % and 95 % quantiles of the chains;
    `theory` is the exact expectation of the mean, None where there is none.
    """

    regime: str
    arm: str
    size: int
    estimator: str
    chains: int
    generation: int
    measure: str
    mean: float
    error: float
    median: float
    low: float
    high: float
    theory: float | None = None


@dataclass(frozen=True, slots=True)
class LabRun:
    """What an experiment found, and where it lies on disk. `digest` names the figures: same seed, same digest."""

    name: str
    folder: Path
    generations: int
    config: Mapping[str, Any]
    rows: tuple[Row, ...]
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def digest(self) -> str:
        """The digest of all rows, bit for bit."""
        return blake2b(repr(self.rows).encode(), digest_size=16).hexdigest()

    def summary(self) -> dict[str, Any]:
        """Return what `scapa lab NAME --json` prints."""
        return {
            "experiment": self.name,
            "generations": self.generations,
            "checks": [asdict(check) for check in self.checks],
            "run": str(self.folder),
        }

    def select(self, **wanted: object) -> list[Row]:
        """Return the rows whose fields equal `wanted`, e.g. `select(measure="sigma", arm="loop")`, in order."""
        return [row for row in self.rows if all(getattr(row, name) == value for name, value in wanted.items())]


def settings_of(config: Any) -> dict[str, Any]:
    """Return a config dataclass as JSON values; arrays become {"sha256-like digest", "length"}, never their content."""
    return {f.name: _plain(getattr(config, f.name)) for f in fields(config)}


def run_folder(lab: Path, config: Any) -> Path:
    """Return the folder of a config below the lab folder: <name>-<digest of name, version and settings>."""
    text = json.dumps([config.name, config.version, settings_of(config)], sort_keys=True)
    return lab / f"{config.name}-{blake2b(text.encode(), digest_size=8).hexdigest()}"


def write_run(folder: Path, config: Any, generations: int, rows: Sequence[Row], checks: Sequence[Check]) -> LabRun:
    """Write a finished run to `folder` (made if missing) and return it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    document = {
        "experiment": config.name,
        "version": config.version,
        "generations": generations,
        "settings": settings_of(config),
        "versions": {"scapa": scapa.__version__, "numpy": np.__version__, "python": platform.python_version()},
    }
    run = LabRun(config.name, folder, generations, document, tuple(rows), tuple(checks))
    write_text(folder / CONFIG, json.dumps(document, indent=2, sort_keys=True) + "\n")
    _write_rows(folder / RESULT, run.rows)
    write_text(folder / CHECKS, json.dumps([asdict(check) for check in checks], indent=2) + "\n")
    return run


def read_run(folder: Path) -> LabRun:
    """Return the run that lies in `folder`; raises `InputError` if none does, or one that was not finished."""
    import pyarrow.parquet as pq

    try:
        checks = [Check(**check) for check in json.loads((folder / CHECKS).read_text(encoding="utf-8"))]
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        rows = tuple(Row(**row) for row in pq.read_table(folder / RESULT).to_pylist())
    except (OSError, ValueError, TypeError) as error:
        raise InputError("not a finished run", where=str(folder), next="run the experiment again") from error
    return LabRun(config["experiment"], folder, config["generations"], config, rows, tuple(checks))


def _write_rows(path: Path, rows: Sequence[Row]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"str": pa.string(), "int": pa.int64(), "float": pa.float64(), "float | None": pa.float64()}
    schema = pa.schema([(f.name, kinds[str(f.type)]) for f in fields(Row)])
    with replacing(path) as temporary:
        pq.write_table(pa.Table.from_pylist([asdict(row) for row in rows], schema=schema), temporary)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _digest(value)
    if is_dataclass(value):
        return settings_of(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _digest(array: NDArray[Any]) -> dict[str, Any]:
    content = blake2b(np.ascontiguousarray(array).tobytes(), digest_size=16).hexdigest()
    return {"length": len(array), "blake2b": content}
