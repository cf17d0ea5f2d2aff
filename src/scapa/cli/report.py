"""`scapa report`: one self-contained HTML file with the pictures."""

from __future__ import annotations

from pathlib import Path

import click

from scapa.cli.session import Session, shared


@click.command("report")
@click.option("--output", type=click.Path(path_type=Path), help="Where to write it (default: report.html in the home).")
@click.option(
    "--run",
    "run_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Only the pictures of this run of the lab, as SVG files into the folder --output.",
)
@click.option("--pictures", is_flag=True, help="Only the pictures, as SVG files into the folder --output.")
@click.option("--private", is_flag=True, help="Let the authors' addresses in.")
@shared
def command(session: Session, output: Path | None, run_folder: Path | None, pictures: bool, private: bool) -> int:
    """Draw where everything stands into one HTML file that fetches nothing and holds no private text.

    \b
    Example: scapa report --output ~/report.html
             scapa report --run ~/scapa/lab/gaussian-0a1b2c3d4e5f6789 --output figures
    """
    if run_folder is not None or pictures:
        return _pictures(session, run_folder, output or Path("figures"))
    from scapa.report.collect import collect
    from scapa.report.page import write_report

    home = session.home(create=False)
    path = write_report(collect(home, private=private), output or home.path / "report.html", private=private)
    session.show({"path": path}, [f"wrote {path}"])
    return 0


def _pictures(session: Session, run_folder: Path | None, output: Path) -> int:
    from scapa.report.collect import collect
    from scapa.report.export import home_figures, run_figures, write_figures
    from scapa.store.run import read_run

    drawn = run_figures(read_run(run_folder)) if run_folder else home_figures(collect(session.home(create=False)))
    paths = write_figures(drawn, output)
    session.show({"path": output, "pictures": paths}, [f"wrote {path}" for path in paths])
    return 0
