"""`scapa demo`: the whole main job on real text."""

from __future__ import annotations

from pathlib import Path

import click

from scapa.cli.session import Session, shared


@click.command("demo")
@click.option("--budget", default="180s", show_default=True, help="Longest time the tuning may take.")
@shared
def command(session: Session, budget: str) -> int:
    """Run the whole main job on real speeches, in a folder of its own (default: ./scapa-demo).

    Collect, curate, release, tune, write, guard, resample, maintain, report: about 6 minutes on 2 cores.

    \b
    Example: scapa demo
             scapa demo --home /tmp/demo --json
    """
    from scapa.demo.run import run_demo

    path = (session.home_path or Path("scapa-demo")).absolute()
    result = run_demo(path, budget=budget, progress=session.progress, say=session.say)
    verdict = "every check passed" if not result["failures"] else f"FAILED: {'; '.join(result['failures'])}"
    session.show(
        result,
        [
            f"{verdict} in {result['seconds']:.0f} s (and {result['base_seconds']:.0f} s for the base model)",
            f"open {result['report']}",
        ],
    )
    return 1 if result["failures"] else 0
