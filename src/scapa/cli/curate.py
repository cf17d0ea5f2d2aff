"""`scapa curate`: judge what is new and decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from scapa.cli.session import Session, examples, shared
from scapa.cli.share import said

if TYPE_CHECKING:
    from scapa.corpus.decide import Curated
    from scapa.corpus.explanation import Explained
    from scapa.store.home import Home


@click.command("curate")
@click.option("--policy", help="A preset or a TOML file; the setting curate.policy otherwise.")
@click.option("--explain", is_flag=True, help="Show what each rule took, with three examples.")
@click.option("--profile", is_flag=True, help="Show each judge's CPU-seconds, MB a CPU-second and share.")
@shared
def command(session: Session, policy: str | None, explain: bool, profile: bool) -> int:
    """Judge what is new, match it against everything generated here, and decide by the policy.

    \b
    Example: scapa curate
             scapa curate --policy strict-low-background --explain
    """
    from scapa.corpus.decide import curate

    home = session.home(create=False)
    curated = curate(home, policy=policy, progress=session.progress)
    explained = _explained(home, curated, policy) if explain else []
    result = curated.summary() | ({"rules": explained} if explain else {})
    session.show(result, _lines(curated, explained, profile=profile))
    return 0 if curated.decisions.law.holds else 1


def _explained(home: Home, curated: Curated, policy: str | None) -> list[Explained]:
    from scapa.corpus.explanation import explain
    from scapa.corpus.policy import load_policy

    return explain(home, curated.decisions, load_policy(policy or home.settings.curate.policy))


def _lines(curated: Curated, explained: list[Explained], *, profile: bool) -> Iterator[str]:
    decisions, counts = curated.decisions, curated.decisions.counts
    yield f"policy {decisions.policy}, decision set {decisions.digest[:16]}"
    yield f"{decisions.law} (of the kept {counts['masked']:,} masked, {counts['targets']:,} to train on)"
    yield "kept, claimed date against the cut-off: " + _tally(counts["eras"])
    yield "kept, evidence grade: " + _tally(counts["grades"])
    if explained:
        yield from _rules(explained)
    else:
        yield from (
            f"  {n:>8,}  {reason}" for reason, n in sorted(counts["reasons"].items(), key=lambda item: -item[1])
        )
    yield (
        f"known machine share: {counts['machine_share']:.2%} of own words"
        f" ({counts['machine_words']:,} of {counts['words']:,} match what was generated here)"
    )
    totals = [row for row in counts["machine_share_estimate"] if row["month"] is None]
    yield from (f"machine share of source {row['source']} since the cut-off: {said(row)}" for row in totals)
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


def _rules(explained: list[Explained]) -> Iterator[str]:
    for rule in explained:
        yield f"  {rule.documents:>8,}  {rule.action:<9} {rule.reason}: {rule.when}"
        yield from examples(rule.examples)
