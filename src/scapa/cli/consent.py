"""`scapa consent`: record, revoke and list who permitted what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from scapa.cli.session import Session, shared
from scapa.errors import InputError, UsageError


@click.group("consent")
def command() -> None:
    """Record whose words may be used for what. Without a grant, other people's words are never trained on."""


@command.command("grant")
@click.argument("author")
@click.option("--purpose", "purposes", multiple=True, type=click.Choice(["train", "share"]), default=("train",))
@click.option("--expires", metavar="DATE", help="Last day it holds, e.g. 2027-01-01.")
@click.option("--statement", default="", help="What the author said, in short.")
@shared
def grant(session: Session, author: str, purposes: tuple[str, ...], expires: str | None, statement: str) -> int:
    """Record, under this home's key, that AUTHOR permitted the use of their words. Takes effect at the next curate.

    \b
    Example: scapa consent grant bob@example.org --purpose train --expires 2027-01-01
    """
    from scapa.corpus.consent import grant as record

    made = record(session.home(), author, purposes, _day(expires), statement)
    session.show(
        {"grant": made}, [f"grant {made['id'][:16]} by {author} for {', '.join(purposes)}", "next: scapa curate"]
    )
    return 0


@command.command("receive")
@click.argument("statement", type=click.Path(path_type=Path))
@click.argument("signature", type=click.Path(path_type=Path))
@shared
def receive(session: Session, statement: Path, signature: Path) -> int:
    """Take in a grant, refusal or revocation that its author signed (`ssh-keygen -Y sign -n scapa-consent`).

    \b
    Example: scapa consent receive grant.json grant.json.sig
    """
    from scapa.corpus.consent import receive as record

    kind, name, state = record(session.home(), _bytes(statement), _bytes(signature).decode("utf-8", "replace"))
    then = "scapa consent confirm KEY AUTHOR, for nobody has said whose key this is" if state == "unconfirmed" else ""
    said = f"received: {kind} {name[:16]}{f' ({state})' if state else ''}"
    session.show({"received": kind, "id": name, "state": state}, [said, f"next: {then or 'scapa curate'}"])
    return 0


@command.command("confirm")
@click.argument("key")
@click.argument("authors", nargs=-1, required=True)
@click.option("--how", default="", help="How you know, e.g. 'met in person'.")
@shared
def confirm(session: Session, key: str, authors: tuple[str, ...], how: str) -> int:
    """Say that KEY (a public key line, or a file that holds one) is AUTHORS' own: what it signed then counts.

    \b
    Example: scapa consent confirm bob.pub bob@example.org --how "read out over the phone"
    """
    from scapa.corpus.consent import confirm as record

    line = _bytes(Path(key)).decode("utf-8", "replace") if not key.startswith("ssh-") else key
    record(session.home(), line, authors, how)
    session.show({"confirmed": authors}, [f"the key counts as {', '.join(authors)}", "next: scapa curate"])
    return 0


@command.command("refuse")
@click.argument("author")
@click.option("--purpose", "purposes", multiple=True, type=click.Choice(["train", "share"]), default=("train", "share"))
@click.option("--statement", default="", help="What the author said, in short.")
@shared
def refuse(session: Session, author: str, purposes: tuple[str, ...], statement: str) -> int:
    """Record that AUTHOR does not consent. It is stronger than an open licence and than earlier grants.

    \b
    Example: scapa consent refuse carol@example.org
    """
    from scapa.corpus.consent import refuse as record

    name = record(session.home(), author, purposes, statement)
    session.show(
        {"refused": name}, [f"refusal {name[:16]} by {author} for {', '.join(purposes)}", "next: scapa curate"]
    )
    return 0


@command.command("revoke")
@click.argument("grant_id", metavar="GRANT")
@click.option("--reason", default="", help="Why, in short.")
@shared
def revoke(session: Session, grant_id: str, reason: str) -> int:
    """Record that a grant no longer holds. Takes effect at the next curate and release; past receipts are kept.

    \b
    Example: scapa consent revoke 3f2a9c01
    """
    from scapa.corpus.consent import revoke as record

    name = record(session.home(create=False), grant_id, reason)
    session.show({"revoked": name}, [f"revoked {name[:16]}", "next: scapa curate, scapa release"])
    return 0


@command.command("list")
@shared
def list_(session: Session) -> int:
    """List every grant ever recorded, and where it stands.

    \b
    Example: scapa consent list
    """
    from scapa.corpus.consent import listing

    found: list[dict[str, Any]] = listing(session.home(create=False))
    session.show(
        {"grants": found},
        [
            f"{g['id'][:16]}  {g['state']:<8} {g['grantor']} → {', '.join(g['purposes'])} ({g['attested']})"
            for g in found
        ]
        or ["no grants: other people's words are context at most, and never leave this machine"],
    )
    return 0


def _day(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        day = datetime.fromisoformat(text)
        end = day.replace(tzinfo=UTC) + timedelta(days=1) if day.tzinfo is None else day
        return int(end.timestamp()) * 1_000_000
    except ValueError:
        raise UsageError(f"--expires wants a day like 2027-01-01, not {text!r}") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
