"""`scapa lab`: experiments on model collapse, checked against exact theory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from scapa.cli.session import Session, shared
from scapa.errors import UsageError

if TYPE_CHECKING:
    from scapa.lab import LabRun


@click.group("lab")
def command() -> None:
    """Reproduce model collapse ("The Curse of Recursion", arXiv 2305.17493), with exact theory beside it."""


def experiment(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give an experiment's command the options they all have."""
    for option in (
        click.option(
            "--size",
            "sizes",
            type=click.IntRange(2, 10**9),
            multiple=True,
            help="Items a generation, M; may be given again.",
        ),
        click.option("--generations", type=click.IntRange(1, 1_000_000)),
        click.option("--chains", type=click.IntRange(2, 1_000_000), help="Independent repetitions."),
        click.option("--regime", "regimes", multiple=True, help="replace, accumulate, mix:0.1, filtered:0.98,0.001 …"),
        click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="The same seed gives the same figures."),
        click.option("--release", metavar="NAME", help="Start from the words of this release (latest: the newest)."),
        shared,
    ):
        function = option(function)
    return function


@command.command("gaussian")
@experiment
def gaussian(session: Session, release: str | None, **options: Any) -> int:
    """Fit a Gaussian, sample, fit again: thousands of chains at once, by sufficient statistics.

    \b
    Example: scapa lab gaussian --size 100 --size 1000 --generations 200
             scapa lab gaussian --release latest      (its log sentence lengths)
    """
    from scapa.lab.texts import log_sentence_lengths

    data = {} if release is None else {"values": log_sentence_lengths(_texts(session, release))}
    return _run(session, "gaussian", data, options)


@command.command("discrete")
@experiment
def discrete(session: Session, release: str | None, **options: Any) -> int:
    """Fit a distribution over words exactly, resample it, fit again: the rare words go first.

    \b
    Example: scapa lab discrete --regime replace --regime mix:0.1
             scapa lab discrete --release latest      (its own words)
    """
    from scapa.lab.texts import word_counts

    data = {} if release is None else {"counts": word_counts(_texts(session, release))[1]}
    return _run(session, "discrete", data, options)


def _texts(session: Session, name: str) -> list[str]:
    from scapa.corpus.release import open_release

    texts = [d.text for d in open_release(session.home(create=False), None if name == "latest" else name).documents()]
    if not texts:
        raise UsageError("the release holds no text", where=name)
    return texts


def _run(session: Session, name: str, data: dict[str, Any], options: dict[str, Any]) -> int:
    from scapa.lab import EXPERIMENTS

    chosen = {key: value for key, value in options.items() if value not in (None, ())}
    config, _ = EXPERIMENTS.make(name, **chosen, **data)
    run = config.run(config.folder(session.home().folder("lab")), session.progress)
    session.show(run.summary(), _lines(run))
    return 0 if run.passed else 1


def _lines(run: LabRun) -> Iterator[str]:
    failed = [check for check in run.checks if not check.passed]
    last = run.generations
    for row in run.rows:
        if row.generation == last and row.measure in ("sigma", "w2", "support", "tail_kept"):
            beside = "" if row.theory is None else f", theory {row.theory:.4g}"
            line = f"{row.regime} {row.arm} M = {row.size:,}"
            yield f"{line}: {row.measure} after {last:,} generations {row.mean:.4g} ± {row.error:.2g}{beside}"
    yield f"{len(run.checks) - len(failed)} of {len(run.checks)} checks against theory passed"
    yield from (f"FAILED  {c.name}: {c.observed:.6g}, expected {c.expected:.6g} ± {c.tolerance:.2g}" for c in failed)
    yield f"figures in {run.folder}"
