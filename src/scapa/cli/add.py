"""`scapa add`: ingest files and folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scapa.cli.session import Session, shared
from scapa.errors import UsageError

if TYPE_CHECKING:
    from scapa.corpus.ingest import Added

_SHOWN = 20


@click.command("add")
@click.argument("paths", nargs=-1)
@click.option("--format", help="Read as this format; detected and explained otherwise.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=COLUMN", help="A table's column, e.g. text=body.")
@click.option("--licence", help="SPDX expression for records that state none, e.g. CC0-1.0.")
@click.option("--custodian", help="Third party that held these bytes; needs --existed-by (evidence grade E2).")
@click.option("--existed-by", metavar="DATE", help="Day by which the custodian had them, e.g. 2019-06-01.")
@click.option("--refresh", is_flag=True, help="Look for what is new in every source added before.")
@shared
def command(session: Session, paths: tuple[str, ...], refresh: bool, **options: Any) -> int:
    """Ingest mail, chats, posts, documents: files or folders. Sources are only read.

    \b
    Example: scapa add ~/Mail/Sent.mbox ~/notes chat/result.json
             scapa add speeches.jsonl --column text=body --column date=day --licence CC0-1.0
    """
    from scapa.corpus import ingest, warm

    if bool(paths) == refresh or not all(paths):
        raise UsageError("give paths to add, or --refresh", next="example: scapa add ~/Mail/Sent.mbox")
    _check_licence(options["licence"])
    home = session.home()
    warm.start()
    if refresh:
        added = ingest.refresh(home, progress=session.progress)
    else:
        added = ingest.add(
            home, map(Path, paths), format=options["format"], columns=_columns(options["columns"]),
            licence=options["licence"], custody=_custody(options["custodian"], options["existed_by"]),
            progress=session.progress,
        )  # fmt: skip
    session.show(added.summary(), _lines(added))
    return 0 if added.law.holds else 1


def _lines(added: Added) -> Iterator[str]:
    for detection in {d.reader: d for d in added.formats}.values():
        yield f"format {detection.reader}: {detection.why}"
    yield str(added.law)
    if added.unchanged:
        yield f"{added.unchanged:,} files unchanged since they were met"
    reasons = Counter(problem.why for problem in added.problems)
    first = {problem.why: problem.where for problem in reversed(added.problems)}
    for why, n in reasons.most_common(_SHOWN):
        yield f"  {n:>8,} × {why}, e.g. {first[why]}"
    if len(reasons) > _SHOWN:
        yield f"  … and {len(reasons) - _SHOWN:,} other reasons (--json lists every problem)"
    yield "next: scapa curate" if added.new else "nothing new"


def _check_licence(stated: str | None) -> None:
    from scapa.judges.licence import normalise

    if stated and normalise(stated) == "unknown":
        raise UsageError("no licence that Scapa knows", where="--licence", next="an SPDX expression, e.g. CC0-1.0")


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    columns = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not name or not column:
            raise UsageError(f"--column wants FIELD=COLUMN, not {pair!r}")
        columns[name] = column
    return columns


def _custody(custodian: str | None, existed_by: str | None) -> Any:
    from scapa.corpus.ingest import Custody

    if bool(custodian) != bool(existed_by):
        raise UsageError("--custodian and --existed-by go together")
    if not custodian or not existed_by:
        return None
    try:
        day = datetime.fromisoformat(existed_by)
    except ValueError:
        raise UsageError(f"--existed-by wants a day like 2019-06-01, not {existed_by!r}") from None
    # A day without a time or zone is over, everywhere, 14 hours after it ends in UTC.
    end = day.replace(tzinfo=UTC) + timedelta(days=1, hours=14) if day.tzinfo is None else day
    if day.replace(tzinfo=day.tzinfo or UTC) > datetime.now(UTC):
        raise UsageError("nothing has existed by a day that is still to come", where="--existed-by")
    return Custody(custodian, int(end.timestamp()) * 1_000_000)
