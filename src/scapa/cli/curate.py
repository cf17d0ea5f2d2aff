"""`scapa curate`: judge what is new and decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from scapa.cli.session import Session, shared

if TYPE_CHECKING:
    from scapa.corpus.decide import Curated


@click.command("curate")
@click.option("--policy", help="A preset or a TOML file; the setting curate.policy otherwise.")
@click.option("--explain", is_flag=True, help="Show three documents for every reason.")
@click.option("--profile", is_flag=True, help="Show each judge's CPU-seconds, MB a CPU-second and share.")
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
    examples = _examples(curated) if explain else {}
    for reason, n in sorted(counts["reasons"].items(), key=lambda item: -item[1]):
        yield f"  {n:>8,}  {reason}"
        yield from (f"            {name}" for name in examples.get(reason, []))
    yield (
        f"known machine share: {counts['machine_share']:.2%} of own words"
        f" ({counts['machine_words']:,} of {counts['words']:,} match what was generated here)"
    )
    if profile:
        yield from _profile(curated)
    yield "next: scapa why ID, scapa release"


def _profile(curated: Curated) -> Iterator[str]:
    """Yield what every judge took of the processor for the text that was new, and every step after judging."""
    size, total = curated.judged_bytes / 1e6, sum(curated.seconds.values()) + sum(curated.steps.values())
    yield f"{size:,.1f} MB of text judged; CPU-seconds, MB per CPU-second, share of all:"
    for name, spent in [*sorted(curated.seconds.items(), key=lambda item: -item[1]), *curated.steps.items()]:
        rate = f"{size / spent:9,.1f}" if size and spent else f"{'':9}"
        yield f"  {spent:8.2f} {rate}  {spent / (total or 1):6.1%}  {name}"
    yield f"  {total:8.2f} {size / total if total else 0:9,.1f}  {'':6}  all of it"


def _tally(counts: dict[str, int]) -> str:
    return ", ".join(f"{n:,} {key}" for key, n in counts.items()) or "none"


def _examples(curated: Curated, most: int = 3) -> dict[str, list[str]]:
    """Return the first few documents of every reason."""
    from scapa.store.segments import groups

    found: dict[str, list[str]] = {reason: [] for reason in curated.decisions.counts["reasons"]}
    for table in groups(curated.decisions.path, ["id", "reasons"]):
        for row in table.to_pylist():
            for reason in row["reasons"]:
                if len(found[reason]) < most:
                    found[reason].append(row["id"][:16])
        if all(len(shown) == most for shown in found.values()):
            break
    return found
