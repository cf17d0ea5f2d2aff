"""Where one task of an experiment is worked on: it keeps what is done, so that a kill costs one generation at most."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from scapa.errors import InputError
from scapa.files import private_folder, write_atomic
from scapa.lab.engine import Step, Subject, recur
from scapa.lab.regimes import Arm, Intake, Regime
from scapa.lab.verdict import Line
from scapa.records import Say, unsaid
from scapa.store.run import Row
from scapa.store.unfinished import kept

D = TypeVar("D")
M = TypeVar("M")
Arrays = Mapping[str, NDArray[Any]]
Tell = Callable[[int, int], None]
MOST_SEEDS = 100
"""Of thousands of chains so many are kept one by one: enough for an interval."""
STATE, FOUND = "state.npz", "found.npz"


@dataclass(frozen=True, slots=True)
class Task:
    """One unit of work with a random stream of its own: a line, and which replicate (seed) of it where each is dear."""

    line: Line
    replicate: int = 0

    @property
    def key(self) -> str:
        """The name of the task's folder."""
        return blake2b(json.dumps(asdict(self), sort_keys=True).encode(), digest_size=8).hexdigest()


@dataclass(slots=True)
class Found:
    """What a task found: rows of the result, and rows of extra tables (see `scapa.store.plot.Plot`)."""

    rows: list[Row] = field(default_factory=list)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def measure(
        self,
        line: Line,
        generation: int,
        measures: Mapping[str, NDArray[np.float64]],
        theory: Mapping[str, float] | None = None,
        *,
        floor: Mapping[str, float] | None = None,
        ceiling: Mapping[str, float] | None = None,
        keep: Iterable[str] = (),
    ) -> None:
        """Add a row for each of `measures`, shape (chains,), with what theory says of its mean.

        Of those named in `keep` the first `MOST_SEEDS` chains are kept one by one, in the table `seeds`.
        """
        known, floors, ceilings = theory or {}, floor or {}, ceiling or {}
        for name, values in measures.items():
            bounds = {"floor": floors.get(name), "ceiling": ceilings.get(name)}
            self.rows.append(line.row(generation, name, values, known.get(name), **bounds))
        about = asdict(line)
        for name in keep:
            seeds = enumerate(measures[name][:MOST_SEEDS].tolist())
            kept = [about | _seed(chain, generation, name, value) for chain, value in seeds]
            self.tables.setdefault("seeds", []).extend(kept)

    def add(self, other: Found) -> None:
        """Append what `other` holds."""
        self.rows += other.rows
        for name, rows in other.tables.items():
            self.tables.setdefault(name, []).extend(rows)


