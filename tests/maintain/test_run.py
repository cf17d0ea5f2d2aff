from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from letters import mail, mbox, prose
from scapa.corpus.decide import curate
from scapa.corpus.ingest import add
from scapa.corpus.me import confirm
from scapa.corpus.release import release, releases
from scapa.errors import HomeBusy, InputError
from scapa.maintain.run import history, lines, maintain
from scapa.model.split import TooLittle
from scapa.store.home import Home

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


@pytest.fixture
def mine(home, mailbox, monkeypatch):
    """A home with three letters of mine. Tuning is recorded; `fail` can be set to what it raises."""
    tuning = pytest.importorskip("scapa.model.tuning")

    confirm(home, ["ada@example.org"])
    add(home, [mailbox([prose(n) for n in range(3)])])
    tuned = SimpleNamespace(home=Home.open(home.path, now=home.now), releases=[], fail=None)

    def tune_release(_, newest, **options):
        tuned.releases.append(newest.id)
        if tuned.fail:
            raise tuned.fail
        return SimpleNamespace(id="m1", gates=[])

    monkeypatch.setattr(tuning, "tune_release", tune_release)
    return tuned


def model(home, name, made, documents):
    """Put a finished model on the shelf."""
    folder = home.folder("models") / name
    folder.mkdir()
    (folder / "evaluation.json").write_text('{"gates": []}')
    bill = {"made": made, "release": {"root": "gone"}, "documents": {"train": documents, "heldout": []}}
    (folder / "bill.json").write_text(json.dumps(bill))


def wanting(home, words):
    """Return the home with another threshold of new words."""
    settings = home.path / "scapa.toml"
    settings.write_text(settings.read_text().replace("new_words = 5000", f"new_words = {words}"))
    opened = Home.open(home.path, now=home.now)
    assert opened.settings.maintain.new_words == words
    return opened


def why(run, action):
    return next(skip for skip in run.skipped if skip.action == action)


def test_without_a_model_few_words_are_a_reason_to_wait(mine):
    run = maintain(mine.home, **QUIET)
    assert (run.failed, mine.releases) == ((), [])
    assert why(run, "tune").why == "180 new words of yours, wanted 5,000"
    assert names(maintain(wanting(mine.home, 180), **QUIET).actions) == ["tune"]
    assert len(mine.releases) == 1


def test_the_newest_model_counts_though_its_release_is_gone(mine):
    maintain(mine.home, **QUIET)
    own = [d.id for d in releases(mine.home)[0].documents()]
    model(mine.home, "z-older", 1, [])
    model(mine.home, "a-newer", 2, own)
    run = maintain(wanting(mine.home, 1), **QUIET)
    assert mine.releases == []
    assert why(run, "tune").why == "0 new words of yours, wanted 1"


@pytest.mark.parametrize("error", [TooLittle("too few", next="add more"), HomeBusy("scapa tune (process 7) is tuning")])
def test_too_little_text_or_a_busy_home_is_no_failure(mine, error):
    mine.fail = error
    run = maintain(wanting(mine.home, 1), **QUIET)
    assert (run.failed, len(mine.releases)) == ((), 1)
    assert why(run, "tune").why == error.what
    assert why(run, "tune").override
    assert names(run.actions) == ["curate", "release", "verify"]


def test_a_busy_home_skips_what_writes_and_still_verifies(filled):
    maintain(filled, **QUIET)
    other = Home.open(filled.path, now=filled.now)
    with other.writing("add"):
        run = maintain(filled, force=True, **QUIET)
    assert run.failed == ()
    assert all("is writing" in why(run, action).why for action in ("add", "release"))
    assert names(run.actions) == ["verify"]


def test_a_failing_tuning_is_reported_and_the_release_is_still_verified(mine):
    mine.fail = InputError("the cached base model is damaged")
    run = maintain(wanting(mine.home, 1), **QUIET)
    assert [(f.action, f.why) for f in run.failed] == [("tune", "the cached base model is damaged")]
    assert names(run.actions) == ["curate", "release", "verify"]


def test_what_a_failure_left_undone_is_named(filled):
    maintain(filled, **QUIET)
    (filled.path / "scapa.toml").write_text("[curate]\npolicy = 'missing.toml'\n")
    run = maintain(Home.open(filled.path, now=filled.now), force=True, **QUIET)
    assert names(run.failed) == ["curate"]
    assert [(s.action, s.why) for s in run.skipped][-2:] == [("release", "curate failed"), ("tune", "curate failed")]
    assert names(run.actions) == ["verify"]


def test_a_release_to_be_shared_is_neither_the_newest_nor_tuned_on(mine):
    home = wanting(mine.home, 1)
    curate(home)
    shared = release(home, audience="share")
    run = maintain(home, **QUIET)
    assert names(run.actions) == ["release", "tune", "verify"]
    local = next(r.id for r in releases(home) if r.body["audience"] == "local")
    assert mine.releases == [local]
    later = release(home, audience="share")
    assert [r.id for r in releases(home)] == [shared.id, local, later.id]
    maintain(home, **QUIET)
    assert mine.releases == [local, local]
