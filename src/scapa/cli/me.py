"""`scapa me`: say which addresses and handles are you."""

from __future__ import annotations

import click

from scapa.cli.session import Session, shared


@click.command("me")
@click.argument("addresses", nargs=-1)
@shared
def command(session: Session, addresses: tuple[str, ...]) -> int:
    """Confirm which addresses and handles are you; without any, propose some from the data.

    \b
    Example: scapa me
             scapa me ada@example.org ada
    """
    from scapa.corpus.me import confirm, propose

    home = session.home(create=False)
    if addresses:
        mine = confirm(home, addresses)
        session.show({"me": mine}, [f"you are: {', '.join(mine)}", "next: scapa curate"])
        return 0
    proposals = propose(home)
    session.show(
        {"me": home.settings.me.addresses, "proposals": proposals},
        [
            f"you are: {', '.join(home.settings.me.addresses) or 'not said yet'}",
            *(f"  perhaps {p.address}: wrote {p.wrote:,}, received {p.received:,}" for p in proposals),
            "confirm with: scapa me ADDRESS …",
        ],
    )
    return 0
