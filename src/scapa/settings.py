"""Settings: one TOML file into frozen dataclasses. Unknown keys are refused; the sample is made from the fields."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from scapa.errors import SettingsError

T = TypeVar("T")


def _setting(default: Any, about: str, low: float = -math.inf, high: float = math.inf) -> Any:
    return field(default=default, metadata={"about": about, "low": low, "high": high})


@dataclass(frozen=True, slots=True)
class Me:
    """Who the user is."""

    addresses: tuple[str, ...] = _setting((), "addresses and handles that are you, e.g. ['ada@example.org', 'ada']")


@dataclass(frozen=True, slots=True)
class Ingest:
    """How `scapa add` reads."""

    raw_limit: int = _setting(1_000_000, "keep whole raw messages up to this many bytes, for later proofs", low=0)
    record_limit: int = _setting(64_000_000, "a record larger than this many bytes is a counted problem", low=1)
    segment_rows: int = _setting(20_000, "records a segment; work up to here survives an interruption", low=1)


@dataclass(frozen=True, slots=True)
class Curate:
    """How `scapa curate` judges and decides."""

    policy: str = _setting("personal", "a preset or the path of a TOML policy")
    cutoff: str = _setting("2022-11-30", "text claimed before this day is low-background by date (ISO date)")
    near_duplicate: float = _setting(
        0.8, "Jaccard similarity of word 5-grams that makes near duplicates", low=0.5, high=1.0
    )
    evaluations: str = _setting(
        "", "a folder of evaluation sets to find in documents, each file or subfolder a set; relative to the home"
    )
    evaluation_words: int = _setting(
        13, "words in a row that a document and an evaluation set must share to overlap", low=5, high=100
    )
    workers: int = _setting(0, "processes that judge; 0 means one a processor", low=0, high=64)


@dataclass(frozen=True, slots=True)
class Ledger:
    """When a match with something generated here counts (see docs/design/ledger.md)."""

    mask_bits: float = _setting(30.0, "surprise in bits from which a matching span is masked", low=0)
    quarantine_bits: float = _setting(40.0, "surprise in bits from which a document may be rejected whole", low=0)
    quarantine_share: float = _setting(
        0.7, "share of words matched from which a document may be rejected whole", low=0, high=1
    )


@dataclass(frozen=True, slots=True)
class Tune:
    """How `scapa tune` trains."""

    base: str = _setting("smollm2-135m", "the packaged default, a local folder, or a Hugging Face id")
    budget: str = _setting("30min", "longest time a tuning may take, e.g. 90s, 30min, 2h")
    rank: int = _setting(16, "rank of the LoRA adapter", low=1, high=1024)
    learning_rate: float = _setting(2e-3, "peak learning rate of AdamW", low=0, high=1)
    threads: int = _setting(0, "threads of PyTorch; 0 means one a physical processor", low=0, high=1024)


@dataclass(frozen=True, slots=True)
class Maintain:
    """When the background task may work."""

    hour: str = _setting("03:30", "time of the nightly run")
    on_battery: bool = _setting(False, "work on battery, too")
    max_load: float = _setting(1.0, "skip while the load average per processor is above this", low=0)
    budget: str = _setting("60min", "longest time a nightly tuning may take")
    new_words: int = _setting(5_000, "skip tuning while there are fewer new words of yours than this", low=0)


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole of scapa.toml."""

    me: Me = field(default_factory=Me)
    ingest: Ingest = field(default_factory=Ingest)
    curate: Curate = field(default_factory=Curate)
    ledger: Ledger = field(default_factory=Ledger)
    tune: Tune = field(default_factory=Tune)
    maintain: Maintain = field(default_factory=Maintain)


def read_settings(path: Path) -> Settings:
    """Return the settings of a TOML file; a missing file means the defaults.

    Raises `SettingsError` naming the key for an unknown key or a wrong type.
    """
    if not path.exists():
        return Settings()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"not valid TOML: {error}", where=str(path)) from None
    return _fill(Settings, table, str(path))


def sample() -> str:
    """Return a scapa.toml with every setting at its default, each with a comment that explains it."""
    return render(Settings())


def render(settings: Settings) -> str:
    """Return the scapa.toml that says `settings`."""
    return "".join(_section(f.name, getattr(settings, f.name)) for f in fields(Settings))


def home_path(home: str | Path | None = None) -> Path:
    """Return the home folder: the argument, else $SCAPA_HOME, else ~/.local/share/scapa."""
    chosen = home or os.environ.get("SCAPA_HOME") or Path.home() / ".local" / "share" / "scapa"
    return Path(chosen).expanduser().absolute()


def _section(name: str, part: Any) -> str:
    lines = [f"[{name}]"]
    for f in fields(part):
        lines += [f"# {f.metadata['about']}", f"{f.name} = {toml_value(getattr(part, f.name))}"]
    return "\n".join(lines) + "\n\n"


def toml_value(value: Any) -> str:
    """Return `value` as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return repr(value)


def _fill(cls: type[T], table: dict[str, Any], where: str) -> T:
    hints = get_type_hints(cls)
    known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            raise SettingsError(f"unknown key {key!r}", where=where, next=f"known here: {', '.join(sorted(known))}")
    values = {key: _value(hints[key], value, f"{where}: {key}") for key, value in table.items()}
    for f in fields(cls):  # type: ignore[arg-type]
        _check_range(values.get(f.name), f.metadata, f"{where}: {f.name}")
    return cls(**values)


def _check_range(value: Any, metadata: Mapping[str, Any], where: str) -> None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = metadata["low"], metadata["high"]
        if not low <= value <= high:  # false for NaN, too
            raise SettingsError(f"{value} is not from {low:g} to {high:g}", where=where)


def _value(hint: Any, value: Any, where: str) -> Any:
    if is_dataclass(hint):
        if not isinstance(value, dict):
            raise SettingsError("must be a table", where=where)
        return _fill(hint, value, where)  # type: ignore[arg-type]
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise SettingsError("must be a list of strings", where=where)
        return tuple(value)
    if type(value) is not hint:
        raise SettingsError(f"must be of type {hint.__name__}, not {type(value).__name__}", where=where)
    return value
