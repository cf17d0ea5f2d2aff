"""Tuning, the whole story: split, measure before, train within the budget, measure after, gate, write the folder.

    result = tune(release.documents(), base, shelf.new("2026-01-31"), settings.tune, release_root=release.root(),
                  budget_seconds=1800, seed=0, progress=draw)
    if result.passed: shelf.promote(result.id)

Run again over the same folder, a killed or stopped tuning goes on from its last checkpoint and ends as if nothing
had happened. `stop` is asked after every step: when it says True, the state is saved and the result is unfinished.
Samples are drawn to be measured; their text goes nowhere, so it need not be recorded.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from scapa.errors import InputError, UsageError
from scapa.files import private_folder
from scapa.measure.tails import Change
from scapa.model import checkpoint
from scapa.model.base import Base
from scapa.model.bill import BILL, CURVES, EVALUATION, WEIGHTS, read_json, window_list, write_json
from scapa.model.checkpoint import State
from scapa.model.evaluate import Evaluation, Losses, evaluate
from scapa.model.gates import Tails, all_pass, gates, tail_changes
from scapa.model.generate import Sampling, sample
from scapa.model.hidden import Hidden
from scapa.model.memory import Memory, probe
from scapa.model.parts import torch, versions
from scapa.model.processor import Processor, choose
from scapa.model.split import Split, TooLittle, split
from scapa.model.train import Rate, Timer, Trainer, Training, adapt, least_seconds, plan, window_losses
from scapa.model.windows import HubTokens, Piece, Windows, count, pack
from scapa.records import Clock, Gate, Progress, ReleasedDocument, silent
from scapa.seal.canonical import canonical, digest, file_digest
from scapa.settings import Tune

WORK = "work"
GLANCE = 8
"""Windows of held-out text that are looked at on the way."""
MARGIN = 2.0
"""Seconds to keep back for writing files and the like."""
SETS = ("heldout", "control", "general")
MEASURING = 0.45
"""The most of a budget that measuring before and after may take; sets are measured on fewer windows to keep to it."""
LEAST_MEASURED = 8
"""But not on fewer windows a set than this."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of a finished tuning, and the gates over them."""

    evaluation: Evaluation
    memory: Memory
    tails: Mapping[str, Change]
    gates: tuple[Gate, ...]

    def as_json(self) -> dict[str, Any]:
        tails = {
            name: {
                "human": change.theirs, "generated": change.ours,
                "low": 1 + change.difference.low / change.theirs, "high": 1 + change.difference.high / change.theirs,
            }
            for name, change in self.tails.items() if change.theirs
        }  # fmt: skip
        gates = [asdict(gate) for gate in self.gates]
        return self.evaluation.as_json() | {"memory": asdict(self.memory), "tails": tails, "gates": gates}


@dataclass(frozen=True, slots=True)
class TuneResult:
    """What a tuning came to. `finished` is False after `stop`; all else is then empty or so far."""

    id: str
    folder: Path
    finished: bool
    steps: int
    tokens_seen: int
    tokens_per_second: float
    measured: Measured | None = None
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.measured is not None and all_pass(self.measured.gates)


