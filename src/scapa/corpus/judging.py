"""Judging: every judge over every segment it has not judged yet, cached by a key over all that it depends on.

Work is cut at the row groups of the segments: what is in memory at once is one group, however long the segment, and
a long segment is shared by all workers. A judge's results are put together in order and named in the catalog once
the segment is whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from scapa.cores import usable
from scapa.corpus.chain import judges, keys
from scapa.errors import ScapaError
from scapa.files import is_there
from scapa.judges import Judge
from scapa.records import Progress, silent
from scapa.store.catalog import Catalog
from scapa.store.home import Home
from scapa.store.schema import judgement_schema
from scapa.store.segments import extents, read_rows, writing
from scapa.workers import apart

_ROWS_PER_CALL = 512
_ROWS_FOR_A_POOL = 4_000  # below this, starting processes costs more than it saves


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
    """What came of `rows` of a task from `start` on: a table a judge, CPU-seconds by judge, and the bytes of text."""

    task: Task
    start: int
    rows: int
    tables: Mapping[str, pa.Table]
    seconds: Mapping[str, float]
    text_bytes: int


@dataclass
class Spent:
    """What a curation took: CPU-seconds by judge and by step after judging (of the processes that it starts, too), and
    how many bytes of text were judged by one judge at least.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    steps: dict[str, float] = field(default_factory=dict)
    text_bytes: int = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count what is done inside as a step of this name."""
        before = sum(os.times()[:4])
        yield
        self.steps[name] = self.steps.get(name, 0.0) + sum(os.times()[:4]) - before

    def add(self, judged: Judged) -> None:
        self.text_bytes += judged.text_bytes
        for name, spent in judged.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + spent


def judge_new(
    home: Home, catalog: Catalog, names: Iterable[str] | None = None, *, progress: Progress = silent
) -> Spent:
    """Judge what is new by the judges of these names (None: by all) and commit segment by segment; return what it took.

    Needs the writer's lock. An interruption loses at most the segments in work.
    """
    tasks = list(_tasks(home, catalog, names))
    total = sum(task.rows for task in tasks)
    spent, done = Spent(), 0
    with ExitStack() as stack:
        open_: dict[str, _Assembly] = {}

        def take(judged: Judged) -> None:
            nonlocal done
            name = judged.task.segment
            if name not in open_:
                open_[name] = stack.enter_context(_Assembly(judged.task))
            if open_[name].take(judged):
                _commit(catalog, open_.pop(name))
            spent.add(judged)
            done += judged.rows
            progress("judge", done, total, "documents")

        _run(tasks, home.settings.curate.workers or usable(), take)
    return spent


def _tasks(home: Home, catalog: Catalog, names: Iterable[str] | None) -> Iterator[Task]:
    wanted = keys(judges(home.path, names))
    home.folder("judgements")
    rows = catalog.rows("SELECT segment, judge, key, name FROM judgement")
    whole = {row["name"] for row in rows if is_there(home.path / row["name"])}
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


def _run(tasks: Sequence[Task], workers: int, take: Callable[[Judged], None]) -> None:
    parts = [(task, *extent) for task in tasks for extent in extents(task.home / task.segment)]
    if workers == 1 or len(parts) < 2 or sum(task.rows for task in tasks) < _ROWS_FOR_A_POOL:
        for part in parts:
            take(judge_rows(*part))
        return
    apart(judge_rows, parts, min(workers, len(parts)), take, lambda: None, alone="with workers = 1 in scapa.toml")


def judge_rows(task: Task, start: int, rows: int) -> Judged:
    """Run the missing judges of a task, in order, over some of its rows."""
    table = read_rows(task.home / task.segment, start, rows)
    files, missing = dict(task.present), dict(task.missing)
    results: dict[str, pa.Table] = {}
    seconds: dict[str, float] = {}
    for judge in judges(task.home, missing):
        if judge.name not in missing:
            continue
        started = process_time()
        for name in judge.needs:
            if name not in results:
                results[name] = read_rows(task.home / files[name], start, rows)
        results[judge.name] = _judge(judge, table, results)
        seconds[judge.name] = process_time() - started
    size = pc.sum(pc.binary_length(table["text"])).as_py() or 0
    return Judged(task, start, rows, {name: results[name] for name in missing}, seconds, size)


def _judge(judge: Judge, table: pa.Table, results: Mapping[str, pa.Table]) -> pa.Table:
    for name in judge.needs:
        table = table.append_column(name, results[name].to_struct_array())
    batches = [_call(judge, batch) for batch in table.combine_chunks().to_batches(max_chunksize=_ROWS_PER_CALL)]
    return pa.Table.from_batches(batches, schema=judgement_schema(judge.columns))


def _call(judge: Judge, batch: pa.RecordBatch) -> pa.RecordBatch:
    try:
        out = judge.judge(batch)
    except ScapaError:
        raise
    except Exception as error:  # noqa: BLE001 - one bad record is counted, and does not end the run
        return _apart(judge, batch, type(error).__name__)
    if out.num_rows != batch.num_rows or not out.schema.equals(judgement_schema(judge.columns)):
        raise ScapaError(f"the judge {judge.name!r} broke its contract: {out.num_rows} rows of {out.schema.names}")
    return out


def _apart(judge: Judge, batch: pa.RecordBatch, error: str) -> pa.RecordBatch:
    """Judge the halves of a batch that could not be judged whole: what is left in the end is one errored row."""
    schema = judgement_schema(judge.columns)
    if batch.num_rows == 1:
        return pa.RecordBatch.from_pylist([{"error": error}], schema=schema)
    half = batch.num_rows // 2
    parts = pa.Table.from_batches([_call(judge, part) for part in (batch.slice(0, half), batch.slice(half))], schema)
    return parts.combine_chunks().to_batches()[0]


class _Assembly:
    """The judgements of one segment, put together from its parts in the order of their rows, whatever order they
    come in.
    """

    def __init__(self, task: Task) -> None:
        self.task, self.at = task, 0
        self.errored = {name: 0 for name, _ in task.missing}
        self._waiting: dict[int, Judged] = {}
        self._files = ExitStack()
        self._put: dict[str, Callable[[pa.Table], None]] = {}

    def __enter__(self) -> _Assembly:
        return self

    def __exit__(self, *error: Any) -> bool | None:
        return self._files.__exit__(*error)

    def take(self, judged: Judged) -> bool:
        """Take a part in; return whether the segment is whole now, and all its files are."""
        self._waiting[judged.start] = judged
        while self.at in self._waiting:
            part = self._waiting.pop(self.at)
            for name, table in part.tables.items():
                self._into(name, table.schema)(table)
                self.errored[name] += len(table) - table["error"].null_count
            self.at += part.rows
        if self.at == self.task.rows:
            self._files.close()
        return self.at == self.task.rows

    def _into(self, name: str, schema: pa.Schema) -> Callable[[pa.Table], None]:
        if name not in self._put:
            file = self.task.home / dict(self.task.missing)[name]
            self._put[name] = self._files.enter_context(writing(file, schema))
        return self._put[name]


def _commit(catalog: Catalog, made: _Assembly) -> None:
    """Name the new judgements; a judgement under an older key is dropped with its row (its file is cleaned later)."""
    wanted = keys(judges(made.task.home))
    with catalog.transaction():
        catalog.run_many(
            "INSERT OR REPLACE INTO judgement VALUES (?, ?, ?, ?, ?)",
            [(made.task.segment, name, wanted[name], file, made.errored[name]) for name, file in made.task.missing],
        )
