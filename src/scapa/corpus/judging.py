"""Judging: every judge over every segment it has not judged yet, cached by a key over all that it depends on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from multiprocessing import get_context
from pathlib import Path
from time import process_time

import pyarrow as pa

from scapa.errors import ScapaError
from scapa.judges import JUDGES, Judge
from scapa.records import Progress, Recipe, silent
from scapa.seal.canonical import digest_of
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.schema import judgement_schema
from scapa.store.segments import read_table, write_table

_ROWS_PER_CALL = 512
_ROWS_FOR_A_POOL = 3_000  # below this, starting processes costs more than it saves


@dataclass(frozen=True, slots=True)
class Task:
    """Judge one segment: `missing` are (judge, file to write), `present` those that exist."""

    home: Path
    segment: str
    rows: int
    missing: tuple[tuple[str, str], ...]
    present: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a task did: errors and CPU-seconds by judge."""

    task: Task
    errored: Mapping[str, int]
    seconds: Mapping[str, float]


def judges(home: Path) -> list[Judge]:
    """Return every registered judge, each after those it needs; those that learn do so in `home`."""
    made = {name: judge for name, (judge, _) in _made(home).items()}
    order = TopologicalSorter({name: set(judge.needs) for name, judge in made.items()}).static_order()
    return [made[name] for name in order]


def recipes(home: Path) -> list[Recipe]:
    """Return how every registered judge was made; where the home lies is nobody's business."""
    return [replace(recipe, settings=()) for _, recipe in _made(home).values()]


def _made(home: Path) -> dict[str, tuple[Judge, Recipe]]:
    return {cls.name: JUDGES.make(cls.name, **({"home": home} if cls.learns else {})) for cls in JUDGES}


def keys(parts: Sequence[Judge]) -> dict[str, str]:
    """Return each judge's cache key: its name, version, data digests and the keys of those it needs."""
    found: dict[str, str] = {}
    for judge in parts:
        upstream = {name: found[name] for name in judge.needs}
        found[judge.name] = digest_of([judge.name, judge.version, list(judge.data()), upstream])
    return found


def judge_new(home: Home, catalog: Catalog, *, progress: Progress = silent) -> dict[str, float]:
    """Judge what is new and commit segment by segment; return the CPU-seconds each judge took.

    Needs the writer's lock. An interruption loses at most the segments in work.
    """
    tasks = list(_tasks(home, catalog))
    total = sum(task.rows for task in tasks)
    done, seconds = 0, dict[str, float]()
    for judged in _run(tasks, home.settings.curate.workers or os.cpu_count() or 1):
        _commit(catalog, judged)
        done += judged.task.rows
        progress("judge", done, total, "documents")
        for name, spent in judged.seconds.items():
            seconds[name] = seconds.get(name, 0.0) + spent
    return seconds


def _tasks(home: Home, catalog: Catalog) -> Iterator[Task]:
    wanted = keys(judges(home.path))
    home.folder("judgements")
    rows = catalog.rows("SELECT segment, judge, key, name FROM judgement")
    whole = {f"judgements/{path.name}" for path in home.folder("judgements").iterdir() if path.stat().st_size}
    cached = {(row["segment"], row["judge"], row["key"]): row["name"] for row in rows if row["name"] in whole}
    for segment in catalog.segments("documents"):
        stem = Path(segment.name).stem
        present = [(name, cached.get((segment.name, name, key))) for name, key in wanted.items()]
        missing = [
            (name, f"judgements/{stem}.{name}-{wanted[name][:12]}.parquet") for name, file in present if not file
        ]
        if missing:
            there = tuple((name, file) for name, file in present if file)
            yield Task(home.path, segment.name, segment.rows, tuple(missing), there)


def _run(tasks: Sequence[Task], workers: int) -> Iterator[Judged]:
    if workers == 1 or len(tasks) < 2 or sum(task.rows for task in tasks) < _ROWS_FOR_A_POOL:
        yield from map(judge_segment, tasks)
        return
    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(judge_segment, task) for task in tasks]
        try:
            for future in as_completed(waiting):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def judge_segment(task: Task) -> Judged:
    """Run the missing judges of one segment in order; write one Parquet file each."""
    table = read_table(task.home / task.segment)
    results = {name: read_table(task.home / file) for name, file in task.present}
    errored: dict[str, int] = {}
    seconds: dict[str, float] = {}
    files = dict(task.missing)
    for judge in judges(task.home):
        if judge.name not in files:
            continue
        started = process_time()
        results[judge.name] = _judge(judge, table, results)
        seconds[judge.name] = process_time() - started
        errored[judge.name] = len(results[judge.name]) - results[judge.name]["error"].null_count
        write_table(task.home / files[judge.name], results[judge.name])
    return Judged(task, errored, seconds)


def _judge(judge: Judge, table: pa.Table, results: Mapping[str, pa.Table]) -> pa.Table:
    for name in judge.needs:
        table = table.append_column(name, results[name].to_struct_array())
    batches = [_call(judge, batch) for batch in table.combine_chunks().to_batches(max_chunksize=_ROWS_PER_CALL)]
    return pa.Table.from_batches(batches, schema=judgement_schema(judge.columns))


def _call(judge: Judge, batch: pa.RecordBatch) -> pa.RecordBatch:
    out = judge.judge(batch)
    if out.num_rows != batch.num_rows or not out.schema.equals(judgement_schema(judge.columns)):
        raise ScapaError(f"the judge {judge.name!r} broke its contract: {out.num_rows} rows of {out.schema.names}")
    return out


def _commit(catalog: Catalog, judged: Judged) -> None:
    """Name the new judgements; a judgement under an older key is dropped with its row (its file is cleaned later)."""
    written = dict(judged.task.missing)
    wanted = keys(judges(judged.task.home))
    with catalog.transaction():
        catalog.run_many(
            "INSERT OR REPLACE INTO judgement VALUES (?, ?, ?, ?, ?)",
            [(judged.task.segment, name, wanted[name], file, judged.errored[name]) for name, file in written.items()],
        )