def tune(
    documents: Sequence[ReleasedDocument],
    base: Base,
    out_folder: Path,
    settings: Tune = Tune(),  # noqa: B008 - frozen
    *,
    budget_seconds: float,
    release_root: str = "",
    seed: int = 0,
    training: Training = Training(),  # noqa: B008 - frozen
    steps: int | None = None,
    progress: Progress = silent,
    stop: Callable[[], bool] = lambda: False,
    now: Clock = lambda: time.time_ns() // 1_000,
    timer: Timer = time.monotonic,
    tails: Tails | None = None,
) -> TuneResult:
    """Tune `base` on the target documents and write the model to `out_folder`; see the module.

    `budget_seconds` bounds the whole call; `steps` fixes the number of steps instead of planning it. Where the budget
    is short, fewer windows are measured, which the notes say. `tails` compares generated with real texts (default:
    `tail_changes`). Raises `TooLittle` for too little text, `UsageError` for a budget that is too short even so,
    `CheckFailed` when the loss is not finite.
    """
    started = timer()
    if (out_folder / BILL).exists():
        raise InputError("holds a finished model", where=str(out_folder), next="choose another folder")
    private_folder(out_folder / WORK)
    processor = choose(settings.threads)
    job = _prepare(documents, base, settings, training, seed, processor, out_folder / WORK, progress)
    key = job.key(base, settings, release_root, steps)
    state = checkpoint.load(job.work, key, job.trainer.weights, job.trainer.optimiser)
    known = state is not None
    state = state or State()
    rate = job.trainer.rate(timer)
    end = started + budget_seconds - job.sampling(timer)
    if not known:
        state.measured = training.eval_windows if steps is not None else job.affordable(rate, end - timer())
    job = job.measuring(state.measured or training.eval_windows)
    if not known:
        state.before = {name: job.losses(name, "before", progress) for name in SETS}
    until = end - job.reserve(rate)
    if not known:
        windows = len(job.windows["train"])
        state.steps = plan(rate, windows, training, until - timer()) if steps is None else steps
        checkpoint.save(job.work, key, state, job.trainer.weights, job.trainer.optimiser)
    speed = _train(job, state, key, progress, stop, timer, until if steps is None else None)
    if state.step < state.steps and stop():
        return TuneResult(out_folder.name, out_folder, False, state.step, state.tokens, speed)
    done = _measure(job, state, progress, tails)
    notes = (*job.sets.notes, *job.shortened())
    if state.step < state.steps:
        notes = (*notes, f"the time budget ended training after {state.step} of {state.steps} steps")
    _write_figures(job, state, done, notes, base, out_folder)
    bill = _bill(job, state, base, out_folder, settings, release_root, now) | {"tokens_per_second": round(speed, 1)}
    write_json(out_folder / BILL, bill)  # last: a folder with a bill is finished
    clear(out_folder)
    return TuneResult(out_folder.name, out_folder, True, state.step, state.tokens, speed, done, notes)


