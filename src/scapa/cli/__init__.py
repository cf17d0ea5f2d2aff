"""The command line: one file per command or noun, each parsing, calling the library and printing.

Commands are imported when asked for, and what is heavy only inside them, so `scapa --help` answers at once.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import traceback
from importlib import import_module
from types import FrameType

import click

from scapa import __version__
from scapa.errors import ScapaError, place

COMMANDS = (
    "demo", "add", "curate", "label", "review", "share", "why", "status", "source", "me", "consent", "policy",
    "release", "verify", "tune", "models", "write", "maintain", "report", "lab", "forecast",
)  # fmt: skip
BUG, INTERRUPTED = 3, 130


class Commands(click.Group):
    """The group of all commands: `scapa NAME` lives in `scapa/cli/NAME.py` as `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"scapa.cli.{cmd_name}").command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="scapa")
def scapa() -> None:
    """Scapa: a workshop for low-background text.

    Collect what people wrote, curate it with every decision explained, release it signed, tune a small local model
    on your own words, and keep the model's output from coming back as training data.

    All state lives in one folder: $SCAPA_HOME, or --home.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 ok, 1 a failed check, 2 wrong usage or input, 3 a bug, 130 interrupted.

    To be asked to end (SIGTERM, by the system or a service manager) is an interrupt: every command cleans up.
    """
    given = sys.argv[1:] if arguments is None else arguments
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(run(given))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not break off the cleaning up
    raise KeyboardInterrupt


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; every error becomes one clear message."""
    try:
        code = scapa.main(arguments, prog_name="scapa", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except ScapaError as error:
        return _say(arguments, error.what, error.where, error.next, error.exit_code)
    except click.UsageError as error:
        return _say(arguments, error.format_message(), "", error.ctx.get_usage() if error.ctx else "", 2)
    except (KeyboardInterrupt, click.Abort):
        return _say(arguments, "interrupted", "", "what was finished is kept; run it again to go on", INTERRUPTED)
    except click.ClickException as error:
        return _say(arguments, error.format_message(), "", "", 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _say(arguments, "the disk is full", "", "make room and run it again; what was finished is kept", 2)
        return _say(arguments, _bug(error), "", _REPORT, BUG)
    except Exception as error:  # noqa: BLE001  (the last net: a bug must not show a traceback full of private text)
        return _say(arguments, _bug(error), "", _REPORT, BUG)


_REPORT = "please report it; SCAPA_DEBUG=1 shows more, perhaps private text"


def _bug(error: Exception) -> str:
    if os.environ.get("SCAPA_DEBUG"):
        traceback.print_exception(error)
    return f"a bug in Scapa: {type(error).__name__} in {place(error)}"


def _say(arguments: list[str], what: str, where: str, then: str, code: int) -> int:
    if "--json" in arguments:
        click.echo(json.dumps({"error": {"what": what, "where": where, "next": then}}))
    click.echo(f"scapa: {ScapaError(what, where=where, next=then)}", err=True)
    return code
