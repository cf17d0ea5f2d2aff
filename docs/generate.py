"""Generate docs/cli.md from the commands and check ARCHITECTURE.md against the tree: `make docs`, `make check`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from scapa.cli import scapa

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "cli.md"


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


def main(check: bool) -> int:
    """Write the reference, or (with `check`) say whether it is what the program would write now."""
    text = reference()
    if not check:
        REFERENCE.write_text(text, encoding="utf-8")
        return 0
    if not REFERENCE.exists() or REFERENCE.read_text(encoding="utf-8") != text:
        sys.stderr.write("docs/cli.md is not what the commands say: run `make docs` and commit it\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
