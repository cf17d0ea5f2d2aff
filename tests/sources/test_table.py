import datetime
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scapa.errors import UsageError
from scapa.records import Found, Problem
from scapa.sources.table import Table
from scapa.text.dates import SECOND


def lines(tmp_path, *rows, **settings):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(rows))
    return list(Table(**settings).read(path))


def test_the_usual_columns_are_found(tmp_path):
    (found,) = lines(
        tmp_path,
        b'{"content": "Tea.\\r\\n", "user": "Ada <ADA@x.org>", "created_at": "2001-03-05T10:00:00Z", "subject": "T",'
        b' "license": "CC0-1.0", "id": 7, "kind": "post", "url": "https://example.org/7"}',
    )
    d = found.document
    assert (d.kind, d.text, d.author, d.author_name, d.title) == ("post", "Tea.", "ada@x.org", "Ada", "T")
    assert (d.licence, d.metadata) == ("CC0-1.0", (("id", "7"), ("url", "https://example.org/7")))
    assert (d.claimed.start, d.claimed.source) == (983786400 * SECOND, "column_created_at")


def test_a_mapping_and_settings_that_hold_where_no_column_says(tmp_path):
    (found,) = lines(
        tmp_path,
        b'{"post": "Tea.", "text": "no", "who": "Ada", "when": 983786400000}',
        columns={"text": "post", "date": "when"},
        author="Bob",
        licence="CC0-1.0",
        kind="chat",
    )
    d = found.document
    assert (d.text, d.author, d.licence, d.kind) == ("Tea.", "bob", "CC0-1.0", "chat")
    assert d.claimed.start == 983786400 * SECOND


def test_unknown_keys_and_kinds_are_refused():
    with pytest.raises(UsageError, match="words"):
        Table(columns={"words": "x"})
    with pytest.raises(UsageError, match="poem"):
        Table(kind="poem")


def test_every_bad_line_is_one_problem(tmp_path):
    rows = [
        b'{"text": "a"}',
        b'{"text": "caf\xe9"}',
        b"{",
        b"[1]",
        b'{"title": "x"}',
        b'{"text": 5}',
        b"",
        b'{"text": "b"}',
    ]
    items = lines(tmp_path, *rows)
    assert [type(i) for i in items] == [Found, Problem, Problem, Problem, Problem, Problem, Found]
    assert items[1].why == "not UTF-8 at byte 13 of the line"
    assert items[2] == Problem("a.jsonl at byte 31", "not JSON")
    assert items[-1].end == (tmp_path / "a.jsonl").stat().st_size


def test_bad_values_are_flaws(tmp_path):
    (found,) = lines(tmp_path, b'{"text": "a\\u0000\\ud800", "date": "soon", "kind": "poem", "author": ["x"]}')
    assert found.document.text == "a\ufffd\ufffd"
    assert found.flaws == ("nul", "lone_surrogate", "unknown_kind", "bad_date")
    assert (found.document.kind, found.document.author) == ("document", "unknown")


def test_gigantic_lines_cost_bounded_memory(tmp_path):
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        for _ in range(30):
            file.write(b"x" * 1_000_000)
        file.write(b'\n{"text": "b"}\n')
    tracemalloc.start()
    problem, found = Table(record_limit=1_000_000).read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "30,000,001 bytes" in problem.why
    assert (found.document.text, found.end) == ("b", path.stat().st_size)
    assert peak < 8_000_000


def test_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    day = datetime.date(2001, 3, 5)
    moment = datetime.datetime(2001, 3, 5, 10, tzinfo=datetime.UTC)
    pq.write_table(
        pa.table(
            {"text": ["a", None, "c"], "date": [moment, moment, None], "other": [1, 2, 3], "author": ["A", "B", None]}
        ),
        path,
    )
    one, two, three = Table().read(path)
    assert (one.document.text, one.document.author, one.document.claimed.start) == ("a", "a", 983786400 * SECOND)
    assert two == Problem("a.parquet row 1", "no text: the column text or content or body is missing or no string")
    assert (three.locator, three.end, three.document.claimed) == ("2", 0, None)
    assert b"other" not in one.raw
    pq.write_table(pa.table({"text": ["a"], "date": [day]}), path)
    (only,) = Table().read(path)
    assert only.document.claimed.end - only.document.claimed.start == 52 * 3600 * SECOND


def test_broken_parquet_is_a_problem(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a"] * 100}), path)
    data = path.read_bytes()
    for size in range(4, len(data), 7):
        path.write_bytes(data[:size])
        (problem,) = Table().read(path)
        assert problem.why.startswith("the Parquet cannot be read on")
