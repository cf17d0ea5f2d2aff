"""`scapa why`: the story of a document or of a pasted text."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from scapa.cli.session import Session, shared
from scapa.errors import InputError, UsageError


@click.command("why")
@click.argument("id", required=False)
@click.option("--text", type=click.Path(path_type=Path), help="Ask about the text in this file (- for standard input).")
@shared
def command(session: Session, id: str | None, text: Path | None) -> int:
    """Tell the whole story of one document, or of a pasted text: source, evidence, judgements, decisions.

    \b
    Example: scapa why 3f2a9c01
             scapa why --text draft.txt
    """
    from scapa.corpus.why import why as story_of
    from scapa.corpus.why import why_text

    if (id is None) == (text is None):
        raise UsageError("give a document's id, or --text FILE", next="example: scapa why --text draft.txt")
    home = session.home(create=False)
    result: dict[str, Any] = {"documents": [story_of(home, id)], "generated": []} if id else why_text(home, _read(text))
    session.show(result, _lines(result))
    return 0


def _read(path: Path | None) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else Path(path or "").read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read as UTF-8 text: {type(error).__name__}", where=str(path)) from None


def _lines(result: dict[str, Any]) -> Iterator[str]:
    if not result["documents"] and not result["generated"]:
        yield "nothing here is this text, or nearly this text"
    for match in result["generated"]:
        yield f"{match['words']} words match generation {match['generation']} ({match['bits']} bits of surprise)"
    for story in result["documents"]:
        yield from _story(story)


def _story(story: dict[str, Any]) -> Iterator[str]:
    evidence = story["evidence"]
    yield f"document {story['id']} ({story['kind']} by {story['author']})"
    for occurrence in story["source"]:
        held = f", held by {occurrence['custodian']}" if occurrence["custodian"] else ""
        yield f"  found in {occurrence['locator']}{held}{' (source removed)' if occurrence['removed'] else ''}"
    existed = evidence["existed_by"] or "no proof"
    yield f"  grade {evidence['grade']}: claimed {evidence['claimed'] or 'no date'}, existed by {existed}"
    yield f"  first ingested {evidence['first_ingested']}"
    yield from (f"  anachronism: {finding}" for finding in evidence["anachronisms"])
    for name, values in story["judgements"].items():
        plain = {key: value for key, value in values.items() if key != "spans" and value not in (None, [], "")}
        yield f"  {name}: " + ", ".join(f"{key} {value}" for key, value in plain.items())
    for given in story["labels"]:
        taken = f", undone {given['undone']:%Y-%m-%d %H:%M}" if given["undone"] else ""
        yield f"  labelled {given['label']} by {given['who']} on {given['at']:%Y-%m-%d %H:%M}{taken}"
    for decision in story["decisions"]:
        why = ", ".join(decision["reasons"]) or "no rule objected"
        more = f", a copy of {decision['duplicate_of'][:16]}" if decision["duplicate_of"] else ""
        more += f", generations {', '.join(decision['generations'])}" if decision["generations"] else ""
        yield f"  {decision['policy']} ({decision['set'][:12]}): {decision['outcome']}, {decision['role']}: {why}{more}"
    yield from (f"  in release {name}" for name in story["releases"])
