"""The report: one HTML file that holds everything, fetches nothing, and reads on a phone and in the dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from scapa.report.data import ReportData
from scapa.report.figures import Missing, Section, Table, draw
from scapa.report.html import document, figure_html, save, table_html
from scapa.report.words import number


def write_report(data: ReportData, path: Path, *, private: bool = False, only: Sequence[str] = ()) -> Path:
    """Write the page of `data` to `path`, whole or not at all, and return `path`.

    `private` lets authors' addresses in; `only` names the sections wanted (corpus, guard, model, tails, recursion,
    forecast), all by default. Raises `MissingPart` without matplotlib, `UsageError` for an unknown section, and
    `StorageFull` or `HomeError` if the file cannot be written.
    """
    return save(render_page(data, private=private, only=only), path)


def render_page(data: ReportData, *, private: bool = False, only: Sequence[str] = ()) -> str:
    """Return the HTML of the report: the same data give the same bytes."""
    sections = draw(data, private=private, only=only)
    body = f"{_header(data)}<main>\n{''.join(map(_section, sections))}</main>\n{_footer(data, private)}"
    return document(data.title, body)


def _header(data: ReportData) -> str:
    tiles = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in _tiles(data))
    glance = f"<dl>{tiles}</dl>" if tiles else ""
    return f'<header><p class="made">Scapa · {escape(data.made)}</p><h1>{escape(data.title)}</h1>{glance}</header>\n'


def _tiles(data: ReportData) -> list[tuple[str, str]]:
    tiles: list[tuple[str, str]] = []
    if data.decisions:
        tiles += [("documents", f"{data.decisions.documents:,}"), ("kept", f"{data.decisions.kept:,}")]
    if data.guard:
        tiles.append(("came back and was caught", f"{sum(band.caught for band in data.guard.bands):,}"))
    if data.tuning:
        passed = sum(gate.passed for gate in data.tuning.gates)
        tiles.append(("gates passed", f"{passed} of {len(data.tuning.gates)}"))
        tiles += [
            ("your held-out loss", f"{number(change.before.value)} → {number(change.after.value)}")
            for change in data.tuning.changes
            if change.name == "author"
        ]
    return tiles


def _section(section: Section) -> str:
    body = "".join(map(figure_html, section.figures)) + "".join(map(_loose_table, section.tables))
    about = f'<p class="about">{escape(section.about)}</p>\n' if section.about else ""
    grid = f'<div class="grid">{body}</div>' if body else ""
    return (
        f'<section id="{section.name}" aria-labelledby="{section.name}-h"><h2 id="{section.name}-h">'
        f"{escape(section.title)}</h2>\n{about}"
        f"{''.join(map(_missing, section.missing))}{grid}</section>\n"
    )


def _missing(missing: Missing) -> str:
    return f'<p class="missing">{escape(missing.what)}: run <code>{escape(missing.command)}</code>.</p>\n'


def _loose_table(table: Table) -> str:
    rows = table_html(table.columns, table.rows, table.title)
    return (
        f'<div class="card"><h3>{escape(table.title)}</h3><p>{escape(table.about)}</p>'
        f"<details><summary>The figures</summary>{rows}</details></div>\n"
    )


def _footer(data: ReportData, private: bool) -> str:
    version = f" {escape(data.version)}" if data.version else ""
    what = "counts, names of gauges and the authors' addresses" if private else "counts and names of gauges only"
    whom = "keep it to yourself" if private else "it can be kept, printed or passed on"
    return (
        f"<footer><p>Made by Scapa{version} on this machine. This file holds {what}, loads nothing and sends "
        f"nothing; {whom}.</p></footer>\n"
    )
