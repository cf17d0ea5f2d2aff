"""Near duplicates beside datatrove's MinHash and rensa: speed, recall of planted copies, agreement.

    python -m bench.duplicates [--megabytes 3] [--repeats 3] [--json]
    python -m bench.duplicates --millions 10          clusters of generated signatures: time and peak memory

Each arm runs in a process of its own, pinned to one core, one thread, arms in turn; imports, models and compiled code
are loaded before its clock starts. datatrove runs as shipped and with its tokenizer replaced by a regular expression.
The peers live in virtual environments that the bench makes in build/peers (needs a package index once).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.duplicates_corpus import corpus, read, runs
from bench.measured import Measured, parser, show

PEERS = {"datatrove": ("datatrove[io,processing]==0.10.1", "spacy==3.8.18"), "rensa": ("rensa==0.5.0", "numpy")}
ARMS = ("datatrove", "datatrove-regex", "rensa")
_HERE = Path(__file__).parent
_ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON", "ARROW")}


def peer(name: str) -> Path:
    """Return the Python of a peer's virtual environment, made if it is missing."""
    folder = Path("build/peers") / name
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PEERS[name]], check=True, stdout=sys.stderr)
        (folder / "complete").touch()
    return python


def child(command: Sequence[str | Path]) -> dict[str, Any]:
    """Run a command pinned to one core; return the JSON of its last line."""
    core = max(os.sched_getaffinity(0))
    done = subprocess.run(
        ["taskset", "-c", str(core), *command],
        check=True, capture_output=True, text=True, env={**os.environ, **_ONE_THREAD},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def arm(name: str, path: Path) -> dict[str, Any]:
    """Run one arm over a corpus."""
    if name == "ours":
        return child([sys.executable, "-m", "bench.duplicates_ours", path, corpus(0.1)])
    return child([peer(name.partition("-")[0]), _HERE / "duplicates_peer.py", name, path])


def side_by_side(path: Path, repeats: int) -> tuple[list[Measured], dict[str, set[str]]]:
    """Return MB per CPU-second of every arm beside ours, and what each arm drops."""
    taken: dict[str, list[float]] = defaultdict(list)
    dropped: dict[str, set[str]] = {}
    for _ in range(repeats):
        for name in ("ours", *ARMS):
            made = arm(name, path)
            taken[name].append(path.stat().st_size / 1e6 / made["seconds"])
            dropped[name] = set(made["dropped"])
    rows = [Measured.of(f"MB of JSONL per CPU-second, ours v {name}", taken["ours"], taken[name], "MB/s", rate=True)
            for name in ARMS]  # fmt: skip
    return rows, dropped


def alone(path: Path, repeats: int) -> Iterable[Measured]:
    """Yield our speed over a larger corpus, as JSONL and as Parquet, beside the goal."""
    size = path.stat().st_size / 1e6
    for kind in (path, path.with_suffix(".parquet")):
        made = [arm("ours", kind) for _ in range(repeats)]
        rates = [size / m["seconds"] for m in made]
        yield Measured.of(f"{size:.0f} MB as {kind.suffix[1:]}, v the goal", rates, [40.0] * repeats, "MB/s", rate=True)


def nearest(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Return every document's exact similarity to the document most like it, of all."""
    sets = {row["id"]: runs(row["text"]) for row in rows}
    where: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, shingles in sets.items():
        for shingle in shingles:
            where[shingle].append(name)
    best = {}
    for name, shingles in sets.items():
        shared: dict[str, int] = defaultdict(int)
        for shingle in shingles:
            for other in where[shingle]:
                shared[other] += other != name
        best[name] = max((n / (len(shingles) + len(sets[o]) - n) for o, n in shared.items()), default=0.0)
    return best


def quality(path: Path, dropped: dict[str, set[str]]) -> list[dict[str, Any]]:
    """Return, for every arm, what it found of the planted copies, and how near what it dropped really is."""
    rows = read(path)
    best = nearest(rows)
    near = [row for row in rows if (row["jaccard"] or 0) >= 0.8]
    found = []
    for name, ids in dropped.items():
        hit = sum(row["id"] in ids or row["of"] in ids for row in near)
        true = sum(best[i] > 0.7 for i in ids)
        agreement = sum((row["id"] in ids) == (row["id"] in dropped["ours"]) for row in rows) / len(rows)
        found.append(
            {"arm": name, "planted": len(near), "recall": hit / len(near), "dropped": len(ids),
             "above_0.7": true / max(1, len(ids)), "agreement": agreement}
        )  # fmt: skip
    return found


def main() -> None:
    options = parser(__doc__, 3)
    options.add_argument("--megabytes", type=float, default=3.0, help="size of the corpus that all arms share")
    options.add_argument("--whole", type=float, default=20.0, help="size of the corpus for our arm alone")
    options.add_argument("--millions", type=float, help="cluster this many million generated signatures instead")
    given = options.parse_args()
    if given.millions:
        made = child([sys.executable, "-m", "bench.duplicates_millions", str(given.millions)])
        print(json.dumps({"rows": [made]} if given.json else made, indent=None if given.json else 1))
        return
    path = corpus(given.megabytes)
    rows, dropped = side_by_side(path, given.repeats)
    rows += alone(corpus(given.whole), given.repeats)
    figures = quality(path, dropped)
    if given.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "quality": figures}))
        return
    show(rows, as_json=False)
    print(f"\n{'arm':18}{'planted ≥ .8 found':>20}{'dropped':>9}{'of these > .7':>15}{'same decision':>15}")
    for f in figures:
        print(f"{f['arm']:18}{f['recall']:>13.3f} of {f['planted']:<4}{f['dropped']:>8}{f['above_0.7']:>15.3f}"
              f"{f['agreement']:>15.4f}")  # fmt: skip


if __name__ == "__main__":
    main()
