"""The demo's steps that need no base model, each with its own checks; the whole runs as `make demo`."""

from __future__ import annotations

import random

import pytest

from scapa.corpus.decide import curate
from scapa.corpus.ingest import add
from scapa.demo.corpus import mbox
from scapa.demo.guard import come_back
from scapa.demo.run import Demo, _collect, _curate, _release, fresh_home
from scapa.errors import CheckFailed
from scapa.lab.speeches import speeches
from scapa.records import silent
from scapa.store.home import Home


def test_collect_curate_and_release_pass_their_own_checks(tmp_path):
    said: list[str] = []
    demo = Demo(fresh_home(tmp_path / "demo"), tmp_path / "demo" / "sources", silent, said.append, speeches())
    collected, curated, released = (step(demo) for step in (_collect, _curate, _release))
    assert demo.failures == []
    assert collected["formats"] == ["markdown", "mbox", "table", "telegram"]
    assert curated["strict"]["kept"] == 0 < curated["personal"]["kept"]
    assert released["verified"]
    assert "perhaps_spam" not in curated["personal"]["reasons"], "a judge of mail has no say over speeches"


def test_the_mails_that_come_back_contradict_nothing(tmp_path):
    """What the guard is measured on must be lost to the ledger alone."""
    texts = [speech.text[n : n + 600] for speech in speeches()[-6:] for n in (5_000,)]
    returned = come_back(texts[:3], texts[3:], [], random.Random(0))
    home = Home.open(tmp_path / "home")  # by today's clock: they are dated 2026
    (tmp_path / "in.mbox").write_bytes(mbox([item.mail for item in returned]))
    add(home, [tmp_path / "in.mbox"])
    assert curate(home).decisions.counts["reasons"] == {}


def test_a_folder_that_no_demo_made_is_never_emptied(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(CheckFailed, match="not empty"):
        fresh_home(tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_a_second_demo_keeps_the_base_model_only(tmp_path):
    home = fresh_home(tmp_path / "demo")
    (home.folder("models") / "base").mkdir()
    (home.folder("models") / "base" / "weights").write_text("w")
    (home.folder("models") / "old").mkdir()
    (home.path / "catalog.sqlite").write_bytes(b"old")
    again = fresh_home(tmp_path / "demo")
    assert (again.path / "models" / "base" / "weights").read_text() == "w"
    assert not (again.path / "models" / "old").exists()
    assert again.catalog.value("SELECT count(*) FROM document") == 0
