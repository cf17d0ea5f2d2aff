"""`scapa curate`: judge what is new and decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from scapa.cli.session import Session, shared
from scapa.cli.share import said

if TYPE_CHECKING:
    from scapa.corpus.decide import Curated


@click.command("curate")
@click.option("--policy", help="A preset or a TOML file; the setting curate.policy otherwise.")
@click.option("--explain", is_flag=True, help="Show three documents for every reason.")
@click.option("--profile", is_flag=True, help="Show the CPU-seconds that each judge took.")
@shared
def command(session: Session, policy: str | None, explain: bool, profile: bool) -> int:
    """Judge what is new, match it against everything generated here, and decide by the policy.

    \b
    Example: scapa curate
             scapa curate --policy strict-low-background --explain
    """
    from scapa.corpus.decide import curate

    curated = curate(session.home(create=False), policy=policy, progress=session.progress)
    session.show(curated.summary(), _lines(curated, explain=explain, profile=profile))
    return 0 if curated.decisions.law.holds else 1


def _lines(curated: Curated, *, explain: bool, profile: bool) -> Iterator[str]:
    decisions, counts = curated.decisions, curated.decisions.counts
    yield f"policy {decisions.policy}, decision set {decisions.digest[:16]}"
    yield f"{decisions.law} (of the kept {counts['masked']:,} masked, {counts['targets']:,} to train on)"
    yield "kept, claimed date against the cut-off: " + _tally(counts["eras"])
    yield "kept, evidence grade: " + _tally(counts["grades"])
    for reason, n in sorted(counts["reasons"].items(), key=lambda item: -item[1]):
        yield f"  {n:>8,}  {reason}"
        if explain:
            yield from (f"            {name}" for name in _examples(curated, reason))
    yield (
        f"known machine share: {counts['machine_share']:.2%} of own words"
        f" ({counts['machine_words']:,} of {counts['words']:,} match what was generated here)"
    )
    totals = [row for row in counts["machine_share_estimate"] if row["month"] is None]
    yield from (f"machine share of source {row['source']} since the cut-off: {said(row)}" for row in totals)
    if profile:
        yield from (f"  {spent:8.2f} CPU-s  {name}" for name, spent in curated.seconds.items())
    yield "next: scapa why ID, scapa release"


def _tally(counts: dict[str, int]) -> str:
    return ", ".join(f"{n:,} {key}" for key, n in counts.items()) or "none"


def _examples(curated: Curated, reason: str) -> list[str]:
    rows = curated.decisions.table().select(["id", "reasons"]).to_pylist()
    return [row["id"][:16] for row in rows if reason in row["reasons"]][:3]
