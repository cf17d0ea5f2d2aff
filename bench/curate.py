"""What curating costs: `python -m bench.curate [--part NAME …] [--mails 3000] [--documents 1000000] [--json]`.

memory   peak memory of `curate` on 4 and 16 times the mail, v on that mail; a fresh process each, one worker
workers  two workers v one, judging the same mail: wall seconds, which want two processors to spare; and the CPU-seconds
         of this process and of one worker's share, which is what wall seconds come to on a machine with nothing else
policy   another policy over generated features of so many documents, its processes and files and all, v 2 s
chain    the whole personal chain over the SpamAssassin mails (fetched with npm), one worker, from a fresh process with
         compiled code at hand to frozen decisions, in bytes of mail (headers and text), v 5 MB a CPU-second
fresh    a fresh process until its first judgement, v 2.5 s; and until it finds that nothing is new, v 0.5 s

`ours` and `peer` are in the row's unit; a ratio above 1 is better than the peer. Mail is made up: 120 words of its own,
a quote and a signature each.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from tests.corpora import spam_assassin

from bench.add import mailbox, words
from bench.measured import Measured, parser, show
from scapa.corpus.chain import ALWAYS
from scapa.corpus.decide import curate, current, inputs
from scapa.corpus.decisions import Prepared, decide
from scapa.corpus.features import ROWS, Features
from scapa.corpus.ingest import add
from scapa.corpus.judging import Spent
from scapa.corpus.policy import load_policy, policy_digest
from scapa.store.home import Home
from scapa.store.mapped import Mapped, appending
from scapa.store.segments import read_table

NOTHING_NEW, FIRST_JUDGEMENT, POLICY = 0.5, 2.5, 2.0
"""Seconds that are the goals."""
CHAIN = 5.0
"""Megabytes of mail a CPU-second: the goal."""


def home_of(folder: Path, mails: int) -> Path:
    """Return a new home that holds so many mails, not curated yet."""
    home = Home.open(folder / f"home-{mails}")
    add(home, [mailbox(folder / "all.mbox", 0, mails, words())])
    return home.path


def asked(*arguments: object) -> dict[str, float]:
    """Return what this module prints when it is run by itself with `--child` and these arguments."""
    command = [sys.executable, "-m", "bench.curate", "--child", *map(str, arguments)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def memory(mails: int, repeats: int) -> Iterator[Measured]:
    """Yield the peak memory on more mail."""
    with tempfile.TemporaryDirectory() as name:
        homes = {factor: home_of(Path(name), mails * factor) for factor in (1, 4, 16)}
        peaks: dict[int, list[float]] = {factor: [] for factor in homes}
        for _ in range(repeats):
            for factor, home in homes.items():
                for cached in ("judgements", "features", "decisions"):
                    for path in (home / cached).glob("*"):
                        path.unlink()
                peaks[factor].append(asked("curate", home, 1)["peak"])
    for factor in (4, 16):
        text = f"peak memory, {mails * factor:,} mails v {mails:,}"
        yield Measured.of(text, peaks[factor], peaks[1], "MB")


def workers(mails: int, repeats: int) -> Iterator[Measured]:
    """Yield the time of two workers beside one."""
    taken: dict[int, list[dict[str, float]]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as name:
        home = home_of(Path(name), mails)
        for _ in range(repeats):
            for count in taken:
                for path in (home / "judgements").glob("*"):
                    path.unlink()
                taken[count].append(asked("judge", home, count))
    walls = {count: [found["wall"] for found in every] for count, every in taken.items()}
    busy = {count: [f["own"] + f["children"] / count for f in every] for count, every in taken.items()}
    yield Measured.of(f"judging {mails:,} mails, two workers v one, wall", walls[2], walls[1], "s")
    yield Measured.of(f"judging {mails:,} mails, two workers v one, CPU that cannot overlap", busy[2], busy[1], "s")


def policy(documents: int, repeats: int) -> Iterator[Measured]:
    """Yield the time to decide anew over features that are there."""
    with tempfile.TemporaryDirectory() as name:
        home = Home.open(home_of(Path(name), 2_000))
        curate(home)
        made = Mapped(next((home.path / "features").iterdir()))
        big = many(made.table, documents, Path(name) / "features.arrow")
        walls, cpus = [], []
        for _ in range(repeats):
            found = asked("policy", home.path, big)
            walls.append(found["wall"])
            cpus.append(found["cpu"])
    goal = [POLICY] * repeats
    yield Measured.of(f"another policy over {documents:,} documents, wall, v the goal", walls, goal, "s")
    yield Measured.of(f"another policy over {documents:,} documents, CPU, v the goal", cpus, goal, "s")


def many(table: pa.Table, documents: int, path: Path) -> Path:
    """Write features of so many documents: those of `table` over and over, with other ids and labels."""
    rng = np.random.default_rng(0)
    source = table.combine_chunks()
    with appending(path, table.schema) as put:
        for start in range(0, documents, ROWS):
            rows = np.arange(start, min(start + ROWS, documents))
            part = source.take(pa.array(rows % len(source)))
            ids = pa.array([rng.bytes(32).hex() for _ in rows])
            values = {"id": ids, **{name: pa.array(rows) for name in ("row", "thread", "cluster", "unit")}}
            for column, value in values.items():
                part = part.set_column(part.schema.get_field_index(column), column, value)
            put(part)
    return path


def chain(_: int, repeats: int) -> Iterator[Measured]:
    """Yield the rate of the whole personal chain on real mail."""
    rates = []
    with tempfile.TemporaryDirectory() as name:
        home = Home.open(Path(name) / "home")
        add(home, sorted(spam_assassin().glob("*/*.txt")))
        size = sum(map(_mail_bytes, (home.path / segment.name for segment in home.catalog.segments("documents"))))
        for _ in range(repeats):
            for cached in ("judgements", "features", "decisions"):
                for path in (home.path / cached).glob("*"):
                    path.unlink()
            rates.append(size / 1e6 / asked("curate", home.path, 1)["cpu"])
    text = f"the personal chain on {size / 1e6:.1f} MB of SpamAssassin mail, v the goal"
    yield Measured.of(text, rates, [CHAIN] * repeats, "MB/CPU-s", rate=True)


def _mail_bytes(segment: Path) -> int:
    table = read_table(segment, ["text", "headers"])
    return sum(int(pc.sum(pc.binary_length(table[name])).as_py() or 0) for name in table.column_names)


def fresh(_: int, repeats: int) -> Iterator[Measured]:
    """Yield what a fresh process needs before it has done anything."""
    with tempfile.TemporaryDirectory() as name:
        home = home_of(Path(name), 200)
        first, nothing = [], []
        for _ in range(repeats):
            for cached in ("judgements", "decisions"):
                for path in (home / cached).glob("*"):
                    path.unlink()
            first.append(seconds("-m", "bench.curate", "--child", "first", str(home)))
            curate(Home.open(home))
            command = f"from scapa.cli import main; main(['curate', '--home', {str(home)!r}])"
            nothing.append(seconds("-c", command))
    yield Measured.of("fresh process, first judgements, wall, v the goal", first, [FIRST_JUDGEMENT] * repeats, "s")
    yield Measured.of("`scapa curate` with nothing new, wall, v the goal", nothing, [NOTHING_NEW] * repeats, "s")


def seconds(*arguments: str) -> float:
    """Return the wall seconds of one Python process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


