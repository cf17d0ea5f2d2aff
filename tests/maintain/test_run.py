from __future__ import annotations

from pathlib import Path

import pytest

from letters import mail, mbox, prose
from scapa.corpus.ingest import add
from scapa.corpus.release import releases
from scapa.maintain.run import history, lines, maintain

QUIET = {"load": lambda: 0.0, "free": lambda _: 10**12, "sys_root": Path("/nowhere")}


@pytest.fixture
def filled(home, mailbox):
    add(home, [mailbox([prose(n) for n in range(3)])])
    return home


def names(items) -> list[str]:
    return [item.action for item in items]


def test_the_chain_runs_once_and_then_rests(filled, tmp_path):
    first = maintain(filled, **QUIET)
    assert names(first.actions) == ["curate", "release", "verify"]
    assert [(s.action, s.why) for s in first.skipped] == [
        ("add", "nothing new in 1 files"),
        ("tune", "the release holds nothing of yours to train on"),
    ]
    second = maintain(filled, **QUIET)
    assert names(second.actions) == []
    assert names(second.skipped) == ["add", "curate", "release", "tune", "verify"]
    assert all(skip.why and skip.override for skip in second.skipped)
    assert len(releases(filled)) == 1


def test_new_mail_goes_through_the_whole_chain(filled, tmp_path):
    maintain(filled, **QUIET)
    box = tmp_path / "Sent.mbox"
    box.write_text(box.read_text() + mbox([mail(9, prose(9))]))
    assert names(maintain(filled, **QUIET).actions) == ["add", "curate", "release"]
    assert [r.body["documents"] for r in releases(filled)] == [3, 4]


def test_a_condition_skips_everything_and_force_overrides_it(filled):
    busy = maintain(filled, **(QUIET | {"load": lambda: 64.0}))
    assert (names(busy.actions), names(busy.skipped)) == ([], ["all"])
    assert "curate" in names(maintain(filled, force=True).actions)


def test_a_failing_action_ends_the_run_and_keeps_the_last_release(filled, tmp_path):
    maintain(filled, **QUIET)
    (filled.path / "scapa.toml").write_text("[curate]\npolicy = 'missing.toml'\n")
    from scapa.store.home import Home

    failed = maintain(Home.open(filled.path, now=filled.now), **QUIET)
    assert names(failed.failed) == ["curate"]
    assert "no policy" in failed.failed[0].why
    assert len(releases(filled)) == 1


def test_a_damaged_release_is_found_by_the_weekly_check(filled):
    maintain(filled, **QUIET)
    (releases(filled)[0].path / "leaves.txt").write_text("gone")
    assert maintain(filled, **QUIET).failed == ()
    filled.now.now += 8 * 86_400 * 1_000_000
    found = maintain(filled, **QUIET)
    assert names(found.failed) == ["verify"]


def test_every_run_is_in_the_history_and_said_in_lines(filled):
    done = maintain(filled, **QUIET)
    assert [run["started"] for run in history(filled)] == [done.started]
    said = list(lines(done))
    assert any("skipped: nothing new" in line and "override" in line for line in said)
    with (filled.path / "maintenance.jsonl").open("a") as stream:
        stream.write('{"started": 1, "act')
    assert len(history(filled)) == 1
