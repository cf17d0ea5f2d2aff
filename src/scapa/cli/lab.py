"""`scapa lab`: experiments on model collapse, checked against exact theory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields
from inspect import getdoc
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import click

from scapa.cli.session import Session, shared

if TYPE_CHECKING:
    from dataclasses import Field

    from scapa.lab import Experiment, LabRun
    from scapa.store.home import Home
    from scapa.store.run import Row

_EXAMPLES = {
    "gaussian": ("--size 100 --size 1000 --generations 200", "--release latest      (its log sentence lengths)"),
    "discrete": ("--regime replace --regime mix:0.1", "--release latest      (its own words)"),
}


class Experiments(click.Group):
    """One command an experiment, made of its settings; `all` runs each at its preset of that name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from scapa.lab import EXPERIMENTS

        return [*EXPERIMENTS.names(), "all"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from scapa.lab import EXPERIMENTS

        if cmd_name == "all":
            return everything
        return _command(EXPERIMENTS.get(cmd_name)) if cmd_name in EXPERIMENTS.names() else None


@click.group("lab", cls=Experiments)
def command() -> None:
    """Reproduce model collapse ("The Curse of Recursion", arXiv 2305.17493), with exact theory beside it."""


@click.command("all")
@click.option("--preset", default="laptop", show_default=True, help="Which preset of every experiment that has it.")
@click.option("--out", type=click.Path(), default=None, help="The page [default: lab.html in the home].")
@click.option("--jobs", type=click.IntRange(1, 1_000), help="Processes for the long experiments [default: one a core].")
@click.option("--again", is_flag=True, help="Run anew what was finished before.")
@shared
def everything(session: Session, preset: str, out: str | None, jobs: int | None, again: bool) -> int:
    """Run every experiment and draw the gallery: each figure of the paper redrawn, ours beside its number.

    \b
    Example: scapa lab all --preset laptop
    """
    from scapa.lab.gallery import gallery, perform_all
    from scapa.report.gallery import write_gallery

    home = session.home()
    lab, bases = _folders(home)
    done = perform_all(gallery(preset), lab, session.progress, session.say, jobs=jobs, again=again, bases=bases)
    page = write_gallery(done.runs, Path(out) if out else home.path / "lab.html", done.broken)
    checks = [check for run in done.runs for check in run.checks]
    passed = sum(check.passed for check in checks)
    broken = [{"experiment": name, "preset": chosen, "error": error} for name, chosen, error in done.broken]
    summary = {
        "experiments": [run.summary() for run in done.runs],
        "checks": len(checks),
        "failed": len(checks) - passed,
        "broken": broken,
        "path": str(page),
    }
    session.show(summary, [f"{passed:,} of {len(checks):,} checks passed", f"gallery: {page}"])
    return 0 if done.passed else 1


def _command(kind: type[Experiment]) -> click.Command:
    """Return the command of one experiment; each of its settings is an option."""
    lines = [f"scapa lab {kind.name} {given}" for given in _EXAMPLES.get(kind.name, ("--preset laptop",))]
    presets = [f"  {name}: {preset.about} ({preset.source})" for name, preset in kind.presets.items()]
    about = (getdoc(kind) or "").replace("`", "")
    text = f"{about}\n\n\b\nPresets:\n" + "\n".join(presets) + "\n\n\b\nExample: " + "\n         ".join(lines)

    def function(session: Session, **options: Any) -> int:
        return _run(session, kind, options)

    made: Any = shared(function)
    for option in reversed([*_options(kind)]):
        made = option(made)
    return click.command(kind.name, help=text, short_help=about.splitlines()[0])(made)


def _options(kind: type[Experiment]) -> Iterator[Any]:
    yield click.option("--preset", type=click.Choice(list(kind.presets)), help="A named set-up, see above.")
    hints = get_type_hints(kind)
    for field in fields(kind):  # type: ignore[arg-type]
        if "about" in field.metadata and not field.metadata["data"]:
            yield _option(field, hints[field.name])
    if hasattr(kind, "from_texts"):
        about = "Start from the words of this release (latest: the newest)."
        yield click.option("--release", metavar="NAME", help=about)
    yield click.option("--jobs", type=click.IntRange(1, 1_000), help="Processes, where tasks are long.")
    yield click.option("--again", is_flag=True, help="Run it anew even if it was finished before.")


def _option(field: Field[Any], hint: Any) -> Any:
    """Tuples become options that may be given again, under the singular: `sizes` is --size."""
    from scapa.report.commands import flag_of

    many = getattr(hint, "__origin__", None) is tuple
    item = get_args(hint)[0] if many else hint
    choices = [value for value in get_args(item) if isinstance(value, str)]
    type_: Any = click.Choice(choices) if choices else _number(field, (item, *get_args(item)))
    default = "" if field.default in (MISSING, None, ()) else f" [default: {_shown(field.default)}]"
    flag = flag_of(field.name, many=many)
    if item is bool:
        return click.option(f"{flag}/--no-{flag[2:]}", field.name, default=None, help=field.metadata["about"] + default)
    return click.option(flag, field.name, type=type_, multiple=many, help=field.metadata["about"] + default)


def _number(field: Field[Any], kinds: tuple[Any, ...]) -> Any:
    least, most = field.metadata["least"], field.metadata["most"]
    if int in kinds:
        return int if (least, most) == (None, None) else click.IntRange(least, most)
    if float in kinds:
        return float if (least, most) == (None, None) else click.FloatRange(least, most)
    return str


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _run(session: Session, kind: type[Experiment], options: dict[str, Any]) -> int:
    from scapa.lab import EXPERIMENTS, perform, preset
    from scapa.lab.experiment import refuse

    release, jobs, again, chosen = (options.pop(name, None) for name in ("release", "jobs", "again", "preset"))
    given = {name: value for name, value in options.items() if value not in (None, ())}
    if release:
        from scapa.corpus.release import open_release

        found = open_release(session.home(create=False), None if release == "latest" else release)
        given |= kind.from_texts(found.own_texts())  # type: ignore[attr-defined]
    config = preset(kind.name, chosen, **given) if chosen else EXPERIMENTS.make(kind.name, **given)[0]
    refuse(config)  # before a home is made
    lab, bases = _folders(session.home())
    run = perform(config, lab, session.progress, session.say, jobs=jobs, again=bool(again), bases=bases)
    session.show(run.summary(), _lines(run))
    return 0 if run.passed else 1


def _folders(home: Home) -> tuple[Path, Path]:
    """Return where runs are written, and where base models are kept: `scapa tune` keeps its own there."""
    return home.folder("lab"), home.folder("models") / "base"


def _lines(run: LabRun) -> Iterator[str]:
    from scapa.lab.forecast import beside, side_by_side

    plan = run.config.get("plan")
    if plan:
        yield "planned to fit the time: " + ", ".join(f"{name} {_shown(value)}" for name, value in plan.items())
    compared = beside(run.rows)
    told_below = {one.measure for one in compared}
    drawn = {plot.measure for plot in run.plots} - told_below
    for row in run.rows:
        if row.measure in drawn and row.generation == _last(run, row.measure):
            theory = "" if row.theory is None else f", theory {row.theory:.4g}"
            line = " ".join(part for part in (row.regime, row.arm, row.estimator, f"M = {row.size:,}") if part)
            at = "" if row.at is None else f" at {row.at:g}"
            yield f"{line}{at}: {row.measure} after {row.generation:,} generations {row.mean:.4g}{_doubt(row)}{theory}"
    yield from side_by_side(compared)
    yield from verdicts(run)
    yield f"figures in {run.folder}"


def _doubt(row: Row) -> str:
    """Return a figure's standard error, or the interval of one that was computed, where there is either."""
    if row.error == row.error:
        return f" ± {row.error:.2g}"
    return f" [{row.low:.4g}, {row.high:.4g}]" if row.low < row.high else ""


def _last(run: LabRun, measure: str) -> int:
    return max(row.generation for row in run.rows if row.measure == measure)


def verdicts(run: LabRun) -> Iterator[str]:
    """Yield for people how many of the run's checks passed, and each that did not."""
    failed: Sequence[Any] = [check for check in run.checks if not check.passed]
    yield f"{len(run.checks) - len(failed)} of {len(run.checks)} checks passed"
    yield from (f"FAILED  {c.name}: {c.observed:.6g}, expected {c.expected:.6g} ± {c.tolerance:.2g}" for c in failed)
