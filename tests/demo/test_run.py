"""The demo's steps that need no base model, each with its own checks; the whole runs as `make demo`."""

from __future__ import annotations

import pytest

from scapa.demo.run import Demo, _collect, _curate, _release, fresh_home
from scapa.errors import CheckFailed
from scapa.lab.speeches import speeches
from scapa.records import silent


def test_collect_curate_and_release_pass_their_own_checks(tmp_path):
    said: list[str] = []
    demo = Demo(fresh_home(tmp_path / "demo"), tmp_path / "demo" / "sources", silent, said.append, speeches())
    collected, curated, released = (step(demo) for step in (_collect, _curate, _release))
    assert demo.failures == []
    assert collected["formats"] == ["markdown", "mbox", "table", "telegram"]
    assert curated["strict"]["kept"] == 0 < curated["personal"]["kept"]
    assert released["verified"]


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
