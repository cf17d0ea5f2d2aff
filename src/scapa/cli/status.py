"""`scapa status`: one screen of where things stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from scapa.cli.session import Session, shared


@click.command("status")
@shared
def command(session: Session) -> int:
    """Show where this home stands, and what would be next.

    \b
    Example: scapa status
    """
    from scapa.corpus.status import status

    result = status(session.home(create=False))
    session.show(result, _lines(result))
    return 0


def _lines(result: dict[str, Any]) -> Iterator[str]:
    yield f"home       {result['home']}"
    live = [s for s in result["sources"] if s["removed"] is None]
    yield f"sources    {len(live)} ({len(result['sources']) - len(live)} removed)"
    met = f"{result['occurrences']:,} occurrences, {result['problems']:,} problems"
    yield f"documents  {result['documents']:,} ({met})"
    yield f"you are    {', '.join(result['me']) or 'not said yet: scapa me'}"
    yield from (f"           perhaps {p.address} (wrote {p.wrote:,})" for p in result["proposals"][:3])
    if result["decision"]:
        d = result["decision"]
        parts = ", ".join(f"{d[key]:,} {key}" for key in ("kept", "review", "rejected", "duplicate", "errored"))
        yield f"decided    {d['documents']:,} by {d['policy']}: {parts}"
    yield f"releases   {len(result['releases'])}" + (
        f", newest {result['releases'][-1]['release']}" if result["releases"] else ""
    )
    g = result["generations"]
    yield f"generated  {g['generations']:,} texts, {g['words']:,} words remembered ({g['bytes']:,} bytes)"
    yield f"next       {result['next']}"