def clear(folder: Path) -> None:
    """Remove what a finished tuning no longer needs (a killed one can leave it behind)."""
    shutil.rmtree(folder / WORK, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Job:
    """Everything that stays as it is during a tuning. `hidden` has the windows that are trained or measured on."""

    sets: Split
    windows: dict[str, Windows]
    hidden: dict[str, Hidden]
    tokens: HubTokens
    trainer: Trainer
    training: Training
    processor: Processor
    seed: int
    work: Path

    def key(self, base: Base, settings: Tune, release_root: str, steps: int | None) -> str:
        """Return the digest of all that shapes the run, the time budget apart."""
        packed = [digest(w.ids.tobytes() + w.target.tobytes()) for w in self.windows.values()]
        shape = [settings.rank, settings.learning_rate, self.seed, self.processor.precision, steps, release_root]
        return digest(canonical([packed, base.bill["files"], asdict(self.training), shape]))

    def losses(self, name: str, stage: str, progress: Progress) -> list[float]:
        found = window_losses(self.trainer.stack, self.hidden[name], self.training.micro)
        progress(f"measuring {stage}: {name}", len(found), len(found), "windows")
        return found

    def affordable(self, rate: Rate, seconds: float) -> int:
        """Return on how many windows of each set to measure so that `seconds` are enough for it and a short training.

        A window costs its frozen layers once, and half a training pass before and after.
        """
        least = least_seconds(rate, len(self.windows["train"]), self.training)
        rest = least + 0.5 * rate.upper * GLANCE * self.training.glances + MARGIN
        room = min(MEASURING * seconds, seconds - rest)
        sizes = [len(self.windows[name]) for name in SETS]
        for most in range(max(sizes), LEAST_MEASURED, -1):
            if (rate.lower + rate.upper) * sum(min(size, most) for size in sizes) <= room:
                return most
        return LEAST_MEASURED

    def measuring(self, most: int) -> _Job:
        """Return the job with at most `most` windows of each set to measure."""
        stack = self.trainer.stack
        chosen = {name: Hidden(stack, self.windows[name].spread(most), self.work) for name in SETS}
        return replace(self, hidden=self.hidden | chosen)

    def shortened(self) -> Iterator[str]:
        """Yield a note if some set was not measured whole."""
        had = {name: (len(self.hidden[name].windows), len(self.windows[name])) for name in SETS}
        less = [f"{measured} of {all_} {name}" for name, (measured, all_) in had.items() if measured < all_]
        if less:
            yield f"the time budget is short: measured on fewer windows ({', '.join(less)})"

    def reserve(self, rate: Rate) -> float:
        """Return the seconds to keep back for the measurements on the way and after."""
        again = sum(len(self.hidden[name].windows) for name in SETS) + GLANCE * self.training.glances
        return 0.5 * rate.upper * again + MARGIN

    def sampling(self, timer: Timer) -> float:
        """Return the seconds to keep back for the samples."""
        ids = torch.full((2 * self.training.samples, 1), self.tokens.start)
        with torch.inference_mode():
            self.trainer.stack.model(input_ids=ids)
            start = timer()
            self.trainer.stack.model(input_ids=ids)
        return 1.3 * self.training.sample_tokens * (timer() - start)


def _prepare(
    documents: Sequence[ReleasedDocument],
    base: Base,
    settings: Tune,
    training: Training,
    seed: int,
    processor: Processor,
    work: Path,
    progress: Progress,
) -> _Job:
    progress("loading the base model", 0)
    tokens = base.tokens()
    least = training.least_windows * training.width
    sets = split(tuple(documents), lambda text: count(text, tokens), least=least)
    windows = {name: _pack(getattr(sets, name), tokens, training) for name in SETS}
    windows["train"] = pack(_pieces(sets.train), tokens, training.width)
    if not len(windows["heldout"]) or not len(windows["train"]):
        raise TooLittle("almost all of your text is masked: it fills no window", next="see `scapa why` for the reasons")
    stack = adapt(base.network(processor.dtype), settings.rank, training, seed)
    hidden = Hidden(stack, windows["train"], work)
    trainer = Trainer(stack, hidden, training, settings.learning_rate, seed)
    return _Job(sets, windows, {"train": hidden}, tokens, trainer, training, processor, seed, work)


def _pieces(documents: Sequence[ReleasedDocument]) -> list[Piece]:
    return [Piece(d.id, d.text) for d in documents]


def _pack(documents: Sequence[ReleasedDocument], tokens: HubTokens, training: Training) -> Windows:
    """Pack an evaluation set: at most `eval_windows`, spread over documents that are themselves spread over the set.

    About twice the text that is needed is tokenised (at four characters a token), and no less than a document a window.
    """
    mean = sum(len(d.text) for d in documents) / max(1, len(documents))
    most = max(training.eval_windows, ceil(8 * training.eval_windows * training.width / max(1.0, mean)))
    chosen = [documents[i * len(documents) // most] for i in range(most)] if len(documents) > most else documents
    return pack(_pieces(chosen), tokens, training.width).spread(training.eval_windows)


def _train(
    job: _Job,
    state: State,
    key: str,
    progress: Progress,
    stop: Callable[[], bool],
    timer: Timer,
    until: float | None,
) -> float:
    """Run the steps that are left, or until the clock says `until`; return the tokens a second that training made."""
    trainer, looks = job.trainer, _looks(state.steps, job.training.glances)
    saved, seconds, tokens = timer(), 0.0, state.tokens
    while state.step < state.steps and (until is None or timer() < until):
        before = timer()
        state.train.append(trainer.step(state.step, state.steps))
        state.tokens += int(job.windows["train"].target[trainer.rows(state.step)].sum())
        state.step += 1
        seconds += timer() - before
        progress("training", state.step, state.steps, "steps")
        if state.step in looks:
            state.heldout.append((state.step, _glance(job)))
        stopping = stop()
        # The last step is saved, too: measuring what came of it takes a while.
        if stopping or state.step == state.steps or timer() - saved > job.training.checkpoint_seconds:
            saved = timer()
            checkpoint.save(job.work, key, state, trainer.weights, trainer.optimiser)
        if stopping:
            break
    return (state.tokens - tokens) / seconds if seconds else 0.0


def _looks(steps: int, glances: int) -> set[int]:
    return {round((i + 1) * steps / (glances + 1)) for i in range(glances)} - {0, steps}


def _glance(job: _Job) -> float:
    """Return the mean loss of a few held-out windows."""
    return float(np.mean(window_losses(job.trainer.stack, job.hidden["heldout"], job.training.micro, GLANCE)))


def _measure(job: _Job, state: State, progress: Progress, tails: Tails | None) -> Measured:
    """Return the figures after tuning and the gates over them."""
    rng = np.random.default_rng([job.seed, 1])
    found: list[Losses | None] = []
    for name in SETS:
        before, after = np.array(state.before[name]), np.array(job.losses(name, "after", progress))
        groups = tuple(job.hidden[name].windows.groups())
        found.append(Losses(before, after, groups) if len(after) else None)
    author, control, general = found
    if author is None:
        raise TooLittle("there is no held-out text", next="add more of your own writing")
    evaluation = evaluate(author, control, general, rng)
    progress("sampling", 0)
    recited, continued, real = _samples(job)
    memory = probe(recited, [d.text for d in job.sets.train], real)
    changes = _tail_changes(tails or tail_changes(rng), continued, real)
    return Measured(evaluation, memory, changes, tuple(gates(evaluation, memory, changes)))


def _samples(job: _Job) -> tuple[list[str], list[str], list[str]]:
    """Return continuations of training openings, continuations of held-out openings, and what really followed those.

    An opening is the first sixteenth of a window. All are drawn in one batch.
    """
    training, opening = job.training, max(2, job.training.width // 16)
    train, heldout = (job.windows[name].spread(training.samples) for name in ("train", "heldout"))
    prompts = [row[:opening].tolist() for row in (*train.ids, *heldout.ids)]
    network = job.trainer.stack.model.eval()
    most = min(training.sample_tokens, training.width - opening)
    found = sample(network, prompts, job.tokens.stops, most, Sampling(seed=job.seed))
    texts = [job.tokens.decode(ids) for ids in found]
    real = [job.tokens.decode(row[opening : opening + most].tolist()) for row in heldout.ids]
    return texts[: len(train)], texts[len(train) :], real


def _tail_changes(tails: Tails, generated: list[str], real: list[str]) -> Mapping[str, Change]:
    try:
        return tails(generated, real)
    except UsageError:  # too little was sampled to compare: the gate says so
        return {}


def _write_figures(job: _Job, state: State, done: Measured, notes: tuple[str, ...], base: Base, folder: Path) -> None:
    """Write the adapter, the curves and the evaluation."""
    _save_adapter(job, base, folder / "adapter")
    curves = {"train": state.train, "heldout": state.heldout, "planned_steps": state.steps}
    write_json(folder / CURVES, {"unit": "nats/token", **curves})
    write_json(folder / EVALUATION, done.as_json() | {"notes": list(notes)})


def _save_adapter(job: _Job, base: Base, folder: Path) -> None:
    job.trainer.stack.model.save_pretrained(folder, save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)  # a template that says nothing
    config = read_json(folder / "adapter_config.json")
    write_json(
        folder / "adapter_config.json", config | {"base_model_name_or_path": base.bill["name"]}
    )  # no local paths


def _bill(
    job: _Job, state: State, base: Base, folder: Path, settings: Tune, release_root: str, now: Clock
) -> dict[str, Any]:
    chosen, processor = asdict(settings), asdict(job.processor)
    weights = {name: file_digest(folder / name) for name in (WEIGHTS, "adapter/adapter_config.json")}
    return {
        "id": folder.name,
        "made": now(),
        "base": base.bill,
        "release": {"root": release_root},
        "settings": chosen | {"base": base.bill["name"]},
        "training": asdict(job.training),
        "seed": job.seed,
        "versions": versions(),
        "processor": processor,
        "frozen_layers": job.trainer.stack.frozen,
        "start_token": job.tokens.start,
        "steps": state.step,
        "tokens_seen": state.tokens,
        "documents": {name: [d.id for d in getattr(job.sets, name)] for name in ("train", "heldout")},
        "windows": window_list(job.windows["train"]),
        "weights": weights,
    }
