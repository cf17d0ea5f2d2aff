"""A process that dies, as by `kill -9`, at its n-th step that touches the disk: nothing is cleaned up, nothing flushed.

Steps are every rename, fsync, unlink, new file and SQL statement that writes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

KILLED, FINISHED = 137, 0


def run_and_die(action: Callable[..., object], arguments: tuple[object, ...], at: int, count_file: str) -> None:
    """Run `action(*arguments)` and die at step `at` (0: never); write how many steps there were if it ends."""
    steps = _count_steps(at)
    action(*arguments)
    Path(count_file).write_text(str(steps[0]))
    os._exit(FINISHED)


def _count_steps(at: int) -> list[int]:
    steps = [0]

    def step() -> None:
        steps[0] += 1
        if steps[0] == at:
            os._exit(KILLED)

    def before(function: Callable[..., object]) -> Callable[..., object]:
        def stepped(*args: object, **kwargs: object) -> object:
            step()
            return function(*args, **kwargs)

        return stepped

    for name in ("replace", "rename", "fsync", "unlink", "link", "mkdir"):
        setattr(os, name, before(getattr(os, name)))
    real_connect = sqlite3.connect

    class Dying(sqlite3.Connection):
        def execute(self, sql: str, *rest: object) -> sqlite3.Cursor:
            if not sql.lstrip().upper().startswith(("SELECT", "PRAGMA")):
                step()
            return super().execute(sql, *rest)

        def executemany(self, sql: str, *rest: object) -> sqlite3.Cursor:
            step()
            return super().executemany(sql, *rest)

    sqlite3.connect = lambda *args, **kwargs: real_connect(*args, factory=Dying, **kwargs)  # type: ignore[assignment]
    return steps


def add_mail(home: str, mail: str) -> None:
    from scapa.corpus.ingest import add
    from scapa.store.home import Home

    add(Home.open(home), [Path(mail)])


def curate_home(home: str) -> None:
    from scapa.corpus.decide import curate
    from scapa.store.home import Home

    curate(Home.open(home))


def merge_home(home: str) -> None:
    from scapa.corpus.tiers import merge_tiers
    from scapa.store.home import Home

    opened = Home.open(home)
    with opened.writing("merge") as catalog:
        merge_tiers(opened, catalog)


def release_home(home: str) -> None:
    from scapa.corpus.release import release
    from scapa.store.home import Home

    release(Home.open(home))


def remove_source(home: str) -> None:
    from scapa.corpus.source import remove_source as remove
    from scapa.store.home import Home

    remove(Home.open(home), "1")


def consent(home: str) -> None:
    from scapa.corpus.consent import grant
    from scapa.store.home import Home

    grant(Home.open(home), "bob@example.org", ["train"], None, "said so")


def say_me(home: str) -> None:
    from scapa.corpus.me import confirm
    from scapa.store.home import Home

    confirm(Home.open(home), ["ada@example.org"])


def maintain_home(home: str) -> None:
    from scapa.maintain.run import maintain
    from scapa.store.home import Home

    maintain(Home.open(home), load=lambda: 0.0, free=lambda _: 10**12, sys_root=Path("/nowhere"))
