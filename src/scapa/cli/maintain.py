"""`scapa maintain`: the background task."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from scapa.cli.session import Session, shared
from scapa.errors import UsageError


@click.group("maintain")
def command() -> None:
    """Keep releases and model up to date in the background, like a file system's scrub."""


@command.command("run")
@click.option("--force", is_flag=True, help="Work whatever battery and load are; do again what is up to date.")
@shared
def run(session: Session, force: bool) -> int:
    """Do the whole chain for what is new; say why each thing that is skipped is skipped.

    \b
    Example: scapa maintain run
    """
    from scapa.maintain.run import lines, maintain

    done = maintain(session.home(create=False), force=force, progress=session.progress)
    session.show({"actions": done.actions, "skipped": done.skipped, "failed": done.failed}, lines(done))
    return 1 if done.failed else 0


@command.command("install")
@click.option("--folder", type=click.Path(path_type=Path), help="Where user units live (default: systemd's).")
@click.option("--enable", is_flag=True, help="Start the timer, too.")
@shared
def install(session: Session, folder: Path | None, enable: bool) -> int:
    """Write a systemd user timer and service: nightly, on mains power, idle priority, no network.

    \b
    Example: scapa maintain install --enable
    """
    from scapa.maintain.units import install as write

    home = session.home()
    made = write(_program(), home.path, home.settings.maintain, folder=folder, enable=enable)
    session.show({"installed": made}, [*(f"wrote {path}" for path in made.files), f"next: {made.next}"])
    return 0


@command.command("status")
@shared
def status(session: Session) -> int:
    """Show what the last runs did.

    \b
    Example: scapa maintain status
    """
    from datetime import UTC, datetime

    from scapa.maintain.run import history

    runs = history(session.home(create=False))[-10:]
    lines = []
    for past in runs:
        when = datetime.fromtimestamp(past["started"] / 1e6, UTC)
        did = "; ".join(f"{a['action']}: {a['did']}" for a in past["actions"]) or "nothing to do"
        lines.append(f"{when:%Y-%m-%d %H:%M} UTC  {did}{' (FAILED)' if past['failed'] else ''}")
    session.show({"runs": runs}, lines or ["no runs yet: scapa maintain run"])
    return 0


def _program() -> Path:
    """Return the program that systemd shall start."""
    found = Path(sys.argv[0]) if Path(sys.argv[0]).name == "scapa" else shutil.which("scapa")
    if not found:
        raise UsageError("the program `scapa` is not on the path", next="install it, then run scapa maintain install")
    return Path(found).absolute()
