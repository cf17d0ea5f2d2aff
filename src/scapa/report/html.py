"""HTML: a document that fetches nothing, figures with their words, and tables, the same for every page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from scapa.files import storage_errors, write_text
from scapa.report.palette import variables
from scapa.report.regimes import SPACE
from scapa.report.svg import BESIDE, Figure

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_BLANK = re.compile("(?<!,) ")  # a name of several parts breaks between them only
MARKS = ("theory", "bound", "published")
"""Roles of a key that are drawn as marks."""


def document(title: str, body: str) -> str:
    """Return a whole HTML document with the page's style; `body` is HTML."""
    style = files("scapa.report").joinpath("page.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{variables()}\n{style}</style>\n</head>\n<body>\n"
        f"{body}</body>\n</html>\n"
    )


def save(page: str, path: Path) -> Path:
    """Write `page` to `path`, whole or not at all, and return `path`.

    Raises `StorageFull` or `HomeError` if it cannot be written.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, page)
    return path


def figure_html(figure: Figure) -> str:
    """Return a figure: its picture or panels, key, caption, published figures beside ours, and the table."""
    key = f'<ul class="key">{"".join(_key(*item) for item in figure.key)}</ul>' if figure.key else ""
    size = " large" if figure.large else ""
    picture = f'<div class="panels{size}">{_panels(figure)}</div>' if figure.panels else figure.svg
    wide = f' class="wide{size}"' if figure.panels else ""
    beside = _beside(figure) if figure.beside else ""
    below, aside = (beside, "") if figure.panels else ("", beside)  # beside panels there is no room for a table
    return (
        f'<figure id="figure-{figure.name}"{wide}><div><h3>{escape(figure.title)}</h3>\n{picture}\n{key}{below}</div>'
        f"<figcaption><p>{code(figure.caption)}</p>\n{aside}<details><summary>The figures</summary>"
        f"{table_html(figure.columns, figure.rows, figure.title)}</details></figcaption></figure>\n"
    )


def _panels(figure: Figure) -> str:
    return "".join(
        panel.replace("<svg ", '<svg class="start" ', 1) if i in figure.starts else panel
        for i, panel in enumerate(figure.panels)
    )


def table_html(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> str:
    """Return a table that scrolls by itself, by keyboard too; what follows a line break in a cell is set small."""
    head = "".join(f'<th scope="col">{_cell(column)}</th>' for column in columns)
    body = "".join(map(_row, rows))
    return scroll_html(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>", title)


def scroll_html(table: str, title: str) -> str:
    """Return what is too wide for a phone in a box that scrolls by itself; `table` is HTML."""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}">{table}</div>'


def _row(row: Sequence[str]) -> str:
    cells = "".join(f"<td>{_cell(cell)}</td>" for cell in row[1:])
    return f'<tr><th scope="row">{_cell(_BLANK.sub(SPACE, row[0]))}</th>{cells}</tr>'


def _cell(text: str) -> str:
    said, _, small = text.partition("\n")
    return f"{escape(said)} <small>{escape(small)}</small>" if small else escape(said)


def code(text: str) -> str:
    """Escape a caption; what stands between backquotes is code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def _key(role: str, label: str) -> str:
    swatch = f'<i class="{role}"></i>' if role in MARKS else f'<i style="background:var(--{role})"></i>'
    return f"<li>{swatch}{escape(label)}</li>"


def _beside(figure: Figure) -> str:
    return f'<div class="beside">{table_html(BESIDE, figure.beside, f"{figure.title}, beside the paper")}</div>\n'
