"""`scapa label`: say what a document is, or what is to become of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scapa.cli.session import Session, shared
from scapa.errors import InputError, UsageError
from scapa.store.labels import QUESTIONS, standing

if TYPE_CHECKING:
    from scapa.store.labels import Label


@click.command("label")
@click.argument("words", nargs=-1, metavar="[ID… LABEL]")
@click.option("--from", "file", type=click.Path(path_type=Path), help="Lines `ID LABEL` from a file (- for input).")
@click.option("--undo", type=click.IntRange(min=1), metavar="N", help="Take the last N labels back.")
@click.option("--list", "listing", is_flag=True, help="List the labels that stand.")
@click.option("--by", "who", help="Who decided (default: you).")
@shared
def command(
    session: Session, words: tuple[str, ...], file: Path | None, undo: int | None, listing: bool, who: str | None
) -> int:
    """Label documents: spam or ham; written by human, automated or machine; keep or reject.

    What you say comes before what the judges think, and spam and ham teach the judge of spam. Takes effect at the next
    curate. Nothing is lost: `scapa why` shows every label, undone ones too.

    \b
    Example: scapa label 3f2a9c01 spam
             scapa label 3f2a9c01 77b0c4de ham
             scapa label --from decisions.txt
             scapa label --undo 1
    """
    from scapa.corpus import labels

    if bool(words) + (file is not None) + (undo is not None) + listing != 1:
        raise UsageError("give documents and a label, or one of --from, --undo, --list", next=_EXAMPLE)
    home = session.home(create=False)
    if listing:
        return _show(session, "labels", standing(home.catalog), "nothing is labelled yet")
    if undo is not None:
        return _show(session, "undone", labels.undo(home, undo), "there is no label to take back")
    given = _pairs(words) if words else _lines(file)
    return _show(session, "labelled", labels.label(home, given, who), "")


_EXAMPLE = "example: scapa label 3f2a9c01 spam"


def _show(session: Session, key: str, found: list[Label], nothing: str) -> int:
    lines = [f"{given.document[:16]}  {given.label:<9} by {given.who}" for given in found]
    then = ["next: scapa curate"] if found and key != "labels" else []
    heading = [f"{key} ({len(found)}):"] if found else [nothing]
    session.show({key: found}, [*heading, *lines, *then])
    return 0


def _pairs(words: tuple[str, ...]) -> list[tuple[str, str]]:
    *documents, label = words
    if label not in QUESTIONS or not documents:
        raise UsageError(f"the last word must be a label, one of: {', '.join(QUESTIONS)}", next=_EXAMPLE)
    return [(document, label) for document in documents]


def _lines(file: Path | None) -> list[tuple[str, str]]:
    try:
        text = sys.stdin.read() if str(file) == "-" else Path(file or "").read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read as UTF-8 text: {type(error).__name__}", where=str(file)) from None
    return list(_given(text, str(file)))


def _given(text: str, where: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        parts = line.partition("#")[0].split()
        if parts and len(parts) != 2:
            raise InputError("a line must be: ID LABEL", where=f"{where}, line {number}", next=_EXAMPLE)
        if parts:
            yield parts[0], parts[1]
