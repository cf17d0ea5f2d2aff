"""`scapa policy`: show the presets, check a policy file, compare two policies."""

from __future__ import annotations

import click

from scapa.cli.session import Session, examples, shared


@click.group("policy")
def command() -> None:
    """Show, check and compare policies."""


@command.command("show")
@click.argument("policy", required=False)
@shared
def show(session: Session, policy: str | None) -> int:
    """List the presets, or check one policy and show its rules.

    \b
    Example: scapa policy show personal
    """
    from scapa.corpus.policy import load_policy, presets

    shown = [load_policy(name) for name in ([policy] if policy else presets())]
    lines = []
    for one in shown:
        lines += [f"{one.name}: {one.about}", f"  train on: {one.target}"]
        if policy:
            lines += [f"  {rule.action:<7} {rule.reason}: {rule.when}" for rule in one.rules]
    session.show({"policies": shown}, lines)
    return 0


@command.command("diff")
@click.argument("before")
@click.argument("after")
@shared
def diff(session: Session, before: str, after: str) -> int:
    """Show what a second policy would change, document by document, without deciding anything.

    \b
    Example: scapa policy diff personal strict-low-background
    """
    from scapa.corpus.comparison import compare

    changes = compare(session.home(create=False), before, after, progress=session.progress)
    lines = []
    for change in changes:
        lines += [f"{change.documents:>8,}  {change.before} → {change.after}", *examples(change.examples)]
    changed = sum(change.documents for change in changes)
    session.show({"changed": changed, "changes": changes}, lines or ["the two policies decide alike"])
    return 0


@command.command("columns")
@click.argument("judge", required=False)
@shared
def columns(session: Session, judge: str | None) -> int:
    """List the columns that rules may read, with what they mean.

    \b
    Example: scapa policy columns quotes
    """
    from scapa.judges import JUDGES

    judges = [JUDGES.get(judge)] if judge else list(JUDGES)
    found = {cls.name: {name: column._asdict() for name, column in cls().columns.items()} for cls in judges}
    lines = [
        f"{name}.{column}  {about['type']}  {about['about']}" for name in found for column, about in found[name].items()
    ]
    session.show({"columns": found}, lines)
    return 0
