from __future__ import annotations

import pyarrow as pa
import pytest

from scapa.errors import HomeError
from scapa.store.mapped import Mapped, appending
from scapa.store.segments import check_there, extents, groups, read_rows, read_table, write_table, writing

TABLE = pa.table({"n": list(range(25)), "text": [f"text {n}" for n in range(25)]})


def test_small_tables_become_whole_groups(tmp_path):
    path = tmp_path / "a.parquet"
    with writing(path, TABLE.schema, rows=10) as put:
        for start in range(0, 25, 3):
            put(TABLE.slice(start, 3))
        assert not path.exists()
    assert extents(path) == [(0, 10), (10, 10), (20, 5)]
    assert read_table(path).equals(TABLE)
    assert pa.concat_tables(groups(path)).equals(TABLE)


@pytest.mark.parametrize(("start", "count"), [(0, 25), (0, 1), (9, 2), (10, 10), (19, 6), (24, 1)])
def test_rows_are_read_wherever_groups_end(tmp_path, start, count):
    with writing(tmp_path / "a.parquet", TABLE.schema, rows=10) as put:
        put(TABLE)
    assert read_rows(tmp_path / "a.parquet", start, count).equals(TABLE.slice(start, count))
    assert read_rows(tmp_path / "a.parquet", start, count, ["n"]).column_names == ["n"]


def test_long_rows_make_small_groups(tmp_path, monkeypatch):
    monkeypatch.setattr("scapa.store.segments._BYTES", 1_000)
    long = pa.table({"text": ["x" * 900] * 8})
    write_table(tmp_path / "a.parquet", long)
    assert max(rows for _, rows in extents(tmp_path / "a.parquet")) <= 2
    assert read_table(tmp_path / "a.parquet").equals(long)


def test_what_breaks_off_leaves_nothing(tmp_path):
    def half() -> None:
        with writing(tmp_path / "a.parquet", TABLE.schema) as put:
            put(TABLE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_damaged_or_too_short_is_one_clear_error(tmp_path):
    path = tmp_path / "a.parquet"
    write_table(path, TABLE)
    with pytest.raises(HomeError, match="missing or damaged"):
        read_rows(path, 20, 10)
    raw = bytearray(path.read_bytes())
    raw[40] ^= 0xFF
    path.write_bytes(raw)
    for read in (read_table, lambda p: list(groups(p)), lambda p: read_rows(p, 0, 5)):
        with pytest.raises(HomeError, match="missing or damaged"):
            read(path)
    with pytest.raises(HomeError, match="missing or damaged"):
        check_there([path, tmp_path / "b.parquet"])


def test_a_mapped_table_is_what_was_appended(tmp_path):
    with appending(tmp_path / "a.arrow", TABLE.schema) as put:
        put(TABLE.slice(0, 10))
        put(TABLE.slice(10))
    mapped = Mapped(tmp_path / "a.arrow")
    assert mapped.table.equals(TABLE)
    mapped.rest()
    assert mapped.table.equals(TABLE)


@pytest.mark.parametrize("content", [b"", b"ARROW1 and then nothing"])
def test_a_damaged_mapped_table_is_one_clear_error(tmp_path, content):
    (tmp_path / "a.arrow").write_bytes(content)
    with pytest.raises(HomeError, match="missing or damaged"):
        Mapped(tmp_path / "a.arrow")
