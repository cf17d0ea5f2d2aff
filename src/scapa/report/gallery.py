"""The gallery: every experiment's pictures in one HTML file, redrawn from run folders, failed checks first.

write_gallery([run, folder, …], path, broken={"vae": "needs torch"})
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from pathlib import Path

from scapa.errors import InputError
from scapa.records import Check
from scapa.report.commands import command_of, settings_of
from scapa.report.definitions import definitions_html
from scapa.report.experiments import about, rank
from scapa.report.html import code, document, figure_html, save, table_html
from scapa.report.plots import plot_figures, slug
from scapa.report.svg import Figure
from scapa.report.words import many, measured
from scapa.store.run import LabRun, read_run

TITLE = "The Curse of Recursion, redrawn"
LEAD = (
    "A model learns from what people made, the next one from what that model made, and so on. Here is what is lost on"
    " the way: every experiment of “The Curse of Recursion” (arXiv 2305.17493, Nature 631:755) and of its successors,"
    " run on this machine. Coloured lines are simulation, dashed ones exact theory, dotted ones proven bounds, diamonds"
    " published figures. Whatever did not come out as it should is said in its place."
)
MAIN = "laptop"
"""The preset that needs no name, and comes first."""
SUMMARY = 5
"""Failed checks of one experiment that the top of the page repeats."""

Broken = tuple[str, str, str]
"""An experiment that ended in an error: its name, its preset, what the error said."""


@dataclass(frozen=True, slots=True)
class Part:
    """One experiment of the page: its run and figures, or the error that ended it."""

    id: str
    name: str
    preset: str
    run: LabRun | None = None
    figures: tuple[Figure, ...] = ()
    empty: tuple[str, ...] = ()
    definitions: str = ""
    error: str = ""

    @property
    def title(self) -> str:
        return about(self.name).title

    @property
    def checks(self) -> tuple[Check, ...]:
        return self.run.checks if self.run else ()

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.passed)


def write_gallery(runs: Sequence[LabRun | Path], path: Path, broken: Sequence[Broken] = ()) -> Path:
    """Write the page of `runs` (or their folders) to `path`, whole or not at all, and return `path`.

    `broken` are experiments that ended in an error. Raises `InputError` for a folder without a finished run,
    `MissingPart` without matplotlib, `StorageFull` or `HomeError` if the file cannot be written.
    """
    return save(render_gallery(runs, broken), path)


def render_gallery(runs: Sequence[LabRun | Path], broken: Sequence[Broken] = ()) -> str:
    """Return the HTML of the gallery: the same runs give the same bytes."""
    found = [run if isinstance(run, LabRun) else read_run(run) for run in runs]
    ids = _ids([(run.name, run.preset) for run in found] + [(name, preset) for name, preset, _ in broken])
    parts = [_part(run, ids.pop(0)) for run in found]
    parts += [Part(ids.pop(0), name, preset, error=error) for name, preset, error in broken]
    parts.sort(key=lambda part: (*rank(part.name), part.preset != MAIN))
    body = f"{_header(parts)}<main>\n{_sections(parts)}</main>\n{_footer(found)}"
    return document(TITLE, body)


def _ids(names: Sequence[tuple[str, str]]) -> list[str]:
    """Return an id for every part: experiment and preset, numbered where there are several."""
    ids: list[str] = []
    for pair in names:
        plain = slug("-".join(pair))
        number = next(n for n in count(1) if (f"{plain}-{n}" if n > 1 else plain) not in ids)
        ids.append(f"{plain}-{number}" if number > 1 else plain)
    return ids


def _part(run: LabRun, id: str) -> Part:
    """Return what is drawn of a run; one whose tables were damaged since must not cost the others their page."""
    try:
        figures, empty = plot_figures(run, id)
        return Part(id, run.name, run.preset, run, tuple(figures), tuple(empty), definitions_html(run))
    except InputError as error:
        return Part(id, run.name, run.preset, error=" ".join(str(error).split()))


def _header(parts: Sequence[Part]) -> str:
    checks, failed = sum(len(part.checks) for part in parts), sum(len(part.failed) for part in parts)
    tiles = [
        ("runs", f"{len(parts):,}", False),
        ("pictures", f"{sum(len(part.figures) for part in parts):,}", False),
        ("checks passed", f"{checks - failed:,} of {checks:,}", False),
        ("failed", f"{failed:,}", failed > 0),
    ]
    broken = sum(bool(part.error) for part in parts)
    tiles += [("not finished", f"{broken:,}", True)] if broken else []
    shown = "".join(f"<div{' class=bad' if bad else ''}><dt>{dt}</dt><dd>{dd}</dd></div>" for dt, dd, bad in tiles)
    contents = "".join(f'<li><a href="#{part.id}">{escape(_named(part))}</a> {_badge(part)}</li>' for part in parts)
    return (
        f'<header><p class="made">Scapa · the lab</p><h1>{TITLE}</h1><p class="about">{LEAD}</p><dl>{shown}</dl>\n'
        f'{_failures(parts)}<nav aria-label="Experiments"><ol>{contents}</ol></nav></header>\n'
    )


def _failures(parts: Sequence[Part]) -> str:
    """Return what did not come out, over all experiments; nothing if all did."""
    items = "".join(
        f'<li><a href="#{part.id}">{escape(part.title)}</a>: {escape(line)}</li>'
        for part in parts
        for line in _wrong(part)
    )
    return f'<div class="failed"><h2>What did not come out</h2><ul>{items}</ul></div>\n' if items else ""


def _wrong(part: Part) -> list[str]:
    lines = [part.error] if part.error else [_said(check) for check in part.failed[:SUMMARY]]
    rest = len(part.failed) - SUMMARY
    return lines + ([f"and {many(rest, 'other check')}"] if rest > 0 else [])


def _said(check: Check) -> str:
    expected = f"expected {measured(check.expected)} ± {measured(check.tolerance, 2)}"
    return f"{check.name}: {measured(check.observed)}, {expected}"


def _named(part: Part) -> str:
    return f"{part.title} ({part.preset})" if part.preset not in ("", MAIN) else part.title


def _badge(part: Part) -> str:
    if part.error:
        return '<span class="badge bad">not finished</span>'
    if part.failed:
        return f'<span class="badge bad">{len(part.failed):,} of {many(len(part.checks), "check")} failed</span>'
    if not part.checks:
        return '<span class="badge none">no checks</span>'
    return f'<span class="badge">{many(len(part.checks), "check")} passed</span>'


def _sections(parts: Sequence[Part]) -> str:
    """Return every section; what an experiment is about is said at its first preset."""
    names = [part.name for part in parts]
    return "".join(_section(part, first=part.name not in names[:i]) for i, part in enumerate(parts))


def _section(part: Part, *, first: bool) -> str:
    texts = [about(part.name).text if first else "", _shown(part.run)]
    told = "".join(f'<p class="about">{escape(text)}</p>\n' for text in texts if text)
    return (
        f'<section id="{part.id}" aria-labelledby="{part.id}-h"><h2 id="{part.id}-h">{escape(_named(part))} '
        f"{_badge(part)}</h2>\n{told}{_error(part)}{_failed(part)}{_body(part)}</section>\n"
    )


def _shown(run: LabRun | None) -> str:
    """Return what the preset shows and which paper's set-up it is, where the run says so."""
    said = [str(run.config.get(name) or "") for name in ("about", "source")] if run else []
    text = ": ".join(part for part in reversed(said) if part)
    begin = text[:1] if text.startswith("arXiv") else text[:1].upper()
    return f"{begin}{text[1:]}." if text else ""