PARTS: dict[str, Callable[[int, int], Iterator[Measured]]] = {
    "chain": chain, "memory": memory, "workers": workers, "policy": policy, "fresh": fresh,
}  # fmt: skip


def child(what: str, path: str, *rest: str) -> dict[str, float]:
    """Do one thing in this process and return its wall and CPU seconds and the peak memory of it and its children."""
    home = Home.open(path)
    with Peaks() as peaks:
        start, own, children = time.perf_counter(), *_cpu()
        _do(what, home, rest)
        wall, now = time.perf_counter() - start, _cpu()
        own, children = now[0] - own, now[1] - children
        return {"wall": wall, "own": own, "children": children, "cpu": own + children, "peak": peaks.most()}


def _do(what: str, home: Home, rest: tuple[str, ...]) -> None:
    from scapa.corpus import judging

    personal = {*ALWAYS, *load_policy("personal").judges()}
    if what == "curate":
        (home.path / "scapa.toml").write_text(f"[curate]\nworkers = {rest[0]}\n")
        curate(home)
    elif what == "judge":
        (home.path / "scapa.toml").write_text(f"[curate]\nworkers = {rest[0]}\n")
        judging.judge_new(home, home.catalog, personal)
    elif what == "first":
        task = next(judging._tasks(home, home.catalog, personal))  # noqa: SLF001
        judging.judge_rows(task, 0, 200)
    else:
        rules = load_policy("strict-low-background")
        given = inputs(home, {*ALWAYS, *rules.judges()})
        decide(home, home.catalog, Prepared(Features(Mapped(Path(rest[0]))), given, Spent()), rules)
        if current(home, policy_digest("strict-low-background")) is None:
            raise SystemExit("nothing was decided")


def _cpu() -> tuple[float, float]:
    """Return the CPU-seconds of this process, and of those that it waited for."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


class Peaks:
    """The most memory that this process or one of its children held, in megabytes (Linux only)."""

    def __enter__(self) -> Peaks:
        self._most, self._end = 0.0, Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def most(self) -> float:
        return max(self._most, _held(Path("/proc/self/status")))

    def _watch(self) -> None:
        while not self._end.wait(0.02):
            for listed in Path("/proc/self/task").glob("*/children"):
                try:
                    found = listed.read_text().split()
                    self._most = max([self._most, *(_held(Path(f"/proc/{child}/status")) for child in found)])
                except OSError:  # it has ended
                    continue


def _held(status: Path) -> float:
    lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) / 1_024 if lines else 0.0


def main() -> None:
    options = parser(__doc__, repeats=3)
    options.add_argument("--part", action="append", choices=sorted(PARTS))
    options.add_argument("--mails", type=int, default=3_000)
    options.add_argument("--documents", type=int, default=1_000_000)
    options.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        print(json.dumps(child(*chosen.child)))
        return
    sizes: dict[str, Any] = {"policy": chosen.documents, "workers": 4 * chosen.mails}
    found = [row for name in chosen.part or PARTS for row in PARTS[name](sizes.get(name, chosen.mails), chosen.repeats)]
    show(found, as_json=chosen.json)


if __name__ == "__main__":
    main()