def seeds_of(task: Task, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the rows of one replicate as figures of one seed: rows of the table `seeds`."""
    line = asdict(task.line)
    return [
        {name: getattr(row, name) for name in line} | _seed(task.replicate, row.generation, row.measure, row.mean)
        for row in rows
        if row.chains == 1
    ]


def _seed(seed: int, generation: int, measure: str, value: float) -> dict[str, Any]:
    return {"seed": seed, "generation": generation, "measure": measure, "value": value}


class Resumable(Subject[D, M], Protocol[D, M]):
    """A subject whose items and models can be put down and taken up again, bit for bit."""

    def pack_model(self, model: M) -> Arrays: ...

    def unpack_model(self, arrays: Arrays) -> M: ...

    def pack_items(self, items: D) -> Arrays: ...

    def unpack_items(self, arrays: Arrays) -> D: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """One task's folder, and how to tell what is done. `folder` None keeps nothing (work of a moment).

    States are saved `every` so many seconds at most: a generation of a quick line costs less than saving it. `say` is
    told what was found damaged and discarded. `bases` is the folder that base models are kept in. `data` are digests of
    what the run began with (`Experiment.reads`).
    """

    folder: Path | None = None
    tell: Tell | None = None
    every: float = 2.0
    say: Say = unsaid
    bases: Path | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shared(self) -> Path | None:
        """The folder of the whole run, which holds the desks of all its tasks and what they share."""
        return self.folder.parent if self.folder else None

    def expect(self, found: Mapping[str, Any]) -> None:
        """Raise `InputError` if data read only now, with these digests, are not what the run began with."""
        for name, digest in found.items():
            if self.data.get(name, digest) != digest:
                raise InputError(
                    f"the {name} changed while the run was going on", next="run it again: it is another run now"
                )

    def progress(self, done: int, total: int) -> None:
        """Tell that `done` of `total` steps (generations) are done."""
        if self.tell:
            self.tell(done, total)


def follow(
    desk: Desk,
    subject: Resumable[D, M],
    regime: Regime,
    size: int,
    generations: int,
    rng: np.random.Generator,
    arm: Arm,
    observe: Callable[[Step[D, M]], Found],
) -> Found:
    """Run a line, observe each generation and save after those that took long; go on from there, bit for bit."""
    state = desk.folder / STATE if desk.folder else None
    begun = kept(state, lambda path: _load(path, subject, rng), desk.say) if state else None
    found, after = begun or (Found(), None)
    saved = monotonic()
    for step in recur(subject, regime, size, generations, rng, arm, after=after):
        found.add(observe(step))
        if state and monotonic() - saved >= desk.every:
            _save(state, subject, step, rng, found)
            saved = monotonic()
        desk.progress(step.generation, generations)
    return found


def save_found(path: Path, found: Found) -> None:
    """Write what a task found, whole or not at all."""
    write_atomic(path, npz(_pack_found(found)))


def load_found(path: Path) -> Found:
    """Return what `save_found` wrote."""
    return _unpack_found(of_npz(path.read_bytes()))


def npz(arrays: Arrays) -> bytes:
    """Return arrays as the bytes of an npz file."""
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **arrays)
    return out.getvalue()


def of_npz(content: bytes) -> dict[str, NDArray[Any]]:
    """Return what `npz` was given."""
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return dict(stored)


def _save(path: Path, subject: Resumable[D, M], step: Step[D, M], rng: np.random.Generator, found: Found) -> None:
    about = {"generation": step.generation, "rng": rng.bit_generator.state, "kept": step.kept is not None}
    arrays: dict[str, NDArray[Any]] = {
        "about": _text(about),
        "human": step.intake.human,
        "machine": step.intake.machine,
    }
    arrays |= {f"model/{name}": array for name, array in subject.pack_model(step.model).items()}
    arrays |= {f"first/{name}": array for name, array in subject.pack_model(step.first).items()}
    if step.kept is not None:
        arrays |= {f"kept/{name}": array for name, array in subject.pack_items(step.kept).items()}
    private_folder(path.parent)
    write_atomic(path, npz(arrays | _pack_found(found)))


def _load(path: Path, subject: Resumable[D, M], rng: np.random.Generator) -> tuple[Found, Step[D, M]]:
    """Return what was found and the step that was saved; `rng` is set last, so that a damaged file leaves it alone."""
    arrays = of_npz(path.read_bytes())
    about = json.loads(arrays["about"].tobytes())
    step = Step(
        about["generation"],
        subject.unpack_model(_part(arrays, "model/")),
        Intake(arrays["human"], arrays["machine"]),
        subject.unpack_model(_part(arrays, "first/")),
        subject.unpack_items(_part(arrays, "kept/")) if about["kept"] else None,
    )
    found = _unpack_found(arrays)
    rng.bit_generator.state = about["rng"]
    return found, step


def _part(arrays: Arrays, prefix: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _pack_found(found: Found) -> dict[str, NDArray[Any]]:
    """Rows as JSON, extra tables as Arrow streams: they may hold bytes."""
    import pyarrow as pa

    packed: dict[str, NDArray[Any]] = {"found/rows": _text([asdict(row) for row in found.rows])}
    for name, rows in found.tables.items():
        table, sink = pa.Table.from_pylist(rows), pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        packed[f"found/table/{name}"] = np.frombuffer(sink.getvalue(), dtype=np.uint8)
    return packed


def _unpack_found(arrays: Arrays) -> Found:
    import pyarrow as pa

    found = Found([Row(**row) for row in json.loads(arrays["found/rows"].tobytes())])
    for name in arrays:
        if name.startswith("found/table/"):
            with pa.ipc.open_stream(arrays[name].tobytes()) as reader:
                found.tables[name.removeprefix("found/table/")] = reader.read_all().to_pylist()
    return found


def _text(value: Any) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value).encode(), dtype=np.uint8)
