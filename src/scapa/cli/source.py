"""`scapa source`: list and remove sources."""

from __future__ import annotations

import click

from scapa.cli.session import Session, shared


@click.group("source")
def command() -> None:
    """List the sources of this home, or take one out."""


@command.command("list")
@shared
def list_(session: Session) -> int:
    """List every source.

    \b
    Example: scapa source list
    """
    from scapa.corpus.source import sources

    found = sources(session.home(create=False))
    state = {True: "removed", False: ""}
    session.show(
        {"sources": found},
        [
            f"{s['source']:>4}  {s['path']}  ({s['format']}, {s['files']} files) {state[s['removed'] is not None]}"
            for s in found
        ]
        or ["no sources yet: scapa add PATH"],
    )
    return 0


@command.command("rm")
@click.argument("source")
@shared
def remove(session: Session, source: str) -> int:
    """Take a source (its number or path) out: its documents are rejected from the next curate on.

    Nothing is deleted but what unfinished runs of the lab keep of your texts.

    \b
    Example: scapa source rm 2
    """
    from scapa.corpus.source import remove_source

    removed = remove_source(session.home(create=False), source)
    discarded = [f"discarded what {name} had not finished: it held your texts" for name in removed["discarded"]]
    said = f"removed {removed['path']}; `scapa add` brings it back"
    session.show({"removed": removed}, [said, *discarded, "next: scapa curate"])
    return 0
