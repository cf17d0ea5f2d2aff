"""The four web rule sets (Gopher quality and repetition, C4, FineWeb) beside datatrove: speed, memory, agreement.

    python -m bench.web [--json] [--repeats 3] [--corpora prose technical mail] [--disagreements]

One process a measurement, pinned to one core, thread pools at 1, both sides in turn. Two arms: `shipped`, datatrove
with its own tokenizer for English (spaCy's), and `same`, datatrove given Scapa's pieces and sentences (a regular
expression), so that only the counting differs. Rates are megabytes of text a CPU-second, reading of the JSON lines
included; datatrove drops a document at the first filter that objects, Scapa measures everything about every document.
Agreement is of keep or drop, every rule set on the text as read; its interval is Wilson's, 95 %. Datatrove is installed
in an environment of its own under build/bench.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.measured import parser
from bench.web_corpora import corpus
from scapa.measure.interval import wilson

PEER = Path("build/bench/datatrove")
PACKAGES = ("datatrove==0.10.1", "spacy==3.8.18", "orjson", "regex", "numpy")
ARMS = ("same", "shipped")
BYTES = {"same": 4_000_000, "shipped": 750_000}
RULES = ("gopher quality", "gopher repetition", "c4", "fineweb")
_ONE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_NUM_THREADS"), "1")

Row = dict[str, Any]
Decisions = dict[str, dict[str, Any]]


def install() -> Path:
    """Return the Python that has datatrove, in an environment made when first needed."""
    python = PEER / "bin" / "python"
    if not (PEER / "complete").exists():
        venv.create(PEER, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True, stdout=sys.stderr)
        (PEER / "complete").touch()
    return python


def ours(task: str, path: Path) -> Any:
    return _child([sys.executable, "-m", "bench.web_ours", task, str(path)])


def peer(arm: str, task: str, path: Path) -> Any:
    return _child([str(install()), "bench/web_peer.py", arm, task, str(path)])


def _child(command: Sequence[str]) -> Any:
    environment = os.environ | _ONE | {"PYTHONPATH": os.pathsep.join(["src", "."])}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def speeds(name: str, arm: str, repeats: int) -> Iterator[Row]:
    """Yield the rates and the peak memory of both sides on one corpus, measured in turn."""
    path = corpus(name, BYTES[arm])
    size = sum(len(json.loads(line)["text"].encode()) for line in path.open(encoding="utf-8")) / 1e6
    mine, theirs = [], []
    for _ in range(repeats):
        mine.append(ours("speed", path))
        theirs.append(peer(arm, "speed", path))
    ratios = [b["cpu"] / a["cpu"] for a, b in zip(mine, theirs, strict=True)]
    yield _row(f"{name}, {arm} tokenizer", [size / a["cpu"] for a in mine], [size / b["cpu"] for b in theirs], ratios,
               "MB/CPU-s")  # fmt: skip
    peaks = [a["peak"] for a in mine], [b["peak"] for b in theirs]
    yield _row(f"{name}, {arm} tokenizer: peak memory", *peaks, [b / a for a, b in zip(*peaks, strict=True)], "MB")


def _row(name: str, mine: Sequence[float], theirs: Sequence[float], ratios: Sequence[float], unit: str) -> Row:
    return {"name": name, "ours": median(mine), "peer": median(theirs), "ratio": median(ratios), "unit": unit,
            "low": min(ratios), "high": max(ratios), "ours_low": min(mine), "ours_high": max(mine)}  # fmt: skip


def judging(name: str, repeats: int) -> Row:
    """Return the rate of the judges alone, the text read already; no peer."""
    path = corpus(name, BYTES["same"])
    size = sum(len(json.loads(line)["text"].encode()) for line in path.open(encoding="utf-8")) / 1e6
    rates = [size / ours("judges", path)["cpu"] for _ in range(repeats)]
    return {"name": f"{name}, judges alone", "ours": median(rates), "peer": None, "ratio": None, "unit": "MB/CPU-s",
            "low": min(rates), "high": max(rates)}  # fmt: skip


def agreements(name: str, arm: str, seen: list[Row]) -> Iterator[Row]:
    """Yield how often both sides keep or drop the same, by rule set and together; note where they don't in `seen`."""
    path = corpus(name, BYTES[arm])
    mine: Decisions = ours("decisions", path)
    theirs: Decisions = peer(arm, "decisions", path)
    for rule in RULES:
        apart = [id_ for id_ in theirs if bool(mine[id_][rule]) != bool(theirs[id_][rule])]
        seen += [{"corpus": name, "arm": arm, "rule": rule, "document": id_, "ours": mine[id_][rule],
                  "peer": theirs[id_][rule]} for id_ in apart]  # fmt: skip
        yield _share(f"{name}, {arm} tokenizer: agreement, {rule}", len(theirs) - len(apart), len(theirs))
    same = sum(any(mine[id_].values()) == any(theirs[id_].values()) for id_ in theirs)
    yield _share(f"{name}, {arm} tokenizer: agreement, all four", same, len(theirs))
    kept = sum(not any(found.values()) for found in mine.values())
    yield _share(f"{name}, {arm} tokenizer: kept by all four", kept, len(mine))


def _share(name: str, part: int, whole: int) -> Row:
    interval = wilson(part, whole)
    return {"name": name, "ours": part / whole, "peer": None, "ratio": None, "unit": f"share of {whole}",
            "low": interval.low, "high": interval.high}  # fmt: skip


def rows(corpora: Sequence[str], repeats: int, seen: list[Row]) -> Iterator[Row]:
    """Yield every row of the bench; a first run of each side warms compiled code and files."""
    install()
    for name in corpora:
        ours("speed", corpus(name, BYTES["same"]))
        yield judging(name, repeats)
        for arm in ARMS:
            yield from speeds(name, arm, repeats)
            yield from agreements(name, arm, seen)


def show(row: Row) -> str:
    theirs = "" if row["peer"] is None else f" v {row['peer']:.4g}"
    times = "" if row["ratio"] is None else f" x {row['ratio']:.3g}"
    return f"{row['name']:64} {row['ours']:.4g}{theirs} {row['unit']}{times} ({row['low']:.4g} to {row['high']:.4g})"


def main() -> None:
    made = parser(__doc__, repeats=3)
    made.add_argument("--corpora", nargs="+", default=["prose", "technical", "mail"])
    made.add_argument("--disagreements", action="store_true", help="print every document on which the sides disagree")
    arguments = made.parse_args()
    found, seen = [], list[Row]()
    for row in rows(arguments.corpora, arguments.repeats, seen):
        found.append(row)
        if not arguments.json:
            print(show(row), flush=True)
    if arguments.json:
        print(json.dumps({"rows": found, "disagreements": seen}, ensure_ascii=False))
    elif arguments.disagreements:
        for one in seen:
            print(f"{one['corpus']}, {one['arm']}, {one['rule']}: {one['document']}: {one['ours']} v {one['peer']!r}")


if __name__ == "__main__":
    main()
