"""`scapa models`: list, promote, roll back."""

from __future__ import annotations

import click

from scapa.cli.session import Session, shared


@click.group("models")
def command() -> None:
    """List the tuned models, promote one, or roll back to the last good one."""


@command.command("list")
@shared
def list_(session: Session) -> int:
    """List every model, its gates, and which one serves.

    \b
    Example: scapa models list
    """
    from scapa.model.tuning import shelf

    models = shelf(session.home(create=False))
    serving = models.current()
    rows, lines = [], []
    for model in models.models():
        failed = model.failed
        serves = serving is not None and serving.id == model.id
        rows.append({"model": model.id, "serves": serves, "failed": failed})
        verdict = "passed its gates" if not failed else "failed " + ", ".join(failed)
        lines.append(f"{'→' if serves else ' '} {model.id}  {verdict}")
    session.show({"models": rows}, lines or ["no models yet: scapa tune"])
    return 0


@command.command("promote")
@click.argument("model")
@shared
def promote(session: Session, model: str) -> int:
    """Let MODEL serve, if it passed its gates.

    \b
    Example: scapa models promote 20261122-3f2a9c01-s1
    """
    from scapa.model.tuning import shelf

    made = shelf(session.home(create=False)).promote(model)
    session.show({"serves": made.id}, [f"{made.id} serves from now on"])
    return 0


@command.command("rollback")
@shared
def rollback(session: Session) -> int:
    """Let the model that served before serve again.

    \b
    Example: scapa models rollback
    """
    from scapa.model.tuning import shelf

    made = shelf(session.home(create=False)).roll_back()
    session.show({"serves": made.id if made else None}, [f"{made.id} serves again" if made else "no model serves now"])
    return 0
