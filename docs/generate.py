"""Generate docs/cli.md from the commands, docs/judges.md from the judges and what was measured of them, and the file
list of ARCHITECTURE.md from the modules' first lines.

`make docs` writes them, `make check` says whether they are what the program is.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from scapa.cli import scapa
from scapa.corpus import duplicates, templates
from scapa.corpus.duplicates import COPIES
from scapa.corpus.templates import TEMPLATES
from scapa.judges import JUDGES, Judge

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "cli.md"
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
JUDGING = ROOT / "docs" / "judges.md"
QUALITY = ROOT / "docs" / "quality"
MARK = "<!-- files -->\n"


def reference() -> str:
    """Return the command reference: every command's own help."""
    parts = ["# Commands\n\nGenerated from the program by `make docs`; every command also takes `--help`.\n"]
    context = click.Context(scapa, info_name="scapa", terminal_width=100, max_content_width=100)
    parts += list(_sections(scapa, context))
    return "\n".join(parts)


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    if not isinstance(command, click.Group) or command is not scapa:
        yield f"## `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            sub = command.get_command(context, name)
            if sub:
                inner = click.Context(sub, info_name=name, parent=context, terminal_width=100, max_content_width=100)
                yield from _sections(sub, inner)


def architecture() -> str:
    """Return ARCHITECTURE.md with the list of every module and the first line of its docstring."""
    head = ARCHITECTURE.read_text(encoding="utf-8").split(MARK)[0]
    return head + MARK + "".join(_modules(ROOT / "src" / "scapa"))


def _modules(package: Path) -> Iterator[str]:
    folder = None
    for path in sorted(package.rglob("*.py"), key=lambda p: (p.parent != package, p)):
        doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        if path.name == "__init__.py" and not doc:
            continue
        if path.parent != folder:
            folder = path.parent
            yield f"\n### `{folder.relative_to(ROOT)}/`\n\n"
        yield f"- `{path.name}`: {(doc or 'no docstring').splitlines()[0]}\n"


def judging() -> str:
    """Return the description of every judge: its columns, source, known failures and measured quality."""
    head = (
        "# Judges\n\nGenerated from the judges by `make docs`; the figures are from `python -m bench.quality`.\n"
        "A policy's rules name these columns as `judge.column`; see [design/decisions.md](design/decisions.md).\n"
    )
    return head + "".join(part for cls in JUDGES for part in _judge(cls)) + "".join(_relations())


def _relations() -> Iterator[str]:
    yield "\n# Relations\n\nWhat other documents say about one: worked out anew at every decision.\n"
    for name, module, columns in (("copies", duplicates, COPIES), ("templates", templates, TEMPLATES)):
        yield f"\n## {name}\n\n{inspect.cleandoc(module.__doc__ or '')}\n\n"
        yield "| column | holds | meaning |\n|---|---|---|\n"
        yield from (f"| `{column}` | {type_} | {about} |\n" for column, (type_, about) in columns.items())


def _judge(cls: type[Judge]) -> Iterator[str]:
    judge, name = cls(), cls.name
    yield f"\n## {name}\n\n{inspect.cleandoc(cls.__doc__ or '')}\n\n"
    needs = f", needs {', '.join(judge.needs)}" if judge.needs else ""
    yield f"Version {judge.version}{needs}. Source: {judge.source}.\n\n| column | holds | meaning |\n|---|---|---|\n"
    yield from (f"| `{column}` | {type_} | {about} |\n" for column, (type_, about) in judge.columns.items())
    yield "\nKnown to get wrong:\n\n" + "".join(f"- {failure}\n" for failure in judge.failures)
    measured = QUALITY / f"{name}.json"
    if not measured.exists():
        yield "\nNot measured.\n"
        return
    yield f"\n| measured (`python -m bench.quality {name}`) | on | items | value |\n|---|---|---|---|\n"
    for row in json.loads(measured.read_text(encoding="utf-8")):
        interval = f" [{row['low']:.3f}, {row['high']:.3f}]" if row["low"] is not None else ""
        yield f"| {row['measure']} | {row['on']} | {row['items']:,} | {row['value']:.4g}{interval} |\n"


def main(check: bool) -> int:
    """Write the generated files, or (with `check`) say which are not what would be written now."""
    stale = []
    for path, text in ((REFERENCE, reference()), (ARCHITECTURE, architecture()), (JUDGING, judging())):
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
    if stale:
        sys.stderr.write(f"out of date: {', '.join(stale)}; run `make docs` and commit\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
