"""`scapa release`: freeze and sign what the policy keeps."""

from __future__ import annotations

import click

from scapa.cli.session import Session, shared


@click.command("release")
@click.option("--audience", type=click.Choice(["local", "share"]), default="local", show_default=True)
@click.option("--decision", help="A decision set, by the start of its digest; the newest otherwise.")
@shared
def command(session: Session, audience: str, decision: str | None) -> int:
    """Freeze and sign what a decision set keeps, so that anyone can verify it offline.

    \b
    Example: scapa release
             scapa release --audience share
    """
    from scapa.corpus.release import release

    made = release(session.home(create=False), decision=decision, audience=audience, progress=session.progress)  # type: ignore[arg-type]
    body = made.body
    session.show(
        made.summary(),
        [
            f"release {made.id}: {body['documents']:,} documents, {body['tokens']:,} words",
            f"to train on: {body['targets']:,} documents",
            *([f"left out, written by others without permission: {body['left_out']:,}"] if body["left_out"] else []),
            f"Merkle root {made.root}",
            f"in {made.path}",
            f"next: scapa verify {made.path}",
        ],
    )
    return 0
