"""`scapa report`: one self-contained HTML file with the pictures."""

from __future__ import annotations

from pathlib import Path

import click

from scapa.cli.session import Session, shared


@click.command("report")
@click.option("--output", type=click.Path(path_type=Path), help="Where to write it (default: report.html in the home).")
@click.option("--private", is_flag=True, help="Let the authors' addresses in.")
@shared
def command(session: Session, output: Path | None, private: bool) -> int:
    """Draw where everything stands into one HTML file that fetches nothing and holds no private text.

    \b
    Example: scapa report --output ~/report.html
    """
    from scapa.report.collect import collect
    from scapa.report.page import write_report

    home = session.home(create=False)
    path = write_report(collect(home, private=private), output or home.path / "report.html", private=private)
    session.show({"path": path}, [f"wrote {path}"])
    return 0
