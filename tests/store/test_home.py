from __future__ import annotations

import os
import subprocess
import sys

import pytest

from scapa.errors import HomeBusy, HomeError, HomeTooNew, SettingsError, UnknownName
from scapa.store.catalog import MIGRATIONS
from scapa.store.home import Home


def test_a_new_home_is_private_and_says_its_settings(home):
    assert home.path.stat().st_mode & 0o777 == 0o700
    assert (home.path / "catalog.sqlite").stat().st_mode & 0o777 == 0o600
    assert "[curate]" in (home.path / "scapa.toml").read_text()


def test_a_missing_home_is_not_made_unasked(tmp_path):
    with pytest.raises(UnknownName, match="no home here"):
        Home.open(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_a_file_is_no_home(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(HomeError):
        Home.open(tmp_path / "file")


def test_a_home_of_a_newer_version_is_refused_untouched(home):
    home.catalog.run("PRAGMA user_version = 99")
    with pytest.raises(HomeTooNew, match="version 99"):
        Home.open(home.path)
    assert home.catalog.version() == 99


def test_a_damaged_catalog_is_one_clear_error(home, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "catalog.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(HomeError, match="catalog cannot be used"):
        Home.open(tmp_path / "other")


def test_unknown_settings_are_refused_by_name(home):
    (home.path / "scapa.toml").write_text("[curate]\npolcy = 'personal'\n")
    with pytest.raises(SettingsError, match="unknown key 'polcy'"):
        _ = home.settings


def test_only_one_writer_and_the_error_names_the_other(home):
    with home.writing("add"), pytest.raises(HomeBusy, match="scapa add"), Home.open(home.path).writing("curate"):
        pass


def test_the_lock_of_a_killed_process_is_free(home):
    code = (
        "import os, sys; from scapa.store.home import Home\n"
        "with Home.open(sys.argv[1]).writing('add'): os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(home.path)], check=False)
    assert done.returncode == -9
    with home.writing("curate") as catalog:
        assert catalog.value("SELECT 1") == 1


def test_what_no_row_names_is_removed_and_what_a_row_names_stays(home):
    for folder in ("documents", "judgements", "decisions", "raw"):
        (home.folder(folder) / "orphan.parquet").write_bytes(b"x")
    (home.folder("documents") / "kept.parquet").write_bytes(b"x")
    home.catalog.run("INSERT INTO batch VALUES (1, 'root', 0, 1, 1, 0, 0)")
    home.catalog.run("INSERT INTO segment VALUES ('documents/kept.parquet', 'documents', 1, 1)")
    (home.folder("releases") / "half.partial").mkdir()
    with home.writing("add"):
        left = sorted(str(p.relative_to(home.path)) for f in ("documents", "judgements", "decisions", "raw", "releases")
                      for p in (home.path / f).iterdir())  # fmt: skip
    assert left == ["documents/kept.parquet"]


def test_a_transaction_is_all_or_nothing(home):
    def half() -> None:
        with home.catalog.transaction():
            home.catalog.run("INSERT INTO batch VALUES (1, 'root', 0, 1, 1, 0, 0)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert home.catalog.value("SELECT count(*) FROM batch") == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(HomeError, match="not allowed"):
        Home.open(tmp_path / "home")
    tmp_path.chmod(0o700)


def test_many_may_open_a_new_home_at_once(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    for n in range(8):
        with ThreadPoolExecutor(6) as pool:
            versions = list(pool.map(lambda _, n=n: Home.open(tmp_path / f"home{n}").catalog.version(), range(6)))
        assert versions == [len(MIGRATIONS)] * 6


def test_a_folder_that_was_there_becomes_private(tmp_path):
    (tmp_path / "home").mkdir(mode=0o755)
    home = Home.open(tmp_path / "home")
    assert home.path.stat().st_mode & 0o777 == 0o700
    assert (home.path / "scapa.toml").exists()


def test_documents_without_a_catalog_are_never_taken_for_orphans(home):
    (home.folder("documents") / "00000001-abc.parquet").write_bytes(b"ten years of mail")
    for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(b"")):
        for name in ("catalog.sqlite-wal", "catalog.sqlite-shm"):
            (home.path / name).unlink(missing_ok=True)
        damage(home.path / "catalog.sqlite")
        with pytest.raises(HomeError, match="catalog is gone"):
            Home.open(home.path)
        (home.path / "catalog.sqlite").touch()
    assert (home.path / "documents" / "00000001-abc.parquet").read_bytes() == b"ten years of mail"
