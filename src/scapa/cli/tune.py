"""`scapa tune`: train on a release, evaluate, gate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from scapa.cli.session import Session, shared

if TYPE_CHECKING:
    from scapa.model.shelf import Model


@click.command("tune")
@click.option("--release", metavar="NAME", help="A release, by the start of its id or root; the newest otherwise.")
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
    from scapa.model.tuning import shelf, tune_release

    home = session.home(create=False)
    made = tune_release(home, open_release(home, release), budget=budget, seed=seed, progress=session.progress)
    serving = shelf(home).current()
    result = summary(made, promoted=serving is not None and serving.id == made.id)
    session.show(result, lines(result))
    return 0


def summary(made: Model, *, promoted: bool) -> dict[str, Any]:
    """Return the JSON of a `tune`."""
    return {"model": made.id, **made.evaluation, "promoted": promoted, "path": made.folder}


def lines(result: dict[str, Any]) -> Iterator[str]:
    """Yield a tuning in words."""
    loss = result["heldout_loss"]
    yield f"model {result['model']}: held-out loss {loss['before']:.3f} → {loss['after']:.3f} nats a token"
    for gate in result["gates"]:
        band = f" [{gate['low']:.3f}, {gate['high']:.3f}]" if gate.get("low") is not None else ""
        note = f" ({gate['note']})" if gate.get("note") else ""
        verdict = "passed" if gate["passed"] else "FAILED"
        yield f"  {verdict}  {gate['name']}: {gate['value']:.3f}{band}, limit {gate['floor']:g}{note}"
    yield "promoted: it serves from now on" if result["promoted"] else "kept, not promoted: the last good model serves"
