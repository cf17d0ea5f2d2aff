"""`python -m bench.quality [JUDGE…] [--json]`: measure the judges into docs/quality/JUDGE.json, for docs/judges.md."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import bench.evaluations

_FOLDER = Path(__file__).parent.parent / "docs" / "quality"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure: of what, on which set (and how many items), with a 95 % interval where there is one."""

    measure: str
    on: str
    items: int
    value: float
    low: float | None = None
    high: float | None = None


def measure(judge: str) -> list[Figure]:
    """Run one judge's evaluation."""
    return list(import_module(f"bench.evaluations.{judge}").figures())


def main(arguments: Iterable[str]) -> None:
    wanted = [argument for argument in arguments if not argument.startswith("--")]
    names = wanted or [module.name for module in iter_modules(bench.evaluations.__path__)]
    _FOLDER.mkdir(exist_ok=True)
    measured = {}
    for name in names:
        measured[name] = [asdict(figure) for figure in measure(name)]
        (_FOLDER / f"{name}.json").write_text(json.dumps(measured[name], indent=1) + "\n", encoding="utf-8")
        if "--json" not in sys.argv:
            for row in measured[name]:
                print(f"{name:<14} {row['value']:.4f}  {row['measure']}  [{row['on']}, {row['items']:,}]")
    if "--json" in sys.argv:
        print(json.dumps(measured, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
