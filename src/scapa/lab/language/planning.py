"""The plan: measure how fast this machine trains, reads and writes, then shrink what was asked for until it fits.

What shrinks, in this order: blocks a generation (and the base's steps) to a half, seeds to two, generations to six,
blocks to a quarter. If even that is too long, it is run nevertheless: `minutes` is a wish, the least plan a floor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from scapa.cores import usable
from scapa.lab.arithmetic import arithmetic
from scapa.lab.desk import Desk
from scapa.lab.language.author import Author, Small
from scapa.lab.language.presets import SCRATCH
from scapa.lab.language.stage import BASE_BATCH, BASE_WIDTH, course, decoding, dtype_of, shape, text_of
from scapa.lab.language.training import Blocks
from scapa.lab.regimes import intake, parse
from scapa.model.parts import torch
from scapa.model.processor import flags

if TYPE_CHECKING:
    from scapa.lab.language import LanguageConfig

MARGIN = 0.85
"""The share of the time that the plan fills: other work slows a machine down."""
OVERHEAD = 15.0
"""Seconds for tokenizing, starting processes and loading libraries."""
SAMPLE = 64
_HALF_PRECISION = {"amx_bf16", "avx512_bf16", "bf16"}
_SHRUNK = ("precision", "size", "base_steps", "replicates", "generations", "measured")


@dataclass(frozen=True, slots=True)
class Rates:
    """Tokens a second on one thread: trained on, read (losses), written (their prompts read in that time, too)."""

    train: float
    read: float
    write: float


def plan(config: LanguageConfig, desk: Desk) -> dict[str, Any]:
    """Return the settings that fit `config.minutes`. A pretrained base's run is not shrunk: its size is the point."""
    with arithmetic(1):
        config = replace(config, size=config.size or len(text_of(config, desk).corpus))
        if config.base != SCRATCH:
            return {"precision": _precision(config), "size": config.size}
        if config.minutes or config.precision == "auto":
            config, rates = _measured(config)
            config = fitted(config, rates, usable()) if config.minutes else config
        return {name: getattr(config, name) for name in _SHRUNK}


def fitted(config: LanguageConfig, rates: Rates, processes: int) -> LanguageConfig:
    """Return the largest plan of `plans` that takes no longer than `config.minutes`, or the least."""
    for candidate in plans(config):
        if seconds(candidate, rates, processes) <= MARGIN * 60 * config.minutes:
            break
    return candidate


def plans(config: LanguageConfig) -> Iterator[LanguageConfig]:
    """Yield `config` and ever smaller ones."""
    replicates, generations = min(config.replicates, 2), min(config.generations, 6)
    for share in (1.0, 0.8, 0.65, 0.5):
        yield _scaled(config, share)
    yield _scaled(replace(config, replicates=replicates), 0.5)
    for share in (0.5, 0.35, 0.25):
        yield _scaled(replace(config, replicates=replicates, generations=generations), share)


def seconds(config: LanguageConfig, rates: Rates, processes: int) -> float:
    """Return how long a run takes: the base, then each task's share of the processes."""
    base = config.base_steps * BASE_BATCH * BASE_WIDTH / rates.train
    return (
        OVERHEAD
        + base
        + sum(_of_line(config, rates, task.line.regime, task.line.arm) for task in config.tasks()) / processes
    )


def _of_line(config: LanguageConfig, rates: Rates, regime: str, arm: Any) -> float:
    parsed, rng, numbers = parse(regime), np.random.default_rng(0), range(1, config.generations + 1)
    takes = [intake(parsed, arm, n, config.size, 1, rng) for n in numbers]
    fresh = [int(take.human[0] + take.machine[0]) for take in takes]
    sets = np.cumsum(fresh) if parsed.keeps_all and not parsed.subsamples else np.array(fresh)
    one = course(config, parsed)
    trained = sum((one.times(blocks / config.size) if config.whole else one).steps for blocks in sets) * one.batch
    written = sum(int(take.machine[0]) for take in takes) + config.probes * config.generations
    read = (config.probes + config.held_out) * config.generations
    return config.block * (trained / rates.train + read / rates.read + written / rates.write)


def _scaled(config: LanguageConfig, share: float) -> LanguageConfig:
    size = max(config.batch, round(config.size * share / config.batch) * config.batch)
    return replace(config, size=size, base_steps=max(1, round(config.base_steps * share)))


def _measured(config: LanguageConfig) -> tuple[LanguageConfig, Rates]:
    """Settle the precision by which trains in less processor time, and return the rates that it gives."""
    choices = [config.precision]
    if config.precision == "auto":
        choices = ["float32", "bfloat16"] if flags() & _HALF_PRECISION else ["float32"]
    settled = [replace(config, precision=precision) for precision in choices]
    if len(settled) > 1:
        settled.sort(key=lambda choice: -_trained(choice, _fresh(choice), time.process_time))
    found = rates(settled[0], _fresh(settled[0]))
    return replace(settled[0], measured=(found.train, found.read, found.write)), found


def _fresh(config: LanguageConfig) -> Small:
    return Small(shape(config), shape(config).fresh(torch.Generator().manual_seed(0)), dtype_of(config))


def rates(config: LanguageConfig, author: Author, timer: Callable[[], float] = time.perf_counter) -> Rates:
    """Measure on made-up blocks."""
    rng = np.random.default_rng(0)
    blocks = _made_up(config, config.block)
    train = _trained(config, author, timer)
    model = author.learn(blocks, replace(course(config, parse("replace")), steps=1), rng)
    read = _rate(lambda: author.losses(model, blocks), blocks.size, timer)
    prompts = np.repeat(_made_up(config, config.prompt), 2, axis=0)
    law, length = decoding(config), config.block
    write = _rate(lambda: author.write(model, prompts, length, law, rng), len(prompts) * length, timer)
    return Rates(train, read, write)


def _trained(config: LanguageConfig, author: Author, timer: Callable[[], float]) -> float:
    """Return the tokens a second that a generation trains on; a first step warms up and is not counted."""
    rng, blocks = np.random.default_rng(0), _made_up(config, config.block)
    few = replace(course(config, parse("replace")), steps=4)
    author.learn(blocks, replace(few, steps=1), rng)
    return _rate(lambda: author.learn(blocks, few, rng), few.steps * few.batch * config.block, timer)


def _made_up(config: LanguageConfig, length: int) -> Blocks:
    return np.random.default_rng(0).integers(config.vocabulary, size=(SAMPLE, length)).astype(np.int32)


def _rate(work: Callable[[], object], tokens: int, timer: Callable[[], float]) -> float:
    start = timer()
    work()
    return round(tokens / max(timer() - start, 1e-9), 1)


def _precision(config: LanguageConfig) -> str:
    from scapa.model.processor import choose

    if config.precision != "auto":
        return config.precision
    return "bfloat16" if torch.cuda.is_available() else choose(1).precision
