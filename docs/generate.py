"""Generate docs/cli.md from the commands and the file list of ARCHITECTURE.md from the modules' first lines.

`make docs` writes them, `make check` says whether they are what the program is.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from scapa.cli import scapa

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "cli.md"
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
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


def main(check: bool) -> int:
    """Write the generated files, or (with `check`) say which are not what would be written now."""
    stale = []
    for path, text in ((REFERENCE, reference()), (ARCHITECTURE, architecture())):
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
    if stale:
        sys.stderr.write(f"out of date: {', '.join(stale)}; run `make docs` and commit\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
