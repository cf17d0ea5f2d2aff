"""What an unfinished run keeps: of one make, discarded when damaged, and gone where it is someone's and must go."""

import pytest

from scapa.errors import MissingPart
from scapa.store.run import CHECKS
from scapa.store.unfinished import STAMP, begin_anew, close_tasks, discard_private, kept, open_tasks


def test_what_the_same_versions_did_stays(tmp_path):
    (open_tasks(tmp_path, private=True) / "done").write_text("1")
    assert (open_tasks(tmp_path, private=True) / "done").read_text() == "1"
    begin_anew(tmp_path / "tasks")
    assert [path.name for path in (tmp_path / "tasks").iterdir()] == [STAMP]
    (tmp_path / CHECKS).write_text("[]")
    close_tasks(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [CHECKS]


@pytest.mark.parametrize("stamp", ['{"versions": {}, "private": true}', "{", "3", ""])
def test_what_other_versions_did_goes(tmp_path, stamp):
    tasks, said = open_tasks(tmp_path, private=True), []
    (tasks / "done").write_text("1")
    (tasks / STAMP).write_text(stamp)
    assert not (open_tasks(tmp_path, private=True, say=said.append) / "done").exists()
    assert len(said) == 1


def test_a_damaged_file_is_discarded_and_an_error_of_our_own_is_not_damage(tmp_path):
    path, said = tmp_path / "numbers", []
    assert kept(path, lambda path: int(path.read_text()), said.append) is None
    path.write_text("12")
    assert kept(path, lambda path: int(path.read_text()), said.append) == 12
    assert said == []

    def missing(path):
        raise MissingPart("a library")

    with pytest.raises(MissingPart):
        kept(path, missing, said.append)
    path.write_text("1two")
    assert kept(path, lambda path: int(path.read_text()), said.append) is None
    assert not path.exists()
    assert "numbers was damaged (ValueError)" in said[0]


def test_only_what_was_made_from_someones_data_is_discarded(tmp_path):
    for name, private in (("public", False), ("own", True), ("old-own", True), ("unstamped", True)):
        (open_tasks(tmp_path / name, private=private) / "text").write_text("text")
    (tmp_path / "unstamped" / "tasks" / STAMP).unlink()
    (tmp_path / "old-own" / CHECKS).write_text("[]")
    (tmp_path / "lab.html").write_text("no run")
    assert discard_private(tmp_path) == ("old-own", "own", "unstamped")
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["lab.html", "old-own/" + CHECKS, "public/tasks/stamp.json", "public/tasks/text"]
    assert discard_private(tmp_path / "nowhere") == ()
