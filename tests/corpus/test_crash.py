"""Every writing command is killed at every step that touches the disk; the next run completes or rolls back."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import crashing
import pytest

from letters import mail, mbox, prose
from scapa.corpus.decide import curate, current, latest
from scapa.corpus.grants import open_grants
from scapa.corpus.ingest import add
from scapa.corpus.policy import policy_digest
from scapa.corpus.release import release, releases
from scapa.corpus.source import remove_source, sources
from scapa.corpus.tiers import FAN
from scapa.files import PARTIAL
from scapa.seal.manifest import verify
from scapa.store.home import DATA, Home
from scapa.store.segments import read_table

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["crashing", "scapa.corpus.release", "scapa.maintain.run", "scapa.cli"])
FEW = 4
"""Points at which the fast tests kill; the slow ones kill at every step."""


def die(action: Callable[..., None], arguments: tuple[str, ...], at: int, count: Path) -> int | None:
    process = CONTEXT.Process(target=crashing.run_and_die, args=(action, arguments, at, str(count)))
    process.start()
    process.join(120)
    return process.exitcode


def every_crash(template: Path, tmp_path: Path, action: Callable[..., None], *extra: str, few: int = 0):
    """Yield a home for each crash point, the template's copy after `action` died in it: at `few` points, or at all."""
    count, whole = tmp_path / "count", tmp_path / "whole"
    shutil.copytree(template, whole)
    assert die(action, (str(whole), *extra), 0, count) == crashing.FINISHED
    shutil.rmtree(whole)
    steps = int(count.read_text())
    assert steps > 3, "the action took no steps: the test kills nothing"
    points = range(1, steps + 1) if not few else sorted({1 + n * (steps - 1) // (few - 1) for n in range(few)})
    for at in points:
        home = tmp_path / f"crash-{at}"
        shutil.copytree(template, home)
        assert die(action, (str(home), *extra), at, count) in (crashing.KILLED, crashing.FINISHED)
        yield Home.open(home)
        shutil.rmtree(home)


def few_and_all():
    """Parametrise a test with `few`: the fast form, and the slow one that kills at every step."""
    return pytest.mark.parametrize("few", [FEW, pytest.param(0, marks=pytest.mark.slow, id="every-step")])


@pytest.fixture
def mail_file(tmp_path: Path) -> Path:
    path = tmp_path / "Sent.mbox"
    path.write_text(mbox([mail(n, prose(n)) for n in range(5)]))
    return path


@pytest.fixture
def added(tmp_path: Path, mail_file: Path) -> Path:
    add(Home.open(tmp_path / "added"), [mail_file])
    return tmp_path / "added"


@pytest.fixture
def curated(added: Path) -> Path:
    curate(Home.open(added))
    return added


def sound(home: Home) -> None:
    """Whatever the catalog names exists and is whole, its counts agree, and nothing else is there."""
    with home.writing("check") as catalog:
        for segment in (s for kind in ("documents", "occurrences", "raw") for s in catalog.segments(kind)):
            assert len(read_table(home.path / segment.name)) == segment.rows
        held = [i for s in catalog.segments("documents") for i in read_table(home.path / s.name)["id"].to_pylist()]
        where = {row["id"]: row["segment"] for row in catalog.rows("SELECT * FROM document")}
        assert sorted(held) == sorted(where)
        assert set(where.values()) <= {s.name for s in catalog.segments("documents")}
        stored = sum(s.rows for s in catalog.segments("documents"))
        assert (
            stored
            == catalog.value("SELECT count(*) FROM document")
            == catalog.value("SELECT coalesce(sum(new), 0) FROM batch")
        )
        assert catalog.value("SELECT count(*) FROM batch WHERE read != new + known + errored") == 0
        named = catalog.files()
    for folder in DATA:
        assert {f"{folder}/{p.name}" for p in home.folder(folder).iterdir()} <= named
    # The ledger and the receipts of consent have locks of their own, and clean up when they are opened next.
    left = [
        p for p in home.path.rglob(f"*{PARTIAL}") if p.relative_to(home.path).parts[0] not in ("generations", "rights")
    ]
    assert left == []


@few_and_all()
def test_add_killed_anywhere_loses_and_doubles_nothing(tmp_path, mail_file, few):
    Home.open(tmp_path / "empty")
    for home in every_crash(tmp_path / "empty", tmp_path, crashing.add_mail, str(mail_file), few=few):
        sound(home)
        done = add(home, [mail_file])
        sound(home)
        assert home.catalog.value("SELECT count(*) FROM document") == 5
        assert home.catalog.value("SELECT count(*) FROM occurrence") == 5
        assert done.law.holds


@few_and_all()
def test_the_first_command_of_a_new_home_killed_anywhere(tmp_path, mail_file, few):
    (tmp_path / "none").mkdir()
    for home in every_crash(tmp_path / "none", tmp_path, crashing.add_mail, str(mail_file), few=few):
        assert add(home, [mail_file]).new in (0, 5)
        assert home.catalog.value("SELECT count(*) FROM document") == 5


@few_and_all()
def test_curate_killed_anywhere_is_done_again(tmp_path, added, few):
    wanted = None
    for home in every_crash(added, tmp_path, crashing.curate_home, few=few):
        sound(home)
        decisions = curate(home).decisions
        sound(home)
        assert decisions.law.holds
        wanted = wanted or decisions.counts
        assert decisions.counts == wanted
        assert len(latest(home).table()) == 5


@few_and_all()
def test_merging_killed_anywhere_keeps_every_document_and_decision(tmp_path, monkeypatch, few):
    home = Home.open(tmp_path / "small")
    with monkeypatch.context() as patched:
        patched.setattr("scapa.corpus.ingest.merge_tiers", lambda *_: 0)
        patched.setattr("scapa.corpus.tiers.merge_tiers", lambda *_: 0)
        for n in range(FAN):
            (tmp_path / "one.mbox").write_text(mbox([mail(n, prose(n))]))
            add(home, [tmp_path / "one.mbox"])
        before = curate(home).decisions
    for home in every_crash(tmp_path / "small", tmp_path, crashing.merge_home, few=few):
        sound(home)
        assert len(home.catalog.segments("documents")) in (1, FAN)
        assert current(home, policy_digest("personal")) == replace(
            before, path=home.path / "decisions" / before.path.name
        )
        crashing.merge_home(str(home.path))
        sound(home)
        assert [len(home.catalog.segments(kind)) for kind in ("documents", "occurrences", "raw")] == [1, 1, 1]
        assert curate(home, policy="strict-low-background").decisions.law.holds
        assert curate(home).decisions.digest == before.digest


@few_and_all()
def test_release_killed_anywhere_leaves_whole_releases_only(tmp_path, curated, few):
    for home in every_crash(curated, tmp_path, crashing.release_home, few=few):
        sound(home)
        assert all(verify(r.path).ok for r in releases(home))
        made = release(home)
        assert verify(made.path).ok
        assert made.body["documents"] == 5


@few_and_all()
def test_small_commands_killed_anywhere_happen_or_do_not(tmp_path, curated, few):
    for home in every_crash(curated, tmp_path, crashing.remove_source, few=few):
        sound(home)
        remove_source(home, "1")
        assert sources(home)[0]["removed"] is not None
    for home in every_crash(curated, tmp_path, crashing.say_me, few=few):
        assert home.settings.me.addresses in ((), ("ada@example.org",))
    for home in every_crash(curated, tmp_path, crashing.consent, few=few):
        assert len(open_grants(home).list(home.now())) <= 1
        crashing.consent(str(home.path))
        assert open_grants(home).active(home.now())


@few_and_all()
def test_maintain_killed_anywhere_goes_on(tmp_path, added, few):
    for home in every_crash(added, tmp_path, crashing.maintain_home, few=few):
        sound(home)
        crashing.maintain_home(str(home.path))
        again = Home.open(home.path)
        sound(again)
        assert [verify(r.path).ok for r in releases(again)].count(True) >= 1
