"""What every command shares: --home and --json, printing, progress bars."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from scapa.corpus.examples import Example
    from scapa.store.home import Home

_QUIET_SECONDS = 10.0  # between two lines of progress where no terminal redraws them


@dataclass
class Session:
    """One command's way to its home and to the user."""

    home_path: Path | None
    as_json: bool
    _bars: dict[str, Any] = field(default_factory=dict)

    def home(self, *, create: bool = True) -> Home:
        from scapa.store.home import Home

        return Home.open(self.home_path, create=create)

    def show(self, result: Mapping[str, Any], lines: Iterable[str]) -> None:
        """Print the result: JSON, or lines for people."""
        self.close()
        if self.as_json:
            click.echo(json.dumps(plain(result), indent=2, ensure_ascii=False, allow_nan=False))
        else:
            for line in lines:
                click.echo(line)

    def say(self, line: str) -> None:
        """Print a line on the way, to people only."""
        if not self.as_json:
            self.close()
            click.echo(line)

    def progress(self, stage: str, done: float, total: float | None = None, unit: str = "") -> None:
        """Draw progress on standard error, with rate and time left: a `scapa.records.Progress`."""
        bar = self._bars.get(stage)
        if bar is None:
            if self.as_json and not sys.stderr.isatty():
                return
            from tqdm import tqdm

            self.close()
            interval = 0.1 if sys.stderr.isatty() else _QUIET_SECONDS
            bar = tqdm(
                desc=stage, total=total, unit=f" {unit}", file=sys.stderr, mininterval=interval, delay=0.5, ascii=" ━",
                leave=False, dynamic_ncols=True, unit_scale=(total or 0) > 99_999,
            )  # fmt: skip
            self._bars[stage] = bar
        bar.total = total
        bar.update(done - bar.n)
        if total is not None and done >= total:
            self.close()

    def close(self) -> None:
        """End the bars that are drawn."""
        while self._bars:
            self._bars.popitem()[1].close()


def shared(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --home and --json and call it with a `Session` first."""

    @click.option(
        "--home", "home_path", type=click.Path(path_type=Path), help="The home folder (default: $SCAPA_HOME)."
    )
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    @wraps(function)
    def command(*args: Any, home_path: Path | None, as_json: bool, **options: Any) -> Any:
        session = Session(home_path, as_json)
        try:
            return function(session, *args, **options)
        finally:
            session.close()

    return command


def examples(shown: Iterable[Example]) -> list[str]:
    """Return a line a document: its id, day, author and title, below what it is an example of."""
    lines = []
    for example in shown:
        day = example.claimed.date().isoformat() if example.claimed else "no date   "
        title = " ".join(example.title.split())[:60]
        lines.append(f"            {example.id[:12]}  {day}  {example.author[:30]}  {title}".rstrip())
    return lines


def plain(value: Any) -> Any:
    """Return `value` as JSON can hold it: times as ISO strings, tuples as lists, paths as text, no number as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value
