"""`scapa forecast`: what happens to your tails if you keep training on this mix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from scapa.cli.session import Session, shared
from scapa.errors import UsageError

if TYPE_CHECKING:
    from scapa.lab import LabRun
    from scapa.store.home import Home


@click.command("forecast")
@click.option("--release", "name", metavar="NAME", default="latest", show_default=True, help="Whose words.")
@click.option("--share", type=float, help="Machine share of what is written from now on; else what curate found.")
@click.option("--share-low", type=float, help="Lower end of its interval.")
@click.option("--share-high", type=float, help="Upper end of its interval.")
@click.option("--generations", type=click.IntRange(1, 1_000), default=10, show_default=True)
@click.option("--size", type=click.IntRange(2, 10**9), help="Human words a generation [default: the release's own].")
@click.option("--hit", type=float, help="Share of machine items that the guard finds [default: 0.98].")
@click.option("--false-alarm", type=float, help="Share of human items that it takes for machine ones [default: 0.001].")
@click.option("--check", is_flag=True, help="Run loops on this text, too, and print forecast and outcome side by side.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True)
@shared
def command(session: Session, name: str, check: bool, **options: Any) -> int:
    """Predict what is left of your text's tail under each way of training on it, with intervals.

    Exact theory for a model that repeats your words' frequencies; --check shows how right it is for your text, and
    makes the exit code 1 where it is not.

    \b
    Example: scapa forecast --share 0.3 --share-low 0.2 --share-high 0.4
             scapa forecast --release latest --generations 5 --check --json
    """
    from scapa.corpus.release import open_release
    from scapa.lab import perform
    from scapa.lab.forecast import ForecastConfig
    from scapa.lab.forecast.telling import lines, summary

    home = session.home(create=False)
    release = open_release(home, None if name == "latest" else name)
    texts = release.own_texts()
    if options["share"] is None:
        if options["share_low"] is not None or options["share_high"] is not None:
            raise UsageError("an interval needs its --share")
        options |= _found_by_curate(home, len(texts))
    chosen = {key: value for key, value in options.items() if value is not None}
    run = perform(ForecastConfig(texts=texts, **chosen), home.folder("lab"), session.progress)
    if not check:
        session.show(summary(run), lines(run))
        return 0 if run.passed else 1
    loops = _loops(session, home, texts, options["seed"])
    session.show(summary(run) | _compared(loops), [*lines(run), *_side_by_side(loops)])
    return 0 if run.passed and loops.passed else 1


def _loops(session: Session, home: Home, texts: tuple[str, ...], seed: int) -> LabRun:
    """Return trigram loops on the texts, beside what was forecast of them."""
    from scapa.lab import perform
    from scapa.lab.forecast import ForecastCheckConfig

    config = ForecastCheckConfig(**ForecastCheckConfig.from_texts(texts), seed=seed)
    return perform(config, home.folder("lab"), session.progress)


def _compared(loops: LabRun) -> dict[str, Any]:
    from scapa.lab.forecast import beside

    return {"check": [asdict(one) for one in beside(loops.rows)], "checks": loops.summary()["checks"]}


def _side_by_side(loops: LabRun) -> Iterator[str]:
    from scapa.cli.lab import verdicts
    from scapa.lab.forecast import beside, side_by_side

    yield from side_by_side(beside(loops.rows))
    yield from verdicts(loops)


def _found_by_curate(home: Home, documents: int) -> dict[str, float]:
    """Return the machine share that `scapa curate` found, by words, with Wilson's interval by document."""
    from scapa.corpus.decide import latest
    from scapa.measure.interval import wilson

    share = float(latest(home).counts["machine_share"])
    found = wilson(round(share * documents), documents)
    return {"share": share, "share_low": min(found.low, share), "share_high": min(max(found.high, share), 1 - 1e-9)}