def _error(part: Part) -> str:
    if not part.error:
        return ""
    alone = f"scapa lab {part.name}{f' --preset {part.preset}' if part.preset else ''}"
    again = f"<p>Run it alone: <code>{escape(alone)}</code></p>"
    return f'<div class="failed"><h3>It ended in an error</h3><p>{escape(part.error)}</p>{again}</div>\n'


def _failed(part: Part) -> str:
    if not part.failed:
        return ""
    title = f"{many(len(part.failed), 'check')} failed"
    table = _checks_table(part.failed, f"{part.title}: {title}")
    return f'<div class="failed"><h3>{title}</h3><details open><summary>Which</summary>{table}</details></div>\n'


def _body(part: Part) -> str:
    if part.run is None:
        return ""
    empty = "".join(f'<p class="missing">Nothing to draw for “{escape(title)}”.</p>\n' for title in part.empty)
    figures = "".join(map(figure_html, part.figures))
    return f'{_how(part.run)}{empty}<div class="grid">{figures}</div>{part.definitions}{_evidence(part)}'


def _how(run: LabRun) -> str:
    """Return how the figures were made: the command, and the plan where the time was short."""
    plan = run.config.get("plan") or {}
    shrunk = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in settings_of(plan) if value)
    planned = f"<p>Planned at its start to fit the time: {escape(shrunk)}.</p>" if shrunk else ""
    return f'<div class="how"><p>Made by <code>{escape(command_of(run))}</code></p>{planned}</div>\n'


def _evidence(part: Part) -> str:
    """Return the card with every check, every setting and what made the figures."""
    if part.run is None:
        return ""
    checks = _checks_table(part.checks, f"{part.title}: checks") if part.checks else ""
    settings = table_html(("setting", "value"), settings_of(part.run.config.get("settings", {})), "settings")
    listed = f"<details><summary>All {many(len(part.checks), 'check')}</summary>{checks}</details>" if checks else ""
    said = f"{len(part.checks) - len(part.failed):,} of {many(len(part.checks), 'check')} passed. " if checks else ""
    where = f"Run folder <code>{escape(part.run.folder.name)}</code>, {many(part.run.generations, 'generation')}."
    return (
        f'<div class="card"><h3>Checks and settings</h3><p>{f"{said}{_untold(part.run)}{where}"}</p>{listed}'
        f"<details><summary>Settings</summary>{settings}</details></div>\n"
    )


def _untold(run: LabRun) -> str:
    """Return how many comparisons with theory were left out because they could not have failed; nothing for none."""
    left = int(run.config.get("untold", {}).get("checks", 0))
    be, them = ("was", "it") if left == 1 else ("were", "them")
    return f"{many(left, 'comparison')} {be} left out: too few chains to fail {them}. " if left else ""


def _checks_table(checks: Sequence[Check], title: str) -> str:
    rows = [
        (check.name, measured(check.observed), measured(check.expected), f"± {measured(check.tolerance, 2)}",
         "passed" if check.passed else "FAILED")
        for check in checks
    ]  # fmt: skip
    return table_html(("check", "observed", "expected", "tolerance", "result"), rows, title)


def _footer(runs: Sequence[LabRun]) -> str:
    versions = sorted({f"{name} {value}" for run in runs for name, value in run.config.get("versions", {}).items()})
    used = f" Computed with {escape(', '.join(versions))}." if versions else ""
    said = "Drawn by Scapa from run folders alone. This file loads nothing and sends nothing; it holds no text."
    return f"<footer><p>{said}{used} {code('Again: `scapa lab all`.')}</p></footer>\n"
