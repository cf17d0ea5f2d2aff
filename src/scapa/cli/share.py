"""`scapa share`: how much of each source is machine text, by month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from scapa.cli.session import Session, shared


@click.command("share")
@click.option("--source", type=int, help="Only this source (its number in `scapa source list`).")
@shared
def command(session: Session, source: int | None) -> int:
    """Show how much of each source is machine text, by month, as of the last curate.

    What the ledger knows is known; the rest is estimated by comparing a source with its own text from before the
    cut-off. A lower bound means: at least so much, perhaps far more. Where nothing can be said, it says why.

    \b
    Example: scapa share
             scapa share --source 2 --json
    """
    from scapa.corpus.decide import latest

    decisions = latest(session.home(create=False))
    rows = [row for row in decisions.counts["machine_share_estimate"] if source in (None, row["source"])]
    session.show({"decision": decisions.digest, "machine_share_estimate": rows}, lines(rows))
    return 0


def lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say every row in a line."""
    for row in rows:
        yield f"source {row['source']}, {row['month'] or 'all months':<10}  {said(row)}"
    if not rows:
        yield "no documents from the cut-off on"


def said(row: Mapping[str, Any]) -> str:
    """Say in words what is known of one source and month."""
    from scapa.measure.share import REFUSALS

    known = f", {row['known']:,} of them known to the ledger" if row["known"] else ""
    of = f"{row['documents']:,} documents{known}"
    if row["refused"]:
        return f"not estimated: {REFUSALS[row['refused']]} ({of})"
    if row["lower_bound_only"]:
        return f"at least {row['low']:.1%} machine text, by excess words alone ({of}; {row['control']:,} older)"
    return f"{row['estimate']:.1%} machine text ({row['low']:.1%} to {row['high']:.1%}) of {of}"
