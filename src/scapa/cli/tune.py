"""`scapa tune`: train on a release, evaluate, gate."""

from __future__ import annotations

import click

from scapa.cli.session import Session, shared


@click.command("tune")
@click.option(
    "--release", metavar="NAME", help="A release, by the start of its id or root; the newest local one otherwise."
)
@click.option("--budget", help="Longest time it may take, e.g. 90s, 30min, 2h; the setting tune.budget otherwise.")
@click.option("--seed", type=int, default=1, show_default=True)
@shared
def command(session: Session, release: str | None, budget: str | None, seed: int) -> int:
    """Tune the base model on your own words, measure voice and memorisation, promote it only through its gates.

    The first tuning fetches and converts the base model; nothing else here uses the network. Interrupt it at will:
    the same command goes on where it stopped.

    \b
    Example: scapa tune --budget 20min
    """
    from scapa.corpus.release import open_release
    from scapa.model.tuning import lines, summary, tune_release

    home = session.home(create=False)
    made = tune_release(
        home,
        open_release(home, release, audience=None if release else "local"),
        budget=budget,
        seed=seed,
        progress=session.progress,
    )
    result = summary(home, made)
    session.show(result, lines(result))
    return 0
