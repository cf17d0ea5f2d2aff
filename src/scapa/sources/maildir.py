"""Maildir: one mail a file in `cur` and `new`, with folders below; flags in the names are ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scapa.records import Detection, Found, Problem
from scapa.settings import Ingest
from scapa.sources import READERS, files
from scapa.sources.mail import record

_FLAGS = re.compile(r"[:;!]2,[A-Za-z]*$")
_BOOKKEEPING = re.compile(
    r"(?:\.?(?:dovecot|courier|maildir|subscriptions|\.nnmaildir|mh_sequences|mbsync|uidvalidity|isyncuidmap)|\.)"
)


@READERS.register
class Maildir:
    """A folder with `cur` and `new`."""

    name = "maildir"
    version = 1
    appendable = False

    def __init__(self, record_limit: int = Ingest().record_limit) -> None:
        self.record_limit = record_limit

    def detect(self, path: Path) -> Detection | None:
        if is_maildir(path):
            return Detection(self.name, 0.98, "a folder with cur and new in it")
        below = sorted(p.name for p in path.iterdir() if is_maildir(p)) if _listable(path) else []
        if below:
            return Detection(self.name, 0.93, f"{len(below)} folders with cur and new below it")
        return None

    def files(self, path: Path) -> Iterator[Path | Problem]:
        for item in files.walk(path):
            if isinstance(item, Problem) or (item.parent.name in ("cur", "new") and not item.name.startswith(".")):
                yield item
            elif item.parent.name == "tmp":
                yield Problem(files.relative(item, path), "not delivered yet: in tmp")
            elif not _BOOKKEEPING.match(item.name):
                yield Problem(files.relative(item, path), "not in cur or new, so no mail of this Maildir")

    def read(self, file: Path, start: int = 0) -> Iterator[Found | Problem]:
        data = files.read_whole(file, self.record_limit)
        if isinstance(data, Problem):
            yield data
        else:
            unique = files.shown(_FLAGS.sub("", file.name))
            yield record(data, raw=data, where=files.shown(file.name), locator=unique)


def is_maildir(path: Path) -> bool:
    """Whether `path` has the folders `cur` and `new`."""
    try:
        return (path / "cur").is_dir() and (path / "new").is_dir()
    except OSError:
        return False


def _listable(path: Path) -> bool:
    try:
        return path.is_dir() and next(path.iterdir(), None) is not None
    except OSError:
        return False
